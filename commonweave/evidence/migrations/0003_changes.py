"""When what the public sees of a record changed: written by the database at the very end of a transaction (ADR 38)."""

import uuid

from django.db import migrations, models

from commonweave.base.rls import OWNER, protect

SEEN = "changed_at <= (select clock_timestamp()) and (ends_at is null or ends_at > (select clock_timestamp()))"

# A harvester asks for what changed since it asked last. What is written at 11:59 and committed at 12:01 must not bear a
# time that somebody who asked at 12:00 has behind them. So the time is taken while committing (a deferred trigger), by one
# transaction at a time, and whoever reads the clock for a harvester waits for those few milliseconds: everything that
# does not stand in what is read afterwards bears a later time.
FOLLOW = f"""
create policy owner_writes_changes on evidence_change to {OWNER} using (true) with check (true);
create function evidence_now() returns timestamptz language plpgsql as $$
declare
  read_at timestamptz;
begin
  perform pg_advisory_lock_shared(hashtext('evidence_change'));
  read_at := clock_timestamp();
  perform pg_advisory_unlock_shared(hashtext('evidence_change'));
  return read_at;
end $$;
create function evidence_changed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r evidence_record := case when tg_op = 'DELETE' then old else new end;
  seen evidence_change;
  at timestamptz;
  opens timestamptz := r.embargo_until::timestamp at time zone 'UTC';
begin
  perform pg_advisory_xact_lock(hashtext('evidence_change'));
  at := clock_timestamp();
  select * into seen from evidence_change
    where record = r.id and changed_at <= at and (ends_at is null or ends_at > at);
  delete from evidence_change where record = r.id;
  if tg_op = 'DELETE' or r.state <> 'published' or r.tlp <> 'CLEAR' then
    opens := 'infinity';
  end if;
  if opens > at and seen.id is not null then
    insert into evidence_change values (gen_random_uuid(), r.id, case when seen.gone then seen.changed_at else at end,
      nullif(opens, 'infinity'), true, seen.kind, seen.language, seen.design, seen.direction);
  end if;
  if opens is null or opens < 'infinity' then
    insert into evidence_change values
      (gen_random_uuid(), r.id, greatest(opens, at), null, false, r.kind, r.language, r.design, r.direction);
  end if;
  return null;
end $$;
alter table evidence_record no force row level security;
insert into evidence_change
  select gen_random_uuid(), id, greatest(embargo_until::timestamp at time zone 'UTC', clock_timestamp()), null,
    state = 'withdrawn', kind, language, design, direction
  from evidence_record where state <> 'draft' and tlp = 'CLEAR' and (state = 'published' or embargo_until is null);
alter table evidence_record force row level security;
create constraint trigger changed after insert or update or delete on evidence_record deferrable initially deferred
  for each row execute function evidence_changed();
"""  # noqa: S608 our own words
UNFOLLOW = """
drop trigger changed on evidence_record;
drop function evidence_changed();
drop function evidence_now();
drop policy owner_writes_changes on evidence_change;
"""


class Migration(migrations.Migration):
    """Harvesters miss nothing, and learn of what is gone without being told what it was."""

    dependencies = [("evidence", "0002_policies"), ("base", "0002_policies")]
    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("record", models.UUIDField()),
                ("changed_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("gone", models.BooleanField()),
                ("kind", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=12)),
                ("design", models.CharField(max_length=40)),
                ("direction", models.CharField(max_length=13)),
            ],
            options={
                "indexes": [models.Index(fields=["changed_at", "record"], name="change_order")],
                "constraints": [
                    models.UniqueConstraint(fields=["record", "gone"], name="change_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__isnull", True), ("gone", True), _connector="OR"),
                        name="change_ends_when_gone",
                    ),
                ],
            },
        ),
        *protect("evidence_change", select=SEEN, worker="select"),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
    ]
