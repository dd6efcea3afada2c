"""Files follow the report they belong to, and none is added to what is closed or gone."""

from django.db import migrations

from commonweave.base.rls import WEB, WORKER

MAKE = f"""
alter table files_file add constraint file_of_report_follows foreign key (subject, team_id, locator)
  references reports_report (id, team_id, locator) on update cascade on delete cascade;
alter table files_file add constraint file_of_report_whole
  check (kind <> 'report' or (team_id is not null and locator is not null));

create function reports_takes_files() returns trigger language plpgsql as $$
begin
  if not exists (select from reports_report r where r.id = new.subject and r.state in ('routed', 'opened', 'answered')) then
    raise exception 'report_takes_no_file' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger report_takes_files before insert on files_file
  for each row when (current_user = '{WEB}' and new.kind = 'report') execute function reports_takes_files();
"""
# Older servers have no such right: there autovacuum does it in its own time (docs/operations.md).
MAINTAIN = f"""
do $$ begin
  if current_setting('server_version_num')::int >= 170000 then
    execute 'grant maintain on files_file to {WORKER}';
  end if;
end $$;
"""


class Migration(migrations.Migration):
    """Second wall: whoever loses a report loses its files with it."""

    dependencies = [("reports", "0011_proof"), ("files", "0002_policies")]
    operations = [
        migrations.RunSQL(MAKE, migrations.RunSQL.noop),
        migrations.RunSQL(MAINTAIN, migrations.RunSQL.noop),
    ]
