"""Questions about reports. Each takes the viewer; the row policies ask the same again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.http import Http404
from django.utils import timezone

from commonweave.base.models import JournalEntry
from commonweave.base.sorting import read_key
from commonweave.files import queries as files
from commonweave.people.coverage import book
from commonweave.people.models import Team
from commonweave.people.queries.keys import retired_names
from commonweave.places.atlas import atlas
from commonweave.places.defaults import DEFAULTS, RETENTION_DAYS
from commonweave.reports.lasting import lasting
from commonweave.reports.likeness import is_likely
from commonweave.reports.models import FromWhom, Hold, Message, Movement, NoticeAddress, Repeat, Report, State
from commonweave.reports.routing import Consent, Ground, Reach, candidates, reach
from commonweave.reports.rules import OPEN_STATES, WAITING_STATES
from commonweave.sharing.lattice import readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.files.models import File
    from commonweave.people.coverage import Book
    from commonweave.places.atlas import Spot
    from commonweave.reports.lasting import Lasting
    from commonweave.reports.models import ThreadRow
    from commonweave.reports.routing import Choice

PAGE = 30
FILES = "report"
"""What a report is called where its files are kept."""


def reports_for(viewer: Viewer) -> QuerySet[Report]:
    """Return the reports a viewer may know of: their teams' (as far as the lattice goes), or their own."""
    if viewer.system:
        return Report.objects.all()
    own = Q(locator=viewer.receipt) if viewer.receipt else Q(pk__in=())
    return Report.objects.filter(own | Q(team__in=viewer.teams) & readable(viewer))


def get_report(viewer: Viewer, pk: UUID) -> Report:
    """Return one report, or 404 to a stranger."""
    try:
        return reports_for(viewer).select_related("team__organisation").get(pk=pk)
    except Report.DoesNotExist:
        raise Http404 from None


def own_report(viewer: Viewer) -> Report | None:
    """Return the report of the receipt the viewer holds, if there is one."""
    if viewer.receipt is None:
        return None
    return reports_for(viewer).select_related("team__organisation").filter(locator=viewer.receipt).first()


def received_entry(viewer: Viewer) -> Any:  # noqa: ANN401 an entry, with what its batch says of it
    """Return the journal's entry of the receipt the viewer holds, through a door of the database's own."""
    if viewer.receipt is None:
        return None
    rows = JournalEntry.objects.raw("select * from reports_received()")
    return next((entry for entry in rows if "digest" in entry.facts), None)


def thread_rows(viewer: Viewer, report: Report, model: type[ThreadRow]) -> QuerySet[ThreadRow]:
    """Return the thread's rows of one table, in no meaningful order."""
    mine = Q(team__in=viewer.teams) | (Q(locator=viewer.receipt) if viewer.receipt else Q(pk__in=()))
    return model._default_manager.filter(Q() if viewer.system else mine, report=report)  # noqa: SLF001 public in Django


def messages_of(viewer: Viewer, report: Report) -> list[Message]:
    """Return the sealed messages of a report; their order stands inside the seals."""
    return list(thread_rows(viewer, report, Message))  # type: ignore[arg-type]


def files_of(viewer: Viewer, report: Report) -> list[File]:
    """Return the sealed files of a report."""
    return files.files_of(viewer, FILES, report.pk)


def sealed_with(viewer: Viewer, report: Report) -> list[Message | File]:
    """Return all that is sealed for the same people as a report: its messages and files."""
    return [*messages_of(viewer, report), *files_of(viewer, report)]


def threads_of(viewer: Viewer, reports: Sequence[Report]) -> Mapping[UUID, list[Message | File]]:
    """Return the sealed messages and files of several of the viewer's teams' reports, in two questions."""
    found: dict[UUID, list[Message | File]] = defaultdict(list)
    for message in Message.objects.filter(team__in=viewer.teams, report__in=reports):
        found[message.report_id].append(message)
    for pk, rows in files.files_of_all(viewer, FILES, [report.pk for report in reports]).items():
        found[pk] += rows
    return found


def movements_of(viewer: Viewer, report: Report) -> list[Movement]:
    """Return what happened to a report, first to last, with the teams' names."""
    rows = thread_rows(viewer, report, Movement).order_by("step")
    return list(rows.select_related("to_team__organisation"))  # type: ignore[misc,arg-type]  # rows of Movement


def notice_address(viewer: Viewer, report: Report) -> NoticeAddress | None:
    """Return what is kept for notices about a report; the address itself is sealed."""
    return thread_rows(viewer, report, NoticeAddress).first()  # type: ignore[return-value]  # a row of NoticeAddress


def answers_in(viewer: Viewer, report: Report) -> int:
    """Count what the team has written in a thread."""
    return Message.objects.filter(pk__in=thread_rows(viewer, report, Message), sender=FromWhom.TEAM).count()


