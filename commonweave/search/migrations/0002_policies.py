"""Rights and row policies of the floor `search`."""

from django.db import migrations

from commonweave.base.rls import MY_ORGANISATIONS, OWNER, WEB, protect
from commonweave.sharing.lattice import MAY_READ

OURS = f"holder = any({MY_ORGANISATIONS})"

# Changes are committed in the order of their revisions, because whoever changes something waits for whoever came first:
# an index that follows the numbers misses none. The sequence is the owner's, so that nobody else can move it.
# How far the index must have come before its counts are told again is one number and says nothing of any row.
FOLLOW = f"""
create sequence search_revision;
create function search_in_turn() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext('search_document'));
  return null;
end $$;
create function search_revise() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  new.revision := nextval('search_revision');
  if tg_op = 'INSERT' then
    new.worded := new.revision;
    new.narrowed := 0;
    return new;
  end if;
  new.worded := old.worded;
  new.narrowed := old.narrowed;
  if (new.tlp, new.holder, new.readers, new.gone) is distinct from (old.tlp, old.holder, old.readers, old.gone) then
    new.worded := new.revision;
    new.narrowed := new.revision;
  elsif (new.title, new.text, new.labels, new.facets, new."on")
      is distinct from (old.title, old.text, old.labels, old.facets, old."on") then
    new.worded := new.revision;
  end if;
  return new;
end $$;
create policy owner_reads on search_document for select to {OWNER} using (narrowed > 0);
create function search_narrowed() returns bigint language sql stable security definer set search_path = public, pg_temp
  as $$ select coalesce(max(narrowed), 0) from search_document $$;
create trigger in_turn before insert or update on search_document
  for each statement execute function search_in_turn();
create trigger revise before insert or update on search_document
  for each row execute function search_revise();
"""  # noqa: S608 our own words
UNFOLLOW = """
drop trigger revise on search_document;
drop trigger in_turn on search_document;
drop function search_narrowed();
drop policy owner_reads on search_document;
drop function search_revise();
drop function search_in_turn();
drop sequence search_revision;
"""

# What a thing is stays what it is; only its words, labels and end change.
NARROW = f"""
revoke update on search_document from {WEB};
grant update (tlp, holder, readers, title, text, labels, facets, "on", gone, vector, vector_of, vector_model)
  on search_document to {WEB};
"""


class Migration(migrations.Migration):
    """Second wall: what a viewer may not read is found by nobody's mistake."""

    dependencies = [("search", "0001_initial"), ("base", "0002_policies"), ("sharing", "0001_initial")]
    operations = [
        *protect("search_document", select=MAY_READ, insert=OURS, update=OURS),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
        migrations.RunSQL(NARROW, migrations.RunSQL.noop),
    ]
