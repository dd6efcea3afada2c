"""The page that shows every component, so that whoever builds a page sees what there is."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from commonweave.base import samples
from commonweave.base.forms import Sample, SampleFilter

if TYPE_CHECKING:
    from django.http import HttpRequest


def style(request: HttpRequest) -> TemplateResponse:
    """Show every component with sample data; `?as=resident` shows it in a resident's frame."""
    resident = request.GET.get("as") == "resident"
    wrong = Sample({}, auto_id="wrong_%s")
    wrong.is_valid()
    context: dict[str, Any] = {
        "resident": resident,
        "navigation": None if resident else samples.navigation(),
        "form": Sample(),
        "wrong": wrong,
        "filters": SampleFilter(),
        "emergency": [
            {"number": "112", "label": _("Police, fire, ambulance")},
            {"number": "116 006", "label": _("Support for victims")},
        ],
        "crumbs": [{"label": _("Start"), "url": "."}, {"label": _("Reports"), "url": "."}, {"label": _("Components")}],
        "tabs": [
            {"label": _("Waiting"), "url": ".", "current": True, "count": 12},
            {"label": _("Answered"), "url": ".", "count": 340},
            {"label": _("Closed"), "url": "."},
        ],
        "facts": samples.facts(),
        "head": [_("Place"), _("Reports"), _("State")],
        "rows": samples.rows(),
        "numbers": [1],
        "today": datetime.date(2026, 3, 9),
        "figures": samples.figures(),
    }
    return TemplateResponse(request, "base/style.html", context)
