"""Keeping findings up to date, and what they were before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from commonweave.evidence import queries, rules
from commonweave.evidence.models import Finding
from commonweave.evidence.synthesis.findings import Design, Kind

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer
    from commonweave.evidence.rules import Body

_LOCK = 0x66696E64  # one at a time, in the whole database
Key = tuple[str, str, str]


@transaction.atomic
def renew_findings(viewer: Viewer) -> int:
    """Reckon anew every finding of which something changed, and return how many did. Three statements and one more.

    What changed is told by the digest of all that is weighed, so it may run twice, late, or after many changes at once.
    """
    rules.may_renew(viewer).enforce()
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    stood = {_key(row): row for row in queries.findings_for(viewer).filter(latest=True)}
    now = _bodies(viewer)
    changed = [
        _stated(key, now.get(key), stood[key].number + 1 if key in stood else 1)
        for key in sorted(now.keys() | stood.keys())
        if _digest(now.get(key)) != (stood[key].digest if key in stood else "")
    ]
    over = [stood[key].pk for row in changed if (key := _key(row)) in stood]
    queries.findings_for(viewer).filter(pk__in=over).update(latest=False)
    Finding.objects.bulk_create(changed)
    return len(changed)


def _bodies(viewer: Viewer) -> dict[Key, Body]:
    return {
        (tried, outcome, str(scale)): body
        for (tried, outcome), rows in rules.crossed(queries.measured(viewer)).items()
        for scale, body in rules.bodies(rows).items()
    }


def _key(row: Finding) -> Key:
    return row.intervention, row.outcome, row.scale


def _digest(body: Body | None) -> str:
    return body.digest if body else EMPTY


EMPTY = "0" * 64
"""The digest of nothing: all of a finding's studies were withdrawn."""


def _stated(key: Key, body: Body | None, number: int) -> Finding:
    """Return the row of a finding; without a body, of the day on which nothing was left of it."""
    tried, outcome, scale = key
    row = Finding(intervention=tried, outcome=outcome, scale=scale, number=number, reckoned_at=timezone.now())
    row.digest, row.kind, row.helpful, row.design = EMPTY, Kind.TOO_LITTLE, 1, Design.UNKNOWN
    row.studies = row.results = row.helped = row.harmed = 0
    if body is None:
        return row
    found, average = body.finding, body.finding.average
    for name in ("kind", "helpful", "studies", "results", "helped", "harmed"):
        setattr(row, name, getattr(found, name))
    row.digest, row.design, row.lacking = body.digest, int(found.design), [str(each) for each in found.lacking]
    if average:
        row.mean, (row.low, row.high), (row.ahead_low, row.ahead_high) = (
            average.mean,
            average.interval(),
            average.prediction(),
        )
    inputs: dict[str, list[str]] = {}
    for each in body.rows:
        inputs.setdefault(str(each.record), []).append(str(each.pk))
    row.inputs, row.left_out = inputs, sorted(map(str, body.left_out))
    return row
