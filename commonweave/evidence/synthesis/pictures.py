"""A synthesis as figures: each a drawing with its words for those who do not see it, and the table that says the same.

Every function returns what `c-figure` takes: title, note, chart, head, rows, numbers; `part` where it holds a part of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import exp, sqrt, tanh
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonweave.base import formats
from commonweave.base.charts.bubble import Bubble, Fitted, bubbles
from commonweave.base.charts.forest import Study, forest
from commonweave.base.charts.funnel import Dot, funnel
from commonweave.evidence.synthesis.effects import Effect, Scale
from commonweave.evidence.synthesis.pooling import Pooled
from commonweave.evidence.synthesis.words import EFFECT_NAMES, effect, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from commonweave.evidence.synthesis.findings import Average
    from commonweave.evidence.synthesis.moderators import Groups, Regression
    from commonweave.evidence.synthesis.small_studies import Egger, Filled

Figure: TypeAlias = dict[str, Any]
RATIOS = frozenset({Scale.LOG_OR, Scale.LOG_RR})
MOST = 60
"""Results that a forest draws."""
LISTED = 200
"""Points that other figures draw, and lines of any figure's table: a page of thousands is read by nobody, and slow."""
STEPS = 21
"""Points that the band of a fitted line is drawn through: it is curved."""


@dataclass(frozen=True)
class Named:
    """An effect with the name of its study, and its address if it has a page."""

    label: str
    effect: Effect
    href: str = ""

    @property
    def error(self) -> float:
        """Its standard error."""
        return sqrt(self.effect.variance)


def forest_of(
    title: str, rows: Sequence[Named], average: Average, *, worse: str = "", better: str = "", most: int = MOST
) -> Figure:
    """Show each study with its interval, all of them together, and where one more would lie.

    `worse` and `better` name what lies left and right of no difference, as the scale has it. Of more than `most` the
    heaviest are drawn, of more than LISTED the heaviest stand in the table; the note says so.
    """
    scale = rows[0].effect.scale
    here = partial(_natural, scale)
    weights = _weights(rows, average)
    heaviest = float(weights.max())
    drawn = _heaviest(weights, most)
    told = [_study(rows[at], here, weights[at] / heaviest) for at in drawn]
    bounds, ahead = average.interval(), average.prediction()
    told += [
        Study(_("Together"), here(average.mean), here(bounds[0]), here(bounds[1]), summary=True),
        Study(_("One more study"), here(average.mean), here(ahead[0]), here(ahead[1]), predicted=True),
    ]
    low, high = (shown(scale, end) for end in ahead)
    words = ngettext("%(k)s result. Together: %(effect)s. ", "%(k)s results. Together: %(effect)s. ", len(rows))
    said = words % {"k": formats.say_number(len(rows)), "effect": effect(scale, average.mean, bounds)}
    said += _("One more study would lie between %(low)s and %(high)s.") % {"low": low, "high": high}
    chart = forest(
        title,
        told,
        description=said,
        null=here(0.0),
        ratio=scale in RATIOS,
        worse=worse,
        better=better,
        say=_two_places,
    )
    listed = _heaviest(weights, LISTED)
    table = [
        [
            rows[at].label,
            shown(scale, rows[at].effect.value),
            *(shown(scale, end) for end in rows[at].effect.interval()),
            _share(weights[at]),
        ]
        for at in listed
    ]
    table += [
        [_("Together"), shown(scale, average.mean), *(shown(scale, end) for end in bounds), _share(100)],
        [_("One more study"), "–", low, high, "–"],
    ]
    head = [_("Study"), _("Effect"), _("From"), _("To"), _("Weight")]
    note = str(EFFECT_NAMES[scale])
    if len(drawn) < len(rows):
        said = _("The %(drawn)s results with most weight are drawn; the table holds all %(all)s.")
        if len(listed) < len(rows):
            said = _("Of %(all)s results the %(drawn)s with most weight are drawn; the table here holds %(listed)s.")
        numbers = {"drawn": len(drawn), "listed": len(listed), "all": len(rows)}
        note += ". " + said % {name: formats.say_number(number) for name, number in numbers.items()}
    return _figure(title, note, chart, head, table, part=len(listed) < len(rows))


def funnel_of(title: str, rows: Sequence[Named], average: Average, lean: Egger, filled: Filled | None = None) -> Figure:
    """Show each study by how sure it is, with those that trim-and-fill would add, and say whether small ones lean.

    Of more than LISTED as many are left out among the small as among the large, so that none of its sides is lost.
    """
    scale = rows[0].effect.scale
    dots = [Dot(row.label, row.effect.value, row.error, href=row.href) for row in rows]
    missing = filled.missing if filled else 0
    if filled and missing:
        pairs = zip(filled.effects[-missing:], filled.variances[-missing:], strict=True)
        dots += [Dot(_("thought missing"), float(y), float(np.sqrt(v)), added=True) for y, v in pairs]
    said = _said_of_small(lean, missing)
    drawn = _evenly(sorted(dots, key=lambda dot: dot.error), LISTED)
    if part := len(drawn) < len(dots):
        numbers = {"drawn": formats.say_number(len(drawn)), "all": formats.say_number(len(dots))}
        said += " " + _("%(drawn)s of %(all)s points are drawn, of small and large studies in equal parts.") % numbers
        dots = drawn
    chart = funnel(
        title,
        dots,
        average.mean,
        effect=str(EFFECT_NAMES[scale]),
        description=said,
        say=_two_places,
        say_effect=partial(shown, scale),
    )
    table = [[dot.label, shown(scale, dot.effect), formats.say_number(dot.error, places=3)] for dot in dots]
    return _figure(title, said, chart, [_("Study"), _("Effect"), _("Standard error")], table, part=part)


