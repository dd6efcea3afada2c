"""Rights and row policies of trusted groups: nobody becomes one without a second person elsewhere."""

from importlib import import_module

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, WEB, protect

on_change = import_module("commonweave.places.migrations.0003_new_edition").on_change

FUNCTION = """
create function people_check_trust() returns trigger language plpgsql as $$
begin
  if (case when new.founding then current_user <> 'commonweave_web' else
    people_approved(new.proposal_id, 'trust', jsonb_build_object('trust', new.id, 'organisation', new.organisation_id))
    and not exists (select from people_organisation o where o.id = new.organisation_id and o.kind in ('ministry', 'funder'))
  end) is not true then
    raise exception 'people_trust_not_approved' using errcode = 'check_violation';
  end if;
  return new;
end $$;
"""
TRIGGERS = f"""
create trigger approved before insert on people_trust for each row execute function people_check_trust();
create trigger only_ends before update of during on people_trust
  for each row execute function people_during_only_ends();
revoke update on people_trust from {WEB};
grant update (during) on people_trust to {WEB};
"""


class Migration(migrations.Migration):
    """Second wall: the database decides too."""

    dependencies = [("people", "0010_trust")]
    operations = [
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        *protect("people_trust", select="true", insert=f"{ADMINISTRATOR} and not founding", update=ADMINISTRATOR),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        on_change("people_trust"),
    ]
