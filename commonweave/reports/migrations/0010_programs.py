"""A program changes of reports what its credential has a right to, and nothing that only people decide."""

from django.db import migrations

from commonweave.base.rls import ME, WEB

OPENS = f"(select people_has_right({ME}, 'open') or people_has_right({ME}, 'answer'))"
ANSWERS = f"(select people_has_right({ME}, 'answer'))"
PERSON = f"not (select people_is_program({ME}))"

POLICIES = "".join(
    f"create policy program_{command} on {table} as restrictive for {command} to {WEB} {clause} ({condition});\n"
    for table, command, clause, condition in (
        ("reports_report", "update", "using", OPENS),
        ("reports_movement", "insert", "with check", OPENS),
        ("reports_message", "insert", "with check", ANSWERS),
        ("reports_message", "update", "using", PERSON),
        ("reports_hold", "insert", "with check", PERSON),
        ("reports_hold", "update", "using", PERSON),
        ("reports_hold", "delete", "using", PERSON),
    )
)


class Migration(migrations.Migration):
    """Second wall behind `rules`."""

    dependencies = [("reports", "0009_notice_address"), ("people", "0014_credential_policies")]
    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
