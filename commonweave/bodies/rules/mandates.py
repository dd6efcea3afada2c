"""Where a mandate stands on a day. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from collections.abc import Iterable

    from commonweave.bodies.models import Mandate

SOON = timedelta(days=90)
"""How long before its end a mandate is called lapsing: a council needs a meeting or two to renew it."""

State = Literal["none", "to_come", "in_force", "lapsing", "lapsed"]


@dataclass(frozen=True)
class Standing:
    """What a body rests on today, or rested on last; None where it never said so."""

    state: State
    mandate: Mandate | None = None
    last_day: date | None = None


def standing(mandates: Iterable[Mandate], today: date) -> Standing:
    """Return where a body's mandate stands. Its last day is the day before the range ends."""
    found = sorted(mandates, key=lambda each: each.during.lower)
    if not found:
        return Standing("none")
    begun = [each for each in found if each.during.lower <= today]
    if not begun:
        return Standing("to_come", found[0], last_day(found[0]))
    newest, end = begun[-1], last_day(begun[-1])
    if end is None:
        return Standing("in_force", newest)
    if end < today:
        return Standing("lapsed", newest, end)
    renewed = any(each.during.lower == newest.during.upper for each in found)
    return Standing("in_force" if renewed or end > today + SOON else "lapsing", newest, end)


def may_follow(mandates: Iterable[Mandate], starts_on: date, ends_on: date | None) -> Verdict:
    """Say whether a mandate fits beside those there are: a body acts on one at a time."""
    for each in mandates:
        end = last_day(each)
        if (ends_on is None or each.during.lower <= ends_on) and (end is None or starts_on <= end):
            return no(
                _("Another mandate runs from %(first)s. Begin after its last day.")
                % {"first": each.during.lower.isoformat()}
            )
    return YES


def last_day(mandate: Mandate) -> date | None:
    """Return the last day of a mandate, None where it has no end."""
    upper: date | None = mandate.during.upper
    return upper - timedelta(days=1) if upper else None
