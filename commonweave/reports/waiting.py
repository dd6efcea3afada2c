"""A finished report that waited on a phone: what the browser sealed, and the keys it may be sealed to."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import QueryDict

from commonweave.sharing.intake import CannotOpenIntake, IntakeKey, intake_key, unseal

DAYS = 14
WEEK = 7 * 24 * 60 * 60  # seconds; each week has a key of its own
OLDER_WEEKS = 3  # whose keys still open: fourteen days, the hours of a draft, and a clock that goes wrong
LARGEST = 120_000  # bytes of a sealed report; the longest that a form allows takes less
VERSION = 1


@dataclass(frozen=True)
class Waited:
    """The last step as it was finished: its language and its fields."""

    language: str
    fields: QueryDict


def this_week() -> int:
    """Return the number of the key that is in use: weeks since 1970."""
    return int(time.time()) // WEEK


def offered() -> str:
    """Return the key that pages offer to browsers: its number and its public half."""
    week = this_week()
    return f"{week}.{urlsafe_b64encode(_key(week).public).decode()}"


def read(sealed: bytes) -> Waited:
    """Open what a browser sealed. Raises CannotOpenIntake."""
    if len(sealed) > LARGEST:
        raise CannotOpenIntake
    try:
        said = json.loads(unseal(sealed, _key_of))
        fields = QueryDict(mutable=True)
        for name, value in said["form"]:
            fields.appendlist(_text(name), _text(value))
        if said["v"] != VERSION or said["language"] not in dict(settings.LANGUAGES):
            raise CannotOpenIntake
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CannotOpenIntake from error
    return Waited(said["language"], fields)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _key_of(number: int) -> IntakeKey | None:
    week = this_week()
    return _key(number) if week - OLDER_WEEKS <= number <= week else None


@lru_cache(maxsize=2 + OLDER_WEEKS)
def _key(number: int) -> IntakeKey:
    halves = (settings.CONFIG.derive(f"waiting-report:{number}:{half}") for half in "ab")
    return intake_key(number, b"".join(halves))
