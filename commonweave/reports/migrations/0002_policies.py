"""Rights and row policies of the floor `reports`."""

from django.db import migrations

from commonweave.base.rls import MY_RECEIPT, MY_TEAMS, protect
from commonweave.sharing.lattice import MAY_READ

TEAMS = f"team_id = any({MY_TEAMS})"
MINE = f"locator = {MY_RECEIPT}"

# The database itself keeps a report within the consent: its team's kind is true and consented,
# and the thread follows the report when it moves.
THREAD = ("reports_message", "reports_movement")
KEYS = """
alter table reports_report add constraint report_team_is_true
  foreign key (team_id, team_kind, holder) references people_team (id, kind, organisation_id);
""" + "".join(
    f"alter table {table} add constraint {table}_follows foreign key (report_id, team_id, locator) "
    "references reports_report (id, team_id, locator) on update cascade on delete cascade;\n"
    for table in THREAD
)
DROP_KEYS = "alter table reports_report drop constraint report_team_is_true;\n" + "".join(
    f"alter table {table} drop constraint {table}_follows;\n" for table in THREAD
)


class Migration(migrations.Migration):
    """Second wall: the database decides too."""

    dependencies = [("reports", "0001_initial"), ("people", "0002_policies"), ("sharing", "0002_policies")]
    operations = [
    migrations.RunSQL(KEYS, DROP_KEYS),
    *protect(
        "reports_report",
        select=f"({MAY_READ}) or {MINE}",
        insert=f"locator = {MY_RECEIPT}",
        update=f"{TEAMS} or {MINE}",
        restrict=f"{TEAMS} or {MINE}",
    ),
    *protect("reports_message", select=f"{TEAMS} or {MINE}", insert=f"{TEAMS} or {MINE}", delete=MINE),
    *protect("reports_movement", select=f"{TEAMS} or {MINE}", insert=f"{TEAMS} or {MINE}"),
    *protect("reports_gap", insert="true"),
]
