"""Many reports for measuring and for showing: each sealed like a resident's own, written by COPY."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import connection, connections, transaction
from django.utils import timezone

from commonweave.base import journal
from commonweave.base.viewer import SYSTEM
from commonweave.people.coverage import book
from commonweave.places.atlas import atlas
from commonweave.reports import queries
from commonweave.reports.counting import close_weeks
from commonweave.reports.models import FromWhom, ReportKind, State
from commonweave.reports.routing import Consent, candidates
from commonweave.reports.sealing import recipients
from commonweave.sharing import receipts
from commonweave.sharing.envelopes import RECEIPT, receipt_keys, seal
from commonweave.sharing.models import Band, Cell, ClosedWeek, HeldBack, Tlp
from commonweave.site.demo.handovers import add_handovers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from commonweave.places.atlas import Spot

CHUNK = 1_000
WEEKS = 52
COLUMNS = [
    "id",
    "locator",
    "receipt_key",
    "tlp",
    "holder",
    "readers",
    "people",
    "kind",
    "place_id",
    "received_on",
    "due_on",
    "state",
    "team_id",
    "team_kind",
    "consents",
    "may_climb",
    "climbed",
    "reminded_on",
    "answered_on",
    "closed_on",
    "outcome",
    "body",
    "keys",
    "erased_on",
]
ERASED = COLUMNS.index("erased_on")
ANSWERED = COLUMNS.index("answered_on")
MOVEMENT = ["id", "report_id", "team_id", "locator", "on", "step", "verb", "from_team_id", "to_team_id", "reason"]
MESSAGE = ["id", "report_id", "team_id", "locator", "on", "sender", "body", "keys"]
SEEN = (State.OPENED, State.ANSWERED, State.CLOSED)
ANSWER = "Example answer: thank you. We have talked with the school and will come by on Thursday."
WITH_THREADS = 20_000  # more are for measuring, and go without a thread
BUSY = ("gb-lds", "gb-eng-wyk", "gb-brd", "al-11", "ca-on-peel", "mw-li", "mw-mg")  # places where more is said
WORDS = (
    ("en", "Example report: stickers with insults on the bus stop. Nobody was hurt."),
    ("en", "Example report: a page spreads a rumour about the new neighbours."),
    ("en", "Example report: young people have nowhere to meet since the hall closed."),
    ("fr", "Exemple de signalement : des tracts insultants dans les boîtes aux lettres."),
    ("sq", "Shembull raporti: fjalë fyese të shkruara në murin e shkollës."),
    ("ny", "Chitsanzo cha lipoti: mphekesera zikufalikira pa msika."),
    ("ar", "مثال على بلاغ: كتابات مسيئة على جدار المدرسة."),
)
OUTCOMES = ("helped_here", "advice_given", "passed_on_outside", "no_action_possible")
# (state, weight) of reports younger and older than this many days.
YOUNG = 21
STATES_YOUNG = ((State.ROUTED, 40), (State.OPENED, 25), (State.ANSWERED, 20), (State.CLOSED, 13), (State.WITHDRAWN, 2))
STATES_OLD = ((State.ROUTED, 1), (State.OPENED, 2), (State.ANSWERED, 4), (State.CLOSED, 90), (State.WITHDRAWN, 3))


@dataclass(frozen=True)
class Way:
    """One possible way of a report: where, what, whom it may go to and who takes it."""

    spot: Spot
    kind: str
    consents: tuple[str, ...]
    climb: bool
    team: UUID
    team_kind: str
    holder: UUID
    climbed: bool
    keys: dict[str, bytes]


def add_reports(count: int, progress: Callable[[int], None]) -> None:
    """Write `count` reports spread over the last year; `progress` hears how many are written so far."""
    ways = list(_ways())
    if not ways:
        message = "There is no team that could take a report; build the demonstration first."
        raise RuntimeError(message)
    connections.close_all()
    threads = count <= WITH_THREADS
    jobs = [(number, min(CHUNK, count - number)) for number in range(0, count, CHUNK)]
    done = 0
    with multiprocessing.get_context("fork").Pool(initializer=_keep, initargs=(ways,)) as pool, transaction.atomic():
        journal.write(SYSTEM, "demonstration.reports", kind="demonstration", count=count)
        for rows in pool.imap_unordered(_chunk, jobs):
            _write("reports_report", COLUMNS, rows)
            if threads:
                _write("reports_movement", MOVEMENT, [step for row in rows for step in _steps(row)])
                _write("reports_message", MESSAGE, [_answer(row) for row in rows if row[ANSWERED] and not row[ERASED]])
            done += len(rows)
            progress(done)
    if threads:
        add_handovers()
    _count_anew()


def _count_anew() -> None:
    """Release the counts of a demonstration from the beginning; real ones are never counted again."""
    with transaction.atomic():
        for model in (Cell, HeldBack, ClosedWeek, Band):
            model.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("analyze reports_report")
    close_weeks(timezone.now().date())


def _steps(row: tuple[Any, ...]) -> Iterator[tuple[object, ...]]:
    """Return what happened to a report, as its pages show it."""
    said = dict(zip(COLUMNS, row, strict=True))
    happened = [("opened", said["answered_on"] or said["received_on"], "")] if said["state"] in SEEN else []
    happened += [("answered", said["answered_on"], "")] if said["answered_on"] else []
    happened += [("closed", said["closed_on"], said["outcome"])] if said["state"] == State.CLOSED else []
    happened += [("withdrawn", said["closed_on"], "")] if said["state"] == State.WITHDRAWN else []
    happened += [("erased", said["erased_on"], "")] if said["erased_on"] else []
    for step, (verb, on, reason) in enumerate(happened, start=1):
        yield uuid4(), said["id"], said["team_id"], said["locator"], on, step, verb, None, None, reason


def _answer(row: tuple[Any, ...]) -> tuple[object, ...]:
    said = dict(zip(COLUMNS, row, strict=True))
    on = said["answered_on"]
    document = {"v": 1, "n": 1, "on": on.isoformat(), "text": ANSWER, "correction": False}
    known = {key.name: key.public for key in book().keys.values()}
    wanted = {name: known[name] for name in json.loads(said["keys"]) if name in known}
    sealed = seal(document, {RECEIPT: said["receipt_key"], **wanted})
    keys = json.dumps(sealed.keys)
    return uuid4(), said["id"], said["team_id"], said["locator"], on, FromWhom.TEAM.value, sealed.body, keys


def _write(table: str, names: Sequence[str], rows: list[tuple[object, ...]]) -> None:
    """Copy into a table of our own and from there into the protected one: COPY cannot pass row policies."""
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"create temp table if not exists new_{table} (like {table}) on commit drop")
        with cursor.copy(f"copy new_{table} ({columns}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"insert into {table} ({columns}) select {columns} from new_{table}")  # noqa: S608 our own names
        cursor.execute(f"truncate new_{table}")


def _ways() -> Iterator[Way]:
    places = atlas()
    covered = [s for country in places.children(None) for s in places.descendants(country) if s.shown_on_reports]
    for spot in covered:
        for kind in ReportKind.values:
            options = queries.options_at(spot, kind)
            offered = sorted(options)
            for climb in (False, True):
                for kinds in ([kind_] for kind_ in offered), [offered]:
                    for chosen in kinds:
                        found = candidates(options, Consent(frozenset(chosen), climb=climb), queries.order_at(spot))
                        if found:
                            cover = found[0].cover
                            yield Way(
                                spot,
                                kind,
                                tuple(chosen),
                                climb,
                                cover.team,
                                cover.kind,
                                cover.organisation,
                                found[0].climbed,
                                recipients(found),
                            )


_WAYS: list[Way] = []
_WEIGHTS: list[int] = []


def _keep(ways: list[Way]) -> None:
    _WAYS[:] = ways
    _WEIGHTS[:] = itertools.accumulate(40 if way.spot.code.startswith(BUSY) else 1 for way in ways)
    random.seed()


@cache
def _due(place: UUID, start: date, setting: str) -> date:
    spot = atlas().by_id(place)
    return atlas().due(spot, start, atlas().setting(spot, setting)) if spot else start


def _chunk(job: tuple[int, int]) -> list[tuple[object, ...]]:
    return [_row() for _ in range(job[1])]


def _row() -> tuple[object, ...]:
    way = random.choice(_WAYS)
    age = int(random.triangular(0, WEEKS * 7, 0))
    received = atlas().today(way.spot) - timedelta(days=age)
    states = STATES_YOUNG if age < YOUNG else STATES_OLD
    state = random.choices([name for name, _w in states], [weight for _n, weight in states])[0]
    answered = received + timedelta(days=random.randint(0, 12)) if state in (State.ANSWERED, State.CLOSED) else None
    closed = answered + timedelta(days=random.randint(0, 20)) if state == State.CLOSED and answered else None
    closed = received if state == State.WITHDRAWN else closed
    keys = receipt_keys(receipts.draw())
    language, what = random.choice(WORDS)
    document = {
        "v": 1, "kind": way.kind, "place": str(way.spot.id), "point": None, "language": language,
        "what": what, "address": "", "where": "", "when": "",
    }  # fmt: skip
    withdrawn = state == State.WITHDRAWN
    erased = closed + timedelta(days=queries.retention_days(way.spot)) if state == State.CLOSED and closed else None
    erased = erased if erased and erased <= atlas().today(way.spot) else None
    gone = withdrawn or erased is not None
    sealed = seal(document, {RECEIPT: keys.public, **way.keys})
    outcome = random.choice(OUTCOMES) if state == State.CLOSED else "withdrawn" if withdrawn else ""
    return (
        uuid4(), keys.locator, keys.public, Tlp.AMBER_STRICT.value, way.holder, [], [], way.kind, way.spot.id, received,
        _due(way.spot.id, received, "acknowledge_days" if state == State.ROUTED else "answer_days"), state.value,
        way.team, way.team_kind, list(way.consents), way.climb, way.climbed, None, answered, closed, outcome,
        None if gone else sealed.body, None if gone else json.dumps(sealed.keys), erased,
    )  # fmt: skip
