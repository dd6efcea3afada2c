"""What a resident does: send, read, add, correct, withdraw, widen consent. No account, only a receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from commonweave.base import journal
from commonweave.base.gate import folding
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer, tell_database
from commonweave.files.actions import remove_files_of
from commonweave.files.arriving import forget_all
from commonweave.people.queries.keys import retired_names
from commonweave.places.atlas import atlas
from commonweave.places.defaults import ACKNOWLEDGE_DAYS, ANSWER_DAYS
from commonweave.referral.actions import step_handover
from commonweave.referral.models import HandoverState
from commonweave.reports import queries, rules
from commonweave.reports.actions.arrive import arrive, constraint_of
from commonweave.reports.actions.team import handover_of
from commonweave.reports.actions.thread import note, say, unsealed
from commonweave.reports.deadlines import due
from commonweave.reports.models import Gap, Message, NoticeAddress, Report, State
from commonweave.reports.routing import Consent, candidates
from commonweave.reports.sealing import recipients, widen
from commonweave.sharing.envelopes import RECEIPT, digest, plain, proof_key, receipt_keys, seal
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from commonweave.places.atlas import Spot
    from commonweave.reports.actions.thread import Opened
    from commonweave.sharing.envelopes import ReceiptKeys


FOLDED = ("what", "address", "where")
"""The texts that make a flood of one; "when" varies too little to tell people apart."""


class NobodyTakesIt(Refused):
    """No team may take this report at this place with this consent."""


@dataclass(frozen=True)
class Submission:
    """A finished form: `pk` and `digits` were drawn when the last step was shown; `document` will be sealed.

    With `folds` the same text again and again becomes one line in the queue: for whoever we do not know.
    """

    pk: UUID
    digits: str
    kind: str
    spot: Spot
    consent: Consent
    document: dict[str, Any]
    folds: bool = False


def submit_report(submission: Submission) -> tuple[Report | None, Viewer]:
    """Route, seal and store a report. The same form sent again changes nothing: then the first is returned.

    Raises NobodyTakesIt. Returns the report (None when it was there already) and its resident as viewer.
    """
    keys = receipt_keys(submission.digits)
    viewer = Viewer(receipt=keys.locator)
    spot = atlas().shown(submission.spot)
    today = atlas().today(spot)
    options = queries.options_at(spot, submission.kind, today)
    choices = candidates(options, submission.consent, queries.order_at(spot))
    if not choices:
        raise NobodyTakesIt(_("Nobody in this network can take this report with what you have ticked."))
    choice = choices[0]
    said = submission.document
    text = folding.folded(*(said.get(name, "") for name in FOLDED)) if submission.folds else ""
    sealed = seal(said, {RECEIPT: keys.public, **recipients(choices)})
    report = Report(
        pk=submission.pk,
        locator=keys.locator,
        receipt_key=keys.public,
        tlp=Tlp.AMBER_STRICT,
        holder=choice.cover.organisation,
        kind=submission.kind,
        place_id=spot.id,
        received_on=today,
        due_on=due(spot, choice.cover.team, today, ACKNOWLEDGE_DAYS),
        team_id=choice.cover.team,
        team_kind=choice.cover.kind,
        consents=sorted(submission.consent.kinds),
        may_climb=submission.consent.climb,
        climbed=choice.climbed,
        fold=folding.first_of(text),
        body=sealed.body,
        keys=sealed.keys,
    )
    entry = journal.entry(
        viewer,
        "report.received",
        kind="report",
        subject=report.pk,
        team=choice.cover.team,
        digest=digest(plain(submission.document), proof_key(submission.digits)),
    )
    if not arrive(viewer, report, entry):
        return None, viewer
    folding.seen(text, report.pk)
    return report, viewer


def resident(digits: str) -> tuple[ReceiptKeys, Viewer]:
    """Return the keys of a receipt and its holder as viewer, whom the database is told."""
    keys = receipt_keys(digits)
    viewer = Viewer(receipt=keys.locator)
    tell_database(viewer)
    return keys, viewer


def locked_own(viewer: Viewer) -> Report:
    """Return the resident's report, which nobody else changes meanwhile."""
    return queries.reports_for(viewer).select_for_update().get(locator=viewer.receipt)  # type: ignore[misc]  # nobody without one


def read_own_report(digits: str) -> Opened | None:
    """Open the report of a receipt, or None when there is none (wrong digits, or deleted)."""
    keys, viewer = resident(digits)
    report = queries.own_report(viewer)
    return unsealed(viewer, report, {RECEIPT: keys.private}) if report else None


