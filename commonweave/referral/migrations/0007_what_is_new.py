"""A hand-over begins at its beginning, and only whoever it is about takes it back."""

from django.db import migrations

from commonweave.base.rls import MY_RECEIPT, MY_TEAMS

FROM_US, TO_US = f"from_team_id = any({MY_TEAMS})", f"to_team_id = any({MY_TEAMS})"
DAYS = "seen_on, accepted_on, declined_on, done_on, returned_on, moved_on, withdrawn_on"
MAKE = f"""
alter policy web_insert on referral_handover with check (
  {FROM_US} and state = 'sent' and num_nonnulls({DAYS}) = 0 and decline_reason = '' and outcome = '');
alter policy web_update on referral_handover using ({TO_US})
  with check ({TO_US} and (state <> 'withdrawn' or {MY_RECEIPT} is not null));
"""


class Migration(migrations.Migration):
    """Second wall: no team writes that a resident took something back."""

    dependencies = [("referral", "0006_programs")]
    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
