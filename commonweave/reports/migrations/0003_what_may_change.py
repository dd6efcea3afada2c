"""What may change of a report at all, and what only its resident may: the second wall behind the rules of consent."""

from django.db import migrations

from commonweave.base.rls import MY_RECEIPT, MY_TEAMS, WEB

COLUMNS = (
    "state, team_id, team_kind, holder, climbed, reminded_on, due_on, answered_on, closed_on, outcome, "
    "consents, may_climb, body, keys"
)
TEAMS, MINE = f"team_id = any({MY_TEAMS})", f"locator = {MY_RECEIPT}"

MAKE = f"""
revoke update on reports_report from {WEB};
grant update ({COLUMNS}) on reports_report to {WEB};

create function reports_resident_decides() returns trigger language plpgsql as $$
begin
  if new.locator is distinct from viewer_receipt() then
    raise exception 'report_resident_decides' using errcode = 'check_violation';
  end if;
  if not (new.consents @> old.consents) or (old.may_climb and not new.may_climb) then
    raise exception 'report_consent_only_grows' using errcode = 'check_violation';
  end if;
  if new.body is not null and (new.body is distinct from old.body or new.keys is distinct from old.keys) then
    raise exception 'report_seal_stays' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger resident_decides before update on reports_report for each row
  when (current_user = '{WEB}' and (old.consents is distinct from new.consents
    or old.may_climb is distinct from new.may_climb or old.body is distinct from new.body
    or old.keys is distinct from new.keys)) execute function reports_resident_decides();

drop policy web_insert on reports_message;
create policy web_insert on reports_message for insert to {WEB}
  with check (({TEAMS} and sender = 'team') or ({MINE} and sender = 'resident'));
"""
UNDO = f"""
drop policy web_insert on reports_message;
create policy web_insert on reports_message for insert to {WEB} with check ({TEAMS} or {MINE});
drop trigger resident_decides on reports_report;
drop function reports_resident_decides();
grant update on reports_report to {WEB};
"""


class Migration(migrations.Migration):
    """A team cannot widen the consent of a report it holds, nobody can change to whom answers are sealed."""

    dependencies = [("reports", "0002_policies"), ("base", "0003_own_name")]
    operations = [migrations.RunSQL(MAKE, UNDO)]
