"""The queue of mails is the floor `delivery`'s now."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("site", "0002_mail"), ("delivery", "0001_moved")]
    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Mail")])]
