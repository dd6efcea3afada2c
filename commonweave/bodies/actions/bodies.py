"""Starting a body, and keeping who sits on it and when it meets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language

from commonweave.base import journal
from commonweave.base.sorting import sort_key
from commonweave.base.text import Text
from commonweave.bodies import queries, rules
from commonweave.bodies.models import Body, Meeting, Sitting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.bodies.people_list import Somebody


@transaction.atomic
def start_body(
    viewer: Viewer,
    *,
    holder: UUID,
    kind: str,
    name: str,
    place: UUID,
    tlp: str,
    meets_at: datetime | None = None,
    people: Iterable[Somebody] = (),
) -> Body:
    """Start a body with its first meeting and whoever sits on it."""
    rules.may_keep_for(viewer, holder).enforce()
    key, today = uuid4(), timezone.now().date()
    body = Body(
        id=key,
        slug=f"{slugify(name)[:80].strip('-') or 'body'}-{key.hex[:6]}",
        kind=kind,
        names=Text.of(name, get_language() or "en"),
        sort_key=sort_key(name),
        place_id=place,
        purpose=Text(),
        tlp=tlp,
        holder=holder,
        began_on=today,
    )
    body.save(force_insert=True)
    journal.write(viewer, "body.started", kind="body", subject=key)
    if meets_at is not None:
        _meet(viewer, body, meets_at)
    _seat(viewer, body, people)
    return body


@transaction.atomic
def edit_body(
    viewer: Viewer,
    slug: str,
    *,
    kind: str,
    name: str,
    place: UUID,
    purpose: str,
    tlp: str,
    parent: Body | None,
    ended_on: date | None,
) -> Body:
    """Change what a body is called, is for, is part of, who sees it, and when it ended."""
    body = queries.get_body(viewer, slug, lock=True)
    rules.may_keep(viewer, body).enforce()
    rules.may_be_part_of(body, parent, queries.line(viewer, parent)).enforce()
    body.names, body.purpose = _said(body.names, name), _said(body.purpose, purpose)
    body.sort_key = sort_key(body.names.say(body.names.original))
    body.kind, body.place_id, body.tlp, body.parent, body.ended_on = kind, place, tlp, parent, ended_on
    body.save(update_fields=["names", "purpose", "sort_key", "kind", "place", "tlp", "parent", "ended_on"])
    journal.write(viewer, "body.changed", kind="body", subject=body.pk)
    return body


@transaction.atomic
def add_people(viewer: Viewer, slug: str, people: Iterable[Somebody]) -> int:
    """Put people on a body from today; return how many. Who sits there already stays as they are."""
    body = queries.get_body(viewer, slug, lock=True)
    rules.may_keep(viewer, body).enforce()
    return _seat(viewer, body, people)


@transaction.atomic
def plan_meeting(viewer: Viewer, slug: str, *, starts_at: datetime, where: str = "") -> Meeting:
    """Say when a body meets next. Said again, it is the same meeting."""
    body = queries.get_body(viewer, slug, lock=True)
    rules.may_keep(viewer, body).enforce()
    rules.may_meet(body, starts_at.date()).enforce()
    return _meet(viewer, body, starts_at, where)


def _said(before: Text, now: str) -> Text:
    """Return a text with what somebody made of it in their language; what they left as it was shown stays as it is."""
    if now == before.say():
        return before
    language = get_language() or "en"
    return Text(
        {**before.texts, language: now},
        original=before.original if before.texts else language,
        machine=before.machine - {language},
    )


def _meet(viewer: Viewer, body: Body, starts_at: datetime, where: str = "") -> Meeting:
    said = {"where": where, "called_off": False}
    meeting, _made = Meeting.objects.update_or_create(body=body, starts_at=starts_at, defaults=said)
    journal.write(viewer, "meeting.planned", kind="body", subject=body.pk, meeting=meeting.pk)
    return meeting


def _seat(viewer: Viewer, body: Body, people: Iterable[Somebody]) -> int:
    """Seat whoever does not sit there yet. Names never enter the journal."""
    today = timezone.now().date()
    there = set(body.sittings.filter(during__contains=today).values_list("sort_key", "seat"))
    new: dict[tuple[str, str], Sitting] = {}
    for each in people:
        key = (sort_key(each.name), each.seat)
        if key not in there:
            new[key] = Sitting(
                body=body,
                seat=each.seat,
                constituency=each.constituency,
                name=each.name,
                sort_key=key[0],
                comes_from=each.comes_from,
                during=DateRange(today, None),
            )
    Sitting.objects.bulk_create(new.values())
    if new:
        journal.write(viewer, "body.seated", kind="body", subject=body.pk, people=len(new))
    return len(new)
