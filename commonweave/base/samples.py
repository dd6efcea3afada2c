"""Invented content for the page that shows the components; long words and empty data among it."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonweave.base import formats
from commonweave.base.charts.bar import Bar, bars
from commonweave.base.charts.bubble import Bubble, Fitted, bubbles
from commonweave.base.charts.forest import Study, forest
from commonweave.base.charts.funnel import Dot, funnel
from commonweave.base.charts.line import Series, lines
from commonweave.base.charts.map import choropleth
from commonweave.base.charts.matrix import Cell, Row, matrix


def navigation() -> list[dict[str, Any]]:
    """Return the staff navigation as a page would give it."""
    return [
        {"label": _("Reports"), "url": ".", "current": True, "count": 12},
        {"label": _("Overview"), "url": "."},
        {"label": _("Coverage"), "url": "."},
        {"label": _("Organisations"), "url": "."},
    ]


def facts() -> list[dict[str, Any]]:
    """Return facts, one of them with a link to change it."""
    return [
        {"label": _("Kind"), "value": _("Something online")},
        {"label": _("Place"), "value": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", "href": "."},
        {"label": _("Who may read it"), "value": _("Support organisations"), "href": "."},
    ]


def rows() -> list[list[Any]]:
    """Return rows of a table: plain cells, links and tags."""
    return [
        [{"text": "Northbank", "href": "."}, "128", {"text": _("Answered"), "tag": "success"}],
        [{"text": "Donaudampfschifffahrtsgesellschaft", "href": "."}, "64", {"text": _("Waiting"), "tag": "warn"}],
        [{"text": "Millfield", "href": "."}, None, {"text": _("Nobody covers this"), "tag": "danger"}],
    ]


def figures() -> list[dict[str, Any]]:
    """Return a figure for every kind of chart."""
    weeks = [
        formats.say_date(datetime.date(2026, 1, 5) + datetime.timedelta(weeks=week), form="short") for week in range(9)
    ]
    asked = Series(_("Received"), [12, 18, 9, 22, None, 25, 19, 31, 28])
    answered = Series(_("Answered"), [8, 14, 12, 15, 17, 21, 22, 24, 30])
    kinds = [
        Bar(_("Something online"), 128, href="."),
        Bar(_("Something that happened at a place"), 64),
        Bar("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen <b>", 12),
        Bar(_("Something the neighbourhood needs or worries about"), None, note=_("too small to show")),
    ]
    crossed = [
        Row("Northbank", [Cell(31), Cell(12), Cell(0)], href="."),
        Row("Millfield", [Cell(8), Cell(text=_("under 5")), Cell(19)]),
        Row("Harbour and Old Town", [Cell(2), Cell(), Cell(25)]),
    ]
    found = [
        Study("Riverside mentoring, 2021", 0.31, 0.12, 0.50, 0.8, href="."),
        Study("Northbank dialogue, 2023", -0.05, -0.32, 0.22, 0.4),
        Study(_("School project, 2024"), None),
        Study(_("Together"), 0.2, 0.05, 0.35, summary=True),
        Study(_("One more study"), 0.2, -0.25, 0.65, predicted=True),
    ]
    areas = _areas()
    return [
        {
            "title": _("Reports by kind"),
            "chart": bars(_("Reports by kind"), kinds),
            **_table(_("Kind"), [(bar.label, bar.value) for bar in kinds]),
        },
        {
            "title": _("Received and answered"),
            "note": _("Each week since January"),
            "chart": lines(_("Received and answered"), weeks, [asked, answered]),
            **_table(_("Week"), list(zip(weeks, answered.values, strict=True))),
        },
        {
            "title": _("Places and kinds"),
            "chart": matrix(_("Places and kinds"), [_("Online"), _("At a place"), _("Needs")], crossed),
            **_table(_("Place"), [(row.label, row.cells[0].value) for row in crossed]),
        },
        {
            "title": _("Reports by place"),
            "note": _("Invented areas"),
            "chart": choropleth(_("Reports by place"), areas, legend=[(1, _("few")), (3, _("some")), (5, _("many"))]),
            **_table(_("Place"), [(area["label"], area["value"]) for area in areas]),
        },
        {
            "title": _("What studies found"),
            "chart": forest(_("What studies found"), found, worse=_("made things worse"), better=_("helped")),
            **_table(_("Study"), [(study.label, study.estimate) for study in found]),
        },
        *_studied(),
        {"title": _("Answer times"), "chart": bars(_("Answer times"), []), "head": None},
    ]


def _studied() -> list[dict[str, Any]]:
    """Return figures of how sure studies were, and of what goes together with their effects."""
    found = [(0.42, 0.21), (0.05, 0.14), (0.31, 0.1), (0.6, 0.3), (0.22, 0.07), (0.5, 0.24), (0.19, 0.05), (0.36, 0.17)]
    names = [f"Riverside {2016 + nth}" for nth in range(len(found))]
    dots = [Dot(name, *pair, href=".") for name, pair in zip(names, found, strict=True)]
    dots += [Dot(_("thought missing"), -0.14, 0.28, added=True), Dot(_("thought missing"), -0.2, 0.31, added=True)]
    weeks = [2, 4, 8, 6, 12, 3, 10, 16]
    marks = [
        Bubble(name, week, effect, 1 / error**2)
        for name, week, (effect, error) in zip(names, weeks, found, strict=True)
    ]
    line = [Fitted(week, 0.4 - 0.013 * week, 0.2, 0.6 - 0.02 * week) for week in (2, 9, 16)]
    effect = _("Difference in standard deviations")
    sure, longer = _("How sure studies were"), _("Effects by weeks")
    return [
        {
            "title": sure,
            "chart": funnel(sure, dots, 0.21, effect=effect),
            **_table(_("Study"), [(dot.label, dot.effect) for dot in dots]),
        },
        {
            "title": longer,
            "chart": bubbles(longer, marks, line, across=_("Weeks"), effect=effect),
            **_table(_("Study"), [(mark.label, mark.effect) for mark in marks]),
        },
    ]


def _table(label: str, pairs: list[tuple[str, float | None]]) -> dict[str, Any]:
    return {
        "head": [label, _("Number")],
        "rows": [[name, formats.say_number(value)] for name, value in pairs],
        "numbers": [1],
    }


def _areas() -> list[dict[str, Any]]:
    corners = {
        "Northbank": ([[0, 2], [2.2, 2.3], [2, 4], [0.4, 3.8]], 42),
        "Millfield": ([[2.2, 2.3], [4.3, 1.9], [4, 3.6], [2, 4]], 7),
        "Harbour": ([[0, 2], [0.3, 0.2], [2, 0], [2.4, 1.2], [2.2, 2.3]], 19),
        "Old Town": ([[2.4, 1.2], [2, 0], [3.9, 0.3], [4.3, 1.9], [2.2, 2.3]], None),
    }
    return [
        {
            "id": name,
            "label": name,
            "value": value,
            "band": None,
            "href": ".",
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }
        for name, (ring, value) in corners.items()
    ]
