"""A synthesis as figures: whoever does not see the drawing has its sentence and its table, with the same numbers."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from commonweave.evidence.synthesis.effects import Effect, Scale
from commonweave.evidence.synthesis.moderators import by_group, regress
from commonweave.evidence.synthesis.pictures import Figure, Named, bubble_of, forest_of, funnel_of, groups_of
from commonweave.evidence.synthesis.pooling import pool
from commonweave.evidence.synthesis.small_studies import check, egger, trim_and_fill
from commonweave.evidence.tests.known import BCG, bcg

Y, V = bcg()
ROWS = [
    Named(f"Trial {nth}", Effect(Scale.LOG_RR, float(y), float(v))) for nth, (y, v) in enumerate(zip(Y, V, strict=True))
]


def told(figure: Figure) -> str:
    """Return the description for those who do not see it."""
    return next(each.text or "" for each in ET.fromstring(figure["chart"]).iter("desc"))  # noqa: S314 our own drawing


def test_forest_shows_ratios_and_says_all_of_it() -> None:
    figure = forest_of("Vaccine", ROWS, pool(Y, V))
    assert len(figure["rows"]) == 15
    assert figure["rows"][13][:2] == ["Together", "0.49"]
    assert told(figure).startswith("13 results. Together: risk ratio 0.49 (95% interval")


def test_funnel_shows_what_would_be_added_and_says_how_many() -> None:
    figure = funnel_of("Vaccine", ROWS, pool(Y, V), egger(Y, V), trim_and_fill(Y, V))
    assert len(figure["rows"]) == 14
    assert "1 study seems to be missing" in told(figure)
    assert figure["note"] == told(figure)


def test_of_hundreds_two_hundred_are_drawn_and_it_says_so() -> None:
    """A funnel keeps its sides: as many of the small are left out as of the large."""
    luck = np.random.default_rng(3)
    v = luck.uniform(0.01, 0.2, 500)
    y, at = luck.normal(0.3, np.sqrt(v)), luck.uniform(0, 9, 500)
    rows = [Named(f"Study {nth}", Effect(Scale.SMD, float(y[nth]), float(v[nth]))) for nth in range(500)]
    small = check(y, v)
    drawn = [
        (forest_of("All", rows, pool(y, v)), "the 60 with most weight", 'class="bar"', 60 + 1),
        (funnel_of("All", rows, pool(y, v), small.lean), "200 of 500 points", "<circle", 200),
        (bubble_of("All", rows, at.tolist(), regress(y, v, at), "Age"), "the 200 with most weight", "<circle", 200),
    ]
    for figure, said, mark, number in drawn:
        assert said in figure["note"]
        assert figure["part"]
        assert figure["chart"].count(mark) == number
        assert len(figure["rows"]) in {200, 202}
    errors = sorted(float(row[2]) for row in drawn[1][0]["rows"])
    assert errors[100] == pytest.approx(float(np.median(np.sqrt(v))), abs=0.01)


def test_bubbles_say_how_much_the_line_accounts_for() -> None:
    figure = bubble_of("Vaccine", ROWS, BCG[:, 4].tolist(), regress(Y, V, BCG[:, 4]), "Latitude")
    assert len(figure["rows"]) == 13
    assert "76%" in told(figure)


def test_groups_name_those_with_too_few() -> None:
    found = by_group(Y, V, ["north"] * 6 + ["south"] * 5 + ["sea"] * 2)
    figure = groups_of("Vaccine", Scale.LOG_RR, found)
    assert [row[0] for row in figure["rows"]] == ["north", "south", "sea"]
    assert figure["rows"][2][2:] == ["–", "–", "–"]
