"""What others wrote beside a record goes when it is withdrawn, and a promise that it kept is open again."""

from django.db import migrations, models
from django.db.models import Q

BESIDE = ("settlement", "appraisal", "appraisaldraft", "reply", "replylink", "adaptation", "assumptionevidence")
OWNER_POLICY = "create policy owner_bares on evidence_{} to commonweave_owner using (true);"
DROP_POLICY = "drop policy owner_bares on evidence_{};"
# The holder withdraws, but may not touch what others wrote: so the database does, as its owner.
BARE = """
create function evidence_bare() returns trigger security definer set search_path = public, pg_temp language plpgsql as $$
begin
  delete from evidence_settlement where record_id = new.id;
  delete from evidence_appraisal where record_id = new.id;
  delete from evidence_appraisaldraft where record_id = new.id;
  delete from evidence_reply where record_id = new.id;
  delete from evidence_replylink where record_id = new.id;
  delete from evidence_adaptation where record_id = new.id;
  delete from evidence_assumptionevidence where record_id = new.id;
  update evidence_dueevaluation set fulfilled_on = null where record_id = new.id;
  return null;
end $$;
create trigger bare after update of state on evidence_record for each row
  when (new.state = 'withdrawn' and old.state <> 'withdrawn') execute function evidence_bare();
"""
# Strangers read a public promise: only what strangers can read keeps it.
IN_SIGHT = """
create policy owner_reads on evidence_record for select to commonweave_owner using (true);
create function evidence_check_due() returns trigger
  security definer set search_path = public, pg_temp language plpgsql as $$
begin
  if new.tlp = 'CLEAR' and not exists (
    select from evidence_record r where r.id = new.record_id and r.tlp = 'CLEAR' and r.state = 'published'
  ) then
    raise exception 'due_kept_out_of_sight' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create function evidence_unseen() returns trigger
  security definer set search_path = public, pg_temp language plpgsql as $$
begin
  update evidence_dueevaluation set fulfilled_on = null where record_id = new.id and tlp = 'CLEAR';
  return null;
end $$;
create trigger kept_in_sight before insert or update on evidence_dueevaluation for each row
  when (new.fulfilled_on is not null) execute function evidence_check_due();
create trigger unseen after update of tlp on evidence_record for each row
  when (old.tlp = 'CLEAR' and new.tlp <> 'CLEAR') execute function evidence_unseen();
"""
UNDO = """
drop trigger bare on evidence_record;
drop trigger unseen on evidence_record;
drop trigger kept_in_sight on evidence_dueevaluation;
drop function evidence_bare();
drop function evidence_unseen();
drop function evidence_check_due();
drop policy owner_reads on evidence_record;
"""
# What stands already is made as the triggers would have made it.
BEFORE = """
create policy owner_empties on evidence_record for update to commonweave_owner using (true);
update evidence_record set sample = '', licence = '', edition = '' where state = 'withdrawn';
drop policy owner_empties on evidence_record;
update evidence_dueevaluation d set fulfilled_on = null from evidence_record r
  where r.id = d.record_id and (r.state = 'withdrawn' or d.tlp = 'CLEAR' and r.tlp <> 'CLEAR');
set constraints all immediate;
"""
GONE = "delete from evidence_{} using evidence_record r where r.id = record_id and r.state = 'withdrawn';"


class Migration(migrations.Migration):
    """One DOI, one record in the open; what is hidden is never told by a refusal."""

    dependencies = [("evidence", "0019_administered")]
    operations = [
        *(
            migrations.RunSQL(OWNER_POLICY.format(table), DROP_POLICY.format(table))
            for table in (*BESIDE, "dueevaluation")
        ),
        migrations.RunSQL(BARE + IN_SIGHT, UNDO),
        migrations.RemoveConstraint("dueevaluation", "due_fulfilled_on_a_day"),
        *(migrations.RunSQL(GONE.format(table), migrations.RunSQL.noop) for table in BESIDE),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "dueevaluation",
            models.CheckConstraint(
                condition=Q(fulfilled_on__isnull=True) | Q(record__isnull=False), name="due_fulfilled_by_a_record"
            ),
        ),
        migrations.RemoveConstraint("record", "record_doi"),
        migrations.AddConstraint(
            "record",
            models.UniqueConstraint(
                fields=["doi"],
                condition=~Q(doi="") & Q(state="published", tlp="CLEAR", embargo_until__isnull=True),
                name="record_doi",
            ),
        ),
        migrations.RemoveConstraint("record", "record_withdrawn_is_bare"),
        migrations.AddConstraint(
            "record",
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | Q(withdrawn_on__isnull=False, words="", authors=[], sources=[], sample="", licence="", edition=""),
                name="record_withdrawn_is_bare",
            ),
        ),
    ]
