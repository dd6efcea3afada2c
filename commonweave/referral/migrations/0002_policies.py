"""Rights and row policies of the floor `referral`."""

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, protect


class Migration(migrations.Migration):
    """Second wall: the database decides too."""

    dependencies = [("referral", "0001_initial"), ("base", "0002_policies")]
    operations = [
    *protect(
        "referral_destination", select="true", insert=ADMINISTRATOR, update=ADMINISTRATOR, delete=ADMINISTRATOR
    ),
]
