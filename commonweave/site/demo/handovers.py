"""Hand-overs to look at, one of every kind: told after the fact about reports that the demonstration has already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from commonweave.places.atlas import atlas
from commonweave.referral.models import Handover, HandoverState
from commonweave.reports import queries
from commonweave.reports.models import Movement, Report, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

EACH = 8
NEAR = "gb-lds"  # where people of the demonstration sign in: some of each are there
REASONS = ("nearer", "knows_more", "language", "no_capacity")
DECLINES = ("not_our_work", "too_close", "better_there")


@dataclass(frozen=True)
class Told:
    """Which reports can tell of a hand-over that stands like this. `away`: the holder gave it away and has it again."""

    handover: str
    report: str
    away: bool = False


TOLD = (
    Told(HandoverState.SENT, State.ROUTED),
    Told(HandoverState.SEEN, State.OPENED),
    Told(HandoverState.ACCEPTED, State.ANSWERED),
    Told(HandoverState.DONE, State.CLOSED),
    Told(HandoverState.DECLINED, State.ROUTED, away=True),
    Told(HandoverState.RETURNED, State.OPENED, away=True),
    Told(HandoverState.MOVED, State.ANSWERED, away=True),
    Told(HandoverState.WITHDRAWN, State.WITHDRAWN),
)


@transaction.atomic
def add_handovers(each: int = EACH) -> int:
    """Tell of `each` hand-overs in every state; return how many."""
    used: set[UUID] = set(Handover.objects.values_list("subject", flat=True))
    done = 0
    for told in TOLD:
        for number, (report, other) in zip(range(each), _candidates(told, used), strict=False):
            used.add(report.pk)
            _tell(told, report, other, number)
            done += 1
    return done


def _candidates(told: Told, used: set[UUID]) -> Iterator[tuple[Report, UUID]]:
    """Return reports of the last weeks that another team could have had, within the consent."""
    rows = Report.objects.filter(state=told.report, erased_on=None, climbed=False, consents__len__gte=2)
    rows = rows.defer("body", "keys", "receipt_key").order_by("-received_on", "pk")
    near = atlas().by_code(NEAR)
    beneath = [spot.id for spot in (near, *atlas().descendants(near))] if near else []
    for place in ({"place__in": beneath}, {}):
        most = EACH // 2 if place else EACH
        found = 0
        for report in rows.filter(**place).exclude(pk__in=used)[: 20 * EACH]:
            other = next((each for each in queries.choices_for(report) if not each.climbed), None)
            if other is not None and found < most:
                found += 1
                yield report, other.cover.team


def _tell(told: Told, report: Report, other: UUID, number: int) -> None:
    giver, taker = (report.team_id, other) if told.away else (other, report.team_id)
    start = report.received_on
    end = report.closed_on or report.answered_on or start
    reason = REASONS[number % len(REASONS)]
    row = Handover(
        subject_kind="report",
        subject=report.pk,
        from_team_id=giver,
        to_team_id=taker,
        reason=reason,
        state=told.handover,
        sent_on=start,
        due_on=report.due_on if told.handover in {"sent", "seen"} else None,
        seen_on=start if told.handover not in {"sent", "returned", "withdrawn"} else None,
        accepted_on=start if told.handover in {"accepted", "done"} else None,
        decline_reason=DECLINES[number % len(DECLINES)] if told.handover == "declined" else "",
        outcome=report.outcome if told.handover == "done" else "",
    )
    setattr(row, f"{told.handover}_on", start if told.handover in {"seen", "accepted", "declined"} else end)
    row.save(force_insert=True)
    before = [("opened", None, None, ""), ("handed_on", giver, taker, reason)]
    if told.handover in {"accepted", "done"}:
        before += [("opened", None, None, ""), ("accepted", None, None, "")]
    elif told.handover == "declined":
        before += [("opened", None, None, ""), ("declined", taker, giver, row.decline_reason)]
    elif told.handover == "returned":
        before.append(("returned", taker, giver, ""))
    elif told.handover == "moved":
        before += [("opened", None, None, ""), ("handed_on", taker, giver, "knows_more")]
    _put_before(report, before, start)


def _put_before(report: Report, steps: list[tuple[str, UUID | None, UUID | None, str]], on: date) -> None:
    """Put steps at the beginning of a report's trail."""
    after = list(Movement.objects.filter(report=report).order_by("step"))
    if after and after[0].verb == "opened" and steps[-1][0] == "accepted":
        after = after[1:]
    Movement.objects.filter(report=report).delete()
    said = [(verb, giver, taker, reason, on) for verb, giver, taker, reason in steps]
    said += [(each.verb, each.from_team_id, each.to_team_id, each.reason, each.on) for each in after]
    Movement.objects.bulk_create(
        Movement(
            report=report,
            team_id=report.team_id,
            locator=report.locator,
            on=day,
            step=step,
            verb=verb,
            from_team_id=giver,
            to_team_id=taker,
            reason=reason,
        )
        for step, (verb, giver, taker, reason, day) in enumerate(said, start=1)
    )
