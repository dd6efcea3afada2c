"""Data keys may be wrapped for more recipients by whoever may read; what is sealed, and the receipt's own key, stay."""

from django.db import migrations

from commonweave.base.rls import MY_RECEIPT, MY_TEAMS, WEB

READERS = f"team_id = any({MY_TEAMS}) or locator = {MY_RECEIPT}"
FUNCTIONS = """
-- Only what was wrapped for a retired key of an organisation may be left out.
create function reports_keys_may_become(before jsonb, after jsonb) returns boolean
  stable language sql as $$
  select not exists (
    select from jsonb_each(before) was where after -> was.key is distinct from was.value and (after ? was.key
      or not exists (select from people_organisationkey k where k.id::text = was.key and k.retired_on is not null))
  ) $$;

create or replace function reports_resident_decides() returns trigger language plpgsql as $$
begin
  if (new.consents is distinct from old.consents or new.may_climb is distinct from old.may_climb
      or new.body is distinct from old.body) and new.locator is distinct from viewer_receipt() then
    raise exception 'report_resident_decides' using errcode = 'check_violation';
  end if;
  if not (new.consents @> old.consents) or (old.may_climb and not new.may_climb) then
    raise exception 'report_consent_only_grows' using errcode = 'check_violation';
  end if;
  if new.body is not null and (new.body is distinct from old.body or not reports_keys_may_become(old.keys, new.keys)) then
    raise exception 'report_seal_stays' using errcode = 'check_violation';
  end if;
  return new;
end $$;

create function reports_keys_only_grow() returns trigger language plpgsql as $$
begin
  if not reports_keys_may_become(old.keys, new.keys) then
    raise exception 'message_seal_stays' using errcode = 'check_violation';
  end if;
  return new;
end $$;
"""
MAKE = f"""
create trigger keys_only_grow before update of keys on reports_message
  for each row when (current_user = '{WEB}') execute function reports_keys_only_grow();
grant update (keys) on reports_message to {WEB};
create policy web_update on reports_message for update to {WEB} using ({READERS});
"""


class Migration(migrations.Migration):
    """Second wall: nobody can take the resident's own key away, or exchange what was sealed."""

    dependencies = [("reports", "0004_one_key_on_team"), ("people", "0009_key_policies")]
    operations = [migrations.RunSQL(FUNCTIONS + MAKE, migrations.RunSQL.noop)]
