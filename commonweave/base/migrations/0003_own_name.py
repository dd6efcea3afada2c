"""Whoever writes the journal writes their own name, or none and then no time; residents' entries are for the worker."""

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, ME, WEB

OWN_NAME = f"""
drop policy web_insert on base_journalentry;
create policy web_insert on base_journalentry for insert to {WEB}
  with check ((actor is null and at is null) or (actor = {ME} and at is not null));
drop policy web_select on base_journalentry;
create policy web_select on base_journalentry for select to {WEB}
  using (actor = {ME} or (({ADMINISTRATOR}) and kind <> 'report' and verb <> 'report.nobody_takes'));
"""
ANY_NAME = f"""
drop policy web_insert on base_journalentry;
create policy web_insert on base_journalentry for insert to {WEB} with check (true);
drop policy web_select on base_journalentry;
create policy web_select on base_journalentry for select to {WEB} using (actor = {ME} or {ADMINISTRATOR});
"""


class Migration(migrations.Migration):
    """An entry in somebody else's name would be sealed and signed like a true one."""

    dependencies = [("base", "0002_policies")]
    operations = [migrations.RunSQL(OWN_NAME, ANY_NAME)]
