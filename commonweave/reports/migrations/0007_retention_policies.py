"""Rights, row policies and triggers of what is kept how long."""

from django.db import migrations

from commonweave.base.rls import ME, MY_RECEIPT, MY_TEAMS, WEB, WORKER, protect

TEAMS, MINE = f"team_id = any({MY_TEAMS})", f"locator = {MY_RECEIPT}"
ASKED = "agreed_by is null and agreed_on is null"

KEYS = """
alter table reports_hold add constraint reports_hold_follows foreign key (report_id, team_id, locator)
  references reports_report (id, team_id, locator) on update cascade on delete cascade;
alter table reports_hold add constraint hold_one_year check (until <= "on" + interval '1 year');
"""
# Days of a place may be one off the server's.
FUNCTION = """
create function reports_closed_stays() returns trigger language plpgsql as $$
begin
  if old.state = 'withdrawn' or old.erased_on is not null then
    raise exception 'report_is_gone' using errcode = 'check_violation';
  end if;
  if old.state <> 'closed' then
    if abs(new.closed_on - current_date) > 1 then
      raise exception 'report_closes_today' using errcode = 'check_violation';
    end if;
  elsif new.state = 'closed' then
    if (new.closed_on, new.outcome, new.team_id) is distinct from (old.closed_on, old.outcome, old.team_id) then
      raise exception 'report_closing_stays' using errcode = 'check_violation';
    end if;
  elsif new.state <> 'withdrawn' and (new.locator is distinct from viewer_receipt() or new.state <> 'routed'
      or new.team_id <> old.team_id or current_date - old.closed_on > 31) then
    raise exception 'report_resident_reopens' using errcode = 'check_violation';
  end if;
  return new;
end $$;
"""
TRIGGER = f"""
create trigger closed_stays before update on reports_report for each row
  when (current_user = '{WEB}' and (old.state in ('closed', 'withdrawn') or new.state = 'closed'))
  execute function reports_closed_stays();
revoke update on reports_hold from {WEB};
grant update (agreed_by, agreed_on) on reports_hold to {WEB};
"""
# Older servers have no such right: there autovacuum does it in its own time (docs/operations.md).
MAINTAIN = f"""
do $$ begin
  if current_setting('server_version_num')::int >= 170000 then
    execute 'grant maintain on reports_report, reports_message to {WORKER}';
  end if;
end $$;
"""


class Migration(migrations.Migration):
    """Second wall: what is gone stays gone, only a resident reopens, and nobody agrees to what they asked for."""

    dependencies = [("reports", "0006_retention")]
    operations = [
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        *protect(
            "reports_hold",
            select=f"{TEAMS} or {MINE}",
            insert=f'{TEAMS} and asked_by = {ME} and {ASKED} and abs("on" - current_date) <= 1',
            update=f"{TEAMS} and {ASKED}",
            update_check=f"{TEAMS} and agreed_by = {ME}",
            delete=f"{TEAMS} and {ASKED}",
        ),
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGER, migrations.RunSQL.noop),
        migrations.RunSQL(MAINTAIN, migrations.RunSQL.noop),
    ]
