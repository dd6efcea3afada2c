"""Which organisations the viewer administers: a role counts in its own organisation alone."""

from django.db import migrations

FUNCTION = """
create function viewer_administered() returns uuid[] stable parallel safe language sql
  as $$ select coalesce(nullif(current_setting('cw.administered', true), ''), '{}')::uuid[] $$;
"""


class Migration(migrations.Migration):
    """`viewer_roles` says what somebody is anywhere, which is too much where the row belongs to one organisation."""

    dependencies = [("base", "0006_written_today")]
    operations = [migrations.RunSQL(FUNCTION, "drop function viewer_administered();")]
