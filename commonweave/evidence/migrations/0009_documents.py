"""The document of a record, and which passages somebody let pass."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from commonweave.base.rls import ADMINISTRATOR, ME, MY_ORGANISATIONS, protect

WAITS = f"record_id is null and person = {ME}"
WRITTEN = f"r.holder = any({MY_ORGANISATIONS}) and (r.state = 'draft' or {ADMINISTRATOR})"
READ = f"({WAITS}) or exists (select from evidence_record r where r.id = record_id)"
OURS = f"exists (select from evidence_record r where r.id = record_id and {WRITTEN})"
# Raters may update what is published (0007). Nothing but an administrator makes a draft of theirs something that is published.
CHECK = """
create or replace function evidence_check_judged() returns trigger language plpgsql as $$
declare
  judged text[] := array['design', 'direction', 'sms', 'sms_version', 'bias', 'rating', 'coded_by'];
begin
  if current_user <> 'commonweave_web'
    or ('administrator' = any(viewer_roles()) and old.holder = any(viewer_organisations()))
  then return new; end if;
  if old.state = 'draft' and new.state = 'draft' then return new; end if;
  if old.state <> 'published' or to_jsonb(new) - judged <> to_jsonb(old) - judged then
    raise exception 'record_of_others' using errcode = 'check_violation';
  end if;
  if not exists (select from evidence_appraisal a where a.record_id = new.id and a.person_id = viewer_person())
    and not exists (select from evidence_settlement s where s.record_id = new.id and s.person_id = viewer_person())
  then return null; end if;  -- no row of theirs, as a policy would say
  return new;
end $$;
"""
APART = "alter table evidence_recordfile alter column data set storage external;"


class Migration(migrations.Migration):
    """Whoever may read the record may read its document; whoever may change it, change that."""

    dependencies = [("evidence", "0008_beside")]
    operations = [
        migrations.AddField(
            "record",
            "cleared",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="RecordFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("person", models.UUIDField()),
                ("on", models.DateField()),
                ("name", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("text", models.TextField(blank=True)),
                ("data", models.BinaryField()),
                (
                    "record",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="file",
                        to="evidence.record",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size__range", (1, 60_000_000))), name="record_file_size")
                ],
            },
        ),
        migrations.RunSQL(CHECK, migrations.RunSQL.noop),
        migrations.RunSQL(APART, migrations.RunSQL.noop),
        *protect(
            "evidence_recordfile",
            select=READ,
            insert=WAITS,
            update=WAITS,
            update_check=OURS,
            delete=f"({WAITS}) or {OURS}",
        ),
    ]
