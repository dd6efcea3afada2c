"""Rights and row policies of the floor `people`."""

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, ME, MY_ORGANISATIONS, grant, protect

# A team's kind is its organisation's kind: a coordinating ministry cannot hold a team.
KIND_KEY = """
alter table people_team add constraint team_kind_is_organisations
  foreign key (organisation_id, kind) references people_organisation (id, kind);
alter table people_membership add constraint membership_team_of_organisation_kind
  check (team_id is null or role = 'reader');
"""
DROP_KIND_KEY = """
alter table people_team drop constraint team_kind_is_organisations;
alter table people_membership drop constraint membership_team_of_organisation_kind;
"""


class Migration(migrations.Migration):
    """Second wall: the database decides too."""

    dependencies = [("people", "0001_initial"), ("base", "0002_policies")]
    operations = [
    migrations.RunSQL(KIND_KEY, DROP_KIND_KEY),
    grant("people_demonstration"),
    grant("people_person", web="select, insert, update"),
    grant("people_invitation", web="select, insert, update"),
    *protect("people_organisation", select="true", insert=ADMINISTRATOR, update=ADMINISTRATOR),
    *protect(
        "people_proposal",
        select=ADMINISTRATOR,
        insert=f"{ADMINISTRATOR} and proposed_by_id = {ME} and proposed_for_id = any({MY_ORGANISATIONS}) and state = 'open'",
        update=f"{ADMINISTRATOR} and state = 'open'",
        update_check=f"decided_by_id = {ME} and decided_for_id = any({MY_ORGANISATIONS})",
    ),
    *protect("people_team", select="true", insert=f"{ADMINISTRATOR} and not founding", update=ADMINISTRATOR),
    *protect("people_coverage", select="true", insert=f"{ADMINISTRATOR} and not founding", update=ADMINISTRATOR),
    *protect(
        "people_membership",
        select=f"person_id = {ME} or organisation_id = any({MY_ORGANISATIONS}) or {ADMINISTRATOR}",
        insert=f"({ADMINISTRATOR} or person_id = {ME}) and not founding",
        update=f"person_id = {ME} or {ADMINISTRATOR}",
    ),
]
