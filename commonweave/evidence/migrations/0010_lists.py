"""Lists of publications on their way in: for whoever sent them, alone."""

import uuid

from django.db import migrations, models

from commonweave.base.rls import ME, MY_ORGANISATIONS, protect

MINE = f"person = {ME}"


class Migration(migrations.Migration):
    """Nobody else sees a list before it is taken in."""

    dependencies = [("evidence", "0009_documents")]
    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("person", models.UUIDField()),
                ("holder", models.UUIDField()),
                ("on", models.DateField()),
                ("name", models.CharField(max_length=100)),
                ("rows", models.JSONField()),
            ],
        ),
        *protect(
            "evidence_batch",
            select=MINE,
            insert=f"{MINE} and holder = any({MY_ORGANISATIONS})",
            update=MINE,
            delete=MINE,
        ),
    ]
