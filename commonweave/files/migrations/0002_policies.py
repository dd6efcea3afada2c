"""Rights and row policies of the floor `files`."""

from django.db import migrations

from commonweave.base.rls import MY_RECEIPT, MY_TEAMS, WEB, protect

TEAMS, MINE = f"team_id = any({MY_TEAMS})", f"locator = {MY_RECEIPT}"

# Wraps are added and never exchanged; only those for retired keys of organisations may be taken off.
MAKE = f"""
create function files_keys_only_grow() returns trigger language plpgsql as $$
begin
  if exists (select from jsonb_each(old.keys) was where new.keys -> was.key is distinct from was.value
      and (new.keys ? was.key or not exists (
        select from people_organisationkey k where k.id::text = was.key and k.retired_on is not null))) then
    raise exception 'file_seal_stays' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger keys_only_grow before update of keys on files_file
  for each row when (current_user = '{WEB}') execute function files_keys_only_grow();
revoke update on files_file from {WEB};
grant update (keys) on files_file to {WEB};
"""  # noqa: S608 our own words


class Migration(migrations.Migration):
    """Second wall: a file is read by the team that holds its subject and by whoever holds the receipt."""

    dependencies = [("files", "0001_initial"), ("base", "0002_policies"), ("people", "0009_key_policies")]
    operations = [
        *protect(
            "files_file",
            select=f"{TEAMS} or {MINE}",
            insert=f"({TEAMS} and sender = 'team') or ({MINE} and sender = 'resident')",
            update=f"{TEAMS} or {MINE}",
            delete=MINE,
        ),
        migrations.RunSQL(MAKE, migrations.RunSQL.noop),
    ]
