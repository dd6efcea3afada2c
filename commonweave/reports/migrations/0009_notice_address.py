"""Where a resident wants to hear that there is something new: sealed, and gone when the report is closed."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from commonweave.base.rls import MY_RECEIPT, MY_TEAMS, protect

TEAMS, MINE = f"team_id = any({MY_TEAMS})", f"locator = {MY_RECEIPT}"

# Whichever way a report is closed, withdrawn or erased: the database keeps no address of it.
KEYS = """
alter table reports_noticeaddress add constraint reports_noticeaddress_follows foreign key (report_id, team_id, locator)
  references reports_report (id, team_id, locator) on update cascade on delete cascade;
create function reports_address_goes() returns trigger language plpgsql as $$
begin
  if exists (select from reports_noticeaddress where report_id = new.id) then
    raise exception 'notice_address_goes_first' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger address_goes before update on reports_report for each row
  when (new.state in ('closed', 'withdrawn') and new.state <> old.state) execute function reports_address_goes();
create function reports_address_comes() returns trigger language plpgsql as $$
begin
  if not exists (select from reports_report where id = new.report_id and state in ('routed', 'opened', 'answered')) then
    raise exception 'notice_address_of_an_open_report' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger address_comes before insert on reports_noticeaddress for each row execute function reports_address_comes();
"""
DROP_KEYS = """
drop trigger address_goes on reports_report;
drop trigger address_comes on reports_noticeaddress;
drop function reports_address_goes();
drop function reports_address_comes();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0009_key_policies'),
        ('reports', '0008_waiting'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeAddress',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('locator', models.UUIDField()),
                ('on', models.DateField()),
                ('letter', models.BinaryField(null=True)),
                ('told', models.PositiveSmallIntegerField(default=0)),
                ('told_on', models.DateField(null=True)),
                ('mail', models.UUIDField(null=True)),
                ('report', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reports.report')),
                ('team', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('mail__isnull', False)), fields=['mail'], name='notice_mail')],
                'constraints': [models.UniqueConstraint(fields=('report',), name='notice_one_address'), models.CheckConstraint(condition=models.Q(('letter__isnull', False), ('mail__isnull', False), _connector='OR'), name='notice_gone_when_refused')],
            },
        ),
        migrations.RunSQL(KEYS, DROP_KEYS),
        *protect(
            "reports_noticeaddress",
            select=f"{TEAMS} or {MINE}",
            insert=f"{MINE} and letter is not null and told_on is null and mail is null",
            delete=f"{TEAMS} or {MINE}",
        ),
    ]