@transaction.atomic
def add_to_report(digits: str, *, text: str, correction: bool = False) -> bool:
    """Add or correct: a sealed message of the resident in the thread. Say whether that opened a closed report again."""
    keys, viewer = resident(digits)
    report = locked_own(viewer)
    today = queries.today_at(report)
    rules.may_add(viewer, report, today).enforce()
    closed = report.state == State.CLOSED
    if closed:
        _reopen(viewer, report, keys, today)
    say(viewer, report, text, on=today, correction=correction)
    note(viewer, report, "corrected" if correction else "added", on=today)
    journal.write(viewer, "report.added_to", kind="report", subject=report.pk, team=report.team_id)
    if closed:
        note(viewer, report, "reopened", on=today)
        journal.write(viewer, "report.reopened", kind="report", subject=report.pk, team=report.team_id)
    return closed


def _reopen(viewer: Viewer, report: Report, keys: ReceiptKeys, today: date) -> None:
    """Give it back to the team that held it, unread, with a fresh day for the answer.

    Keys may have changed while it was closed, so it is wrapped anew for whom the consent reaches now.
    """
    spot = atlas().by_id(report.place_id)
    report.state = State.ROUTED
    report.closed_on, report.outcome, report.reminded_on = None, "", None
    report.due_on = due(spot, report.team_id, today, ANSWER_DAYS) if spot else today
    report.save(update_fields=["state", "closed_on", "outcome", "reminded_on", "due_on"])
    widen(report, queries.sealed_with(viewer, report), {RECEIPT: keys.private}, retired_names(viewer))


@transaction.atomic
def withdraw_report(digits: str) -> None:
    """Delete everything sealed; what stays is that a report of this kind was received and withdrawn."""
    _keys, viewer = resident(digits)
    report = locked_own(viewer)
    rules.may_withdraw(viewer, report).enforce()
    transaction.on_commit(partial(forget_all, digits))
    queries.thread_rows(viewer, report, Message).delete()
    queries.thread_rows(viewer, report, NoticeAddress).delete()
    remove_files_of(viewer, queries.FILES, [report.pk])
    report.state = State.WITHDRAWN
    report.body = report.keys = None
    report.closed_on = queries.today_at(report)
    report.outcome = "withdrawn"
    report.save(update_fields=["state", "body", "keys", "closed_on", "outcome"])
    note(viewer, report, "withdrawn", on=queries.today_at(report))
    _end_handover(viewer, report)
    journal.write(viewer, "report.withdrawn", kind="report", subject=report.pk, team=report.team_id)


def _end_handover(viewer: Viewer, report: Report) -> None:
    """End the hand-over that it was in: for this the resident stands in the team that holds it, as in `move`."""
    there = replace(viewer, teams=frozenset({report.team_id}))
    tell_database(there)
    if (handover := handover_of(there, report)) is not None:
        step_handover(there, handover, HandoverState.WITHDRAWN, today=queries.today_at(report))
    tell_database(viewer)


@transaction.atomic
def widen_consent(digits: str, *, kinds: frozenset[str], climb: bool) -> None:
    """Let more kinds of recipient take this report, or let it climb. Nothing moves by itself because of it."""
    keys, viewer = resident(digits)
    report = locked_own(viewer)
    rules.may_widen(viewer, report, kinds, climb=climb).enforce()
    report.consents = sorted({*report.consents, *kinds})
    report.may_climb = report.may_climb or climb
    report.save(update_fields=["consents", "may_climb"])
    widen(report, queries.sealed_with(viewer, report), {RECEIPT: keys.private}, retired_names(viewer))
    note(viewer, report, "widened", on=queries.today_at(report))
    journal.write(viewer, "report.consent_widened", kind="report", subject=report.pk, team=report.team_id)


def note_gap(pk: UUID, spot: Spot, kind: str) -> bool:
    """Keep the fact, without text, that somebody wanted to report where nobody takes it; False when it was kept already.

    A script that sends a step again and again is one person who asked once: numbers that people act upon rest on this.
    """
    shown = atlas().shown(spot)
    gap = Gap(pk=pk, place_id=shown.id, kind=kind, on=atlas().today(shown))
    try:
        with transaction.atomic():
            gap.save(force_insert=True)
            journal.write(NOBODY, "report.nobody_takes", kind="place", subject=shown.id, report_kind=kind)
    except IntegrityError as error:
        if constraint_of(error) != "reports_gap_pkey":
            raise
        return False
    return True
