"""Dates, numbers and digits as a reader of each language writes them."""

from __future__ import annotations

import datetime
import functools
import re
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from django.utils import timezone
from django.utils.translation import get_language

Number = int | float | Decimal

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_SCRIPTS = {"ar": _ARABIC_INDIC}
_LOCALES = {"en": "en_GB", "ar": "ar_EG", "ny": "en_GB"}
"""Chichewa has no month names in CLDR; its readers know the British forms."""


def locale_for(language: str | None = None) -> Locale:
    """Return the locale whose formats a language uses."""
    return _locale((language or get_language() or "en").replace("-", "_"))


@functools.lru_cache(maxsize=64)
def _locale(code: str) -> Locale:
    try:
        return Locale.parse(_LOCALES.get(code, code))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def digits(text: object, language: str | None = None) -> str:
    """Write the digits of a text in the script of the language."""
    code = (language or get_language() or "en").split("-")[0]
    return str(text).translate(_SCRIPTS.get(code, {}))


def say_number(value: Number | None, language: str | None = None, *, places: int | None = None) -> str:
    """Write a number for people, a minus as a minus and no hyphen; nothing at all is a dash."""
    return "–" if value is None else _number(value, language or get_language() or "en", places)


@functools.lru_cache(maxsize=4096, typed=True)  # a page of counts says a few small numbers hundreds of times
def _number(value: Number, language: str, places: int | None) -> str:
    if places is not None:
        value = round(Decimal(str(value)), places) + 0  # there is no minus nought
    pattern = None if places is None else "#,##0" + ("." + "0" * places if places else "")
    said = format_decimal(value, format=pattern, locale=locale_for(language), numbering_system="default")
    return digits(said.replace("-", "\N{MINUS SIGN}"), language)


def say_percent(share: Number | None, language: str | None = None) -> str:
    """Write a share of 0 to 1 as whole per cent."""
    if share is None:
        return "–"
    return digits(format_percent(share, locale=locale_for(language), numbering_system="default"), language)


def say_date(value: datetime.date | datetime.datetime | None, language: str | None = None, form: str = "long") -> str:
    """Write a date; `form` is full, long, medium or short. A moment is shown as its local date."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return digits(format_date(value, form, locale=locale_for(language)), language)


def say_moment(value: datetime.datetime | None, language: str | None = None) -> str:
    """Write a date with its time of day."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    written = format_datetime(local.replace(tzinfo=None), "medium", locale=locale_for(language))
    return digits(re.sub(r"(\d:\d\d):\d\d", r"\1", written), language)


def say_span(value: datetime.timedelta | None, language: str | None = None) -> str:
    """Write a length of time in its largest unit, such as "3 days"."""
    if value is None:
        return ""
    return digits(format_timedelta(value, locale=locale_for(language), threshold=1.2), language)
