"""A function for triggers: whatever pages keep in memory gets a new edition when its table changes."""

from django.db import migrations

MAKE = """
create function places_new_edition() returns trigger language plpgsql as $$
begin
  update places_edition
  set number = greatest(number + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint);
  return null;
end $$;
"""


def on_change(*tables: str) -> migrations.RunSQL:
    """Raise the edition after every statement that changes one of these tables."""
    make = "".join(
        f"create trigger new_edition after insert or update or delete on {table} "
        "for each statement execute function places_new_edition();\n"
        for table in tables
    )
    return migrations.RunSQL(make, "".join(f"drop trigger new_edition on {table};\n" for table in tables))


class Migration(migrations.Migration):
    """Upper floors hang their own tables on it."""

    dependencies = [("places", "0002_policies")]
    operations = [migrations.RunSQL(MAKE, "drop function places_new_edition();")]
