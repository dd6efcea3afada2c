"""What proves to a resident that their report was received: its entry in the journal, and how that was sealed."""

from django.db import migrations

from commonweave.base.rls import MY_RECEIPT, OWNER

# Nobody but the worker reads leaves, and nobody else's entries. The owner sees here what the receipt at hand finds.
SEES = f"""
create policy owner_reads on reports_report for select to {OWNER} using (locator = {MY_RECEIPT});
create policy owner_reads on base_journalleaf for select to {OWNER} using (true);
"""
MAKE = """
create function reports_received() returns table (
  id uuid, "on" date, at timestamptz, verb text, actor uuid, organisations jsonb, kind text, subject uuid, facts jsonb,
  leaf bigint, batch bigint, size int, previous bytea, root bytea, signature bytea, first bigint, hashes bytea[])
  stable security definer set search_path = public, pg_temp language sql as $$
  select e.id, e."on", e.at, e.verb, e.actor, e.organisations, e.kind, e.subject, e.facts,
    l.number, b.number, b.size, b.previous, b.root, b.signature,
    (select min(x.number) from base_journalleaf x where x.batch_id = b.number),
    array(select x.hash from base_journalleaf x where x.batch_id = b.number order by x.number)
  from reports_report r
  join base_journalentry e on e."on" between r.received_on - 1 and r.received_on + 1
    and e.verb = 'report.received' and e.subject = r.id
  left join base_journalleaf l on l.entry = e.id
  left join base_journalbatch b on b.number = l.batch_id
  where r.locator = viewer_receipt() $$;
"""
DROP = """
drop function reports_received();
drop policy owner_reads on base_journalleaf;
drop policy owner_reads on reports_report;
"""


class Migration(migrations.Migration):
    """A door for one entry each, opened by the receipt."""

    dependencies = [("reports", "0010_programs"), ("base", "0005_dated"), ("people", "0009_key_policies")]
    operations = [migrations.RunSQL(SEES + MAKE, DROP)]
