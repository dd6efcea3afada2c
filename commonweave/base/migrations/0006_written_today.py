"""The pages write the journal of today: what they sealed as of another day would prove what never was."""

from django.db import migrations

from commonweave.base.rls import ME

NOBODY = "actor is null and at is null"
OWN = f"(actor = {ME} and (at is null) = (verb = 'report.assisted'))"
TODAY = f"""
alter policy web_insert on base_journalentry with check ((({NOBODY}) or {OWN}) and abs("on" - current_date) <= 1);
"""
ANY_DAY = f"""
alter policy web_insert on base_journalentry with check (({NOBODY}) or {OWN});
"""


class Migration(migrations.Migration):
    """A proof says on which day a report came."""

    dependencies = [("base", "0005_dated")]
    operations = [migrations.RunSQL(TODAY, ANY_DAY)]
