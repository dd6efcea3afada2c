"""Rights and row policies of the floor `bodies`."""

from django.db import migrations

from commonweave.base.rls import ME, MY_ORGANISATIONS, WEB, protect
from commonweave.sharing.lattice import MAY_READ

KEPT = f"{ME} is not null and holder = any({MY_ORGANISATIONS})"
OF_OURS = f"exists (select from bodies_body b where b.id = body_id and b.holder = any({MY_ORGANISATIONS}))"
OF_SEEN = "exists (select from bodies_body b where b.id = body_id)"  # under the policy of bodies
# Who sat where stays: a seat ends, it is never deleted; a name that stood there is not written over.
NARROW = f"""
revoke update on bodies_sitting, bodies_body, bodies_meeting from {WEB};
grant update (named, during, person_id) on bodies_sitting to {WEB};
grant update (kind, names, sort_key, place_id, purpose, parent_id, ended_on, tlp, readers) on bodies_body to {WEB};
grant update ("where", minutes, called_off) on bodies_meeting to {WEB};
"""


class Migration(migrations.Migration):
    """A body is as open as its label, a name as its owner agreed to."""

    dependencies = [("bodies", "0001_initial"), ("base", "0002_policies"), ("people", "0002_policies")]
    operations = [
        *protect("bodies_body", select=MAY_READ, insert=KEPT, update=KEPT),
        *protect(
            "bodies_sitting",
            select=f"{OF_OURS} or (named and {OF_SEEN})",
            insert=f"{ME} is not null and {OF_OURS}",
            update=f"{ME} is not null and {OF_OURS}",
        ),
        *protect(
            "bodies_meeting",
            select=OF_SEEN,
            insert=f"{ME} is not null and {OF_OURS}",
            update=f"{ME} is not null and {OF_OURS}",
        ),
        migrations.RunSQL(NARROW, migrations.RunSQL.noop),
    ]
