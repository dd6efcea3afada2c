"""Asking the resident, in the thread, whether somebody else may read a report; and their yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from commonweave.base import journal
from commonweave.base.viewer import tell_database
from commonweave.places.atlas import atlas
from commonweave.reports import queries, rules
from commonweave.reports.actions.resident import locked_own, resident, widen_consent
from commonweave.reports.actions.team import KIND, locked
from commonweave.reports.actions.thread import note, say, unsealed
from commonweave.reports.questions import noes, questions, wishes
from commonweave.sharing.envelopes import RECEIPT

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.queries.keys import Ring
    from commonweave.reports.questions import Wish


@transaction.atomic
def ask_consent(viewer: Viewer, pk: UUID, wish: Wish, *, text: str = "", ring: Ring) -> None:
    """Ask, with a reason if there is one. What is asked for is sealed; that something was asked is not.

    Raises CannotOpen when none of the keys at hand opens the thread.
    """
    report = locked(viewer, pk)
    spot = atlas().by_id(report.place_id)
    offered = wishes(queries.options_at(spot, report.kind), report) if spot else {}
    thread = unsealed(viewer, report, ring).messages
    waits = any(each.wish == wish and each.said is None for each in questions(thread, report))
    rules.may_ask(viewer, report, offered=wish in offered, waits=waits, noes=noes(thread, wish)).enforce()
    today = queries.today_at(report)
    say(viewer, report, text, on=today, more=wish.sealed())
    note(viewer, report, "asked", on=today)
    journal.write(viewer, "report.asked", kind=KIND, subject=report.pk, team=report.team_id)


@transaction.atomic
def answer_question(digits: str, number: int, *, yes: bool) -> None:
    """Say yes, which widens the consent, or no. The team reads either in the thread."""
    keys, viewer = resident(digits)
    report = locked_own(viewer)
    asked = questions(unsealed(viewer, report, {RECEIPT: keys.private}).messages, report)
    question = next((each for each in asked if each.number == number and each.said is None), None)
    rules.may_reply(viewer, report, asked=question is not None).enforce()
    assert question is not None  # noqa: S101 the rule refused None
    if yes:
        kinds = frozenset({question.wish.kind} if question.wish.kind else ())
        widen_consent(digits, kinds=kinds, climb=question.wish.climb)
        tell_database(viewer)
        report.refresh_from_db()
    today = queries.today_at(report)
    say(viewer, report, "", on=today, more={"reply": {"to": number, "yes": yes}})
    if not yes:
        note(viewer, report, "said_no", on=today)
    journal.write(viewer, "report.question_answered", kind=KIND, subject=report.pk, team=report.team_id)
