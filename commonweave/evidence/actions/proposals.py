"""Sending a study in without an account, and deciding about it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q
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
from commonweave.evidence.actions.publishing import let_pass
from commonweave.evidence.models import Proposal
from commonweave.evidence.models.proposals import MOST_WAITING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record

PLACE, CONTENT, CODE = "proposal_place", "proposal_content", "code_hash"


@transaction.atomic
def send_in(*, seed: UUID, holder: UUID, contact: str = "", cleared: Collection[str] = (), **said: Any) -> str:
    """Send a study to an organisation; return the code for asking what became of it. Nobody is written down as its sender.

    `seed` is a random number of the form: what the same form sends again is stored once and has the same code.
    Raises Pointing.
    """
    _look_over(said, cleared)
    digits = queries.number_of(seed=seed, holder=holder, contact=contact, **said)
    made = Proposal(holder=holder, code_hash=queries.code_hash(digits), on=timezone.now().date(), **said)
    made.content_hash = queries.content_hash(holder, said)
    made.contact = seal_text(contact) if contact else b""
    made.words_language = get_language() or "en"
    if _seat(made):
        journal.write(NOBODY, "study.sent_in", kind="study", subject=made.pk, holder=str(holder))
    return digits


def _look_over(said: Mapping[str, Any], cleared: Collection[str]) -> None:
    """Go on only when its sender has looked at each passage that could point to a person. Raises Pointing."""
    texts = {"title": said["title"], "words": said.get("words", "")}
    known = [*queries.names_of(said.get("authors", ())), said.get("publisher", "")]
    let_pass(queries.pointing_in(texts, known=known), cleared)


def _seat(proposal: Proposal) -> bool:
    """Give it a free place; say whether it is new. Strangers cannot see which are taken, so they try.

    Raises Refused when all are, and when another form said the same and it waits.
    """
    for place in secrets.SystemRandom().sample(range(1, MOST_WAITING + 1), MOST_WAITING):
        proposal.place = place
        try:
            with transaction.atomic():
                proposal.save(force_insert=True)
        except IntegrityError as fault:
            if CODE in str(fault):
                return False
            if CONTENT in str(fault):
                raise Refused(_("Exactly this was sent in already, and waits to be looked at.")) from None
            if PLACE not in str(fault):
                raise
        else:
            return True
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
    row.contact, row.content_hash, row.words, row.authors = b"", None, "", []
    kept = ["state", "decided_on", "place", "contact", "content_hash", "words", "authors"]
    row.save(update_fields=[*kept, "record", "reason", "reason_words"])
    journal.write(viewer, f"study.{state}", kind="study", subject=row.pk)


@transaction.atomic
def forget_proposals(viewer: Viewer) -> int:
    """Delete what was decided about, and what nobody looked at, once its time is over; return how many."""
    rules.may_sweep(viewer).enforce()
    today = timezone.now().date()
    decided = Q(decided_on__lt=today - timedelta(days=rules.DECIDED_DAYS))
    waited = Q(state=Proposal.State.WAITING, on__lt=today - timedelta(days=rules.WAITING_DAYS))
    return Proposal.objects.filter(decided | waited).delete()[0]
