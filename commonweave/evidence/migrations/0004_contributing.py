"""Who paid, and within what; members of an organisation write its drafts, its administrators publish them."""

from django.db import migrations, models

from commonweave.base.rls import ADMINISTRATOR, MY_ORGANISATIONS, WEB

BEFORE = f"{ADMINISTRATOR} and holder = any({MY_ORGANISATIONS})"
WRITTEN = f"holder = any({MY_ORGANISATIONS}) and (state = 'draft' or {ADMINISTRATOR})"
POLICIES = """
drop policy web_insert on evidence_record;
drop policy web_update on evidence_record;
create policy web_insert on evidence_record for insert to {web} with check ({written});
create policy web_update on evidence_record for update to {web} using ({written});
"""


class Migration(migrations.Migration):
    """A draft is no longer for administrators alone; whatever is out still is."""

    dependencies = [("evidence", "0003_changes")]
    operations = [
        migrations.AddField("record", "funder", models.CharField(blank=True, max_length=200, default=""), preserve_default=False),
        migrations.AddField("record", "project", models.CharField(blank=True, max_length=200, default=""), preserve_default=False),
        migrations.RunSQL(POLICIES.format(web=WEB, written=WRITTEN), POLICIES.format(web=WEB, written=BEFORE)),
    ]
