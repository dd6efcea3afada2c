"""One entry carries a name and no time of day: who wrote something down for somebody, sealed with the residents' of its day."""

from django.db import migrations

from commonweave.base.rls import ME, WEB

NOBODY = "actor is null and at is null"
DATED = f"""
drop policy web_insert on base_journalentry;
create policy web_insert on base_journalentry for insert to {WEB}
  with check (({NOBODY}) or (actor = {ME} and (at is null) = (verb = 'report.assisted')));
"""
TIMED = f"""
drop policy web_insert on base_journalentry;
create policy web_insert on base_journalentry for insert to {WEB}
  with check (({NOBODY}) or (actor = {ME} and at is not null));
"""


class Migration(migrations.Migration):
    """A time beside a helper's name would be the time of a report."""

    dependencies = [("base", "0004_one_index_less")]
    operations = [migrations.RunSQL(DATED, TIMED)]
