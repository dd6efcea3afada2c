"""The figures of a finding: every study, small ones against large ones, and what goes together with larger effects."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweave.evidence import saying
from commonweave.evidence.synthesis.effects import Effect
from commonweave.evidence.synthesis.moderators import by_group, regress
from commonweave.evidence.synthesis.pictures import Named, bubble_of, forest_of, funnel_of, groups_of
from commonweave.evidence.synthesis.pooling import FEWEST, Certainty, pool
from commonweave.evidence.synthesis.small_studies import ENOUGH
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from commonweave.evidence.rules import Body, Measured
    from commonweave.evidence.synthesis.pictures import Figure
    from commonweave.evidence.synthesis.spread import Numbers

YEAR = "year"
HIDDEN = frozenset({"design", "n_treatment", "n_control", "clusters_per_group", "measure", "arm"})
"""Moderators by which nothing is compared: sizes stand in the variances, and names differ in each study."""
SPECIFIC = ("arm", "measure", "follow_up")
KEPT = 64
"""Drawings that a process keeps, of 5 to 150 kB each."""


@dataclass(frozen=True)
class _Asked:
    """What a drawing is of: `seen` holds everything that is to be seen on it, so that equal ones are drawn once."""

    seen: tuple[Any, ...]
    body: Body = field(compare=False)
    by: str = ""


def drawn(body: Body, table: str) -> SafeString:
    """Draw a finding's figures, or take what was drawn of the same; `table` is the address of all its numbers."""
    return _drawn(_Asked((*_seen(body), table), body))


def drawn_by(body: Body, name: str, table: str) -> SafeString:
    """Draw the figure by a property of the studies likewise; nothing where they cannot be compared by it."""
    return _drawn(_Asked((*_seen(body), tuple(_values(body, name)), table), body, name)) if name else SafeString()


def _seen(body: Body) -> tuple[Any, ...]:
    """Return all that a drawing shows besides its numbers, for which the digest stands."""
    return get_language(), body.digest, tuple(labels(body)), tuple(row.slug for row in body.rows)


@functools.lru_cache(maxsize=KEPT)
def _drawn(asked: _Asked) -> SafeString:
    body = asked.body
    found = [by_property(body, asked.by)] if asked.by else of_body(body)
    figures = [each for each in found if each]
    return render_to_string("evidence/figures.html", {"figures": figures, "table": asked.seen[-1]})


def of_body(body: Body) -> list[Figure]:
    """Return the forest, and the funnel where small studies can be held against large ones."""
    average = body.finding.average
    if average is None:
        return []
    named = [
        Named(label, Effect(body.scale, each.value, each.variance), _page(row))
        for row, each, label in zip(body.rows, body.results, labels(body), strict=True)
    ]
    ends = (_("worse"), _("better"))[:: body.helpful]
    found = [forest_of(_("Each study, and all together"), named, average, worse=ends[0], better=ends[1])]
    if small := body.finding.small:
        names, y, v = one_each(body)
        rows = [
            Named(name, Effect(body.scale, float(at), float(wide))) for name, at, wide in zip(names, y, v, strict=True)
        ]
        middle = pool(y, v, test=Certainty.CONSERVATIVE)
        found.append(funnel_of(_("Small studies and large ones"), rows, middle, small.lean, small.filled))
    return found


def one_each(body: Body) -> tuple[list[str], Numbers, Numbers]:
    """Return names, effects and variances, one for each study: the plain mean of its results, as `findings` has it."""
    places: dict[Any, list[int]] = {}
    for at, result in enumerate(body.results):
        places.setdefault(result.study, []).append(at)
    names = [body.rows[which[0]].study for which in places.values()]
    y = [np.mean([body.results[at].value for at in which]) for which in places.values()]
    v = [np.mean([body.results[at].variance for at in which]) for which in places.values()]
    return names, np.array(y, np.float64), np.array(v, np.float64)


def labels(body: Body) -> list[str]:
    """Name each result: its study, and what tells it from others of that study."""
    many = {result.study: 0 for result in body.results}
    for result in body.results:
        many[result.study] += 1
    return [
        _specific(row) if many[result.study] > 1 else row.study
        for row, result in zip(body.rows, body.results, strict=True)
    ]


def _specific(row: Measured) -> str:
    said = [str(row.moderators[name]) for name in SPECIFIC if row.moderators.get(name)]
    return f"{row.study}: {', '.join(said)}" if said else row.study


def properties(body: Body) -> list[dict[str, str]]:
    """Return the properties by which these studies can be compared, with their names."""
    if body.finding.average is None:
        return []
    names = dict.fromkeys(name for row in body.rows for name in (YEAR, *row.moderators) if name not in HIDDEN)
    return [{"code": name, "label": property_name(name)} for name in names if _can_compare(body, name)]


def property_name(name: str) -> str:
    """Name a property; one that the vocabulary does not know as it was entered."""
    return vocabulary.label("study-property", name).say().replace("_", " ")


def value_name(name: str, value: object) -> str:
    """Name a value; a country in the reader's language, and what the vocabulary does not know as it was entered."""
    if name == "country":
        return saying.code_name("country", str(value))
    return vocabulary.label("study-value", str(value)).say()


def by_property(body: Body, name: str) -> Figure | None:
    """Return effects by a number of their studies, or groups of studies side by side. One effect for each study."""
    if name not in {each["code"] for each in properties(body)}:
        return None
    studies, y, v = one_each(body)
    values = _values(body, name)
    kept = [at for at, value in enumerate(values) if value is not None]
    label, some = property_name(name), [values[at] for at in kept]
    y, v = y[kept], v[kept]
    if all(isinstance(value, int | float) for value in some):
        places = [float(value) for value in some]
        rows = [
            Named(studies[at], Effect(body.scale, float(mean), float(wide)))
            for at, mean, wide in zip(kept, y, v, strict=True)
        ]
        return bubble_of(label, rows, places, regress(y, v, np.array(places)), label)
    ends = (_("worse"), _("better"))[:: body.helpful]
    return groups_of(
        label, body.scale, by_group(y, v, [value_name(name, value) for value in some]), worse=ends[0], better=ends[1]
    )


def _values(body: Body, name: str) -> list[Any]:
    """Return the property of each study; none where its results differ in it, or say nothing."""
    found: dict[Any, set[Any]] = {}
    for row, result in zip(body.rows, body.results, strict=True):
        value = row.year if name == YEAR and not row.review else row.moderators.get(name)
        found.setdefault(result.study, set()).add(value if isinstance(value, int | float | str) else None)
    return [next(iter(values)) if len(values) == 1 else None for values in found.values()]


def _can_compare(body: Body, name: str) -> bool:
    """Say whether there is enough to compare: ten studies with different numbers, or two groups, one of three studies."""
    values = [value for value in _values(body, name) if value is not None]
    if len(set(values)) < 2:  # noqa: PLR2004 with one there is nothing to compare
        return False
    if all(isinstance(value, int | float) for value in values):
        return len(values) >= ENOUGH
    return (
        all(isinstance(value, str) for value in values)
        and sum(values.count(value) >= FEWEST for value in set(values)) > 1
    )


def _page(row: Measured) -> str:
    return reverse("evidence:record", args=[row.slug])
