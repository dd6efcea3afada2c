"""Builds the network from the files in `data`, in one transaction: all of it or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from commonweave.base import journal
from commonweave.base.sorting import sort_key
from commonweave.base.text import Text
from commonweave.base.viewer import SYSTEM
from commonweave.people.models import Coverage, Demonstration, Organisation, Person, Team, Trust
from commonweave.places import actions as places
from commonweave.places.models import Area, Place
from commonweave.referral import actions as referral
from commonweave.site.demo import assumptions, bodies, keys, library, people, proposals
from commonweave.vocabulary.actions import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

DATA = Path(__file__).parent / "data"
DRAWN = Path(places.__file__).parent / "data"
LIBRARIAN = "north-research"
TABLES = (Organisation, Person, Place)


class CannotDemonstrate(Exception):
    """The database holds something real; the text says so."""


def read(name: str) -> Any:  # noqa: ANN401 each file has its own shape
    """Read one of the demonstration's own files."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def build(progress: Callable[[str], object] = lambda _said: None) -> bool:
    """Make the network once, as the worker. Returns False, and changes nothing, where it exists already.

    Raises CannotDemonstrate in a database that holds anything of its own.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('commonweave demonstration'))")
        if Demonstration.objects.exists():
            return False
        if any(model.objects.exists() for model in TABLES):
            message = (
                "This database holds places, organisations or people of its own; a demonstration needs an empty one."
            )
            raise CannotDemonstrate(message)
        demonstration = Demonstration.objects.create()
        load_vocabulary()
        progress("Places")
        spots = _places()
        progress("Organisations and teams")
        since = timezone.now().date().replace(month=1, day=1)
        teams = _organisations(spots, since)
        progress("People who can sign in")
        made = people.make(read("people"), teams, demonstration, since)
        progress("Keys to seal reports to")
        keys.make([body for body, own in teams.values() if own], since)
        progress("Outside services")
        _services(spots)
        progress("Library of what works")
        library.load(read("library"), teams[LIBRARIAN][0].pk)
        assumptions.load(read("assumptions"), teams[LIBRARIAN][0].pk)
        proposals.make(made, teams, spots)
        progress("Bodies that meet")
        bodies.make(read("bodies"), {key: body.pk for key, (body, _own) in teams.items()}, spots, since)
        journal.write(SYSTEM, "demonstration.built", kind="demonstration", places=len(spots), organisations=len(teams))
    return True


def _places() -> dict[str, Place]:
    said = read("places")
    spots: dict[str, Place] = {}
    for country in said["countries"]:
        document = json.loads((DRAWN / f"{country}.json").read_text(encoding="utf-8"))
        for entry in document["places"]:
            entry["shown"] = entry["type"] not in said["never_named"]
        spots |= places.import_places(SYSTEM, document, said["settings"])
    return spots


def _organisations(spots: dict[str, Place], since: date) -> dict[str, tuple[Organisation, list[Team]]]:
    areas = {area.code: area for area in Area.objects.all()}
    made: dict[str, tuple[Organisation, list[Team]]] = {}
    coverages: list[Coverage] = []
    for entry in read("organisations"):
        names = _text(entry["names"])
        organisation = Organisation(
            names=names,
            kind=entry["kind"],
            place=spots[entry["place"]],
            about=_text(entry["about"]),
            sort_key=sort_key(names.say(names.original)),
            signed_on=since if entry["signed"] else None,
            synthetic=True,
        )
        teams = []
        for each in entry["teams"]:
            team = Team(
                organisation=organisation,
                kind=entry["kind"],
                names=_text(each["names"]),
                hours=_text(each["hours"]),
                founding=True,
            )
            teams.append(team)
            coverages += [_coverage(team, cover, spots, areas, since) for cover in each["covers"]]
        made[entry["key"]] = (organisation, teams)
    Organisation.objects.bulk_create(organisation for organisation, _teams in made.values())
    Team.objects.bulk_create(team for _organisation, teams in made.values() for team in teams)
    Coverage.objects.bulk_create(coverages)
    trusted = [made[entry["key"]][0] for entry in read("organisations") if entry.get("trusted")]
    Trust.objects.bulk_create(
        Trust(organisation=body, during=DateRange(since, None), founding=True) for body in trusted
    )
    return made


def _coverage(
    team: Team, cover: dict[str, Any], spots: dict[str, Place], areas: dict[str, Area], since: date
) -> Coverage:
    area = areas[cover["at"].removeprefix("area:")] if cover["at"].startswith("area:") else None
    return Coverage(
        team=team,
        place=None if area else spots[cover["at"]],
        area=area,
        report_kinds=cover["kinds"],
        during=DateRange(since, None),
        founding=True,
    )


def _services(spots: dict[str, Place]) -> None:
    for entry in read("services"):
        entry["place"] = spots[entry["place"]].pk
        texts = {name: _text(entry[name]) for name in ("names", "about", "hours")}
        referral.add_destination(SYSTEM, **(entry | texts))


def _text(texts: dict[str, str]) -> Text:
    return Text(texts, original=next(iter(texts), "en"))
