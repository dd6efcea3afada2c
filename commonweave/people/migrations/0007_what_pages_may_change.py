"""What the pages' role may change, held up by the database: ends of coverages, invitations, and people's accounts.

The triggers bind the pages only; the worker and whoever migrates are free.
"""

from django.db import migrations

from commonweave.base.rls import WEB

# `now()` is when the request began; somebody may be at work at midnight.
TODAY = """
create function people_is_today(day date) returns boolean stable language sql
  as $$ select day in ((now() at time zone 'UTC')::date, (clock_timestamp() at time zone 'UTC')::date) $$;
"""

COVERAGE = """
create function people_check_end_of_coverage() returns trigger language plpgsql as $$
declare
  last date := coalesce(upper(new.during), lower(old.during));
begin
  if current_user <> 'commonweave_web' then return new; end if;
  if new.during <> daterange(lower(old.during), last) or not people_is_today(last) then
    raise exception 'coverage_ends_today' using errcode = 'check_violation';
  end if;
  -- Agreed is its end, or another coverage of the same team and place, which is made right after this.
  if not exists (
    select from people_proposal p where p.state = 'approved' and (
      (p.verb = 'end_coverage' and p.payload ->> 'coverage' = new.id::text)
      or (p.verb = 'cover' and p.payload ->> 'team' = new.team_id::text
        and p.payload ->> 'place' is not distinct from new.place_id::text
        and p.payload ->> 'area' is not distinct from new.area_id::text
        and not exists (select from people_coverage c where c.id::text = p.payload ->> 'coverage')))
  ) then
    raise exception 'coverage_end_not_approved' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger approved_end before update of during on people_coverage
  for each row execute function people_check_end_of_coverage();
"""

INVITATION = """
create function people_check_invitation() returns trigger language plpgsql as $$
declare
  today date := (now() at time zone 'UTC')::date;
begin
  if current_user <> 'commonweave_web' then return new; end if;
  if new.accepted_on is distinct from old.accepted_on and (
    old.accepted_on is not null or old.token_hash is distinct from viewer_invitation() or old.expires_on <= today
    or people_is_today(new.accepted_on) is not true
  ) then
    raise exception 'invitation_not_redeemed' using errcode = 'check_violation';
  end if;
  if new.expires_on = old.expires_on then return new; end if;
  if new.expires_on > old.expires_on or old.accepted_on is not null then
    raise exception 'invitation_only_ends' using errcode = 'check_violation';
  end if;
  -- Withdrawn by whoever sent it, by an administrator of that organisation, by any where it has none, or because
  -- sender or receiver no longer work here.
  if (
    old.invited_by_id = viewer_person()
    or exists (
      select from people_membership m where m.role = 'administrator' and m.during @> today
        and m.organisation_id = old.organisation_id and m.person_id = viewer_person())
    or not exists (
      select from people_membership m where m.role = 'administrator' and m.during @> today
        and m.organisation_id = old.organisation_id)
    or exists (
      select from people_membership m join people_person p on p.id = m.person_id
      where not m.during @> today
        and (p.id = old.invited_by_id or (p.email = old.email and m.organisation_id = old.organisation_id)))
  ) is not true then
    raise exception 'invitation_of_others' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger own_invitation before update on people_invitation
  for each row execute function people_check_invitation();
"""

COLUMNS = f"""
revoke update on people_person from {WEB};
grant update (email, password, last_login, sessions) on people_person to {WEB};
"""

# Signing in and opening a link from a mail happen before anybody is known: then a row may change that is nobody's own.
PERSON = """
create function people_check_own_row() returns trigger language plpgsql as $$
begin
  if current_user <> 'commonweave_web' then return new; end if;
  if new.sessions <> old.sessions and (
    new.sessions < old.sessions
    or (old.id is distinct from viewer_person() and not 'administrator' = any(viewer_roles()))
  ) then
    raise exception 'person_sessions_of_others' using errcode = 'check_violation';
  end if;
  if viewer_person() <> old.id
    and (new.email, new.password, new.last_login) is distinct from (old.email, old.password, old.last_login)
  then
    raise exception 'person_is_somebody_else' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger own_row before update on people_person
  for each row execute function people_check_own_row();

create function people_check_new_account() returns trigger language plpgsql as $$
begin
  if current_user = 'commonweave_web' and not exists (
    select from people_invitation i where i.token_hash = viewer_invitation() and i.accepted_on is null
      and i.email = new.email and i.invited_by_id is not distinct from new.made_by_id
  ) then
    raise exception 'person_not_invited' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger invited before insert on people_person
  for each row execute function people_check_new_account();
"""

UNDO = f"""
drop trigger invited on people_person;
drop function people_check_new_account();
drop trigger own_row on people_person;
drop function people_check_own_row();
grant update on people_person to {WEB};
drop trigger own_invitation on people_invitation;
drop function people_check_invitation();
drop trigger approved_end on people_coverage;
drop function people_check_end_of_coverage();
drop function people_is_today(date);
"""


class Migration(migrations.Migration):
    """Second walls behind `actions`."""

    dependencies = [("people", "0006_demonstration")]
    operations = [migrations.RunSQL(TODAY + COVERAGE + INVITATION + COLUMNS + PERSON, UNDO)]
