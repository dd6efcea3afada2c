"""Who administers one organisation and is a member of another administers nothing there, for the database too."""

from django.db import migrations

from commonweave.base.rls import ADMINISTERED, ME, MY_ORGANISATIONS

DRAFTED = f"holder = any({MY_ORGANISATIONS}) and state = 'draft'"
KEPT = f"holder = any({ADMINISTERED})"
OF_THE_RECORD = "exists (select from evidence_record r where r.id = record_id and ({}))"
EFFECT = OF_THE_RECORD.format(
    f"r.holder = any({MY_ORGANISATIONS}) and r.state = 'draft' or r.holder = any({ADMINISTERED}) and r.state = 'published'"
)
FILE = OF_THE_RECORD.format(
    f"r.holder = any({MY_ORGANISATIONS}) and r.state = 'draft' or r.holder = any({ADMINISTERED})"
)
WAITS = f"record_id is null and person = {ME}"
READABLE = "exists (select from evidence_record r where r.id = evidence_adaptation.record_id and r.state <> 'withdrawn')"


def _holds(table: str) -> str:
    return (
        f"exists (select from evidence_record r where r.id = evidence_{table}.record_id "
        f"and r.holder = any({ADMINISTERED}))"
    )


POLICIES = f"""
alter policy web_insert on evidence_record with check ({DRAFTED} or {KEPT});
alter policy web_update on evidence_record using ({DRAFTED} or {KEPT});
alter policy web_insert on evidence_effect with check ({EFFECT});
alter policy web_update on evidence_effect using ({EFFECT});
alter policy web_delete on evidence_effect using ({EFFECT});
alter policy web_update on evidence_recordfile with check ({FILE});
alter policy web_delete on evidence_recordfile using (({WAITS}) or {FILE});
alter policy web_select on evidence_replylink
  using (token_hash = (select viewer_invitation()) or {_holds('replylink')});
alter policy web_insert on evidence_replylink with check (made_by_id = {ME} and {_holds('replylink')});
alter policy web_update on evidence_reply using (refused = '' and {_holds('reply')});
alter policy web_select on evidence_adaptation
  using (person_id = {ME} or ({READABLE} and state = 'shown') or {_holds('adaptation')});
alter policy web_update on evidence_adaptation using (state = 'waiting' and {_holds('adaptation')});
alter policy web_select on evidence_harvest using ({KEPT});
alter policy web_insert on evidence_harvest with check ({KEPT});
alter policy web_update on evidence_harvest using ({KEPT});
alter policy web_select on evidence_proposal using ({KEPT} or code_hash = (select viewer_invitation()));
alter policy web_update on evidence_proposal
  using (state = 'waiting' and {KEPT}) with check (state <> 'waiting' and {KEPT});
"""
CHECK = """
create or replace function evidence_check_judged() returns trigger language plpgsql as $$
declare
  judged text[] := array['design', 'direction', 'sms', 'sms_version', 'bias', 'rating', 'coded_by'];
begin
  if current_user <> 'commonweave_web' or old.holder = any(viewer_administered()) then return new; end if;
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


class Migration(migrations.Migration):
    """The conditions are those of 0004, 0007 to 0009, 0012, 0013 and 0015, with the role tied to the holder."""

    dependencies = [("evidence", "0018_places"), ("base", "0007_administered")]
    operations = [
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
        migrations.RunSQL(CHECK, migrations.RunSQL.noop),
    ]
