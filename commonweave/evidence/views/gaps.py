"""The map of what is known: what was tried × what it was meant to change. Drawn anew for everybody who opens it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from commonweave.base.formats import say_number
from commonweave.evidence import marks, queries, rules, saying
from commonweave.evidence.forms import GapForm
from commonweave.evidence.models import Direction
from commonweave.evidence.queries import FACETS
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from commonweave.base.viewer import ViewerRequest
    from commonweave.evidence.queries import Gap

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
    narrowed, form = _narrowed(request)
    crossed = _crossed(queries.gaps(request.viewer, narrowed))
    asks = queries.asks(request.viewer, "".join(narrowed.get("country", ())))
    rows, columns = _axis("tried"), _axis("outcome")
    more = "".join(f"&{name}={code}" for name, codes in narrowed.items() for code in codes)
    context = {
        "tabs": saying.tabs("gap_map", request.viewer),
        "form": form,
        "columns": columns,
        "rows": [
            (row, [_cell(crossed, row, column, more, asks.get((row.code, column.code), 0)) for column in columns])
            for row in rows
        ],
        "directions": [(code, saying.code_name("found", code)) for code in Direction.values],
        "strengths": [(size, saying.code_name("strength", code)) for code, size in marks.SIZES.items() if size],
        "none": say_number(0),
        "empty": not crossed and not asks,
        "asked": max(asks.values(), default=0),
        "table": reverse("evidence:gap_table") + "?" + request.GET.urlencode(),
    }
    return TemplateResponse(request, "evidence/gap_map.html", context)


@require_safe
def gap_table(request: ViewerRequest) -> HttpResponse:
    """Hand out the same as a table for spreadsheets: a line for each filled part of the map."""
    narrowed, _form = _narrowed(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="what-is-known.csv"'
    lines = csv.writer(answer)
    lines.writerow([saying.facet_name(name) for name in ("tried", "outcome", "found", "strength")] + [_("Number")])
    for gap in sorted(queries.gaps(request.viewer, narrowed)):
        names = zip(("tried", "outcome", "found", "strength"), gap[:4], strict=True)
        lines.writerow([*(saying.code_name(name, code) for name, code in names), gap.number])
    return answer


def _narrowed(request: ViewerRequest) -> tuple[dict[str, list[str]], GapForm]:
    form = GapForm(request.GET or None, countries=queries.countries_of(request.viewer))
    form.is_valid()
    chosen = getattr(form, "cleaned_data", {})
    return {name: [code] for name, code in chosen.items() if code}, form


def _axis(name: str) -> list[Axis]:
    terms = vocabulary.labels(FACETS[name].scheme).values()
    return [Axis(term.code, term.public.say()) for term in terms if term.retired_on is None]


def _crossed(gaps: list[Gap]) -> Crossed:
    crossed: Crossed = {}
    for gap in gaps:
        crossed.setdefault((gap.intervention, gap.outcome), {}).setdefault(gap.direction, []).append(gap)
    return crossed


def _cell(crossed: Crossed, row: Axis, column: Axis, more: str, asks: int) -> dict[str, Any]:
    """Return a mark for each direction: its number inside, as large as the surest of its studies; how many ask for more."""
    found = crossed.get((row.code, column.code), {})
    drawn, said = [], []
    for code in Direction.values:
        if not (gaps := found.get(code)):
            continue
        number = sum(gap.number for gap in gaps)
        surest = max(gaps, key=lambda gap: (marks.SIZES[gap.strength], -rules.STRENGTHS.index(gap.strength)))
        drawn.append(marks.number(code, number, size=f"size-{marks.SIZES[surest.strength]}"))
        sure = saying.code_name("strength", surest.strength)
        said.append(f"{saying.code_name('found', code)}: {say_number(number)} ({sure})")
    if asks:
        times = ngettext("asked for %(said)s time", "asked for %(said)s times", asks) % {"said": say_number(asks)}
        said.append(times)
    return {
        "asks": asks,
        "url": f"../?tried={row.code}&outcome={column.code}{more}",
        "drawn": drawn,
        "said": "; ".join(said),
    }
