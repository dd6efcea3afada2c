"""A program hands reports in for others only where people of its organisation may write them down."""

from django.db import migrations

from commonweave.base.rls import WEB

MAKE = f"""
create function people_check_hands_in() returns trigger language plpgsql as $$
begin
  if not exists (select from people_team t where t.organisation_id = new.organisation_id) and not exists (
    select from people_trust t join people_organisation o on o.id = t.organisation_id
    where t.organisation_id = new.organisation_id and upper_inf(t.during) and o.kind not in ('ministry', 'funder')
  ) then
    raise exception 'credential_of_no_helper' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger hands_in before insert on people_credential
  for each row when (current_user = '{WEB}' and 'submit' = any(new.rights)) execute function people_check_hands_in();
"""  # noqa: S608 our own words


class Migration(migrations.Migration):
    """Second wall: who collects what people tell was agreed on by two, by whichever way they collect it."""

    dependencies = [("people", "0015_team_clocks_rights")]
    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
