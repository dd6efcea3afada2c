"""What waits is told apart from what is left at a country; a cell is known by both ends of its period."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for numbers that wait for their period to end."""

    dependencies = [("sharing", "0002_policies")]
    operations = [
        migrations.AddField("heldback", "elsewhere", models.BooleanField(default=False)),
        migrations.AddField("heldback", "parts", models.PositiveIntegerField(default=0)),
        migrations.RemoveConstraint("heldback", "held_back_once"),
        migrations.AddConstraint(
            "heldback",
            models.UniqueConstraint(fields=("table", "place", "category", "elsewhere"), name="held_back_once"),
        ),
        migrations.RemoveConstraint("cell", "cell_once"),
        migrations.AddConstraint(
            "cell",
            models.UniqueConstraint(
                fields=("table", "place", "elsewhere", "category", "measure", "starts_on", "ends_on"), name="cell_once"
            ),
        ),
    ]
