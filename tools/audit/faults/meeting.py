"""Planted faults of bodies (ADR 40)."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

MEETING = (
    Fault(
        "Who sits on a body is read by everybody, says the row policy",
        "commonweave/bodies/migrations/0002_policies.py",
        'select=f"{OF_OURS} or (named and {OF_SEEN})"',
        "select=OF_SEEN",
        "commonweave/bodies/tests/test_bodies.py::test_queryset_equals_policy",
    ),
    Fault(
        "Members of any organisation change a body, says the row policy",
        "commonweave/bodies/migrations/0002_policies.py",
        'KEPT = f"{ME} is not null and holder = any({MY_ORGANISATIONS})"',
        'KEPT = f"{ME} is not null"',
        "commonweave/bodies/tests/test_bodies.py::test_nobody_keeps_the_body_of_another_organisation",
    ),
    Fault(
        "Who agreed to nothing is named to strangers",
        "commonweave/bodies/queries/bodies.py",
        "Q(named=True) | Q(body__holder__in=list(viewer.organisations))",
        "Q()",
        "commonweave/bodies/tests/test_bodies.py::test_queryset_equals_policy",
    ),
)
