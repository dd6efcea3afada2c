"""Rights and row policies of the floor `sharing`."""

from django.db import migrations

from commonweave.base.rls import protect

SIGNED = "(select viewer_signed())"  # TLP:GREEN


class Migration(migrations.Migration):
    """Second wall: the database decides too."""

    dependencies = [("sharing", "0001_initial"), ("base", "0002_policies")]
    operations = [
    *protect("sharing_cell", select=SIGNED),
    *protect("sharing_heldback"),
    *protect("sharing_closedweek"),
    *protect("sharing_band", select=SIGNED),
]
