"""One member ends a hold early, in their own name and today; what two agreed to is otherwise as it was agreed."""

from django.db import migrations

from commonweave.base.rls import ME, MY_TEAMS, WEB

TEAMS = f"team_id = any({MY_TEAMS})"
MAKE = f"""
create function reports_hold_stays() returns trigger language plpgsql as $$
begin
  if old.agreed_by is not null and (
    (new.agreed_by, new.agreed_on) is distinct from (old.agreed_by, old.agreed_on) or old.ended_by is not null
    or new.ended_by is distinct from viewer_person() or abs(new.ended_on - current_date) > 1)
  or old.agreed_by is null and new.ended_by is not null then
    raise exception 'hold_stays' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger hold_stays before update of agreed_by, agreed_on, ended_by, ended_on on reports_hold
  for each row when (current_user = '{WEB}') execute function reports_hold_stays();
grant update (ended_by, ended_on) on reports_hold to {WEB};
create policy web_end on reports_hold for update to {WEB}
  using ({TEAMS} and agreed_by is not null and ended_by is null) with check ({TEAMS} and ended_by = {ME});
"""


class Migration(migrations.Migration):
    """Second wall of ending a hold."""

    dependencies = [("reports", "0015_hold_ends_early")]
    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
