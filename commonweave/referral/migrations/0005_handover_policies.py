"""Rights, row policies and the way of a hand-over: both teams see how it stands, only the receiver goes on with it."""

from django.db import migrations

from commonweave.base.rls import MY_TEAMS, WEB, protect

FROM_US, TO_US = f"from_team_id = any({MY_TEAMS})", f"to_team_id = any({MY_TEAMS})"
COLUMNS = (
    "state, due_on, seen_on, accepted_on, declined_on, done_on, moved_on, withdrawn_on, decline_reason, outcome"
)
# Whoever changes it, the worker too: no step is left out, and what is over stays as it is.
STEPS = """
create function referral_handover_goes_on() returns trigger language plpgsql as $$
begin
  if (old.state, new.state) not in (
    ('sent', 'sent'), ('sent', 'seen'), ('sent', 'returned'), ('sent', 'moved'), ('sent', 'withdrawn'),
    ('seen', 'accepted'), ('seen', 'declined'), ('seen', 'returned'), ('seen', 'moved'), ('seen', 'withdrawn'),
    ('accepted', 'done'), ('accepted', 'moved'), ('accepted', 'withdrawn'))
  then
    raise exception 'handover_goes_on' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger goes_on before update on referral_handover for each row
  execute function referral_handover_goes_on();
"""


class Migration(migrations.Migration):
    """Second wall: neither team writes the other's steps."""

    dependencies = [("referral", "0004_handover"), ("base", "0002_policies")]
    operations = [
        *protect(
            "referral_handover",
            select=f"{FROM_US} or {TO_US}",
            insert=f"{FROM_US} and state = 'sent'",
            update=TO_US,
        ),
        migrations.RunSQL(
            STEPS + f"revoke update on referral_handover from {WEB};\n"
            f"grant update ({COLUMNS}) on referral_handover to {WEB};",
            migrations.RunSQL.noop,
        ),
    ]
