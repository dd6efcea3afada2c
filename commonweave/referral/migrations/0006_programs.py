"""A program sees what is handed over only with its credential's rights, and hands nothing over itself."""

from django.db import migrations

from commonweave.base.rls import ME, WEB

READS = f"(select people_has_right({ME}, 'open') or people_has_right({ME}, 'answer'))"
PERSON = f"not (select people_is_program({ME}))"
POLICIES = f"""
create policy program_insert on referral_handover as restrictive for insert to {WEB} with check ({PERSON});
create policy program_update on referral_handover as restrictive for update to {WEB} using ({READS});
"""


class Migration(migrations.Migration):
    """Second wall behind `reports.rules`: who hands over decides for people."""

    dependencies = [("referral", "0005_handover_policies"), ("people", "0014_credential_policies")]
    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
