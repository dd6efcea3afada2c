"""What is held back says from how many periods; a cell is known by both ends of its period."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for numbers of more than one week."""

    dependencies = [("sharing", "0002_policies")]
    operations = [
        migrations.AddField("heldback", "parts", models.PositiveIntegerField(default=0)),
        migrations.RemoveConstraint("cell", "cell_once"),
        migrations.AddConstraint(
            "cell",
            models.UniqueConstraint(
                fields=("table", "place", "elsewhere", "category", "measure", "starts_on", "ends_on"), name="cell_once"
            ),
        ),
    ]
