"""Who administers one organisation and is a member of another administers nothing there, for the database too."""

from django.db import migrations

from commonweave.base.rls import ADMINISTERED, ADMINISTRATOR, ME, MY_ORGANISATIONS

OF_A_KEY = f"proposed_for_id = any({MY_ORGANISATIONS}) and payload ->> 'organisation' = proposed_for_id::text"
POLICIES = f"""
alter policy web_insert on people_proposal with check (proposed_by_id = {ME} and state = 'open'
  and (verb = 'key' and {OF_A_KEY} or verb <> 'key' and proposed_for_id = any({ADMINISTERED})));
alter policy web_update on people_proposal
  with check (decided_by_id = {ME} and decided_for_id = any({ADMINISTERED}));
alter policy web_insert on people_invitation with check ({ADMINISTRATOR} and not founding and (proposal_id is not null
  or (invited_by_id = {ME} and organisation_id = any({ADMINISTERED}))));
alter policy web_insert on people_credential with check (made_by_id = {ME}
  and organisation_id = any({ADMINISTERED}) and num_nonnulls(ended_on, used_on) = 0);
"""


class Migration(migrations.Migration):
    """Only what belongs to one organisation: teams, coverage and vocabulary are the whole place's."""

    dependencies = [("people", "0016_who_hands_in"), ("base", "0007_administered")]
    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
