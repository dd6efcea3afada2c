"""Members enter the effects of their drafts, administrators those of what is published; nobody those of what is gone."""

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, MY_ORGANISATIONS, WEB

OF_ITS_RECORD = "exists (select from evidence_record r where r.id = record_id and {})"
WRITTEN = f"r.holder = any({MY_ORGANISATIONS}) and (r.state = 'draft' or r.state = 'published' and {ADMINISTRATOR})"
BEFORE = f"r.holder = any({MY_ORGANISATIONS}) and {ADMINISTRATOR}"
POLICIES = """
drop policy web_insert on evidence_effect;
drop policy web_delete on evidence_effect;
create policy web_insert on evidence_effect for insert to {web} with check ({written});
create policy web_delete on evidence_effect for delete to {web} using ({written});
"""
UPDATE = """
grant update on evidence_effect to {web};
create policy web_update on evidence_effect for update to {web} using ({written});
"""


class Migration(migrations.Migration):
    """The record is asked, as before (ADR 34)."""

    dependencies = [("evidence", "0011_assumptions")]
    operations = [
        migrations.RunSQL(
            (POLICIES + UPDATE).format(web=WEB, written=OF_ITS_RECORD.format(WRITTEN)),
            f"drop policy web_update on evidence_effect; revoke update on evidence_effect from {WEB};"
            + POLICIES.format(web=WEB, written=OF_ITS_RECORD.format(BEFORE)),
        ),
    ]
