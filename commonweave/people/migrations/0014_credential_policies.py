"""Rights and row policies of API credentials: a program is a member, and a narrower one than any person."""

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, ME, MY_ORGANISATIONS, OWNER, WEB, protect

PERSON = f"not (select people_is_program({ME}))"

FUNCTIONS = """
alter table people_credential add constraint credential_one_year check (ends_on <= made_on + 366);
create function viewer_credential() returns bytea stable parallel safe language sql
  as $$ select decode(nullif(current_setting('cw.credential', true), ''), 'hex') $$;

create function people_is_program(who uuid) returns boolean
  stable security definer set search_path = public, pg_temp language sql as $$
  select exists (select from people_credential c where c.person_id = who) $$;

-- A person's role decides; a program needs the right besides, as long as its credential lasts.
create function people_has_right(who uuid, what text) returns boolean
  stable security definer set search_path = public, pg_temp language sql as $$
  select not exists (
    select from people_credential c where c.person_id = who and (not what = any(c.rights) or c.ended_on is not null
      or c.ends_on < (now() at time zone 'UTC')::date)
  ) $$;

create or replace function people_may_hold(which uuid, who uuid) returns boolean
  stable security definer set search_path = public, pg_temp language sql as $$
  select people_reads_for(which, who) and people_has_right(who, 'open') and not people_is_program(viewer_person())
    and exists (
      select from people_organisationkey k where k.id = which and (k.made_by_id = viewer_person() or exists (
        select from people_heldkey h where h.key_id = k.id and h.person_id = viewer_person()))
    ) $$;

-- A program that holds the key replaces nobody: without a person who can open, nothing comes.
create or replace function people_intake_keys() returns table (organisation uuid, key uuid, public bytea)
  stable security definer set search_path = public, pg_temp language sql as $$
  select k.organisation_id, k.id, k.public from people_organisationkey k
  where k.approved_on is not null and k.retired_on is null
    and exists (select from people_heldkey h where h.key_id = k.id and people_reads_for(k.id, h.person_id)
      and not people_is_program(h.person_id))
    and exists (
      select from base_journalentry e where e.verb = 'key.approved' and e.subject = k.id
        and e.facts ->> 'fingerprint' = left(encode(sha256(k.public), 'hex'), 32)
    ) $$;

create function people_check_credential() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not people_is_today(new.made_on) or not exists (
      select from people_membership m where m.person_id = new.made_by_id and m.role = 'administrator'
        and m.organisation_id = new.organisation_id and m.during @> (now() at time zone 'UTC')::date
    ) or not exists (
      select from people_person p where p.id = new.person_id and not p.is_active and p.made_by_id = new.made_by_id
        and p.email = new.person_id || '@credential.localhost'
    ) or not exists (
      select from people_team t where new.team_id is null or (t.id = new.team_id and t.organisation_id = new.organisation_id)
    ) then
      raise exception 'credential_not_made_here' using errcode = 'check_violation';
    end if;
  elsif (new.used_on is distinct from old.used_on and (
      old.name is distinct from viewer_credential() or people_is_today(new.used_on) is not true))
    or (new.ended_on is distinct from old.ended_on and (
      old.ended_on is not null or people_is_today(new.ended_on) is not true or not 'administrator' = any(viewer_roles())))
  then
    raise exception 'credential_only_ends' using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- An account for a program: nobody signs in to it, and only whoever makes it stands behind it.
create or replace function people_check_new_account() returns trigger language plpgsql as $$
begin
  if current_user = 'commonweave_web' and not exists (
    select from people_invitation i where i.token_hash = viewer_invitation() and i.accepted_on is null
      and i.email = new.email and i.invited_by_id is not distinct from new.made_by_id
  ) and not (
    'administrator' = any(viewer_roles()) and new.made_by_id = viewer_person() and not new.is_active
    and new.email = new.id || '@credential.localhost' and new.password like '!%'
  ) then
    raise exception 'person_not_invited' using errcode = 'check_violation';
  end if;
  return new;
end $$;

create function people_program_stays() returns trigger language plpgsql as $$
begin
  if current_user = 'commonweave_web' and people_is_program(old.id) then
    raise exception 'program_never_signs_in' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger program_stays before update of email, password, last_login on people_person
  for each row execute function people_program_stays();

-- A program reads for one team, agreed to by a second person with these rights, this key and this end.
create function people_check_program() returns trigger language plpgsql as $$
begin
  if not exists (
    select from people_credential c join people_memberkey k on k.person_id = c.person_id
    where c.person_id = new.person_id and c.organisation_id = new.organisation_id and c.team_id = new.team_id
      and c.ended_on is null and upper(new.during) = c.ends_on + 1 and not new.founding
      and people_approved(new.proposal_id, 'credential', jsonb_build_object(
        'credential', c.person_id, 'organisation', c.organisation_id, 'team', c.team_id, 'rights', to_jsonb(c.rights),
        'ends_on', c.ends_on, 'public', encode(k.public, 'hex')))
  ) or new.role <> 'reader' or new.granted_by_id is distinct from people_proposer(new.proposal_id) then
    raise exception 'program_not_approved' using errcode = 'check_violation';
  end if;
  return new;
end $$;
"""
TRIGGERS = f"""
revoke update on people_credential from {WEB};
grant update (ended_on, used_on) on people_credential to {WEB};
create trigger made_here before insert or update on people_credential
  for each row when (current_user = '{WEB}') execute function people_check_credential();
drop trigger approved on people_membership;
create trigger approved before insert on people_membership for each row
  when (not people_is_program(new.person_id)) execute function people_check_approval();
create trigger approved_program before insert on people_membership for each row
  when (people_is_program(new.person_id)) execute function people_check_program();
create policy owner_reads on people_credential for select to {OWNER} using (true);
"""
# Nothing of what makes others read, and nothing about itself: it cannot even change its own key.
NEVER = "".join(
    f"create policy person_{command} on {table} as restrictive for {command} to {WEB} {clause} ({PERSON});\n"
    for table, command, clause in (
        ("people_proposal", "insert", "with check"),
        ("people_proposal", "update", "using"),
        ("people_organisationkey", "insert", "with check"),
        ("people_organisationkey", "update", "using"),
        ("people_memberkey", "update", "using"),
        ("people_memberlock", "insert", "with check"),
        ("people_heldkey", "delete", "using"),
        ("people_invitation", "insert", "with check"),
        ("people_membership", "update", "using"),
    )
)


class Migration(migrations.Migration):
    """Second wall: a credential is no way around the second person."""

    dependencies = [("people", "0013_credentials")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        *protect(
            "people_credential",
            select=f"name = (select viewer_credential()) or person_id = {ME} "
            f"or organisation_id = any({MY_ORGANISATIONS}) or {ADMINISTRATOR}",
            insert=f"{ADMINISTRATOR} and made_by_id = {ME} and organisation_id = any({MY_ORGANISATIONS}) "
            "and num_nonnulls(ended_on, used_on) = 0",
            update=f"name = (select viewer_credential()) or {ADMINISTRATOR}",
        ),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(NEVER, migrations.RunSQL.noop),
    ]
