"""What a body of studies may be called. Pure rules with their thresholds, each with its reason.

Harm needs less than help: a warning that comes too early costs less than a programme that goes on doing harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from commonweave.evidence.synthesis import chances, spread
from commonweave.evidence.synthesis.effects import Z95, Scale
from commonweave.evidence.synthesis.pooling import FEWEST, Certainty, Pooled, arranged, pool
from commonweave.evidence.synthesis.small_studies import ENOUGH, Checks, check
from commonweave.evidence.synthesis.three_levels import Layered, pool_layers

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from commonweave.evidence.synthesis.spread import Numbers

Average: TypeAlias = Pooled | Layered
Bounds: TypeAlias = tuple[float, float]

SOUND_SHARE = 0.5
"""At least half of the studies have to be sound, or the unsound ones decide the average."""
LEANS = 0.10
"""Egger's own threshold (1997): the check notices little, so it is taken seriously earlier than by one in twenty."""
ALIKE = 0.01
"""Studies whose variances differ by less than this share have one size: none is small beside the others."""
DIFFER = 0.10
"""Likewise for Cochran's Q, which notices few differences where there are few studies."""
DISAGREE = 0.05
"""Results are mixed where more than one in twenty helps and more than one in twenty harms: fewer may be chance."""
SMALL = {
    Scale.SMD: 0.2,  # a "small" effect of Cohen (1988)
    Scale.LOG_OR: 0.36,  # the same by Hasselblad and Hedges (1995): 0.2 × π / √3
    Scale.LOG_RR: 0.18,  # a fifth more or fewer
    Scale.RISK_DIFFERENCE: 0.05,  # five people in a hundred
    Scale.FISHER_Z: 0.1,  # a "small" correlation of Cohen (1988)
}
"""What is worth knowing. An interval that reaches this far to both sides says too little, not that nothing happened."""


class Design(IntEnum):
    """How a study was made: the five levels of the Maryland scale (Sherman et al. 1997), and not known."""

    UNKNOWN = 0
    AFTER = 1  # groups compared once, or one group, afterwards only
    BEFORE_AFTER = 2  # one group before and after, or others that are not alike
    COMPARED = 3  # before and after, with a comparison group
    MATCHED = 4  # several groups, other differences accounted for
    RANDOMISED = 5  # chance decided who took part


class Risk(StrEnum):
    """How likely a study's result is bent by how it was made, as appraised."""

    UNKNOWN = "unknown"
    LOW = "low"
    SOME = "some"
    HIGH = "high"


class Kind(StrEnum):
    """What a body of studies may be called."""

    WORKS = "works"
    HELPED_SO_FAR = "helped_so_far"
    MIXED = "mixed"
    NO_DIFFERENCE = "no_difference"
    COUNTER_PRODUCTIVE = "counter_productive"
    TOO_LITTLE = "too_little"


class Lack(StrEnum):
    """What keeps a helpful average from being called "works"."""

    ELSEWHERE = "elsewhere"  # the prediction interval is not wholly on the helpful side
    FEW_SOUND = "few_sound"  # fewer than three, or than half, are appraised as sound
    SOUND_ALONE = "sound_alone"  # the sound ones alone do not show it
    UNCHECKED = (
        "unchecked"  # fewer than ten studies, or all of one size: small ones cannot be checked against large ones
    )
    SMALL_LEAN = "small_lean"  # small studies say more than large ones, or it is gone once that is made even


@dataclass(frozen=True)
class Result:
    """One effect of one study on the scale of all, with what its appraisal says. Results with one `study` hang together."""

    study: Hashable
    value: float
    variance: float
    design: Design = Design.UNKNOWN
    risk: Risk = Risk.UNKNOWN

    @property
    def sound(self) -> bool:
        """Compared with others, appraised, and not bent: what Sherman et al. (1997) ask for before "works" is said."""
        return self.design >= Design.COMPARED and self.risk in {Risk.LOW, Risk.SOME}


@dataclass(frozen=True)
class Finding:
    """What may be said. Numbers as entered; `helpful` is 1 where more of it is better, -1 where less is.

    `design` is that of the weakest study: nothing may be claimed that one of them does not allow. `helped` and `harmed`
    count results that are on one side for themselves. `sound` is the average of the sound ones alone, if they are enough;
    `small` are the checks of small studies, where they can be done.
    """

    kind: Kind
    scale: Scale
    helpful: int
    studies: int
    results: int
    design: Design
    helped: int
    harmed: int
    average: Average | None = None
    lacking: tuple[Lack, ...] = ()
    sound: Average | None = None
    small: Checks | None = None

    @property
    def side(self) -> int:
        """1 where the average's interval is wholly helpful, -1 where it is wholly harmful, else 0."""
        return side(self.average.interval(), self.helpful) if self.average else 0


