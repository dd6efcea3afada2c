"""Planted faults of roles that count in their own organisation alone, of one DOI in the open, of what is taken back."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

WITHDRAWING = (
    Fault(
        "Who administers one organisation administers every other of theirs, says the viewer",
        "commonweave/base/viewer.py",
        'for own, held in self.roles.items() if "administrator" in held)',
        "for own in self.organisations)",
        "commonweave/evidence/tests/test_walls.py::test_queryset_equals_policy",
    ),
    Fault(
        "A record that nobody sees keeps its DOI from the library",
        "commonweave/evidence/migrations/0020_bare.py",
        'Q(state="published", tlp="CLEAR", embargo_until__isnull=True)',
        'Q(state="published")',
        "commonweave/evidence/tests/test_walls.py::test_a_hidden_record_is_not_told_by_its_doi",
    ),
    Fault(
        "A reply outlives the record that was taken back",
        "commonweave/evidence/migrations/0020_bare.py",
        "  delete from evidence_reply where record_id = new.id;\n",
        "",
        "commonweave/evidence/tests/test_beside.py::test_withdrawing_leaves_nothing_that_anybody_wrote_beside_it",
    ),
    Fault(
        "A promise to publish stays kept by a record that strangers can no longer read",
        "commonweave/evidence/migrations/0020_bare.py",
        "and tlp = 'CLEAR';\n  return null;",
        "and false;\n  return null;",
        "commonweave/evidence/tests/test_due.py::test_a_public_promise_is_kept_only_by_what_everybody_may_read",
    ),
)
