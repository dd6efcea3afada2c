"""Rights and row policies of the floor `evidence`."""

from django.db import migrations

from commonweave.base.rls import ADMINISTRATOR, ME, MY_ORGANISATIONS, protect
from commonweave.sharing.lattice import MAY_READ

SHOWN = f"state <> 'draft' and (embargo_until is null or embargo_until <= current_date) and ({MAY_READ})"
OURS = f"(tlp <> 'RED' and holder = any({MY_ORGANISATIONS})) or (tlp = 'RED' and people @> array[{ME}])"
WRITTEN = f"{ADMINISTRATOR} and holder = any({MY_ORGANISATIONS})"
OF_ITS_RECORD = "exists (select from evidence_record r where r.id = record_id{})"


class Migration(migrations.Migration):
    """Second wall: drafts, embargoes and labels hold in the database, too."""

    dependencies = [("evidence", "0001_initial"), ("base", "0002_policies"), ("people", "0002_policies")]
    operations = [
        *protect("evidence_record", select=f"({SHOWN}) or ({OURS})", insert=WRITTEN, update=WRITTEN),
        *protect(
            "evidence_effect",
            select=OF_ITS_RECORD.format(""),
            insert=OF_ITS_RECORD.format(f" and {WRITTEN}"),
            delete=OF_ITS_RECORD.format(f" and {WRITTEN}"),
        ),
    ]