def weigh(results: Sequence[Result], scale: Scale, *, helpful: int = 1) -> Finding:
    """Say what a body of results may be called. Raises ValueError for effects without a variance above zero."""
    studies = len({each.study for each in results})
    own = [side(_own(each), helpful) for each in results]
    design = min((each.design for each in results), default=Design.UNKNOWN)
    counted = (scale, helpful, studies, len(results), design, own.count(1), own.count(-1))
    if studies < FEWEST:
        return Finding(Kind.TOO_LITTLE, *counted)
    average, sound = _average(results), _sound(results)
    y, v = _one_each(results)
    small = check(y, v) if checkable(v) else None
    lacking = tuple(_lacking(average, sound, small, helpful))
    kind = _called(results, average, scale, helpful, own)
    if kind == Kind.WORKS and lacking:
        kind = Kind.HELPED_SO_FAR
    return Finding(kind, *counted, average, lacking if kind == Kind.HELPED_SO_FAR else (), sound, small)


def side(bounds: Bounds, helpful: int) -> int:
    """Return 1 for bounds wholly on the helpful side of zero, -1 for the harmful one, 0 for both."""
    if bounds[0] > 0:
        return helpful
    return -helpful if bounds[1] < 0 else 0


def _called(results: Sequence[Result], average: Average, scale: Scale, helpful: int, own: Sequence[int]) -> Kind:
    """Say what the average and the studies' own results come to, before anybody asks what "works" still lacks."""
    low, high = average.interval()
    where = side((low, high), helpful)
    if where == -1:
        return Kind.COUNTER_PRODUCTIVE
    by_chance = DISAGREE * len(own)
    if own.count(1) > by_chance and own.count(-1) > by_chance and _differ(results):
        return Kind.MIXED
    if where == 1:
        return Kind.WORKS
    return Kind.TOO_LITTLE if low < -SMALL[scale] and high > SMALL[scale] else Kind.NO_DIFFERENCE


def _lacking(average: Average, sound: Average | None, small: Checks | None, helpful: int) -> Iterator[Lack]:
    """Name all that keeps a helpful average from "works": each of four has to hold, none makes up for another."""
    if side(average.prediction(), helpful) != 1:
        yield Lack.ELSEWHERE
    if sound is None:
        yield Lack.FEW_SOUND
    elif side(sound.interval(), helpful) != 1:
        yield Lack.SOUND_ALONE
    if small is None:
        yield Lack.UNCHECKED
    elif _leans(small, helpful):
        yield Lack.SMALL_LEAN


def _sound(results: Sequence[Result]) -> Average | None:
    """Pool the sound studies alone; none where they are fewer than three, or fewer than half."""
    sound = [each for each in results if each.sound]
    studies = len({each.study for each in results})
    enough = len({each.study for each in sound}) >= max(FEWEST, SOUND_SHARE * studies)
    return _average(sound) if enough else None


def checkable(v: Numbers) -> bool:
    """Say whether small studies can be held against large ones: ten or more, not all of one size."""
    return len(v) >= ENOUGH and bool(np.ptp(v) >= ALIKE * v.max())


def _leans(small: Checks, helpful: int) -> bool:
    """Say whether small studies help more than large ones do, or the average is gone when that is made even."""
    if small.lean.p < LEANS and small.lean.slope * helpful > 0:
        return True
    return side(small.filled.pooled.interval(), helpful) != 1


def _differ(results: Sequence[Result]) -> bool:
    """Say whether results differ by more than their own errors: Cochran's Q."""
    y, v, x = arranged(*_numbers(results))
    return chances.chi2_tail(spread.q_of(y, v, x), len(y) - 1) < DIFFER


def _average(results: Sequence[Result]) -> Average:
    """Pool: one result of each study with the careful form of Knapp and Hartung's errors, several in three levels.

    Careful, because studies that agree by luck would have an interval of no width, and a word rests on it.
    """
    y, v = _numbers(results)
    names = [each.study for each in results]
    return pool_layers(y, v, names) if len(set(names)) < len(names) else pool(y, v, test=Certainty.CONSERVATIVE)


def _own(each: Result) -> Bounds:
    reach = Z95 * float(np.sqrt(each.variance))
    return each.value - reach, each.value + reach


def _numbers(results: Sequence[Result]) -> tuple[Numbers, Numbers]:
    return np.array([each.value for each in results]), np.array([each.variance for each in results])


def _one_each(results: Sequence[Result]) -> tuple[Numbers, Numbers]:
    """Return one effect for each study: the plain mean of its results, as uncertain as they are on average.

    That is what holds if results of one study say the same (a correlation of one), the careful end.
    """
    by_study: dict[Hashable, list[Result]] = {}
    for each in results:
        by_study.setdefault(each.study, []).append(each)
    means = [_numbers(rows) for rows in by_study.values()]
    return np.array([y.mean() for y, _v in means]), np.array([v.mean() for _y, v in means])
