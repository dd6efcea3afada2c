"""Dates, numbers and digits as people write them where they live."""

from __future__ import annotations

import datetime

import pytest

from commonweave.base import formats

DAY = datetime.date(2026, 3, 9)


@pytest.mark.parametrize(
    ("language", "number", "day"),
    [
        ("en", "1,234,567.5", "9 March 2026"),
        ("fr", "1\u202f234\u202f567,5", "9 mars 2026"),
        ("ar", "١٬٢٣٤٬٥٦٧٫٥", "٩ مارس ٢٠٢٦"),  # noqa: RUF001 Arabic digits are meant
        ("sq", "1\u00a0234\u00a0567,5", "9 mars 2026"),
        ("ny", "1,234,567.5", "9 March 2026"),
        ("xx", "1,234,567.5", "9 March 2026"),
    ],
)
def test_numbers_and_dates_follow_the_language(language: str, number: str, day: str) -> None:
    assert formats.say_number(1234567.5, language) == number
    assert formats.say_date(DAY, language) == day


def test_nothing_is_a_dash_or_empty() -> None:
    assert formats.say_number(None, "en") == "–"
    assert formats.say_percent(None, "en") == "–"
    assert formats.say_date(None, "en") == formats.say_moment(None, "en") == formats.say_span(None, "en") == ""


def test_moment_and_span_are_short() -> None:
    assert (
        formats.say_moment(datetime.datetime(2026, 3, 9, 14, 5, 33, tzinfo=datetime.UTC), "en") == "9 Mar 2026, 14:05"
    )
    assert formats.say_span(datetime.timedelta(days=3), "en") == "3 days"
    assert formats.say_span(datetime.timedelta(days=3), "ar") == "٣ أيام"


def test_percent_and_places() -> None:
    assert formats.say_percent(0.256, "en") == "26%"
    assert formats.say_number(2.345, "en", places=1) == "2.3"
    assert formats.digits("48291", "ar") == "٤٨٢٩١"


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sq"])
def test_what_is_below_nought_has_a_minus_and_no_hyphen(language: str) -> None:
    """A hyphen is short, breaks lines, and is read aloud as nothing; a minus before nought says something that is not there."""
    said = formats.say_number(-1234.5, language, places=1)
    assert "\N{MINUS SIGN}" in said
    assert "-" not in said
    assert "\N{MINUS SIGN}" not in formats.say_number(-0.001, language, places=2)
