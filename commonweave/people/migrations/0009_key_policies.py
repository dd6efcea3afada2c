"""Rights and row policies of keys, and which key reports are sealed to."""

from importlib import import_module

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, ME, MY_ORGANISATIONS, OWNER, WEB, protect

on_change = import_module("commonweave.places.migrations.0003_new_edition").on_change
MINE = f"person_id = {ME}"
OURS = f"organisation_id = any({MY_ORGANISATIONS})"

# A key counts once a second person elsewhere agreed to these very bytes; it never changes, and never comes back.
FUNCTIONS = """
create function people_check_key() returns trigger language plpgsql as $$
begin
  if (old.retired_on is not null and (new.retired_on is distinct from old.retired_on or old.approved_on is null))
    or (old.approved_on is not null
      and (new.approved_on, new.proposal_id) is distinct from (old.approved_on, old.proposal_id))
    or (new.approved_on is null and new.proposal_id is not null)
    or (old.left_on is not null and new.left_on is distinct from old.left_on)
  then
    raise exception 'organisation_key_stays' using errcode = 'check_violation';
  end if;
  if old.approved_on is null and new.approved_on is not null and (people_is_today(new.approved_on)
    and people_approved(new.proposal_id, 'key', jsonb_build_object(
      'key', new.id, 'organisation', new.organisation_id, 'public', encode(new.public, 'hex')))) is not true
  then
    raise exception 'organisation_key_not_approved' using errcode = 'check_violation';
  end if;
  -- Without a key nothing reaches an organisation: one in use ends only for another that was agreed to just now.
  if old.approved_on is not null and old.retired_on is null and new.retired_on is not null and (people_is_today(new.retired_on) and exists (
    select from people_proposal p where p.state = 'approved' and p.verb = 'key'
      and p.payload ->> 'organisation' = old.organisation_id::text and p.payload ->> 'key' <> old.id::text
      and not exists (select from people_organisationkey k where k.proposal_id = p.id))) is not true
  then
    raise exception 'organisation_key_in_use' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create function people_reads_for(which uuid, who uuid) returns boolean
  stable security definer set search_path = public, pg_temp language sql as $$
  select exists (
    select from people_organisationkey k
    join people_membership m on m.organisation_id = k.organisation_id and m.person_id = who
      and m.team_id is not null and m.during @> (now() at time zone 'UTC')::date
    where k.id = which
  ) $$;

-- A key is given by somebody who holds it (or who has just made it) to somebody who reads for the same organisation.
create function people_may_hold(which uuid, who uuid) returns boolean
  stable security definer set search_path = public, pg_temp language sql as $$
  select people_reads_for(which, who) and exists (
    select from people_organisationkey k where k.id = which and (k.made_by_id = viewer_person() or exists (
      select from people_heldkey h where h.key_id = k.id and h.person_id = viewer_person()))
  ) $$;

create function people_colleague(who uuid) returns boolean
  stable security definer set search_path = public, pg_temp language sql as $$
  select exists (
    select from people_membership m where m.person_id = who and m.organisation_id = any(viewer_organisations())
  ) $$;

-- What intake seals to: approved in the journal with this fingerprint, not retired, held by somebody who reads there.
create function people_intake_keys() returns table (organisation uuid, key uuid, public bytea)
  stable security definer set search_path = public, pg_temp language sql as $$
  select k.organisation_id, k.id, k.public from people_organisationkey k
  where k.approved_on is not null and k.retired_on is null
    and exists (select from people_heldkey h where h.key_id = k.id and people_reads_for(k.id, h.person_id))
    and exists (
      select from base_journalentry e where e.verb = 'key.approved' and e.subject = k.id
        and e.facts ->> 'fingerprint' = left(encode(sha256(k.public), 'hex'), 32)
    ) $$;
create index journal_keys on base_journalentry (subject) where verb = 'key.approved';

"""
CHECKS = f"""
revoke update on people_organisationkey from {WEB};
grant update (approved_on, retired_on, left_on, proposal_id) on people_organisationkey to {WEB};
create trigger key_stays before update on people_organisationkey
  for each row when (current_user = '{WEB}') execute function people_check_key();

-- Readers, too, change who holds a key: every process has to learn of it.
alter policy web_update on places_edition using (true);

drop policy web_insert on people_proposal;
create policy web_insert on people_proposal for insert to {WEB}
  with check (proposed_by_id = {ME} and proposed_for_id = any({MY_ORGANISATIONS}) and state = 'open'
    and (verb = 'key' or {ADMINISTRATOR}) and (verb <> 'key' or payload ->> 'organisation' = proposed_for_id::text));
"""
OWNER_READS = "".join(
    f"create policy owner_reads on {table} for select to {OWNER} using (true);\n"
    for table in ("people_organisationkey", "people_heldkey", "base_journalentry")
)

class Migration(migrations.Migration):
    """Second wall: a key that nobody approved seals nothing, and nobody takes a key for themselves."""

    dependencies = [("people", "0008_keys"), ("base", "0004_one_index_less")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        *protect("people_memberkey", select=f"{MINE} or people_colleague(person_id)", insert=MINE, update=MINE),
        *protect("people_memberlock", select=MINE, insert=MINE, update=MINE),
        *protect(
            "people_organisationkey",
            select="true",
            insert=f"{OURS} and made_by_id = {ME} and not founding "
            "and num_nonnulls(approved_on, retired_on, left_on, proposal_id) = 0",
            update=f"{OURS} or {ADMINISTRATOR}",
        ),
        *protect(
            "people_heldkey",
            select=f"{MINE} or people_reads_for(key_id, {ME}) or {ADMINISTRATOR}",
            insert="people_may_hold(key_id, person_id)",
            delete=f"{MINE} or ({ADMINISTRATOR} and not people_reads_for(key_id, person_id))",
        ),
        migrations.RunSQL(CHECKS, migrations.RunSQL.noop),
        migrations.RunSQL(OWNER_READS, migrations.RunSQL.noop),
        on_change("people_organisationkey", "people_heldkey"),
    ]
