"""The database holds up the rule of the second person too: what web code forgets, it refuses."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower

from commonweave.base.rls import ADMINISTRATOR, ME, MY_ORGANISATIONS, OWNER, WEB, protect

# What may change at all, and by whom; everything else about these rows stays as it was made.
COLUMNS = f"""
revoke update on people_membership, people_coverage, people_team, people_proposal, people_invitation from {WEB};
grant update (during) on people_membership to {WEB};
grant update (during) on people_coverage to {WEB};
grant update (names, telephone, hours) on people_team to {WEB};
grant update (state, decided_by_id, decided_for_id, decided_on, decision_reason) on people_proposal to {WEB};
grant update (accepted_on, expires_on) on people_invitation to {WEB};
drop policy web_update on people_membership;
create policy web_update on people_membership for update to {WEB} using ({ADMINISTRATOR});
drop policy web_insert on people_membership;
create policy web_insert on people_membership for insert to {WEB} with check (person_id = {ME});
"""

INVITED = """
create function viewer_invitation() returns bytea stable parallel safe language sql
  as $$ select decode(nullif(current_setting('cw.invitation', true), ''), 'hex') $$;
"""
MY_INVITATION = "token_hash = (select viewer_invitation())"

# The functions below run as the owner, who otherwise sees no row under FORCE ROW LEVEL SECURITY.
OWNER_READS = "".join(
    f"create policy owner_reads on people_{table} for select to {OWNER} using (true);\n"
    for table in ("proposal", "membership", "invitation")
)

SECOND_PERSON = """
create function people_approved(which uuid, what text, facts jsonb) returns boolean
  stable security definer set search_path = public, pg_temp language sql as $$
  select exists (
    select from people_proposal p
    where p.id = which and p.state = 'approved' and p.verb = what and p.payload @> facts
  ) $$;

create function people_origin(who uuid) returns setof uuid
  stable security definer set search_path = public, pg_temp language sql as $$
  with recursive line (id) as (
    select who
    union
    select giver.id from line join (
      select p.id as person, p.made_by_id as id from people_person p where p.made_by_id is not null
      union all
      select m.person_id, m.granted_by_id from people_membership m
      where m.role = 'administrator' and m.granted_by_id is not null
    ) giver on giver.person = line.id
  )
  select id from line $$;

create function people_check_decision() returns trigger
  security definer set search_path = public, pg_temp language plpgsql as $$
begin
  if new.state <> 'approved' or old.state = 'approved' then return new; end if;
  if exists (select people_origin(new.proposed_by_id) intersect select people_origin(new.decided_by_id)) then
    raise exception 'proposal_same_origin' using errcode = 'check_violation';
  end if;
  if not exists (
    select from people_membership m where m.person_id = new.decided_by_id and m.role = 'administrator'
      and m.organisation_id = new.decided_for_id and m.during @> (now() at time zone 'UTC')::date
  ) then
    raise exception 'proposal_not_decided_by_administrator' using errcode = 'check_violation';
  end if;
  if exists (
    select from people_membership m where m.during @> (now() at time zone 'UTC')::date and (
      (m.person_id = new.decided_by_id and m.organisation_id = new.proposed_for_id)
      or (m.person_id = new.proposed_by_id and m.organisation_id = new.decided_for_id))
  ) then
    raise exception 'proposal_same_organisation' using errcode = 'check_violation';
  end if;
  if exists (
    select from people_person p where p.id = new.decided_by_id and p.email = new.payload ->> 'email'
  ) then
    raise exception 'proposal_for_oneself' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger second_person before update on people_proposal
  for each row execute function people_check_decision();

create function people_proposer(which uuid) returns uuid
  stable security definer set search_path = public, pg_temp language sql as $$
  select p.proposed_by_id from people_proposal p where p.id = which $$;

create function people_check_approval() returns trigger language plpgsql as $$
declare
  agreed boolean;
begin
  if tg_table_name = 'people_membership' and current_user = 'commonweave_web' then
    -- A web request can only redeem the invitation whose token it was given; that one was checked when it was made.
    agreed := exists (
      select from people_invitation i join people_person p on p.email = i.email
      where i.token_hash = viewer_invitation() and i.accepted_on is null
        and i.expires_on > (now() at time zone 'UTC')::date and p.id = new.person_id
        and i.organisation_id = new.organisation_id and i.role = new.role and i.founding = new.founding
        and i.team_id is not distinct from new.team_id and i.proposal_id is not distinct from new.proposal_id
        and i.invited_by_id is not distinct from new.granted_by_id);
  elsif new.founding then
    agreed := current_user <> 'commonweave_web';
  elsif tg_table_name = 'people_team' then
    agreed := people_approved(new.proposal_id, 'new_team',
      jsonb_build_object('team', new.id, 'organisation', new.organisation_id, 'kind', new.kind));
  elsif tg_table_name = 'people_coverage' then
    agreed := people_approved(new.proposal_id, 'cover', jsonb_build_object('coverage', new.id, 'team', new.team_id,
      'place', new.place_id, 'area', new.area_id, 'report_kinds', to_jsonb(new.report_kinds)));
  elsif new.proposal_id is null then
    agreed := new.role in ('member', 'coordinator');
  elsif tg_table_name = 'people_invitation' then
    agreed := new.invited_by_id = people_proposer(new.proposal_id)
      and people_approved(new.proposal_id, 'grant', jsonb_build_object(
        'organisation', new.organisation_id, 'role', new.role, 'team', new.team_id, 'email', new.email));
  else
    agreed := people_approved(new.proposal_id, 'grant', jsonb_build_object(
      'organisation', new.organisation_id, 'role', new.role, 'team', new.team_id));
  end if;
  if agreed is not true then
    raise exception '%_not_approved', tg_table_name using errcode = 'check_violation';
  end if;
  return new;
end $$;

create function people_during_only_ends() returns trigger language plpgsql as $$
begin
  if not new.during <@ old.during then
    raise exception '%_only_ends', tg_table_name using errcode = 'check_violation';
  end if;
  return new;
end $$;
"""
TRIGGERS = "".join(
    f"create trigger approved before insert on people_{table} for each row execute function people_check_approval();\n"
    for table in ("team", "coverage", "membership", "invitation")
) + "".join(
    f"create trigger only_ends before update of during on people_{table} "
    "for each row execute function people_during_only_ends();\n"
    for table in ("coverage", "membership")
)


class Migration(migrations.Migration):
    """Who made whom, sessions that can be ended, and the second wall behind approvals."""

    dependencies = [("people", "0002_policies")]
    operations = [
        migrations.AddField(
            "person",
            "made_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="made",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("person", "sessions", models.PositiveIntegerField(default=0)),
        migrations.AddConstraint(
            "person",
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="person_email_lower_case"),
        ),
        migrations.RunSQL(INVITED, "drop function viewer_invitation();"),
        *protect(
            "people_invitation",
            select=f"{ADMINISTRATOR} or {MY_INVITATION}",
            insert=f"{ADMINISTRATOR} and not founding and (proposal_id is not null "
            f"or (invited_by_id = {ME} and organisation_id = any({MY_ORGANISATIONS})))",
            update=f"{ADMINISTRATOR} or {MY_INVITATION}",
        ),
        migrations.RunSQL(COLUMNS, migrations.RunSQL.noop),
        migrations.RunSQL(OWNER_READS, migrations.RunSQL.noop),
        migrations.RunSQL(SECOND_PERSON + TRIGGERS, migrations.RunSQL.noop),
    ]
