"""Administrators may change a team's own clocks; the row policy of the table says who they are."""

from django.db import migrations

from commonweave.base.rls import WEB

COLUMNS = "acknowledge_days, answer_days"


class Migration(migrations.Migration):
    """Beside its name, telephone and hours."""

    dependencies = [("people", "0014_credential_policies")]
    operations = [
        migrations.RunSQL(
            f"grant update ({COLUMNS}) on people_team to {WEB};",
            f"revoke update ({COLUMNS}) on people_team from {WEB};",
        )
    ]
