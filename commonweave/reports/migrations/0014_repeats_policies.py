"""Rights and policies of tokens and of what members say about repeats; both go when a report goes or moves."""

from django.db import migrations

from commonweave.base.rls import ME, MY_RECEIPT, MY_TEAMS, WEB, protect

TEAMS, MINE = f"team_id = any({MY_TEAMS})", f"locator = {MY_RECEIPT}"

# Without "on update cascade": a report that moves while its tokens stay is refused by the database.
KEYS = "".join(
    f"alter table {table} add constraint {table}_stays foreign key (report_id, team_id, locator) "
    "references reports_report (id, team_id, locator) on delete cascade;\n"
    for table in ("reports_likeness", "reports_repeat")
)
# As whoever moves, withdraws or erases: each may delete these rows of a report they may change.
GOES = """
create function reports_likeness_goes() returns trigger language plpgsql as $$
begin
  delete from reports_likeness where report_id = old.id;
  delete from reports_repeat where report_id = old.id or other_id = old.id;
  return new;
end $$;
create trigger likeness_goes before update on reports_report for each row
  when (old.team_id <> new.team_id or (old.body is not null and new.body is null))
  execute function reports_likeness_goes();
"""
PERSON = f"not (select people_is_program({ME}))"
PROGRAMS = "".join(
    f"create policy program_insert on {table} as restrictive for insert to {WEB} with check ({PERSON});\n"
    for table in ("reports_likeness", "reports_repeat")
)


class Migration(migrations.Migration):
    """Second wall: tokens are for the team that holds the report, and for nobody after it."""

    dependencies = [("reports", "0013_repeats")]
    operations = [
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        *protect("reports_likeness", select=f"{TEAMS} or {MINE}", insert=TEAMS, delete=f"{TEAMS} or {MINE}"),
        *protect("reports_repeat", select=f"{TEAMS} or {MINE}", insert=TEAMS, delete=f"{TEAMS} or {MINE}"),
        migrations.RunSQL(GOES, migrations.RunSQL.noop),
        migrations.RunSQL(PROGRAMS, migrations.RunSQL.noop),
    ]
