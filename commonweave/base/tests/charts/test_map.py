"""A click on a plain image must land where the finger was, or a report goes to the wrong town."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commonweave.base.charts.map import Projection, bounds_of, choropleth, locate, map_image

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
FEATURE = {"id": "a", "label": "Riverside <i>", "geometry": SQUARE, "value": 5, "band": 2, "href": ""}

bounds = st.tuples(st.floats(-179, 170), st.floats(-80, 78), st.floats(0.001, 9), st.floats(0.001, 7)).map(
    lambda each: (each[0], each[1], each[0] + each[2], each[1] + each[3])
)


@given(bounds, st.integers(100, 800), st.integers(100, 800), st.floats(0, 1), st.floats(0, 1))
def test_locate_is_the_inverse_of_the_projection(
    box: tuple[float, float, float, float], width: int, height: int, across: float, up: float
) -> None:
    west, south, east, north = box
    lon, lat = west + across * (east - west), south + up * (north - south)
    x, y = Projection.fit(box, width, height).to_xy(lon, lat)
    assert -0.001 <= x <= width + 0.001
    assert -0.001 <= y <= height + 0.001
    assert locate(box, width, height, x, y) == pytest.approx((lon, lat), abs=1e-9)


@given(bounds)
def test_a_whole_pixel_is_exact_enough_at_the_scale_of_the_image(box: tuple[float, float, float, float]) -> None:
    west, south, east, north = box
    assume(east - west > 0.01 and north - south > 0.01)
    lon, lat = (west + east) / 2, (south + north) / 2
    projection = Projection.fit(box, 300, 300)
    x, y = projection.to_xy(lon, lat)
    back = projection.to_xy(*locate(box, 300, 300, round(x), round(y)))
    assert abs(back[0] - x) <= 0.5 + 1e-6
    assert abs(back[1] - y) <= 0.5 + 1e-6


def test_north_is_up_and_east_is_right_in_every_language() -> None:
    west_south, east_north = locate((0, 0, 2, 2), 300, 300, 10, 290), locate((0, 0, 2, 2), 300, 300, 290, 10)
    assert west_south[0] < east_north[0]
    assert west_south[1] < east_north[1]


def test_image_is_a_document_of_exact_size_that_carries_its_colours() -> None:
    drawn = map_image("Riverside", [FEATURE], chosen="a", point=(1, 1))
    document = ET.fromstring(drawn)  # noqa: S314 our own drawing
    assert document.tag == "{http://www.w3.org/2000/svg}svg"
    assert (document.attrib["width"], document.attrib["height"]) == ("300", "300")
    assert document.attrib["viewBox"] == "0 0 300 300"
    assert "prefers-color-scheme:dark" in drawn
    light = drawn.split("</style>")[1]
    assert all(f'fill="{colour}"' in light for colour in ("#f6f6f3", "#dfe3f0", "#1a1d2b", "#f0b429")), "without styles"
    assert "chosen" in drawn
    assert "<i>" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_area_without_a_number_is_hatched_and_named() -> None:
    drawn = choropleth("Places", [{**FEATURE, "value": None, "band": None}], legend=[(1, "few")])
    assert 'class="shape"' in drawn
    assert "no number" in drawn


def test_island_smaller_than_a_pixel_stays_visible() -> None:
    speck = {"type": "Polygon", "coordinates": [[[9, 9], [9.0001, 9], [9, 9.0001], [9, 9]]]}
    drawn = choropleth("Places", [FEATURE, {**FEATURE, "id": "b", "label": "Speck", "geometry": speck}])
    assert drawn.count('class="shape band-2"') == 2
    assert 'd=""' not in drawn


def test_bounds_cover_all_polygons() -> None:
    two = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], [[[5, -1], [6, -1], [6, 0], [5, -1]]]]}
    assert bounds_of([{**FEATURE, "geometry": two}]) == (0, -1, 6, 2)
    assert bounds_of([]) == (-180, -85, 180, 85)
