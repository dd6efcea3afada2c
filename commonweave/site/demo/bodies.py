"""The demonstration's bodies: the shapes met in four countries, with names of bodies and people visibly invented."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from commonweave.base.sorting import sort_key
from commonweave.base.text import Text
from commonweave.bodies.models import Body, Meeting, Sitting
from commonweave.places.atlas import atlas, expire
from commonweave.places.defaults import TIME_ZONE
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from commonweave.places.models import Place

FIRST = "Ada Ben Cleo Dara Emil Fay Gus Hana Ivo Jo".split()  # noqa: SIM905 reads best so
AT = time(10, 0)


def make(
    entries: Iterable[dict[str, Any]], holders: Mapping[str, UUID], spots: Mapping[str, Place], since: date
) -> int:
    """Make each body, whoever sits on it, and its next two meetings, at ten in the morning there."""
    expire()  # the places have just been made
    made: dict[str, Body] = {}
    people, meetings, book = [], [], atlas()
    for number, entry in enumerate(entries):
        names, place = Text(entry["names"]), spots[entry["place"]]
        body = made[entry["key"]] = Body(
            slug=entry["key"],
            kind=entry["kind"],
            names=names,
            sort_key=sort_key(names.say("en")),
            place=place,
            purpose=Text(),
            parent=made.get(entry["parent"]),
            tlp=Tlp.CLEAR,
            holder=holders[entry["holder"]],
            began_on=since,
        )
        for at, (seat, constituency) in enumerate(entry["seats"]):
            name = f"{FIRST[(number + at) % len(FIRST)]} Invented {at + 1}"
            during, shown = DateRange(since, None), seat != "member"
            people.append(
                Sitting(
                    body=body,
                    seat=seat,
                    constituency=constituency,
                    name=name,
                    sort_key=sort_key(name),
                    named=shown,
                    during=during,
                )
            )
        spot = book.by_id(place.pk)
        zone = ZoneInfo(str(book.setting(spot, TIME_ZONE))) if spot else ZoneInfo("UTC")
        first = timezone.now().date() + timedelta(days=7 + number)
        meetings += [
            Meeting(body=body, starts_at=datetime.combine(first + timedelta(days=days), AT, zone)) for days in (0, 28)
        ]
    Body.objects.bulk_create(made.values())
    Sitting.objects.bulk_create(people)
    Meeting.objects.bulk_create(meetings)
    return len(made)