def bubble_of(title: str, rows: Sequence[Named], places: Sequence[float], found: Regression, across: str) -> Figure:
    """Show effects by one property of their studies (`places`, called `across`), with the line that fits them."""
    scale = rows[0].effect.scale
    marks = [
        Bubble(row.label, at, row.effect.value, float(weight), row.href)
        for row, at, weight in zip(rows, places, found.fitted.weights, strict=True)
    ]
    line = [
        Fitted(float(at), *found.fitted.at([1.0, float(at)])) for at in np.linspace(min(places), max(places), STEPS)
    ]
    said = _said_of_slope(found)
    drawn = _heaviest(found.fitted.weights, LISTED)
    if part := len(drawn) < len(marks):
        numbers = {"drawn": formats.say_number(len(drawn)), "all": formats.say_number(len(marks))}
        said += " " + _("Of %(all)s studies the %(drawn)s with most weight are drawn.") % numbers
        marks = [marks[at] for at in drawn]
    chart = bubbles(
        title,
        marks,
        line,
        across=across,
        effect=str(EFFECT_NAMES[scale]),
        description=said,
        say=_plain,
        say_effect=partial(shown, scale),
    )
    table = [[mark.label, _plain(mark.at), shown(scale, mark.effect), _share(mark.weight)] for mark in marks]
    return _figure(title, said, chart, [_("Study"), across, _("Effect"), _("Weight")], table, part=part)


def groups_of(title: str, scale: Scale, found: Groups, *, worse: str = "", better: str = "") -> Figure:
    """Show the averages of groups side by side, and name those with too few studies for one."""
    here = partial(_natural, scale)
    told = [
        Study(group.name, here(group.mean), here(group.low), here(group.high), summary=True) for group in found.groups
    ]
    table = [
        [group.name, formats.say_number(group.k), *(shown(scale, end) for end in (group.mean, group.low, group.high))]
        for group in found.groups
    ]
    table += [[name, formats.say_number(k), "–", "–", "–"] for name, k in found.too_few]
    said = _("Groups of studies side by side.")
    if found.difference:
        said = _("By chance alone groups would differ so much with a probability of %(p)s.") % {
            "p": probability(found.difference.p)
        }
    chart = forest(
        title,
        told,
        description=said,
        null=here(0.0),
        ratio=scale in RATIOS,
        worse=worse,
        better=better,
        say=_two_places,
    )
    return _figure(title, said, chart, [_("Group"), _("Studies"), _("Effect"), _("From"), _("To")], table)


def _study(row: Named, here: Callable[[float], float], share: float) -> Study:
    low, high = row.effect.interval()
    return Study(row.label, here(row.effect.value), here(low), here(high), share, row.href)


def _figure(title: str, note: str, chart: str, head: list[str], rows: list[list[str]], *, part: bool = False) -> Figure:
    numbers = list(range(1, len(head)))
    return {"title": title, "note": note, "chart": chart, "head": head, "rows": rows, "numbers": numbers, "part": part}


def _said_of_small(lean: Egger, missing: int) -> str:
    said = _("Small studies and large ones: by chance alone they would differ so much with a probability of %(p)s.") % {
        "p": probability(lean.p)
    }
    if missing:
        words = ngettext(
            "%(k)s study seems to be missing on one side.", "%(k)s studies seem to be missing on one side.", missing
        )
        said += " " + words % {"k": formats.say_number(missing)}
    return said


def _said_of_slope(found: Regression) -> str:
    said = _("By chance alone the line would be so steep with a probability of %(p)s.") % {
        "p": probability(found.moderators.p)
    }
    if found.r2 is not None:
        said += " " + _("It accounts for %(r2)s of the differences between studies.") % {
            "r2": formats.say_percent(found.r2 / 100)
        }
    return said


def probability(p: float) -> str:
    """Write a probability; a very small one only as smaller than something."""
    smallest = 0.001
    return "< " + formats.say_number(smallest) if p < smallest else formats.say_number(p, places=3)


def _natural(scale: Scale, value: float) -> float:
    """Return the number as its readers know it: a forest has an axis for ratios, and writes what it draws."""
    if scale == Scale.RISK_DIFFERENCE:
        return 100 * value
    return exp(value) if scale in RATIOS else tanh(value) if scale == Scale.FISHER_Z else value


def _weights(rows: Sequence[Named], average: Average) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return each result's share in per cent; in three levels that is of its own precision only."""
    if isinstance(average, Pooled):
        return average.weights
    precise = 1 / (np.array([row.effect.variance for row in rows]) + average.between + average.within)
    return np.asarray(100 * precise / precise.sum(), np.float64)


def _heaviest(weights: np.ndarray[Any, np.dtype[np.float64]], most: int) -> list[int]:
    """Return the places of those with most weight, in the order that they stand in."""
    return sorted(np.argsort(-weights, kind="stable")[:most].tolist())


def _evenly(rows: list[Dot], most: int) -> list[Dot]:
    """Return at most so many of them, evenly from the first to the last."""
    if len(rows) <= most:
        return rows
    return [rows[round(at)] for at in np.linspace(0, len(rows) - 1, most)]


def _share(per_cent: float) -> str:
    return formats.say_percent(per_cent / 100)


def _two_places(value: float) -> str:
    return formats.say_number(value, places=2)


def _plain(value: float) -> str:
    return formats.say_number(round(value, 2))
