"""What studies say together: all findings in a list, one with its figures, and one as it stood before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from commonweave.base import spreadsheets
from commonweave.base.formats import say_date, say_number
from commonweave.base.sorting import fold
from commonweave.evidence import queries, rules, saying
from commonweave.evidence.synthesis.effects import Scale
from commonweave.evidence.synthesis.findings import Kind
from commonweave.evidence.synthesis.words import EFFECT_NAMES, LABELS, in_words
from commonweave.evidence.telling import figures, together

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from commonweave.base.viewer import ViewerRequest
    from commonweave.evidence.models import Finding
    from commonweave.evidence.rules import Body


NEWEST = 60
"""Publications that a finding's page names; the list of studies has all."""


@require_safe
def findings(request: ViewerRequest) -> TemplateResponse:
    """List what every body of studies says, harm as large as help, and those of which too little is known."""
    rows = queries.findings(request.viewer)
    chosen = request.GET.get("verdict", "")
    chosen = chosen if chosen in LABELS else ""
    shown = sorted((row for row in rows if chosen in {"", row.kind}), key=_order)
    kinds = [
        Kind.WORKS,
        Kind.COUNTER_PRODUCTIVE,
        *(kind for kind in Kind if kind not in {"works", "counter_productive"}),
    ]
    context = {
        "tabs": saying.tabs("findings", request.viewer),
        "tiles": [_tile(kind, sum(row.kind == kind for row in rows), chosen) for kind in kinds],
        "results": [_line(row) for row in shown if row.kind != Kind.TOO_LITTLE],
        "few": [_line(row) for row in shown if row.kind == Kind.TOO_LITTLE],
        "chosen": chosen,
    }
    return TemplateResponse(request, "evidence/findings.html", context)


@require_safe
def finding(request: ViewerRequest, tried: str, outcome: str) -> TemplateResponse:
    """Show what the studies of one thing that was tried say together about one outcome, on one scale."""
    bodies = _bodies(request, tried, outcome)
    here = reverse("evidence:finding", args=[tried, outcome])
    context: dict[str, Any] = {
        "tabs": saying.tabs("findings", request.viewer),
        "tried": saying.code_name("tried", tried),
        "outcome": saying.code_name("outcome", outcome),
        "studies": reverse("evidence:find") + f"?tried={tried}&outcome={outcome}",
        "ask": reverse("evidence:ask_for", args=[tried, outcome]),
        "body": None,
    }
    if bodies:
        body = bodies[0]
        context |= _told(request, body, tried, outcome)
        context["scales"] = [
            {"label": EFFECT_NAMES[each.scale], "url": f"{here}?scale={each.scale}", "current": each is body}
            for each in sorted(bodies, key=_size)
        ]
    return TemplateResponse(request, "evidence/finding.html", context)


@require_safe
def finding_table(request: ViewerRequest, tried: str, outcome: str) -> HttpResponseBase:
    """Hand out every number that went in, as it was turned to point one way, for whoever reckons it again."""
    bodies = _bodies(request, tried, outcome)
    if not bodies:
        raise Http404
    name = f"{tried}-{outcome}-{bodies[0].scale}"
    return spreadsheets.table(name, together.COLUMNS, together.numbers(bodies[0]))


@require_safe
def finding_then(request: ViewerRequest, tried: str, outcome: str, scale: str, number: int) -> TemplateResponse:
    """Show a finding as it stood once, with what went in as far as that is still public."""
    _known(tried, outcome)
    row = queries.get_finding(request.viewer, tried, outcome, scale, number)
    records = queries.records_by_id(request.viewer, row.inputs)
    context = {
        "tabs": saying.tabs("findings", request.viewer),
        "tried": saying.code_name("tried", tried),
        "outcome": saying.code_name("outcome", outcome),
        "day": row.reckoned_at,
        "line": _line(row),
        "facts": together.facts_of_row(row),
        "lacking": together.lacking(row.lacking),
        "records": [saying.outline(record) for record in records.values()],
        "gone": len(row.inputs) - len(records),
        "now": reverse("evidence:finding", args=[tried, outcome]) + f"?scale={scale}",
        "earlier": not row.latest,
        "digest": row.digest,
    }
    return TemplateResponse(request, "evidence/finding_then.html", context)


def _told(request: ViewerRequest, body: Body, tried: str, outcome: str) -> dict[str, Any]:
    """Return everything that is said of what is weighed."""
    finding = body.finding
    said = in_words(finding)
    newest, publications = together.newest(body, NEWEST)
    records = queries.records_by_id(request.viewer, {*newest, *body.left_out, *body.left_out.values()})
    table = reverse("evidence:finding_table", args=[tried, outcome]) + f"?scale={body.scale}"
    at = len(said) - len(finding.lacking)
    history = queries.history(request.viewer, tried, outcome, body.scale)
    properties = figures.properties(body)
    by = next((each["code"] for each in properties if each["code"] == request.GET.get("by")), "")
    return {
        "body": body,
        "direction": saying.direction_of(finding.kind),
        "verdict": LABELS[finding.kind],
        "said": said[:2],
        "more": said[2:at],
        "lacking": said[at:],
        "facts": together.facts(body),
        "figures": figures.drawn(body, table),
        "by": figures.drawn_by(body, by, table),
        "properties": [{**each, "chosen": each["code"] == by} for each in properties],
        "records": together.records(body, {pk: records[pk] for pk in newest if pk in records}),
        "publications": publications,
        "table": table,
        "left_out": together.left_out(body, records),
        "history": [_line(row) for row in history],
    }


def _bodies(request: ViewerRequest, tried: str, outcome: str) -> list[Body]:
    """Return what is weighed, a body for each scale: first the one that was asked for, then that of most studies."""
    _known(tried, outcome)
    found = rules.bodies(queries.measured(request.viewer, tried=tried, outcome=outcome))
    return sorted(found.values(), key=lambda each: (each.scale != request.GET.get("scale"), *_size(each)))


def _size(body: Body) -> tuple[int, str]:
    return -body.finding.studies, body.scale


def _known(tried: str, outcome: str) -> None:
    if not (saying.is_known("tried", tried) and saying.is_known("outcome", outcome)):
        raise Http404


def _line(row: Finding) -> dict[str, Any]:
    """Return a finding as a list shows it."""
    scale = Scale(row.scale)
    return {
        "tried": saying.code_name("tried", row.intervention),
        "outcome": saying.code_name("outcome", row.outcome),
        "url": reverse("evidence:finding", args=[row.intervention, row.outcome]) + f"?scale={row.scale}",
        "then": reverse("evidence:finding_then", args=[row.intervention, row.outcome, row.scale, row.number]),
        "direction": saying.direction_of(row.kind),
        "verdict": LABELS[Kind(row.kind)],
        "scale": EFFECT_NAMES[scale],
        "studies": row.studies,
        "day": say_date(row.reckoned_at),
        "effect": together.effect_of_row(row),
        "number": say_number(row.number),
    }


def _order(row: Finding) -> tuple[Any, ...]:
    """Put what works and what did harm first, then by how many studies."""
    names = (saying.code_name("tried", row.intervention), saying.code_name("outcome", row.outcome))
    return (-row.studies, *map(fold, names), row.scale)


def _tile(kind: Kind, number: int, chosen: str) -> dict[str, Any]:
    return {
        "code": saying.direction_of(kind),
        "label": LABELS[kind],
        "number": number,
        "url": reverse("evidence:findings") + ("" if kind == chosen else f"?verdict={kind}"),
        "chosen": kind == chosen,
    }