def addresses_to_tell(viewer: Viewer, today: date) -> QuerySet[NoticeAddress]:
    """Return, for the worker, whose thread holds an answer they were not told about, and not today already."""
    if not viewer.system:
        return NoticeAddress.objects.none()
    by_team = Message.objects.filter(report=OuterRef("report"), sender=FromWhom.TEAM).order_by()
    answers = by_team.values("report").annotate(all=Count("pk")).values("all")
    rows = NoticeAddress.objects.filter(Q(told_on=None) | Q(told_on__lt=today), letter__isnull=False)
    return rows.filter(told__lt=Subquery(answers)).order_by("pk")


def holds_of(viewer: Viewer, report: Report) -> list[Hold]:
    """Return who wants to keep a report longer until when, agreed or not, the earliest first."""
    return list(thread_rows(viewer, report, Hold).order_by("on", "pk"))  # type: ignore[arg-type]


def retention_days(spot: Spot | None) -> int:
    """Return how many days a closed report is kept at a place."""
    return int(atlas().setting(spot, RETENTION_DAYS) if spot else DEFAULTS[RETENTION_DAYS])


def lasting_of(report: Report, holds: Sequence[Hold]) -> Lasting | None:
    """Return until when a closed report can be read, or None while it is open and when nothing is left."""
    if report.state != State.CLOSED or report.erased_on is not None or report.closed_on is None:
        return None
    agreed = [hold.holds_until for hold in holds if hold.agreed_on is not None]
    return lasting(report.closed_on, retention_days(atlas().by_id(report.place_id)), max(agreed, default=None))


@dataclass(frozen=True)
class QueueFilter:
    """What a member wants to see of the queue; empty means all that is open."""

    state: str = "open"
    kind: str = ""
    team: UUID | None = None
    late: bool = False


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue and the key of the next one ("" at the end)."""

    reports: list[Report]
    older: str


def queue(viewer: Viewer, wanted: QueueFilter, after: str = "", today: date | None = None) -> QueuePage:
    """Return the reports of the viewer's teams by due date. `after` is the key of the last one seen."""
    teams = {wanted.team} & viewer.teams if wanted.team else viewer.teams
    rows = reports_for(viewer).filter(team__in=teams, state__in=_states(wanted.state))
    if set(_states(wanted.state)) <= set(OPEN_STATES):
        rows = rows.filter(fold=None)  # what came many times is one line beside this list
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.late:
        rows = rows.filter(due_on__lt=today or timezone.now().date(), state__in=WAITING_STATES)
    if after:
        due, pk = read_key(after)
        rows = rows.filter(Q(due_on__gt=due) | Q(due_on=due, pk__gt=pk))
    page = list(rows.defer("body", "keys", "receipt_key").order_by("due_on", "pk")[: PAGE + 1])
    older = f"{page[PAGE - 1].due_on}_{page[PAGE - 1].pk}" if len(page) > PAGE else ""
    return QueuePage(page[:PAGE], older)


@dataclass(frozen=True)
class Fold:
    """Open reports of the viewer's teams that say the same as one that came before them."""

    fold: UUID
    often: int
    due_on: date


FOLDS = 100
"""Each is a line that nobody must be able to push out of sight with a few texts of their own."""


def folds(viewer: Viewer, wanted: QueueFilter) -> list[Fold]:
    """Return what came many times, the most urgent first: each one line, beside the queue that leaves them out."""
    teams = {wanted.team} & viewer.teams if wanted.team else viewer.teams
    rows = reports_for(viewer).filter(team__in=teams, state__in=OPEN_STATES, fold__isnull=False).order_by()
    grouped = rows.values_list("fold").annotate(often=Count("pk"), due=Min("due_on")).order_by("due", "fold")
    return [Fold(fold, often, due) for fold, often, due in grouped[:FOLDS] if fold]


def folded(viewer: Viewer, fold: UUID) -> QuerySet[Report]:
    """Return the open reports of the viewer's teams in one fold, without the one that stands in the queue."""
    return reports_for(viewer).filter(team__in=viewer.teams, state__in=OPEN_STATES, fold=fold)


def was_read(viewer: Viewer, fold: UUID) -> bool:
    """Say whether the viewer's teams have opened one of those that say this."""
    mine = reports_for(viewer).filter(Q(fold=fold) | Q(pk=fold), team__in=viewer.teams)
    return mine.exclude(state__in=(State.ROUTED, State.WITHDRAWN)).exists()


def _states(name: str) -> tuple[str, ...]:
    return OPEN_STATES if name == "open" else (name,)


@dataclass(frozen=True)
class OpenCounts:
    """How many open reports the viewer's teams hold."""

    all: int
    unopened: int
    late: int


