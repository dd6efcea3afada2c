"""What a reader would lose: the words behind a picture, the safety of a label, a sentence where there are no numbers."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.charts import svg
from commonweave.base.charts.bar import Bar, bars
from commonweave.base.charts.bubble import Bubble, Fitted, bubbles
from commonweave.base.charts.forest import Study, forest
from commonweave.base.charts.funnel import Dot, funnel
from commonweave.base.charts.line import Series, lines
from commonweave.base.charts.map import choropleth
from commonweave.base.charts.matrix import Cell, Row, matrix
from commonweave.base.charts.plane import steps

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = '"><script>alert(1)</script> & <b>\'"'
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}


def draw_bars(label: str, href: str) -> str:
    return bars("Kinds", [Bar(label, 3, href), Bar("Other", None, note=label)])


def draw_lines(label: str, href: str) -> str:
    return lines("Weeks", [label, "2"], [Series(label, [1, None], [href]), Series("b", [2, 3])])


def draw_matrix(label: str, href: str) -> str:
    return matrix("Crossed", [label, "b"], [Row(label, [Cell(1, href=href), Cell(text=label)], href)])


def draw_map(label: str, href: str) -> str:
    return choropleth(
        "Places", [{"id": "a", "label": label, "geometry": SQUARE, "value": 3, "band": None, "href": href}]
    )


def draw_forest(label: str, href: str) -> str:
    return forest("Studies", [Study(label, 0.3, 0.1, 0.5, href=href), Study(label, None)], worse=label, better=label)


def draw_funnel(label: str, href: str) -> str:
    dots = [Dot(label, 0.3, 0.1, href=href), Dot(label, -0.3, 0.2, added=True)]
    return funnel("Funnel", dots, 0.1, effect=label)


def draw_bubbles(label: str, href: str) -> str:
    return bubbles("Bubbles", [Bubble(label, 3, 0.3, 40, href)], across=label, effect=label)


EVERY = [draw_bars, draw_lines, draw_matrix, draw_map, draw_forest, draw_funnel, draw_bubbles]


def parse(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314 our own drawing


def words(drawn: str) -> str:
    return " ".join(parse(drawn).itertext())


@pytest.mark.parametrize("draw", EVERY)
@pytest.mark.parametrize("href", ["", "/en/somewhere/?a=1&b=2"])
def test_chart_says_in_words_what_it_shows(draw: Callable[[str, str], str], href: str) -> None:
    drawing = parse(draw("Riverside", href))
    named = drawing.attrib["aria-labelledby"].split()
    found = {each.attrib["id"]: each.text or "" for each in drawing if "id" in each.attrib}
    assert drawing.attrib["role"] == ("group" if href else "img")
    assert all(found[name] for name in named)
    assert "Riverside" in found[named[1]]
    assert "3" in found[named[1]] or "0.3" in found[named[1]] or "1" in found[named[1]]
    assert (len(list(drawing.iter("a"))) > 0) is bool(href)


@pytest.mark.parametrize("draw", EVERY)
def test_chart_escapes_hostile_labels(draw: Callable[[str, str], str]) -> None:
    drawn = draw(HOSTILE, 'x" onclick="alert(1)')
    assert "<script" not in drawn
    assert 'onclick="' not in drawn
    assert "alert(1)" in words(drawn)


@pytest.mark.parametrize("draw", EVERY)
def test_chart_carries_no_colour_of_its_own(draw: Callable[[str, str], str]) -> None:
    drawn = draw("Riverside", "")
    assert "style=" not in drawn
    fills = {each.attrib["fill"] for each in parse(drawn).iter() if "fill" in each.attrib}
    assert all(fill.startswith("url(#") for fill in fills)
    assert "#hatch" not in drawn


@pytest.mark.parametrize(
    "drawn",
    [
        bars("None", []),
        lines("None", [], []),
        lines("None", ["a"], [Series("a", [None])]),
        matrix("None", [], []),
        choropleth("None", []),
        forest("None", []),
        funnel("None", [], 0, effect="g"),
        bubbles("None", [], across="weeks", effect="g"),
    ],
)
def test_chart_without_data_says_so(drawn: str) -> None:
    assert "No numbers yet." in words(drawn) or "No places to show." in words(drawn)


def test_chart_mirrors_for_right_to_left_and_keeps_numbers() -> None:
    left, right = (bars("A", [Bar("Online", 50), Bar("Place", 100)], rtl=rtl) for rtl in (False, True))
    assert 'direction="rtl"' in right
    bar_left = next(each for each in parse(left).iter("rect") if each.attrib.get("class") == "bar")
    bar_right = next(each for each in parse(right).iter("rect") if each.attrib.get("class") == "bar")
    assert float(bar_left.attrib["x"]) == 0
    assert float(bar_right.attrib["x"]) == svg.WIDTH / 2


def test_bar_of_a_hidden_count_is_hatched_and_says_why() -> None:
    drawn = bars("A", [Bar("Online", None, note="too small to show")])
    assert "too small to show" in words(drawn)
    assert 'class="bar"' not in drawn


def test_line_breaks_where_a_week_is_missing() -> None:
    drawn = lines("A", ["1", "2", "3"], [Series("a", [1, None, 2])])
    path = next(each.attrib["d"] for each in parse(drawn).iter("path") if each.attrib.get("class") == "line")
    assert path.count("M") == 2
    assert "L" not in path


def test_formatter_of_the_caller_writes_the_numbers() -> None:
    assert "1 day" in words(bars("A", [Bar("Online", 1)], say=lambda value: f"{value} day"))


@given(st.floats(0.001, 1e9))
def test_axis_reaches_the_highest_value(highest: float) -> None:
    steps = svg.ticks(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest * 0.999
    assert len(steps) <= 8


@given(st.text(min_size=1, max_size=200), st.integers(30, 300), st.integers(1, 4))
def test_label_never_takes_more_lines_than_there_are(text: str, room: int, allowed: int) -> None:
    assert 1 <= len(svg.wrap(text, room, allowed)) <= allowed


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_every_label_makes_well_formed_svg(label: str) -> None:
    for draw in EVERY:
        parse(draw(label, label))


OUTCOMES = ("Advice or information given", "Resolved by the team", "Referred to an outside service") * 2


def test_matrix_of_many_columns_names_each_of_them_in_full() -> None:
    """A heading that is cut off after "Advice or inform…" leaves it to the reader to guess what the number counts."""
    columns = [f"{name} ({number})" for number, name in enumerate(OUTCOMES)]
    cells = [Cell(float(number)) for number in range(len(columns))]
    drawn = matrix("How it ended", columns, [Row("Yorkshire and the Humber, no finer place named", cells)])
    assert "…" not in drawn
    for letter, name in zip("ABCDEF", columns, strict=True):
        assert drawn.count(f">{letter}</text>") == 2, "in the key and above its column"
        assert f">{name}</text>" in drawn


def test_matrix_of_few_columns_needs_no_key() -> None:
    """Names that fit stand above their columns."""
    drawn = matrix("How it ended", ["Here", "There"], [Row("Advice", [Cell(1.0), Cell(2.0)])])
    assert ">Here</text>" in drawn
    assert ">A</text>" not in drawn


def test_legend_names_each_line_in_full() -> None:
    """Two kinds that begin with the same words would be told apart by nothing."""
    labels = ["Something that happened at some place in this city", "Something that happened at some place elsewhere"]
    drawn = lines("Weeks", ["W1", "W2"], [Series(label, [1.0, 2.0]) for label in labels])
    assert "…" not in drawn
    assert drawn.count("city</text>") == drawn.count("elsewhere</text>") == 1


def test_the_surest_study_stands_on_top_and_a_missing_one_is_hollow() -> None:
    drawing = parse(
        funnel("A", [Dot("sure", 0.2, 0.05), Dot("unsure", 0.4, 0.3), Dot("?", 0.0, 0.3, added=True)], 0.2, effect="g")
    )
    marks = [each for each in drawing.iter("circle") if list(each)]
    assert [mark.attrib["class"] for mark in marks] == ["mark full", "mark full", "mark"]
    assert float(marks[0].attrib["cy"]) < float(marks[1].attrib["cy"])


def test_the_area_of_a_bubble_is_its_weight_and_higher_means_more() -> None:
    drawn = bubbles("A", [Bubble("light", 1, 0.1, 10), Bubble("heavy", 2, 0.5, 40)], across="weeks", effect="g")
    heavy, light = (each for each in parse(drawn).iter("circle"))
    assert float(heavy.attrib["r"]) == pytest.approx(2 * float(light.attrib["r"]), abs=0.1)
    assert float(heavy.attrib["cy"]) < float(light.attrib["cy"])


def test_a_fitted_line_comes_with_its_band() -> None:
    line = [Fitted(1, 0.1, 0.0, 0.2), Fitted(2, 0.3, 0.1, 0.5)]
    drawn = bubbles("A", [Bubble("a", 1, 0.1, 10), Bubble("b", 2, 0.5, 40)], line, across="weeks", effect="g")
    assert {"line", "track"} <= {each.attrib.get("class", "") for each in parse(drawn).iter("path")}


@pytest.mark.parametrize("draw", [draw_funnel, draw_bubbles])
def test_planes_mirror_for_right_to_left(draw: Callable[[str, str], str]) -> None:
    with translation.override("en"):
        left = draw("Riverside", "")
    with translation.override("ar"):
        right = draw("Riverside", "")
    at = [
        float(next(each for each in parse(drawn).iter("circle") if list(each)).attrib["cx"]) for drawn in (left, right)
    ]
    assert at[0] + at[1] == pytest.approx(svg.WIDTH, abs=8)
    assert 'direction="rtl"' in right


def test_where_one_more_study_would_lie_is_a_line_without_a_middle() -> None:
    drawn = forest("A", [Study("More", 0.2, -0.3, 0.7, predicted=True)])
    assert "−0.3 to 0.7" in words(drawn) or "-0.3 to 0.7" in words(drawn)
    assert 'class="bar"' not in drawn


@given(st.floats(-100, 100), st.floats(0.01, 1000))
def test_steps_hold_what_they_are_for_and_are_few(low: float, wide: float) -> None:
    found = steps(low, low + wide)
    assert found[0] <= low + 1e-6 * max(1, abs(low))
    assert found[-1] >= low + wide - 1e-6 * max(1, abs(low))
    assert 2 <= len(found) <= 8
