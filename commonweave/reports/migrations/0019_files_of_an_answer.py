"""A team notes that it sent a file: one more of the steps that are its own."""

from django.db import migrations

from commonweave.base.rls import MY_RECEIPT, MY_TEAMS

TEAMS, MINE = f"team_id = any({MY_TEAMS})", f"locator = {MY_RECEIPT}"
THEIRS = (
    "'opened', 'answered', 'accepted', 'asked', 'handed_on', 'declined', 'closed', 'file_sent', "
    "'hold_asked', 'held', 'hold_declined', 'hold_ended'"
)
RESIDENTS = "'added', 'corrected', 'file_added', 'file_removed', 'widened', 'reopened', 'withdrawn', 'said_no'"
STEP = (
    f"(({TEAMS} and verb in ({THEIRS})) or ({MINE} and verb in ({RESIDENTS}))) and abs(\"on\" - current_date) <= 1 "
    "and from_team_id is not distinct from case when to_team_id is not null then team_id end"
)


class Migration(migrations.Migration):
    """Second wall: a team cannot say that the resident sent a file, nor the other way round."""

    dependencies = [("reports", "0018_what_is_new")]
    operations = [
        migrations.RunSQL(f"alter policy web_insert on reports_movement with check ({STEP});", migrations.RunSQL.noop)
    ]
