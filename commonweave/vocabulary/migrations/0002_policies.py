"""Rights and row policies of the floor `vocabulary`."""

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, protect


class Migration(migrations.Migration):
    """Second wall: the database decides too."""

    dependencies = [("vocabulary", "0001_initial"), ("base", "0002_policies")]
    operations = [
    *protect("vocabulary_scheme", select="true", insert=ADMINISTRATOR, update=ADMINISTRATOR),
    *protect("vocabulary_concept", select="true", insert=ADMINISTRATOR, update=ADMINISTRATOR),
]
