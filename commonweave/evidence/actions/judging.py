"""Judging: beginning apart, finishing, settling what two see differently; and what a record says because of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from commonweave.base import journal
from commonweave.evidence import queries, rules
from commonweave.evidence.actions.findable import let_be_found
from commonweave.evidence.models import Appraisal, AppraisalDraft, Interest, Rating, Settlement
from commonweave.people import queries as people

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record

LATELY = timedelta(days=3)  # the clock may have stood still


@transaction.atomic
def begin_appraisal(
    viewer: Viewer, pk: UUID, *, organisation: UUID, design: str, interest: str, interest_words: str, seen_others: bool
) -> AppraisalDraft:
    """Begin to judge: from now until it is done or given up the rater sees no other appraisal of this record."""
    record = queries.get_record(viewer, pk)
    draft = queries.draft_of(viewer, record)
    if draft is None:
        others = queries.appraisals_of(viewer, record)
        rules.may_appraise(viewer, record, others).enforce()
        rules.belongs(viewer, organisation).enforce()
        draft = AppraisalDraft(record=record, person=people.get_self(viewer), began_on=timezone.now().date())
        journal.write(viewer, "appraisal.begun", kind="record", subject=record.pk)
    draft.organisation_id, draft.design = organisation, design
    draft.interest, draft.interest_words, draft.seen_others = interest, interest_words, seen_others
    draft.save()
    return draft


@transaction.atomic
def give_up_appraisal(viewer: Viewer, pk: UUID) -> None:
    """Throw a draft away; its rater sees the others again, and the journal keeps that they had begun."""
    record = queries.get_record(viewer, pk)
    queries.get_draft(viewer, record).delete()
    journal.write(viewer, "appraisal.given_up", kind="record", subject=record.pk)


@transaction.atomic
def finish_appraisal(
    viewer: Viewer,
    pk: UUID,
    *,
    direction: str,
    sms_version: str,
    answers: Mapping[str, Mapping[str, str]],
    words: str,
    named: bool,
) -> Appraisal:
    """Write an appraisal down for good. What the same rater said before stays, and is followed by this one."""
    record = queries.get_record(viewer, pk, lock=True)
    draft = queries.get_draft(viewer, record)
    draft.delete()
    before = queries.appraisals_of(viewer, record)
    rules.may_appraise(viewer, record, before).enforce()
    rater = people.get_self(viewer)
    mine = [each for each in before if each.person_id == viewer.person]
    appraisal = Appraisal.objects.create(
        record=record,
        person=rater,
        organisation_id=draft.organisation_id,
        name=str(rater) if named else "",
        interest=draft.interest,
        interest_words=draft.interest_words,
        seen_others=draft.seen_others,
        design=draft.design,
        direction=direction,
        sms_version=sms_version,
        answers=dict(answers),
        words=words,
        language=get_language() or "en",
        done_at=timezone.now(),
        follows=mine[-1] if mine else None,
    )
    journal.write(viewer, "appraisal.done", kind="record", subject=record.pk, appraisal=appraisal.pk)
    _follow(viewer, record)
    return appraisal


@transaction.atomic
def settle(
    viewer: Viewer, pk: UUID, *, organisation: UUID, choices: Mapping[str, str], reason: str, named: bool
) -> Settlement:
    """Say what holds where two differ. By a third person it counts at once, by one of the two when the other agrees."""
    record = queries.get_record(viewer, pk, lock=True)
    appraisals = queries.appraisals_of(viewer, record)
    rules.may_settle(viewer, record, appraisals).enforce()
    rules.belongs(viewer, organisation).enforce()
    first, second = rules.independent(appraisals)
    settler = people.get_self(viewer)
    settlement = Settlement.objects.create(
        record=record,
        first=first,
        second=second,
        person=settler,
        organisation_id=organisation,
        name=str(settler) if named else "",
        third=viewer.person not in (first.person_id, second.person_id),
        choices=dict(choices),
        reason=reason,
        language=get_language() or "en",
        done_at=timezone.now(),
    )
    journal.write(viewer, "appraisal.settled", kind="record", subject=record.pk, settlement=settlement.pk)
    _follow(viewer, record)
    return settlement


@transaction.atomic
def agree_to_settlement(viewer: Viewer, pk: UUID) -> None:
    """Make what the other rater settled hold."""
    record = queries.get_record(viewer, pk, lock=True)
    two = rules.independent(queries.appraisals_of(viewer, record))
    settlement = queries.settlement_of(viewer, record, two)
    if settlement is None:
        rules.may_settle(viewer, record, ()).enforce()
        return
    rules.may_agree(viewer, settlement).enforce()
    settlement.agreed_by_id, settlement.agreed_on = viewer.person, timezone.now().date()
    settlement.save(update_fields=["agreed_by", "agreed_on"])
    journal.write(viewer, "appraisal.agreed", kind="record", subject=record.pk, settlement=settlement.pk)
    _follow(viewer, record)


def _follow(viewer: Viewer, record: Record) -> None:
    """Let a record say what its appraisals say: the one place where that happens.

    The first rater's word holds until a second differs and that is settled. A self-rating counts only where nobody
    independent has coded or rated.
    """
    appraisals = queries.appraisals_of(viewer, record)
    two = rules.independent(appraisals)
    own = [each for each in appraisals if each.interest == Interest.RAN]
    if not two and (not own or (record.coded_by and record.rating != Rating.SELF)):
        return
    settlement = queries.settlement_of(viewer, record, two) if len(two) == rules.TWO else None
    settled: Mapping[str, Any] = settlement.choices if settlement and rules.holds(settlement) else {}
    raters = two or own[-1:]
    chosen = raters[0]
    answers = {name: {**answer, "value": settled.get(name, answer["value"])} for name, answer in chosen.answers.items()}
    record.design = settled.get("design", chosen.design)
    record.direction = settled.get("direction", chosen.direction)
    sms = answers.get("sms", {}).get("value", "")
    record.sms = int(sms) if sms.isdecimal() else None
    record.sms_version = chosen.sms_version if sms.isdecimal() else ""
    record.bias = rules.worst_bias(answers)
    record.rating = Rating.SELF if not two else Rating.TWO if len(two) == rules.TWO else Rating.ONE
    record.coded_by = "; ".join(rules.byline(each) for each in raters)[:300]
    columns = ("design", "direction", "sms", "sms_version", "bias", "rating", "coded_by")
    record.save(update_fields=columns)
    if record.holder in viewer.organisations:
        let_be_found([record])


@transaction.atomic
def find_as_rated(viewer: Viewer) -> None:
    """Let the index know what was rated lately: its rows are written by who holds a record, and by the clock."""
    let_be_found(queries.rated_since(viewer, timezone.now() - LATELY))
