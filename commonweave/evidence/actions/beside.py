"""Writing beside a record: a reply, a link for one, taking it away with a reason; a note of where it was used since."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from commonweave.base import journal
from commonweave.evidence import queries, rules
from commonweave.evidence.actions.publishing import let_pass
from commonweave.evidence.models import Adaptation, Reply, ReplyLink
from commonweave.people import queries as people

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record


@transaction.atomic
def reply(
    viewer: Viewer, pk: UUID, *, organisation: UUID, programme: str, words: str, cleared: Collection[str] = ()
) -> Reply:
    """Answer a rating for the programme; it is shown at once. Raises Pointing."""
    record = queries.get_record(viewer, pk)
    rules.may_write_beside(viewer, record).enforce()
    rules.belongs(viewer, organisation).enforce()
    _look_over(record, {"programme": programme, "words": words}, [programme], cleared)
    made = Reply.objects.create(
        record=record,
        programme=programme,
        words=words,
        language=get_language() or "en",
        on=timezone.now().date(),
        person=people.get_self(viewer),
        organisation_id=organisation,
    )
    journal.write(viewer, "reply.written", kind="record", subject=record.pk, reply=made.pk, record=record.pk)
    return made


@transaction.atomic
def make_reply_link(viewer: Viewer, pk: UUID) -> str:
    """Make an address for one reply without an account; return its token, which is not kept."""
    record = queries.get_record(viewer, pk)
    rules.may_hold(viewer, record).enforce()
    rules.may_write_beside(viewer, record).enforce()
    token = secrets.token_urlsafe(32)
    ReplyLink.objects.create(
        record=record,
        token_hash=queries.token_hash(token),
        made_by=people.get_self(viewer),
        expires_on=timezone.now().date() + timedelta(days=rules.LINK_DAYS),
    )
    journal.write(viewer, "reply.link_made", kind="record", subject=record.pk)
    return token


@transaction.atomic
def reply_by_link(viewer: Viewer, token: str, *, programme: str, words: str, cleared: Collection[str] = ()) -> Reply:
    """Answer a rating through a link; whoever has it speaks for the programme, and it is used up. Raises Pointing."""
    link = queries.link_with(token)
    _look_over(link.record, {"programme": programme, "words": words}, [programme], cleared)
    made = Reply(record=link.record, programme=programme, words=words, link=link)
    made.language, made.on = get_language() or "en", timezone.now().date()
    made.save(force_insert=True)
    record = link.record_id
    journal.write(viewer, "reply.written", kind="record", subject=record, reply=made.pk, record=record)
    return made


@transaction.atomic
def refuse_reply(viewer: Viewer, pk: UUID, *, refused: str, refused_words: str) -> Reply:
    """Take a reply away, for the law or for abuse only; the reason stands in its place."""
    row = queries.get_reply(viewer, pk)
    rules.may_refuse(viewer, row).enforce()
    row.words, row.refused, row.refused_words = "", refused, refused_words
    row.refused_on = timezone.now().date()
    row.save(update_fields=["words", "refused", "refused_words", "refused_on"])
    journal.write(viewer, "reply.refused", kind="record", subject=row.record_id, reply=row.pk, reason=refused)
    return row


@transaction.atomic
def note_adaptation(
    viewer: Viewer,
    pk: UUID,
    *,
    organisation: UUID,
    place: str,
    country: str,
    year: int,
    changed: str,
    happened: str,
    words: str,
    cleared: Collection[str] = (),
) -> Adaptation:
    """Say where something was used since; the record's holder looks at it before others see it. Raises Pointing."""
    record = queries.get_record(viewer, pk)
    rules.may_write_beside(viewer, record).enforce()
    rules.belongs(viewer, organisation).enforce()
    _look_over(record, {"place": place, "changed": changed, "words": words}, [place], cleared)
    note = Adaptation(record=record, person=people.get_self(viewer), organisation_id=organisation)
    note.place, note.country, note.year, note.changed = place, country, year, changed
    note.happened, note.words = happened, words
    note.language, note.on = get_language() or "en", timezone.now().date()
    note.save(force_insert=True)
    journal.write(
        viewer, "adaptation.noted", kind="record", subject=record.pk, adaptation=note.pk, holder=str(record.holder)
    )
    return note


@transaction.atomic
def decide_adaptation(viewer: Viewer, pk: UUID, *, show: bool, reason: str) -> Adaptation:
    """Let a note be shown, or not, with a reason that its author reads."""
    note = queries.get_adaptation(viewer, pk)
    rules.may_decide(viewer, note).enforce()
    note.state = Adaptation.State.SHOWN if show else Adaptation.State.DECLINED
    note.reason, note.decided_on = "" if show else reason, timezone.now().date()
    note.save(update_fields=["state", "reason", "decided_on"])
    journal.write(viewer, "adaptation.decided", kind="record", subject=note.record_id, adaptation=note.pk, shown=show)
    return note


def _look_over(record: Record, texts: Mapping[str, str], known: Collection[str], cleared: Collection[str]) -> None:
    """Go on only when whoever writes has looked at each passage that could point to a person, as with a record itself."""
    let_pass(queries.pointing_in(texts, known=[*queries.own_names(record), *known]), cleared)