def open_counts(viewer: Viewer, today: date | None = None) -> OpenCounts:
    """Count what is open, never what is closed: that grows for ever. "Late" means past the due date while the clock runs."""
    on = today or timezone.now().date()
    rows = reports_for(viewer).filter(team__in=viewer.teams, state__in=OPEN_STATES, fold=None)
    late = Q(state__in=WAITING_STATES, due_on__lt=on)
    unopened = Q(state=State.ROUTED)
    return OpenCounts(
        **rows.aggregate(all=Count("pk"), unopened=Count("pk", filter=unopened), late=Count("pk", filter=late))
    )


def sealed_to_old_keys(viewer: Viewer) -> QuerySet[Report]:
    """Return the open reports of the viewer's teams that are still wrapped for a key that was retired."""
    rows = reports_for(viewer).filter(team__in=viewer.teams, state__in=OPEN_STATES)
    retired = list(retired_names(viewer))
    if not retired:
        return rows.none()
    return rows.filter(keys__has_any_keys=retired).order_by("due_on", "pk")


def teams_of(viewer: Viewer) -> list[Team]:
    """Return the viewer's own teams."""
    return list(Team.objects.filter(pk__in=viewer.teams).select_related("organisation"))


def today_at(report: Report) -> date:
    """Return the date at the report's place."""
    spot = atlas().by_id(report.place_id)
    return atlas().today(spot) if spot else report.received_on


def ground_of(spot: Spot) -> Ground:
    """Return where a place stands, as routing needs it."""
    places = atlas()
    return Ground(tuple((place.id, place.type) for place in places.lineage(spot)), places.areas_of(spot))


def takers_at(spot: Spot, report_kind: str) -> Mapping[str, Reach]:
    """Return the teams that could take a report from here; none where the place does not offer the kind at all."""
    places = atlas()
    shown = places.shown(spot)
    offered = places.setting(shown, "report_kinds")
    return {} if offered is not None and report_kind not in offered else options_at(shown, report_kind)


def options_at(spot: Spot, report_kind: str, today: date | None = None) -> Mapping[str, Reach]:
    """Return, per kind of recipient, which teams could take this kind of report at this place today."""
    return _options_at(book(), spot, report_kind, today or atlas().today(spot))


@lru_cache(maxsize=4096)
def _options_at(known: Book, spot: Spot, report_kind: str, today: date) -> Mapping[str, Reach]:
    """Work it out once for each edition: a form asks twice, and a crowd asks for the same place."""
    ground = ground_of(spot)
    wheres = [*(place for place, _type in ground.lineage), *ground.areas]
    return reach(ground, report_kind, known.at(wheres, today))


def choices_for(report: Report, today: date | None = None) -> list[Choice]:
    """Return the teams this report may still go to within its consent, without the one that holds it."""
    spot = atlas().by_id(report.place_id)
    if spot is None:
        return []
    consent = Consent(frozenset(report.consents), climb=report.may_climb)
    found = candidates(options_at(spot, report.kind, today), consent, order_at(spot))
    return [choice for choice in found if choice.cover.team != report.team_id]


def order_at(spot: Spot) -> list[str]:
    """Return which kind of recipient takes a report first here, as the place has set it."""
    return list(atlas().setting(spot, "first_recipients") or ())


ALIKE = """
select found.report_id, array_agg(own.lane) from reports_likeness own
cross join lateral (
  select l.report_id from reports_likeness l
  where l.token = own.token and l.report_id <> own.report_id order by l."on" desc limit %s
) found
where own.report_id = %s group by 1
"""
NEWEST, MOST = 30, 5
"""How many reports are looked at for one token, however many have it, and how many are shown."""


@dataclass(frozen=True)
class Alike:
    """Another report of the viewer's teams, and what it has in common (lanes; empty where a member linked it)."""

    report: Report
    lanes: frozenset[int] = frozenset()


def repeats_of(viewer: Viewer, report: Report) -> tuple[list[Alike], list[Alike]]:
    """Return the reports that a member linked with this one, and those that are likely repeats, the likeliest first.

    Only what the viewer may open; three questions, however many there are.
    """
    said = dict(thread_rows(viewer, report, Repeat).values_list("other_id", "same"))  # type: ignore[misc]  # columns of Repeat
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, [NEWEST, report.pk])
        found = {pk: frozenset(lanes) for pk, lanes in cursor.fetchall() if is_likely(lanes) and pk not in said}
    best = sorted(found, key=lambda pk: (-len(found[pk]), str(pk)))[:MOST]
    linked = [pk for pk, same in said.items() if same][:PAGE]
    rows = reports_for(viewer).filter(team__in=viewer.teams, pk__in=[*best, *linked], body__isnull=False)
    known = {row.pk: row for row in rows.defer("body", "keys", "receipt_key")}
    return (
        [Alike(known[pk]) for pk in linked if pk in known],
        [Alike(known[pk], found[pk]) for pk in best if pk in known],
    )
