"""The facts of a finding, and the publications behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweave.base.formats import say_number, say_percent
from commonweave.evidence import saying
from commonweave.evidence.synthesis import spread
from commonweave.evidence.synthesis.effects import Effect, Scale
from commonweave.evidence.synthesis.findings import Lack
from commonweave.evidence.synthesis.pictures import probability
from commonweave.evidence.synthesis.pooling import Pooled, arranged
from commonweave.evidence.synthesis.three_levels import Layered
from commonweave.evidence.synthesis.words import EFFECT_NAMES, LACKING, effect, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from commonweave.evidence.models import Finding, Record
    from commonweave.evidence.rules import Body
    from commonweave.evidence.synthesis.findings import Average

Fact = dict[str, str]


def facts(body: Body) -> list[Fact]:
    """Return the numbers of a finding with their names, as those who check them expect."""
    found = body.finding
    said = [
        *_counted(found.studies, found.results, found.helped, found.harmed),
        (_("Measured as"), str(EFFECT_NAMES[body.scale])),
    ]
    if average := found.average:
        tau2, i2 = _different(body, average)
        said += [
            (_("Average"), effect(body.scale, average.mean, average.interval())),
            (_("One more study"), _span(body.scale, average.prediction())),
            (
                _("Differences between studies"),
                _("%(i2)s more than chance (I²); τ² %(tau2)s")
                % {"i2": say_percent(i2 / 100), "tau2": say_number(tau2, places=3)},
            ),
            (_("Small studies and large ones"), _small(body)),
            (
                _("Reckoned as"),
                _("Three levels, robust errors (CR2)")
                if isinstance(average, Layered)
                else _("Random effects (REML), errors of Knapp and Hartung"),
            ),
        ]
    return _listed(said)


def facts_of_row(row: Finding) -> list[Fact]:
    """Return what a row keeps of a finding."""
    said = [
        *_counted(row.studies, row.results, row.helped, row.harmed),
        (_("Measured as"), str(EFFECT_NAMES[Scale(row.scale)])),
    ]
    if row.mean is not None and row.ahead_low is not None and row.ahead_high is not None:
        said += [
            (_("Average"), effect_of_row(row)),
            (_("One more study"), _span(Scale(row.scale), (row.ahead_low, row.ahead_high))),
        ]
    return _listed(said)


def effect_of_row(row: Finding) -> str:
    """Write the average of a row; nothing where too few studies were there for one."""
    if row.mean is None or row.low is None or row.high is None:
        return ""
    return effect(Scale(row.scale), row.mean, (row.low, row.high))


def lacking(codes: Iterable[str]) -> list[str]:
    """Say what kept a helpful average from being called "works"."""
    return [str(LACKING[Lack(code)]) for code in codes]


def records(body: Body, known: Mapping[UUID, Record]) -> list[dict[str, Any]]:
    """Return the publications behind a finding, with how many of its results each gave."""
    many: dict[UUID, int] = {}
    for row in body.rows:
        many[row.record] = many.get(row.record, 0) + 1
    return [{**saying.outline(known[pk]), "results": number} for pk, number in many.items() if pk in known]


COLUMNS = ("study", "record", "year", "effect", "variance", "from", "to", "more_is", "design", "risk")


def numbers(body: Body) -> Iterator[tuple[Any, ...]]:
    """Return what went in, a line for each result; "more_is" says on which side it helps."""
    side = "better" if body.helpful > 0 else "worse"
    for row, each in zip(body.rows, body.results, strict=True):
        found = Effect(body.scale, each.value, each.variance)
        design, risk = each.design.name.lower(), str(each.risk)
        yield row.study, row.slug, row.year, each.value, each.variance, *found.interval(), side, design, risk


def newest(body: Body, most: int) -> tuple[list[UUID], int]:
    """Return the newest of the publications that are counted, and how many there are."""
    ids = list(dict.fromkeys(row.record for row in reversed(body.rows)))
    return ids[:most], len(ids)


def left_out(body: Body, known: Mapping[UUID, Record]) -> list[dict[str, Any]]:
    """Return publications that are not counted, because another about the same people is."""
    return [
        {**saying.outline(known[pk]), "instead": known[stands], "instead_url": _page(known[stands])}
        for pk, stands in body.left_out.items()
        if pk in known and stands in known
    ]


def _page(record: Record) -> str:
    return reverse("evidence:record", args=[record.slug])


def _counted(studies: int, results: int, helped: int, harmed: int) -> list[tuple[str, str]]:
    sides = _("%(helped)s helped, %(harmed)s did harm, %(rest)s not clearly either") % {
        "helped": say_number(helped),
        "harmed": say_number(harmed),
        "rest": say_number(results - helped - harmed),
    }
    return [(_("Studies"), say_number(studies)), (_("Results"), say_number(results)), (_("Each for itself"), sides)]


def _different(body: Body, average: Average) -> tuple[float, float]:
    """Return τ² and I² in per cent; in three levels of all that differs between and within studies."""
    if isinstance(average, Pooled):
        return average.tau2, average.i2
    y, v = (np.array([getattr(each, name) for each in body.results]) for name in ("value", "variance"))
    total, unit = average.between + average.within, spread.typical(*arranged(y, v)[1:])
    return total, 100 * total / (total + unit)


def _small(body: Body) -> str:
    """Say what the check of small studies found, or why it cannot be read."""
    if (small := body.finding.small) is None:
        return _("Cannot be checked: fewer than ten studies, or all of one size")
    return _("Egger’s check: p %(p)s") % {"p": probability(small.lean.p)}


def _span(scale: Scale, bounds: tuple[float, float]) -> str:
    low, high = (shown(scale, end) for end in bounds)
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _listed(said: Iterable[tuple[str, str]]) -> list[Fact]:
    return [{"label": label, "value": value} for label, value in said if value]
