"""Who made an account never changes: the rule of the second person stands on it."""

from django.db import migrations

MAKE = """
create function people_origin_stays() returns trigger language plpgsql as $$
begin
  raise exception 'person_origin_stays' using errcode = 'check_violation';
end $$;
create trigger origin_stays before update on people_person for each row
  when (old.made_by_id is distinct from new.made_by_id) execute function people_origin_stays();
"""
UNDO = "drop trigger origin_stays on people_person; drop function people_origin_stays();"


class Migration(migrations.Migration):
    """Second wall behind `origin_of`."""

    dependencies = [("people", "0004_edition")]
    operations = [migrations.RunSQL(MAKE, UNDO)]
