"""Everything the picture shows, asked at once: the same few questions whatever the size."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from commonweave.people.models import Role
from commonweave.people.queries import organisations_for
from commonweave.places.atlas import atlas
from commonweave.reports.coverage import Share, finest, shares
from commonweave.sharing.counts import queries as counts
from commonweave.sharing.counts import rules
from commonweave.sharing.models import Table

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.places.atlas import Atlas, Spot
    from commonweave.sharing.models import Cell


def home_of(viewer: Viewer) -> Spot | None:
    """Return the place of the organisation for which the viewer coordinates (of several, the first by name)."""
    wanted = {Role.COORDINATOR, Role.ADMINISTRATOR}
    mine = [organisation for organisation, held in viewer.roles.items() if held & wanted]
    coordinates = [organisation for organisation in mine if Role.COORDINATOR in viewer.roles[organisation]]
    bodies = organisations_for(viewer).filter(pk__in=coordinates or mine).order_by("sort_key", "pk")
    place = bodies.values_list("place_id", flat=True).first()
    return atlas().by_id(place) if place else None


@dataclass(frozen=True)
class Choice:
    """What was chosen: a place, a number of weeks, perhaps a kind."""

    spot: Spot
    weeks: int
    kind: str = ""
    today: date | None = None

    @property
    def day(self) -> date:
        """Return the day the question is asked."""
        return self.today or timezone.now().date()

    @property
    def this_week(self) -> date:
        """Return the Monday of the running week: of the last one that is not closed everywhere."""
        return rules.week_of(self.day - rules.DAY)

    @property
    def period(self) -> tuple[date, date]:
        """Return the first Monday and the last Sunday of the chosen closed weeks."""
        return self.this_week - self.weeks * rules.WEEK, self.this_week - rules.DAY


def selected(viewer: Viewer, choice: Choice) -> QuerySet[Cell]:
    """Return the cells a choice selects: the place, all beneath, and what of it is counted elsewhere above."""
    book = atlas()
    inside = Q(place__in=[choice.spot.id, *(spot.id for spot in book.descendants(choice.spot))])
    above = Q(place__in=choice.spot.lineage[:-1], elsewhere=True)
    cells = counts.cells_for(viewer, weeks=choice.period).filter(inside | above)
    by_kind = Q(table__in=(Table.KINDS, Table.GAPS))
    return cells.filter(~by_kind | Q(category=choice.kind)) if choice.kind else cells


class Picture:
    """The answers, by place as the page draws them: what is told beneath each child, and what of the place itself."""

    def __init__(self, viewer: Viewer, choice: Choice) -> None:
        """Ask everything once."""
        self.book: Atlas = atlas()
        self.choice, self.spot = choice, choice.spot
        self.children = self.book.children(self.spot)
        self._child = {
            spot.id: next(
                (place for place in spot.lineage if place in {child.id for child in self.children}), self.spot.id
            )
            for spot in [self.spot, *self.book.descendants(self.spot)]
        }
        cells = selected(viewer, choice)
        inside = cells.filter(place__in=list(self._child))
        self.told = counts.told_by_place(inside)
        self.stretches = counts.told_by_weeks(inside.filter(table=Table.KINDS))
        single = cells.filter(Q(measure=counts.MEDIAN_DAYS) | Q(elsewhere=True, place__in=self.spot.lineage))
        rows = list(single.order_by("ends_on"))
        self.medians = [cell for cell in rows if cell.measure == counts.MEDIAN_DAYS]
        self.above = [cell for cell in rows if cell.measure == counts.COUNT]
        places = [*self.spot.lineage, *(child.id for child in self.children)]
        self.bands = counts.bands_of(viewer, places, since=choice.this_week)
        self.groups = {spot.id: finest(spot) for spot in self.children or [self.spot]}
        self.shares: dict[tuple[UUID, str, str], Share] = shares(self.groups, choice.day)

    def by_category(self, table: str) -> dict[str, int]:
        """Return what is told of each category in the place and all beneath it."""
        found: dict[str, int] = defaultdict(int)
        for told in self.told:
            if told.table == table:
                found[told.category] += told.value
        return dict(found)

    def by_child(self, table: str) -> dict[UUID, dict[str, int]]:
        """Return what is told beneath each child, and under the place's own id what names no child."""
        found: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for told in self.told:
            if told.table == table:
                found[self._child[told.place]][told.category] += told.value
        return found

    @cached_property
    def weeks(self) -> list[date]:
        """Return the Mondays of the chosen weeks."""
        start, _end = self.choice.period
        return [start + number * rules.WEEK for number in range(self.choice.weeks)]

    def by_week(self) -> dict[str, list[float | None]]:
        """Return the weekly course of each kind; what was only told for several weeks is spread evenly over them.

        A week whose period is not over is left out where it would hold only the busiest places.
        """
        found: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
        for each in self.stretches:
            number = (each.ends_on - each.starts_on + timedelta(days=1)).days // 7
            for step in range(number):
                found[each.category][each.starts_on + step * rules.WEEK] += each.value / number
        running, _end = rules.period_of(self.choice.this_week)
        weeks = [monday if monday < running or not self.children else None for monday in self.weeks]
        return {kind: [course.get(monday) if monday else None for monday in weeks] for kind, course in found.items()}

    def usual_days(self) -> list[Cell]:
        """Return the latest released answer time of every place that has one, the longest first."""
        latest = {(cell.place_id, cell.elsewhere): cell for cell in self.medians}
        return sorted(latest.values(), key=lambda cell: (-cell.value, str(self.book.by_id(cell.place_id))))

    def instead(self, table: str) -> dict[str, counts.Instead]:
        """Return where the rest of each category is counted."""
        return counts.instead_of(self.book, self.spot, [cell for cell in self.above if cell.table == table])
