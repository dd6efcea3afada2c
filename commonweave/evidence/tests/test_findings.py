"""What may be called working, and what not: a wrong word here sends money, and children, to the wrong programme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweave.evidence.synthesis.effects import Scale
from commonweave.evidence.synthesis.findings import Design, Finding, Kind, Lack, Result, Risk, weigh
from commonweave.evidence.synthesis.words import LABELS, LACKING, in_words

SOUND = {"design": Design.RANDOMISED, "risk": Risk.LOW}
EVEN = [0.31, 0.28, 0.33, 0.30, 0.27, 0.32, 0.29, 0.34, 0.30, 0.26, 0.35, 0.30]
ERRORS = [0.06, 0.09, 0.07, 0.10, 0.08, 0.05, 0.11, 0.07, 0.09, 0.06, 0.08, 0.10]


def body(effects: list[float], errors: list[float] | float = 0.08, **more: Design | Risk) -> list[Result]:
    each = errors if isinstance(errors, list) else [errors] * len(effects)
    return [
        Result(nth, y, error**2, **{**SOUND, **more})  # type: ignore[arg-type]
        for nth, (y, error) in enumerate(zip(effects, each, strict=True))
    ]


WORKING = body(EVEN, ERRORS)


def call(results: list[Result], helpful: int = 1) -> Finding:
    return weigh(results, Scale.SMD, helpful=helpful)


def test_many_sound_studies_that_agree_are_called_working() -> None:
    found = call(WORKING)
    assert (found.kind, found.lacking, found.studies, found.helped) == (Kind.WORKS, (), 12, 12)


@pytest.mark.parametrize(
    ("results", "lack"),
    [
        (body([*EVEN[:9], 0.9, 0.95, -0.05], 0.08), Lack.ELSEWHERE),
        ([replace(each, risk=Risk.UNKNOWN) for each in WORKING], Lack.FEW_SOUND),
        ([replace(each, risk=Risk.HIGH) for each in WORKING], Lack.FEW_SOUND),
        ([replace(each, design=Design.BEFORE_AFTER) for each in WORKING], Lack.FEW_SOUND),
        ([*body([0.02] * 6, ERRORS[:6]), *body([0.4] * 6, ERRORS[6:], risk=Risk.HIGH)], Lack.SOUND_ALONE),
        (WORKING[:9], Lack.UNCHECKED),
        (body(EVEN, 0.08), Lack.UNCHECKED),
    ],
)
def test_each_of_the_four_is_needed(results: list[Result], lack: Lack) -> None:
    """Interval, prediction interval, appraisal, small-study check: none makes up for another."""
    renamed = [replace(each, study=nth) for nth, each in enumerate(results)]
    found = call(renamed)
    assert found.kind == Kind.HELPED_SO_FAR
    assert lack in found.lacking


def test_a_large_literature_whose_small_studies_say_more_does_not_work() -> None:
    """Sixty studies, all positive: what would be published if nothing else were."""
    luck = np.random.default_rng(7)
    errors = np.linspace(0.05, 0.45, 60)
    effects = 0.05 + 1.6 * errors + luck.normal(0, errors * 0.4)
    found = call(body(list(effects), list(errors)))
    assert found.side == 1
    assert found.kind == Kind.HELPED_SO_FAR
    assert Lack.SMALL_LEAN in found.lacking
    assert any("never have been published" in said for said in in_words(found))


def test_a_large_literature_of_which_half_was_never_published_does_not_work() -> None:
    """No effect at all: four hundred studies done, those published that happened to find one."""
    luck = np.random.default_rng(11)
    errors = luck.uniform(0.05, 0.4, 400)
    effects = luck.normal(0, errors)
    published = effects > 1.2 * errors
    found = call(body(list(effects[published]), list(errors[published])))
    assert int(published.sum()) >= 30
    assert found.side == 1
    assert Lack.SMALL_LEAN in found.lacking


def test_harm_needs_nothing_but_the_interval() -> None:
    """Three unappraised studies before and after are enough for a warning; the words do not say who did it."""
    found = call(body([-0.4, -0.35, -0.45], 0.05, design=Design.BEFORE_AFTER, risk=Risk.UNKNOWN))
    assert found.kind == Kind.COUNTER_PRODUCTIVE
    assert any("cannot say why" in said for said in in_words(found))


def test_harm_is_not_said_where_the_interval_reaches_the_other_side() -> None:
    found = call(body([-0.4, -0.1, -0.5, 0.05], 0.15))
    assert found.average is not None
    assert found.average.interval()[1] > 0
    assert found.kind != Kind.COUNTER_PRODUCTIVE


def test_less_may_be_what_helps() -> None:
    """Fewer attacks: the same numbers with another sign, and the other way round they are harm."""
    fewer = [replace(each, value=-each.value) for each in WORKING]
    assert call(fewer, helpful=-1).kind == Kind.WORKS
    assert call(fewer).kind == Kind.COUNTER_PRODUCTIVE


def test_studies_that_contradict_each_other_are_mixed() -> None:
    found = call(body([0.5, 0.6, -0.5, 0.4, -0.6, 0.1], 0.1))
    assert found.kind == Kind.MIXED
    assert (found.helped, found.harmed) == (3, 2)


@pytest.mark.parametrize(
    ("effects", "error", "kind"),
    [
        ([0.02, -0.03, 0.01, 0.0, -0.01], 0.04, Kind.NO_DIFFERENCE),
        ([0.6, -0.5, 0.1], 0.4, Kind.TOO_LITTLE),
        ([0.5, 0.5], 0.01, Kind.TOO_LITTLE),
        ([], 0.1, Kind.TOO_LITTLE),
    ],
)
def test_nothing_shown_and_nothing_known_are_not_the_same(effects: list[float], error: float, kind: Kind) -> None:
    found = call(body(effects, error))
    assert found.kind == kind
    assert (found.average is None) is (len(effects) < 3)


def test_many_results_of_two_studies_are_two_studies() -> None:
    twice = [replace(each, study=nth % 2) for nth, each in enumerate(WORKING)]
    found = call(twice)
    assert (found.kind, found.studies, found.results) == (Kind.TOO_LITTLE, 2, 12)
    assert in_words(found)[0] == "12 results of 2 studies."


def test_results_of_one_study_count_once() -> None:
    """One study that repeats itself forty times must not outvote four others."""
    others = body([0.0, 0.05, -0.05, 0.02], 0.1)
    loud = [replace(each, study="loud") for each in body([0.9] * 40, 0.1)]
    found = call([*others, *loud])
    assert found.kind not in {Kind.WORKS, Kind.HELPED_SO_FAR}
    assert found.average is not None
    assert found.average.mean < 0.5


@pytest.mark.parametrize("names", [list(range(12)), [0, 0, *range(10)]])
def test_agreement_by_luck_makes_nothing_certain(names: list[int]) -> None:
    """Twelve small studies that happen to say the same are still small."""
    same = [replace(each, value=0.05, variance=0.09, study=name) for each, name in zip(WORKING, names, strict=True)]
    assert call(same).side == 0


@pytest.mark.parametrize(
    ("design", "says", "never"),
    [
        (Design.RANDOMISED, "Chance decided who took part", "cannot say why"),
        (Design.MATCHED, "differed in other ways", "Chance decided"),
        (Design.BEFORE_AFTER, "cannot say why", "did better than"),
        (Design.UNKNOWN, "cannot say why", "did better than"),
    ],
)
def test_words_claim_no_more_than_the_weakest_design(design: Design, says: str, never: str) -> None:
    weakest = [replace(WORKING[0], design=design), *WORKING[1:]]
    told = " ".join(in_words(call(weakest)))
    assert says in told
    assert never not in told
    assert "caused" not in told


def test_every_kind_and_lack_has_its_words() -> None:
    assert set(LABELS) == set(Kind)
    assert set(LACKING) == set(Lack)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.floats(-2, 2), st.floats(0.02, 1)), max_size=14),
    st.sampled_from(list(Scale)),
    st.sampled_from([1, -1]),
    st.sampled_from(list(Design)),
)
@settings(max_examples=30, deadline=None)
def test_whatever_comes_is_called_something_and_help_never_covers_harm(
    rows: list[tuple[int, float, float]], scale: Scale, helpful: int, design: Design
) -> None:
    found = weigh([Result(name, y, error**2, design, Risk.LOW) for name, y, error in rows], scale, helpful=helpful)
    assert all(in_words(found))
    if found.kind in {Kind.WORKS, Kind.HELPED_SO_FAR}:
        assert found.side == 1
    if found.side == -1:
        assert found.kind == Kind.COUNTER_PRODUCTIVE
    if found.kind == Kind.WORKS:
        assert found.studies >= 10
        assert design >= Design.COMPARED
