"""Draws the picture: each figure is a chart, a sentence, and the table that stands behind it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonweave.base import formats
from commonweave.base.charts import bar, line, map, matrix  # noqa: A004 named for what it draws
from commonweave.base.formats import say_date
from commonweave.people.models import RecipientKind
from commonweave.places.queries import features
from commonweave.reports.forms import KIND_WORDS, RECIPIENT_WORDS
from commonweave.reports.models import ReportKind
from commonweave.sharing.models import Table
from commonweave.vocabulary.queries import labels

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.utils.safestring import SafeString

    from commonweave.places.atlas import Spot
    from commonweave.reports.coverage import Share
    from commonweave.site.dashboards.queries import Picture

LONGEST = 12
"""Rows of a chart."""
FEW = 5
"""Up to this many places stand beside each other."""
TABLE = 40
"""Rows of the table behind a long list; the file has all."""


SHORT_WORDS = {
    RecipientKind.CITY_SUPPORT: gettext_lazy("Local team"),
    RecipientKind.CIVIL_SOCIETY: gettext_lazy("Support groups"),
    RecipientKind.POLICE: gettext_lazy("Police"),
}


@dataclass(frozen=True)
class Figure:
    """What the `figure` component takes, and how wide it likes to stand."""

    title: str
    note: str
    chart: SafeString
    head: Sequence[object]
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int] = field(default=(1,))


def link(spot: Spot, picture: Picture) -> str:
    """Return the address of the same picture of another place."""
    chosen = {"weeks": picture.choice.weeks, "kind": picture.choice.kind}
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{reverse('site:picture', args=[spot.code])}?{query}"


def too_few() -> str:
    """Say what stands for a number that is too small, and for none at all."""
    return _("too few to show")


def _kind(code: str) -> str:
    return str(KIND_WORDS[ReportKind(code)]) if code in ReportKind.values else code


def _kinds(picture: Picture) -> list[str]:
    return [picture.choice.kind] if picture.choice.kind else list(ReportKind.values)


def _elsewhere(picture: Picture) -> str:
    if not picture.children:
        return str(picture.spot)
    return _("Elsewhere in %(place)s") % {"place": picture.spot}


def notes(picture: Picture) -> list[str]:
    """Say for each kind that is too small to show here where it is counted instead."""
    told, instead = picture.by_category(Table.KINDS), picture.instead(Table.KINDS)
    missing = [code for code in _kinds(picture) if code not in told]
    words = _("%(kind)s: too few to show for %(place)s.")
    return [
        f"{_kind(code)}: {instead[code].say(picture.spot)}"
        if code in instead
        else words % {"kind": _kind(code), "place": picture.spot}
        for code in missing
    ]


def place_map(picture: Picture) -> Figure:
    """Show how much was told beneath each child; hatched where it is too little to show."""
    found = {place: sum(numbers.values()) for place, numbers in picture.by_child(Table.KINDS).items()}
    drawn = []
    for each in features(picture.spot):
        spot = picture.book.by_code(each["id"])
        if spot is None:
            continue
        value = found.get(spot.id)
        href = link(spot, picture) if spot != picture.spot else ""
        drawn.append({**each, "value": value, "href": href})
    rows: list[list[object]] = [
        [{"text": str(child), "href": link(child, picture)}, _number(found.get(child.id))] for child in picture.children
    ]
    rows.append([_elsewhere(picture), _number(found.get(picture.spot.id))])
    title = _("What we hear, place by place")
    note = _("Hatched: too few to show. A place may have more than its number: the rest is counted elsewhere.")
    return Figure(title, note, map.choropleth(title, drawn), [_("Place"), _("Reports")], rows)


def kinds(picture: Picture) -> Figure:
    """Show how much of each kind was told."""
    found, instead = picture.by_category(Table.KINDS), picture.instead(Table.KINDS)
    drawn, rows = [], []
    for code in _kinds(picture):
        drawn.append(bar.Bar(_kind(code), found.get(code), note=too_few()))
        said = instead[code].say(picture.spot) if code in instead else ""
        rows.append([_kind(code), _number(found.get(code)), said])
    title = _("What it is about")
    note = _("Reports received, by kind.")
    return Figure(title, note, bar.bars(title, drawn), [_("Kind"), _("Reports"), _("The rest")], rows)


def course(picture: Picture) -> Figure:
    """Show the course over the weeks."""
    found = picture.by_week()
    codes = [code for code in _kinds(picture) if code in found]
    series = [line.Series(_kind(code), found[code]) for code in codes]
    names = [_("W%(week)s") % {"week": monday.isocalendar().week} for monday in picture.weeks]
    title = _("Week by week")
    note = _("Most numbers are told for four weeks together, when these are over; they are drawn as an average week.")
    rows = [
        [say_date(monday, form="medium"), *(_average(found[code][number]) for code in codes)]
        for number, monday in enumerate(picture.weeks)
    ]
    head = [_("Week from"), *(_kind(code) for code in codes)]
    drawn = line.lines(title, names, series, say=_whole)
    return Figure(title, note, drawn, head, rows, tuple(range(1, len(head))))


def outcomes(picture: Picture) -> Figure:
    """Cross outcomes with places."""
    terms = labels("outcome")
    found = picture.by_child(Table.OUTCOMES)
    codes = [code for code in terms if any(code in numbers for numbers in found.values())]
    words = [str(terms[code].working) for code in codes]
    spots = [child for child in picture.children if child.id in found]
    ways = [(str(spot), link(spot, picture), found[spot.id]) for spot in spots]
    if picture.spot.id in found:
        ways.append((_elsewhere(picture), "", found[picture.spot.id]))
    if len(ways) <= FEW:
        columns = [name for name, _href, _numbers in ways]
        drawn = [
            matrix.Row(word, [matrix.Cell(numbers.get(code)) for _name, _href, numbers in ways])
            for code, word in zip(codes, words, strict=True)
        ]
    else:
        columns = words
        drawn = [
            matrix.Row(name, [matrix.Cell(numbers.get(code)) for code in codes], href) for name, href, numbers in ways
        ]
    rows: list[list[object]] = [
        [{"text": name, "href": href} if href else name, *(_number(numbers.get(code)) for code in codes)]
        for name, href, numbers in ways
    ]
    title = _("How it ended")
    note = _("Follow-up that was closed, by outcome and place. Hatched: too few to show.")
    chart = matrix.matrix(title, columns, drawn)
    return Figure(title, note, chart, [_("Place"), *words], rows, tuple(range(1, len(codes) + 1)))


def answers(picture: Picture) -> Figure:
    """Show the usual time to an answer, where at least five were given in four weeks."""
    drawn: list[bar.Bar] = []
    rows: list[list[object]] = []
    until: dict[date, str] = {}
    for cell in picture.usual_days()[:TABLE]:
        spot = picture.book.by_id(cell.place_id)
        if spot is None:
            continue
        name = str(spot)
        if cell.elsewhere:
            name = _("Elsewhere in %(place)s") % {"place": spot}
        elif picture.book.children(spot):
            name = _("%(place)s, no finer place named") % {"place": spot}
        until[cell.ends_on] = until.get(cell.ends_on) or say_date(cell.ends_on, form="medium")
        rows.append([name, _say(cell.value), until[cell.ends_on]])
        drawn.append(bar.Bar(name, cell.value))
    title = _("Time to an answer")
    note = _("Working days; half of the answers came sooner. Only where five or more were given in four weeks.")
    if len(drawn) > LONGEST:
        note += " " + _("The longest are shown; the file has all.")
    head = [_("Place"), _("Working days"), _("Four weeks until")]
    return Figure(title, note, bar.bars(title, drawn[:LONGEST]), head, rows)


def gaps(picture: Picture) -> Figure:
    """Show where somebody wanted to report and nobody takes it."""
    found = {place: sum(numbers.values()) for place, numbers in picture.by_child(Table.GAPS).items()}
    ways = [(str(child), found[child.id], link(child, picture)) for child in picture.children if child.id in found]
    if picture.spot.id in found:
        ways.append((_elsewhere(picture), found[picture.spot.id], ""))
    ways.sort(key=lambda way: -way[1])
    rows: list[list[object]] = [[{"text": name, "href": href} if href else name, _say(n)] for name, n, href in ways]
    rows += [[said.say(picture.spot), ""] for said in picture.instead(Table.GAPS).values() if said.spot != picture.spot]
    title = _("Somebody wanted to report where nobody takes it")
    note = _("A fact without text: nothing was kept of what they wanted to say.")
    drawn = [bar.Bar(name, value, href) for name, value, href in ways[:LONGEST]]
    return Figure(title, note, bar.bars(title, drawn), [_("Place"), _("Times")], rows)


def coverage(picture: Picture) -> list[Figure]:
    """Show for each kind of report who takes it where: in words, the colour only helps."""
    spots = picture.children or [picture.spot]
    return [_coverage(picture, kind, spots) for kind in _kinds(picture)]


def _coverage(picture: Picture, kind: str, spots: Sequence[Spot]) -> Figure:
    recipients = list(RecipientKind.values)
    heads = [str(RECIPIENT_WORDS[RecipientKind(each)]) for each in recipients]
    narrow = [str(SHORT_WORDS[RecipientKind(each)]) for each in recipients]
    drawn, rows = [], []
    for spot in spots:
        told = [picture.shares[spot.id, kind, each] for each in recipients]
        href = link(spot, picture) if spot != picture.spot else ""
        drawn.append(matrix.Row(str(spot), [matrix.Cell(text=_short(share)) for share in told], href))
        rows.append([{"text": str(spot), "href": href} if href else str(spot), *(_covered(share) for share in told)])
    title = _("Who takes it: %(kind)s") % {"kind": _kind(kind)}
    note = _("“here”: a team covers the place. “above”: only a team of the region or country, if the person agrees.")
    return Figure(title, note, matrix.matrix(title, narrow, drawn), [_("Place"), *heads], rows, ())


def _short(share: Share) -> str:
    if share.nobody == share.places:
        return _("nobody")
    if share.direct == share.places:
        return _("here")
    if share.direct == 0 and share.nobody == 0:
        return _("above")
    return _("%(some)s of %(all)s") % {"some": _say(share.places - share.nobody), "all": _say(share.places)}


def _covered(share: Share) -> Any:  # noqa: ANN401 a cell of a table
    if share.nobody == share.places:
        return {"text": _("nobody"), "tag": "danger"}
    if share.places == 1:
        return _("here") if share.direct else _("only above")
    parts = [
        (_("here: %(number)s"), share.direct),
        (_("only above: %(number)s"), share.above),
        (_("nobody: %(number)s"), share.nobody),
    ]
    return ", ".join(words % {"number": _say(number)} for words, number in parts if number)


def _say(value: float) -> str:
    return _written(value, get_language() or "en")


@functools.lru_cache(maxsize=4096)
def _written(value: float, language: str) -> str:
    """Keep written numbers: a page has hundreds, and most are small."""
    return formats.say_number(value, language)


def _number(value: float | None) -> str:
    return _say(value) if value else too_few()


def _average(value: float | None) -> str:
    return _say(round(value)) if value else too_few()


def _whole(value: float) -> str:
    return _say(round(value))


def all_figures(picture: Picture) -> dict[str, Any]:
    """Return every figure of the page by its name in the template."""
    return {
        "map": place_map(picture),
        "figures": [kinds(picture), course(picture), outcomes(picture), answers(picture), gaps(picture)],
        "coverage": coverage(picture),
    }
