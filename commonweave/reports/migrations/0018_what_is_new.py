"""What may be put into a row when it is made, for whoever makes it: a new report is new, each writes only their own steps,
and a hand-over is about a report that its sender holds.
"""

from django.db import migrations

from commonweave.base.rls import ME, MY_RECEIPT, MY_TEAMS, WEB

TEAMS, MINE = f"team_id = any({MY_TEAMS})", f"locator = {MY_RECEIPT}"
PERSON = f"not (select people_is_program({ME}))"
# Days of a place may be one off the server's.
TODAY = 'abs("on" - current_date) <= 1'
RECEIVED = (
    f"{MINE} and state = 'routed' and tlp = 'AMBER+STRICT' and readers = '{{}}' and people = '{{}}' and outcome = '' "
    "and num_nonnulls(reminded_on, answered_on, closed_on, erased_on) = 0 and abs(received_on - current_date) <= 1"
)
THEIRS = (
    "'opened', 'answered', 'accepted', 'asked', 'handed_on', 'declined', 'closed', "
    "'hold_asked', 'held', 'hold_declined', 'hold_ended'"
)
RESIDENTS = "'added', 'corrected', 'file_added', 'file_removed', 'widened', 'reopened', 'withdrawn', 'said_no'"
STEP = (
    f"(({TEAMS} and verb in ({THEIRS})) or ({MINE} and verb in ({RESIDENTS}))) and {TODAY} "
    "and from_team_id is not distinct from case when to_team_id is not null then team_id end"
)
MAKE = f"""
alter policy web_insert on reports_report with check ({RECEIVED});
alter policy web_insert on reports_movement with check ({STEP});
alter policy web_insert on reports_message
  with check ((({TEAMS} and sender = 'team') or ({MINE} and sender = 'resident')) and {TODAY});
alter policy web_insert on reports_gap with check ({TODAY});
create policy program_insert on files_file as restrictive for insert to {WEB} with check ({PERSON});
create policy program_update on files_file as restrictive for update to {WEB} using ({PERSON});

create function reports_handover_is_true() returns trigger language plpgsql as $$
begin
  if not exists (select from reports_report r where r.id = new.subject and r.team_id = new.from_team_id) then
    raise exception 'handover_of_what_one_holds' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger handover_is_true before insert on referral_handover
  for each row when (current_user = '{WEB}' and new.subject_kind = 'report')
  execute function reports_handover_is_true();
"""


class Migration(migrations.Migration):
    """Second wall: nobody writes the past, the other side's steps, or a hand-over of what others hold."""

    dependencies = [("reports", "0017_fold"), ("files", "0002_policies"), ("referral", "0006_programs")]
    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
