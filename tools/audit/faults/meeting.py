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
    Fault(
        "What a body rested on is written over",
        "commonweave/bodies/migrations/0003_mandates.py",
        "revoke update on bodies_mandate from {WEB};\n",
        "",
        "commonweave/bodies/tests/test_mandates.py::test_one_at_a_time_and_what_it_said_stays",
    ),
    Fault(
        "A mandate holds a day longer than it was given",
        "commonweave/bodies/rules/mandates.py",
        "    if end < today:\n",
        "    if end < today - timedelta(days=1):\n",
        "commonweave/bodies/tests/test_mandates.py::test_where_a_mandate_stands[first2-last2-lapsed]",
    ),
)
