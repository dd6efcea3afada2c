"""The map of what is known: what was tried × what it was meant to change. Drawn anew for everybody who opens it."""

from __future__ import annotations

import csv
import functools
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from commonweave.base.charts import svg
from commonweave.base.formats import say_number
from commonweave.evidence import marks, queries, rules, saying
from commonweave.evidence.forms import GapForm
from commonweave.evidence.models import Direction
from commonweave.evidence.queries import FACETS
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commonweave.base.viewer import ViewerRequest
    from commonweave.evidence.queries import Gap

SIDES = ("tried", "outcome")
Crossed = dict[tuple[str, str], dict[str, list["Gap"]]]


class Axis(NamedTuple):
    """A row's or a column's name."""

    code: str
    label: str


@gzip_page
@require_safe
def gap_map(request: ViewerRequest) -> TemplateResponse:
    """Show what was studied, what it found, and where nothing is known. Its address is the link to share.

    Compressed, for it holds a link for every field; there is no secret on it that its length could tell (BREACH).
    """
    drawing = _draw(request)
    columns = drawing.axis("outcome")
    context = drawing.context | {
        "columns": columns,
        "rows": [(row, [drawing.cell(row, column) for column in columns]) for row in drawing.axis("tried")],
        "directions": [(code, saying.code_name("found", code)) for code in Direction.values],
        "strengths": [(size, saying.code_name("strength", code)) for code, size in marks.SIZES.items() if size],
        "none": say_number(0),
        "asked": max(drawing.asks.values(), default=0),
    }
    return TemplateResponse(request, "evidence/gap_map.html", context)


@gzip_page
@require_safe
def gap_list(request: ViewerRequest) -> TemplateResponse:
    """Show the same as a table to read from top to bottom: a line for each field that is not empty, with the same words."""
    drawing = _draw(request)
    columns = drawing.axis("outcome")
    groups = []
    for row in drawing.axis("tried"):
        cells = ((column.label, drawing.cell(row, column)) for column in columns)
        if filled := [(label, cell) for label, cell in cells if cell["parts"]]:
            groups.append((row.label, filled))
    names = {name: saying.facet_name(name) for name in ("outcome", "found")}
    context = drawing.context | names | {"groups": groups}
    return TemplateResponse(request, "evidence/gap_list.html", context)


@require_safe
def gap_table(request: ViewerRequest) -> HttpResponse:
    """Hand out the same as a table for spreadsheets: a line for each filled part of the map."""
    narrowed, _form = _narrowed(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="what-is-known.csv"'
    lines = csv.writer(answer)
    head = [saying.facet_name(name) for name in ("tried", "outcome", "found", "strength")]
    lines.writerow([*head, _("Number"), _("Judged by two people"), _("High risk that something bent the result")])
    for gap in sorted(queries.gaps(request.viewer, narrowed)):
        names = zip(("tried", "outcome", "found", "strength"), gap[:4], strict=True)
        lines.writerow([*(saying.code_name(name, code) for name, code in names), *gap[4:]])
    return answer


def _narrowed(request: ViewerRequest) -> tuple[dict[str, list[str]], GapForm]:
    form = GapForm(request.GET or None, countries=queries.countries_of(request.viewer))
    form.is_valid()
    chosen = getattr(form, "cleaned_data", {})
    return {name: [code] for name, code in chosen.items() if code}, form


def _draw(request: ViewerRequest) -> Drawing:
    """Ask for everything that stands in the map, and say what both of its pages have."""
    narrowed, form = _narrowed(request)
    gaps = queries.gaps(request.viewer, narrowed)
    asks = queries.asks(request.viewer, "".join(narrowed.get("country", ())))
    kept = urlencode({name: codes[0] for name, codes in narrowed.items()})
    links = {
        name: reverse(f"evidence:{name}") + ("?" + kept if kept else "")
        for name in ("gap_map", "gap_list", "gap_table")
    }
    context = {
        "tabs": saying.tabs("gap_map", request.viewer),
        "form": form,
        "links": links,
        "empty": not gaps and not asks,
    }
    return Drawing(gaps, asks, kept, context)


class Drawing:
    """What stands in the map, by field; the words of a code are looked up once."""

    def __init__(
        self, gaps: list[Gap], asks: Mapping[tuple[str, str], int], kept: str, context: dict[str, Any]
    ) -> None:
        """Sort what was found by field and direction."""
        self.crossed: Crossed = {}
        for gap in gaps:
            self.crossed.setdefault((gap.intervention, gap.outcome), {}).setdefault(gap.direction, []).append(gap)
        self.asks, self.context = asks, context
        self.find, self.more = reverse("evidence:find"), "&" + kept if kept else ""
        self.found = {code: saying.code_name("found", code) for code in Direction.values}
        self.sure = {code: saying.code_name("strength", code) for code in rules.STRENGTHS}
        self.say = functools.cache(say_number)
        self.twice, self.bent = _("Judged by two people"), _("High risk that something bent the result")

    def axis(self, name: str) -> list[Axis]:
        """Return rows or columns: the vocabulary's words, and of those that are retired the ones still in use."""
        place = SIDES.index(name)
        used = {pair[place] for pair in (*self.crossed, *self.asks)}
        terms = vocabulary.labels(FACETS[name].scheme).values()
        return [Axis(term.code, term.public.say()) for term in terms if term.retired_on is None or term.code in used]

    def cell(self, row: Axis, column: Axis) -> dict[str, Any]:
        """Return a mark for each direction, its number inside, as large as the surest of its studies; and the same in words."""
        found = self.crossed.get((row.code, column.code), {})
        gaps = [gap for each in found.values() for gap in each]
        parts, drawn = [], []
        for code in Direction.values:
            if of_it := found.get(code):
                number = sum(gap.number for gap in of_it)
                surest = max(of_it, key=lambda gap: (marks.SIZES[gap.strength], -rules.STRENGTHS.index(gap.strength)))
                drawn.append(marks.number(code, self.say(number), size=f"size-{marks.SIZES[surest.strength]}"))
                parts.append(f"{self.found[code]}: {self.say(number)} ({self.sure[surest.strength]})")
        if twice := sum(gap.twice for gap in gaps):
            parts.append(f"{self.twice}: {self.say(twice)}")
        if bent := sum(gap.bent for gap in gaps):
            parts.append(f"{self.bent}: {self.say(bent)}")
        if asks := self.asks.get((row.code, column.code), 0):
            times = ngettext("asked for %(said)s time", "asked for %(said)s times", asks)
            parts.append(times % {"said": self.say(asks)})
        return {
            "asks": asks,
            "studies": sum(gap.number for gap in gaps),
            "url": f"{self.find}?tried={row.code}&outcome={column.code}{self.more}",
            "drawn": svg.join(drawn),
            "parts": parts,
            "said": "; ".join(parts),
        }
