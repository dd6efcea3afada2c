"""Languages as their own readers call them."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language_info


def runs_from_right(code: str) -> bool:
    """Say whether a language is written from right to left; one we do not know is not."""
    try:
        return bool(get_language_info(code)["bidi"])
    except KeyError:
        return False


def own_name(code: str) -> str:
    """Return a language's name in itself, with a capital as in a list; an unknown one answers with its code."""
    try:
        name = str(get_language_info(code)["name_local"])
    except KeyError:
        name = str(dict(settings.LANGUAGES).get(code, code))
    return name[:1].upper() + name[1:]
