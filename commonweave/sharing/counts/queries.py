"""Questions about released counts. They select cells; no row that was counted is ever read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonweave.base.formats import say_number
from commonweave.base.sorting import read_key
from commonweave.sharing.counts import rules
from commonweave.sharing.models import Band, Cell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.places.atlas import Atlas, Spot

COUNT = "count"
MEDIAN_DAYS = "median_answer_days"


def cells_for(
    viewer: Viewer,
    *,
    table: str = "",
    places: Collection[UUID] | None = None,
    category: str = "",
    weeks: tuple[date, date] | None = None,
) -> QuerySet[Cell]:
    """Return the cells a viewer may see; `weeks` selects those whose last day lies in it, so none is selected twice."""
    if not rules.may_see(viewer):
        return Cell.objects.none()
    cells = Cell.objects.all()
    if table:
        cells = cells.filter(table=table)
    if places is not None:
        cells = cells.filter(place__in=list(places))
    if category:
        cells = cells.filter(category=category)
    if weeks:
        cells = cells.filter(ends_on__range=weeks)
    return cells


def page_of(cells: QuerySet[Cell], after: str, size: int) -> list[Cell]:
    """Return a page of cells, the oldest first, and one more where there are more; `after` is "day_id" of the last seen."""
    if after:
        on, pk = read_key(after)
        cells = cells.filter(Q(ends_on__gt=on) | Q(ends_on=on, pk__gt=pk))
    return list(cells.order_by("ends_on", "pk")[: size + 1])


def bands_for(viewer: Viewer) -> QuerySet[Band]:
    """Return how busy the running week is, as far as a viewer may see it."""
    return Band.objects.all() if rules.may_see(viewer) else Band.objects.none()


def bands_of(viewer: Viewer, places: Collection[UUID], *, since: date) -> dict[UUID, tuple[date, str]]:
    """Return the newest band of each place in the week that began at `since`."""
    rows = bands_for(viewer).filter(place__in=list(places), on__gt=since).order_by("on")
    return {place: (on, band) for place, on, band in rows.values_list("place_id", "on", "band")}


def last_week(viewer: Viewer, places: Collection[UUID]) -> date | None:
    """Return the last Sunday of anything told about these places."""
    last: date | None = cells_for(viewer, places=places).aggregate(last=Max("ends_on"))["last"]
    return last


class Told(NamedTuple):
    """What is told of one place and category: only numbers that are public to the viewer were added up."""

    table: str
    place: UUID
    elsewhere: bool
    category: str
    value: int


class Stretch(NamedTuple):
    """What is told of one category over one stretch of weeks."""

    category: str
    starts_on: date
    ends_on: date
    value: int


def told_by_place(cells: QuerySet[Cell]) -> list[Told]:
    """Add up selected cells by place and category, to draw them."""
    columns = ("table", "place_id", "elsewhere", "category")
    rows = cells.filter(measure=COUNT).values_list(*columns).annotate(total=Sum("value")).order_by()
    return [Told(*row) for row in rows]


def told_by_weeks(cells: QuerySet[Cell]) -> list[Stretch]:
    """Add up selected cells by category and the weeks they cover, to draw them."""
    columns = ("category", "starts_on", "ends_on")
    rows = cells.filter(measure=COUNT).values_list(*columns).annotate(total=Sum("value")).order_by(*columns)
    return [Stretch(*row) for row in rows]


@dataclass(frozen=True)
class Instead:
    """Where a number that is too small to show is counted: the finest place above, and the weeks."""

    spot: Spot
    weeks: int
    value: int

    def say(self, asked: Spot) -> str:
        """Say it to a person who asked for another place."""
        weeks = ngettext("%(weeks)s week", "%(weeks)s weeks", self.weeks) % {"weeks": say_number(self.weeks)}
        words = {"asked": asked, "place": self.spot, "weeks": weeks, "value": say_number(self.value)}
        if self.spot == asked:
            return _("Elsewhere in %(place)s, %(weeks)s: %(value)s.") % words
        return _("Too few to show for %(asked)s; this is elsewhere in %(place)s, %(weeks)s: %(value)s.") % words


def instead_of(book: Atlas, asked: Spot, above: Iterable[Cell]) -> dict[str, Instead]:
    """Return for each category the finest cell, of those told about `asked` and the places above, that holds the rest.

    `above` are cells with `elsewhere`; the nearest place wins, then the latest weeks.
    """
    found: dict[str, tuple[tuple[int, date], Instead]] = {}
    for cell in above:
        spot = book.by_id(cell.place_id)
        if spot is None or not cell.elsewhere or spot.id not in asked.lineage:
            continue
        rank = (spot.depth, cell.ends_on)
        if cell.category not in found or found[cell.category][0] < rank:
            weeks = (cell.ends_on - cell.starts_on + timedelta(days=1)).days // 7
            found[cell.category] = (rank, Instead(spot, weeks, cell.value))
    return {category: instead for category, (_rank, instead) in found.items()}
