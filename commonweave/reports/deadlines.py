"""By when a team should open and answer, and what time does if it does not: its own days or else the place's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from commonweave.people.coverage import book
from commonweave.places.atlas import atlas
from commonweave.places.defaults import PASS_ON_DAYS
from commonweave.reports import queries
from commonweave.reports.models import State
from commonweave.reports.routing import Consent, pass_on
from commonweave.reports.rules import WAITING_STATES
from commonweave.reports.sealing import is_sealed_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from commonweave.places.atlas import Spot
    from commonweave.reports.models import Movement, Report
    from commonweave.reports.routing import Choice

TAKEN = frozenset({"accepted", "declined", "returned", "passed_on", "climbed"})


def days(spot: Spot, team: UUID, setting: str) -> int:
    """Return how many working days a team has at a place."""
    own = getattr(book().teams.get(team), setting, None)
    return int(own or atlas().setting(spot, setting))


def due(spot: Spot, team: UUID, start: date, setting: str) -> date:
    """Return by when a team that got something on a day should have done it."""
    return atlas().due(spot, start, days(spot, team, setting))


def giver(movements: Sequence[Movement]) -> UUID | None:
    """Return the team to which a report goes back while whoever got it from there has not taken it on."""
    last = next((step for step in reversed(movements) if step.verb == "handed_on" or step.verb in TAKEN), None)
    return last.from_team_id if last is not None and last.verb == "handed_on" else None


@dataclass(frozen=True)
class Next:
    """Who gets a report when its time is over. `back`: the team that handed it over; no `choice`: nobody may."""

    choice: Choice | None
    back: bool = False


def next_holder(
    report: Report, spot: Spot, movements: Sequence[Movement], today: date, held: Mapping[str, UUID]
) -> Next:
    """Return who takes a report that nobody opened, or answered: within the consent, and only who could read it.

    `held`: names of keys that somebody holds, each with its organisation.
    """
    sender = giver(movements)
    for choice in queries.choices_for(report, today) if sender else ():
        if choice.cover.team == sender and is_sealed_for(report, held, choice):
            return Next(choice, back=True)
    tried = {team for step in movements if step.to_team_id for team in (step.from_team_id, step.to_team_id) if team}
    return Next(
        pass_on(
            queries.options_at(spot, report.kind, today),
            Consent(frozenset(report.consents), climb=report.may_climb),
            holder_kind=report.team_kind,
            tried=tried | {report.team_id},
            order=queries.order_at(spot),
            may=partial(is_sealed_for, report, held),
        )
    )


def second_due(spot: Spot, reminded_on: date) -> date:
    """Return until when a team that was reminded has time left."""
    return atlas().due(spot, reminded_on, atlas().setting(spot, PASS_ON_DAYS))


def is_over(report: Report) -> bool:
    """Say whether time has done all it could: reminded, and then nobody was left."""
    return report.reminded_on is not None and report.reminded_on >= report.due_on


@dataclass(frozen=True)
class Outlook:
    """What time does next. The team is reminded after `due_on` (or was), and `then` comes after `moves_after`."""

    reminded: bool
    unanswered: bool
    over: bool
    due_on: date
    moves_after: date
    then: Next


def outlook(report: Report, spot: Spot, movements: Sequence[Movement], today: date) -> Outlook | None:
    """Return what happens to a report while nobody opens, or answers; None when no clock runs."""
    if report.state not in WAITING_STATES:
        return None
    reminded, over = report.reminded_on is not None, is_over(report)
    after = report.due_on if reminded else second_due(spot, max(today, report.due_on + timedelta(days=1)))
    held = {key.name: organisation for organisation, key in book().keys.items()}
    then = Next(None) if over else next_holder(report, spot, movements, today, held)
    return Outlook(reminded, report.state == State.OPENED, over, report.due_on, after, then)
