"""Which numbers are weighed together. Pure: from effects as they were entered to what `synthesis` takes.

Nobody is counted twice: of publications about the same people, such as the editions of one, one stands for all. Everything is turned so that it
points one way, and a study may claim what its own design allows, not what that of a review does.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from commonweave.evidence.models import Rating
from commonweave.evidence.rules.effects import effect_from
from commonweave.evidence.rules.records import STRENGTH_OF
from commonweave.evidence.synthesis.effects import Effect, Scale
from commonweave.evidence.synthesis.findings import Design, Finding, Result, Risk, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

DESIGNS = {
    "rct": Design.RANDOMISED,
    "quasi_experiment": Design.COMPARED,
    "before_after_controlled": Design.COMPARED,
    "match": Design.COMPARED,
    "nonequiv": Design.BEFORE_AFTER,  # compared with others who are not alike
    "before_after": Design.BEFORE_AFTER,
    "cross_section": Design.AFTER,
}
"""The level of a design where nobody has rated it. `match` and `nonequiv` are those of studies inside reviews."""
MANY = "many"
HIGHER_IS_BETTER = frozenset({Scale.SMD, Scale.FISHER_Z})
"""On these every measure is turned so that more is better: they mix measures of which more is good with others."""


class Edition(NamedTuple):
    """The key of the people that a record is about, and how many editions came before it."""

    sample: str
    number: int


class Measured(NamedTuple):
    """An effect with what is said of its study: by itself, else by its record; `edition` is how many came before that."""

    pk: UUID
    record: UUID
    slug: str
    year: int
    record_design: str
    sms: int | None
    bias: str
    rating: str
    record_sample: str
    record_interventions: list[str]
    study: str
    outcome: str
    measure: str
    yi: float | None
    vi: float | None
    raw: dict[str, Any]
    positive_is: str
    moderators: dict[str, Any]
    own_interventions: list[str]
    own_sample: str
    edition: int = 0

    @property
    def interventions(self) -> list[str]:
        """What was tried in this study."""
        return self.own_interventions or self.record_interventions

    @property
    def sample(self) -> str:
        """The key of its people; empty where no other publication is known to be about them."""
        return self.own_sample or self.record_sample

    @property
    def review(self) -> bool:
        """Say whether its record tells of others' studies."""
        return STRENGTH_OF.get(self.record_design) == MANY

    @property
    def design(self) -> Design:
        """What this study, not its review, may claim."""
        if own := DESIGNS.get(str(self.moderators.get("design", ""))):
            return own
        if self.review:
            return Design.UNKNOWN
        return Design(self.sms) if self.sms else DESIGNS.get(self.record_design, Design.UNKNOWN)

    @property
    def risk(self) -> Risk:
        """How likely its result is bent, as somebody judged who did not run it; of a review that says nothing of its studies."""
        judged = not self.review and self.rating != Rating.SELF and self.bias in set(Risk)
        return Risk(self.bias) if judged else Risk.UNKNOWN

    @property
    def key(self) -> str:
        """Name the study: results with one name hang together."""
        return f"~{self.own_sample}" if self.own_sample else f"{self.record}/{self.study}"


@dataclass(frozen=True)
class Body:
    """What is weighed: rows and their results side by side, all turned one way; `left_out` says which record stands instead."""

    scale: Scale
    helpful: int
    rows: tuple[Measured, ...]
    results: tuple[Result, ...]
    left_out: dict[UUID, UUID]

    @property
    def finding(self) -> Finding:
        """What they say together. Reckoned once for the same numbers."""
        return _weighed(self.results, self.scale, self.helpful)

    @functools.cached_property
    def digest(self) -> str:
        """Return SHA-256 of all that is weighed."""
        said = [
            [str(row.pk), result.study, result.value, result.variance, int(result.design), str(result.risk)]
            for row, result in zip(self.rows, self.results, strict=True)
        ]
        whole = [str(self.scale), self.helpful, sorted(said), sorted(map(str, self.left_out))]
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def bodies(rows: Iterable[Measured]) -> dict[Scale, Body]:
    """Put the effects of one thing that was tried for one outcome together, a body for each scale."""
    by_scale: dict[Scale, list[tuple[Measured, Effect]]] = {}
    for row in rows:
        if effect := effect_from(row.measure, row.yi, row.vi, row.raw):
            by_scale.setdefault(effect.scale, []).append((row, effect))
    return {scale: _body(scale, found) for scale, found in by_scale.items()}


def editions(rows: Iterable[tuple[UUID, UUID | None, str]]) -> dict[UUID, Edition]:
    """Return, of records with what each follows and its sample, whom the ones that follow each other are about.

    An edition without a sample is about the same people as the one before; the first ones without are about those of the
    first that says.
    """
    known = {pk: (before, sample) for pk, before, sample in rows}

    def line(pk: UUID) -> list[UUID]:
        found = [pk]
        while (before := known[found[-1]][0]) in known:
            found.append(before)
        return found

    lines = {pk: line(pk) for pk in known}
    said = {pk: next((known[each][1] for each in found if known[each][1]), "") for pk, found in lines.items()}
    later: dict[UUID, str] = {}
    for pk, found in sorted(lines.items(), key=lambda each: len(each[1])):
        if said[pk]:
            later.setdefault(found[-1], said[pk])
    return {
        pk: Edition(
            said[pk] or later.get(found[-1], "") or f"edition {known[found[-1]][0] or found[-1]}", len(found) - 1
        )
        for pk, found in lines.items()
    }


def crossed(rows: Iterable[Measured]) -> dict[tuple[str, str], list[Measured]]:
    """Return effects by what was tried and for what outcome; one that tried two things stands in both."""
    found: dict[tuple[str, str], list[Measured]] = {}
    for row in rows:
        for code in row.interventions:
            found.setdefault((code, row.outcome), []).append(row)
    return found


def _body(scale: Scale, found: Sequence[tuple[Measured, Effect]]) -> Body:
    stands = _standing([row for row, _effect in found])
    kept = [(row, effect) for row, effect in found if stands.get(row.sample, row.record) == row.record]
    left_out = {
        row.record: stands[row.sample] for row, _effect in found if stands.get(row.sample, row.record) != row.record
    }
    bad = sum(row.positive_is == "bad" for row, _effect in kept)
    helpful = 1 if scale in HIGHER_IS_BETTER or 2 * bad < len(kept) else -1
    results = []
    for row, effect in kept:
        turn = helpful if row.positive_is == "good" else -helpful
        results.append(Result(row.key, turn * effect.value, effect.variance, row.design, row.risk))
    return Body(scale, helpful, tuple(row for row, _effect in kept), tuple(results), left_out)


def _standing(rows: Sequence[Measured]) -> dict[str, UUID]:
    """Return which record stands for each sample: a study before a review that retells it, then the newest edition."""
    best: dict[str, Measured] = {}
    for row in rows:
        if row.sample and (row.sample not in best or _rank(row) > _rank(best[row.sample])):
            best[row.sample] = row
    return {sample: row.record for sample, row in best.items()}


def _rank(row: Measured) -> tuple[bool, int, int, str]:
    return not row.review, row.year, row.edition, row.slug


@functools.lru_cache(maxsize=256)
def _weighed(results: tuple[Result, ...], scale: Scale, helpful: int) -> Finding:
    return weigh(results, scale, helpful=helpful)
