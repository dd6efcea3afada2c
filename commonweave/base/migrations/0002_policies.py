"""Rights and row policies of the floor `base`."""

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, DROP_VIEWER_FUNCTIONS, ME, VIEWER_FUNCTIONS, grant, protect

JOURNAL = ("base_journalentry", "base_journalbatch", "base_journalleaf")
APPEND_ONLY = """
create function journal_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only';
end $$;
""" + "".join(
    f"create trigger append_only before update or delete on {table} "
    "for each row execute function journal_is_append_only();\n"
    for table in JOURNAL
)
DROP_APPEND_ONLY = "".join(f"drop trigger append_only on {table};\n" for table in JOURNAL) + (
    "drop function journal_is_append_only();"
)


class Migration(migrations.Migration):
    """Second wall: the database decides too."""

    dependencies = [("base", "0001_initial")]
    operations = [
    migrations.RunSQL(VIEWER_FUNCTIONS, DROP_VIEWER_FUNCTIONS),
    migrations.RunSQL(APPEND_ONLY, DROP_APPEND_ONLY),
    *protect(
        "base_journalentry", select=f"actor = {ME} or {ADMINISTRATOR}", insert="true", worker="select, insert"
    ),
    grant("base_journalbatch", worker="select, insert"),
    *protect("base_journalleaf", worker="select, insert"),
    *protect("base_journalbell", worker="select, insert, delete"),
]
