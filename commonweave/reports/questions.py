"""A team's question whether somebody else may read a report, too. It and its answer stand inside the thread's seals."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweave.people.models import RecipientKind
from commonweave.reports.models import FromWhom

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from commonweave.people.coverage import Covered
    from commonweave.reports.actions.thread import Said
    from commonweave.reports.models import Report
    from commonweave.reports.routing import Reach

ASKED = {
    RecipientKind.CITY_SUPPORT: gettext_lazy("May the local support team read your report, too?"),
    RecipientKind.CIVIL_SOCIETY: gettext_lazy("May independent support organisations read your report, too?"),
    RecipientKind.POLICE: gettext_lazy("May the police read your report, too?"),
}


@dataclass(frozen=True)
class Wish:
    """What a yes would allow: a kind of recipient, going up to the region or country, or both."""

    kind: str = ""
    climb: bool = False

    def __bool__(self) -> bool:
        return bool(self.kind or self.climb)

    def __str__(self) -> str:
        """Return it as a form sends it."""
        return f"{self.kind}{'+climb' if self.climb else ''}"

    @classmethod
    def read(cls, text: str) -> Wish:
        """Return what a form sent; what nobody offers is a wish for nothing."""
        kind, _sep, up = text.partition("+")
        return cls(kind if kind in RecipientKind.values else "", up == "climb")

    def words(self) -> str:
        """Return the question in the reader's language, whoever asked it in which."""
        if not self.kind:
            return _("May your report also go to a team for the wider region or the country?")
        asked = str(ASKED[RecipientKind(self.kind)])
        return f"{asked} {_('It would go to a team for the wider region or the country.')}" if self.climb else asked

    def granted(self, report: Report) -> bool:
        """Say whether the consent reaches that far."""
        return (not self.kind or self.kind in report.consents) and (not self.climb or report.may_climb)

    def sealed(self) -> dict[str, Any]:
        """Return what a message carries."""
        return {"ask": asdict(self)}


@dataclass(frozen=True)
class Question:
    """One question of the thread. `said`: what the resident answered; None while it waits."""

    number: int
    on: date
    wish: Wish
    said: bool | None = None


def wish_in(said: Said) -> Wish | None:
    """Return what a team's message asks for."""
    asked = said.more.get("ask")
    return Wish(asked["kind"], asked["climb"]) if asked and said.sender == FromWhom.TEAM else None


def reply_in(said: Said) -> tuple[int, bool] | None:
    """Return which question a resident's message answers, and how."""
    reply = said.more.get("reply")
    return (reply["to"], reply["yes"]) if reply and said.sender == FromWhom.RESIDENT else None


def questions(thread: Iterable[Said], report: Report) -> list[Question]:
    """Return what was asked, first to last. A wider consent given in another way answers it, too."""
    thread = list(thread)
    replies = dict(filter(None, map(reply_in, thread)))
    found = []
    for said in thread:
        if (wish := wish_in(said)) is not None:
            answered = replies.get(said.number, True if wish.granted(report) else None)
            found.append(Question(said.number, said.on, wish, answered))
    return found


def noes(thread: Iterable[Said], wish: Wish) -> int:
    """Return how often the person said no to this since they last wrote words of their own."""
    asked, count = set(), 0
    for said in thread:
        if wish_in(said) == wish:
            asked.add(said.number)
        elif (reply := reply_in(said)) is not None:
            count += reply[0] in asked and not reply[1]
        elif said.sender == FromWhom.RESIDENT:
            count = 0
    return count


def wishes(options: Mapping[str, Reach], report: Report) -> dict[Wish, list[Covered]]:
    """Return what a team may ask for here, with the teams that a yes would reach and the consent does not."""
    found: dict[Wish, list[Covered]] = {}
    for kind in RecipientKind.values:
        reach = options.get(kind)
        if reach is None:
            continue
        if kind in report.consents:
            wish, teams = Wish(climb=True), reach.above if not report.may_climb else ()
        elif reach.direct:
            wish, teams = Wish(kind), reach.direct
        else:
            wish, teams = Wish(kind, climb=not report.may_climb), reach.above
        if teams:
            found.setdefault(wish, []).extend(teams)
    return found
