"""What may be done to places, and which settings make sense. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.conf import settings as node
from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.places import defaults
from commonweave.places.colour import HEX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from commonweave.base.viewer import Viewer

RETENTION = (30, 90)  # days; who closed by mistake can reopen for 30, and 90 are what residents were promised at most
WEEK = range(7)


def may_manage_places(viewer: Viewer) -> Verdict:
    """Administrators change names, looks, deadlines and the tree."""
    if viewer.system or viewer.has_role("administrator"):
        return YES
    return no(_("Only an administrator can change places. Sign in with your second factor if you are one."))


def may_set(settings: Mapping[str, Any]) -> Verdict:
    """Say whether these own values make sense (None takes a value away)."""
    for name, value in settings.items():
        if name not in CHECKS:
            return no(_("There is no such setting: %(name)s.") % {"name": name})
        if value is not None and not CHECKS[name](value):
            return no(_("This value cannot be used for %(name)s.") % {"name": name})
    return YES


def _days(longest: int, shortest: int = 1) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and shortest <= value <= longest


def _some_of(known: tuple[Any, ...] | range) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(item in known for item in value)


def _dates(value: Any) -> bool:  # noqa: ANN401 settings are JSON
    try:
        return isinstance(value, list) and all(date.fromisoformat(day) for day in value)
    except (TypeError, ValueError):
        return False


def _text(value: Any) -> bool:  # noqa: ANN401 settings are JSON
    return isinstance(value, dict) and any(value.get("texts", {}).values())


def _emergency(value: Any) -> bool:  # noqa: ANN401 settings are JSON
    return isinstance(value, list) and all(
        isinstance(each, dict) and each.get("number") and each.get("names") for each in value
    )


CHECKS: dict[str, Callable[[Any], bool]] = {
    defaults.PUBLIC_NAME: _text,
    defaults.HOME_NAME: _text,
    defaults.ACCENT: lambda value: isinstance(value, str) and HEX.fullmatch(value) is not None,
    defaults.LANGUAGES: _some_of(tuple(code for code, _name in node.LANGUAGES)),
    defaults.EMERGENCY: _emergency,
    defaults.TIME_ZONE: lambda value: value in available_timezones(),
    defaults.WORKING_WEEK: _some_of(WEEK),
    defaults.HOLIDAYS: _dates,
    defaults.ACKNOWLEDGE_DAYS: _days(defaults.LONGEST_DEADLINE),
    defaults.ANSWER_DAYS: _days(defaults.LONGEST_DEADLINE),
    defaults.PASS_ON_DAYS: _days(defaults.LONGEST_DEADLINE),
    defaults.RETENTION_DAYS: _days(RETENTION[1], RETENTION[0]),
    defaults.REPORT_KINDS: _some_of(tuple(defaults.DEFAULTS[defaults.REPORT_KINDS])),
    defaults.FIRST_RECIPIENTS: lambda value: (
        isinstance(value, list) and sorted(value) == sorted(defaults.DEFAULTS[defaults.FIRST_RECIPIENTS])
    ),
}
