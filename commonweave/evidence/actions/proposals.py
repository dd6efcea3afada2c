"""Sending a study in without an account, and deciding about it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonweave.base import journal
from commonweave.base.text import Text
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY
from commonweave.delivery.sealing import seal_text
from commonweave.evidence import queries, rules
from commonweave.evidence.actions.drafting import Facts, start_record
from commonweave.evidence.models import Proposal
from commonweave.evidence.models.proposals import MOST_WAITING
from commonweave.sharing import receipts

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record

PLACE = "proposal_place"


@transaction.atomic
def send_in(*, holder: UUID, contact: str = "", **said: Any) -> str:
    """Send a study to an organisation; return the code for asking what became of it. Nobody is written down as its sender."""
    digits = receipts.draw()
    made = Proposal(holder=holder, code_hash=queries.code_hash(digits), on=timezone.now().date(), **said)
    made.contact = seal_text(contact) if contact else b""
    made.words_language = get_language() or "en"
    _seat(made)
    journal.write(NOBODY, "study.sent_in", kind="study", subject=made.pk)
    return digits


def _seat(proposal: Proposal) -> None:
    """Give it a free place. Strangers cannot see which are taken, so they try; raises Refused when all are."""
    for place in secrets.SystemRandom().sample(range(1, MOST_WAITING + 1), MOST_WAITING):
        proposal.place = place
        try:
            with transaction.atomic():
                proposal.save(force_insert=True)
        except IntegrityError as fault:
            if PLACE not in str(fault):
                raise
        else:
            return
    raise Refused(
        _("This organisation has as many studies to look at as it can. Choose another one, or come back in some weeks.")
    )


@transaction.atomic
def take_over(viewer: Viewer, pk: UUID) -> Record:
    """Begin a draft with what was sent in. Nobody but its new keeper has looked at it, so it says no source yet."""
    row = queries.get_proposal(viewer, pk, lock=True)
    rules.may_decide_about(viewer, row).enforce()
    facts = Facts(
        kind=row.kind,
        titles=Text.of(row.title, row.language),
        language=row.language,
        year=row.year,
        summary=Text.of(row.words, row.words_language),
        authors=row.authors,
        publisher=row.publisher,
        doi=row.doi,
        url=row.url,
    )
    record = start_record(viewer, holder=row.holder, facts=facts)
    row.record = record
    _decide(viewer, row, Proposal.State.TAKEN)
    return record


@transaction.atomic
def decline_proposal(viewer: Viewer, pk: UUID, *, reason: str, reason_words: str) -> Proposal:
    """Decline with a reason, which its sender reads."""
    row = queries.get_proposal(viewer, pk, lock=True)
    rules.may_decide_about(viewer, row).enforce()
    row.reason, row.reason_words = reason, reason_words
    _decide(viewer, row, Proposal.State.DECLINED)
    return row


def _decide(viewer: Viewer, row: Proposal, state: str) -> None:
    row.state, row.decided_on, row.place = state, timezone.now().date(), None
    row.contact, row.words, row.authors = b"", "", []
    kept = ["state", "decided_on", "place", "contact", "words", "authors", "record", "reason", "reason_words"]
    row.save(update_fields=kept)
    journal.write(viewer, f"study.{state}", kind="study", subject=row.pk)
