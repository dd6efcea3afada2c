"""Rights and row policies of the floor `places`."""

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, protect


class Migration(migrations.Migration):
    """Second wall: the database decides too."""

    dependencies = [("places", "0001_initial"), ("base", "0002_policies")]
    operations = [
    *protect("places_place", select="true", insert=ADMINISTRATOR, update=ADMINISTRATOR),
    *protect("places_area", select="true", insert=ADMINISTRATOR, update=ADMINISTRATOR),
    *protect("places_area_places", select="true", insert=ADMINISTRATOR, delete=ADMINISTRATOR),
    migrations.RunSQL("insert into places_edition (id, number) values (1, 1)", migrations.RunSQL.noop),
    *protect("places_edition", select="true", update=ADMINISTRATOR),
]
