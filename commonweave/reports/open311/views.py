"""The standard's addresses. A key travels in the header `Authorization: Bearer`, or as api_key in the body of a POST."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base.api import PUBLIC
from commonweave.base.gate.doors import TooMany, knock
from commonweave.base.viewer import Viewer, tell_database
from commonweave.people.queries.credentials import helps
from commonweave.people.rules import may_hand_in
from commonweave.places.atlas import atlas
from commonweave.places.defaults import REPORT_KINDS
from commonweave.reports import queries
from commonweave.reports.models import ReportKind, State
from commonweave.reports.open311 import questions as offered
from commonweave.reports.open311.documents import TYPES, render
from commonweave.reports.open311.handing_in import Mistakes, hand_in
from commonweave.sharing import receipts
from commonweave.sharing.viewer import let_program_in
from commonweave.vocabulary.queries import working

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commonweave.base.viewer import ViewerRequest
    from commonweave.people.queries.credentials import Program
    from commonweave.places.atlas import Spot
    from commonweave.reports.models import Report

DAYS = 90  # the standard's own: what a list covers unless it is asked for less
MOST = 500
OVER = frozenset({State.CLOSED, State.WITHDRAWN})
IN_THE_ADDRESS = (
    "api_key was sent in the address, where logs and histories keep it. End this key and make another; send it in the "
    "header Authorization: Bearer, or as api_key in the body."
)
MISSING, WRONG = "api_key is missing.", "api_key is wrong, ended or over, or has no right to do this."


class Refusal(Exception):
    """An answer of the standard's kind: a code, and every reason."""

    def __init__(self, status: int, *reasons: str) -> None:
        """Keep them."""
        super().__init__()
        self.status, self.reasons = status, reasons


def answer(
    root: str,
    document: dict[str, Any] | list[Any],
    form: str,
    status: int = HTTPStatus.OK,
    *,
    cached: str = "no-store",
) -> HttpResponse:
    """Answer in the form that the address names."""
    headers = {"Cache-Control": cached}
    return HttpResponse(render(root, document, form), content_type=TYPES[form], status=status, headers=headers)


def refused(refusal: Refusal, form: str) -> HttpResponse:
    """Answer with all errors."""
    errors = [{"code": int(refusal.status), "description": reason} for reason in refusal.reasons]
    return answer("errors", errors, form, refusal.status)


@require_safe
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Say where the interface is, and that there is one only."""
    del request
    address = settings.CONFIG.url + reverse("open311:discovery", args=[form]).rpartition("/")[0]
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": address,
        "changeset": "2026-01-01T00:00:00Z",
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    about = {
        "changeset": "2026-01-01T00:00:00Z",
        "contact": f"{settings.CONFIG.url}/en/protection/",
        "key_service": "An administrator of the organisation that uses the key makes it: Manage, Organisations, Programs.",
        "endpoints": [endpoint],
    }
    return answer("discovery", about, form, cached=PUBLIC)


@require_safe
def services(request: HttpRequest, form: str) -> HttpResponse:
    """List the kinds of report; with jurisdiction_id (a place's code) those that are offered there."""
    try:
        spot = _jurisdiction(request)
    except Refusal as refusal:
        return refused(refusal, form)
    kinds = atlas().setting(spot, REPORT_KINDS) if spot else ReportKind.values
    return answer("services", offered.services(list(kinds)), form, cached=PUBLIC)


@require_safe
def service(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Say what is asked with one kind; with jurisdiction_id, who could read there."""
    try:
        spot = _jurisdiction(request)
        if code not in ReportKind.values:
            raise Refusal(HTTPStatus.NOT_FOUND, "service_code is unknown.")  # noqa: TRY301 one way out
    except Refusal as refusal:
        return refused(refusal, form)
    options = queries.takers_at(spot, code) if spot else None
    return answer("service_definition", offered.definition(code, options), form, cached=PUBLIC)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: ViewerRequest, form: str) -> HttpResponse:
    """List facts of the own team's reports; or hand one in."""
    try:
        if request.method == "POST":
            return _hand_in(request, form)
        viewer = _asking(request, "facts")
        if viewer is None:
            return answer("service_requests", [], form)
        found = [_facts(report) for report in _wanted(request, viewer)]
    except Refusal as refusal:
        return refused(refusal, form)
    return answer("service_requests", found, form)


@require_safe
def service_request(request: ViewerRequest, pk: str, form: str) -> HttpResponse:
    """Return the facts of one report of the own team."""
    try:
        viewer = _asking(request, "facts")
        found = queries.reports_for(viewer).filter(pk__in=_pks(pk)).first() if viewer else None
        if found is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "service_request_id is unknown, or not of your team.")  # noqa: TRY301 one way out
    except Refusal as refusal:
        return refused(refusal, form)
    return answer("service_requests", [_facts(found)], form)


@require_safe
def token(request: HttpRequest, pk: str, form: str) -> HttpResponse:
    """Answer as the standard has it: no token was ever given, since every report has its identifier at once."""
    del request, pk
    return refused(Refusal(HTTPStatus.NOT_FOUND, "No tokens are given here: service_request_id comes at once."), form)


def _hand_in(request: ViewerRequest, form: str) -> HttpResponse:
    program = _program(request, "submit")
    if program is None:
        raise Refusal(HTTPStatus.FORBIDDEN, MISSING)
    if not may_hand_in(helps=helps(program.viewer, program.credential.organisation)):
        raise Refusal(HTTPStatus.FORBIDDEN, WRONG)
    try:
        knock(request, "program.send", str(program.credential.pk))
        made = hand_in(request.POST, program.credential.pk, request.headers.get("Idempotency-Key", "")[:200])
    except Mistakes as mistakes:
        raise Refusal(HTTPStatus.BAD_REQUEST, *mistakes.found) from mistakes
    except TooMany as many:
        raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, f"Too many. Try again in {many.wait} seconds.") from many
    finally:
        tell_database(program.viewer)
    notice = [offered.TELL]
    if made.not_kept:
        notice.append(f"Not kept: {', '.join(made.not_kept)}.")
    told = {
        "service_request_id": str(made.pk),
        "service_notice": " ".join(notice),
        "account_id": None,
        "receipt": " ".join(receipts.show(made.digits)),
    }
    return answer("service_requests", [told], form)


def _program(request: ViewerRequest, right: str) -> Program | None:
    """Return the program that asks, None for nobody. Raises Refusal for a key that may not do this."""
    if "api_key" in request.GET:
        raise Refusal(HTTPStatus.FORBIDDEN, IN_THE_ADDRESS)
    key = request.POST.get("api_key", "") if request.method == "POST" else ""
    program: Program | None = request.program  # set by the middleware
    if key and program is None:
        program = let_program_in(key)
    sent = key or "Authorization" in request.headers
    if sent and (program is None or program.viewer.lacks(right)):
        raise Refusal(HTTPStatus.FORBIDDEN, WRONG)
    return program


def _asking(request: ViewerRequest, right: str) -> Viewer | None:
    program = _program(request, right)
    return program.viewer if program else None


def _jurisdiction(request: HttpRequest) -> Spot | None:
    given = request.GET.get("jurisdiction_id", "")
    spot = atlas().by_code(given) if given else None
    if given and spot is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "jurisdiction_id is unknown. It is the code of a place.")
    return spot


def _wanted(request: HttpRequest, viewer: Viewer) -> list[Report]:
    """Return what a list is asked for, the newest first, 500 at most; identifiers override all else, as the standard has it."""
    asked = request.GET
    mistakes: list[str] = []
    rows = queries.reports_for(viewer)
    if given := asked.get("service_request_id", ""):
        return list(rows.filter(pk__in=_pks(given)).defer("body", "keys").order_by("-received_on", "pk")[:MOST])
    since, until = _day(asked.get("start_date", ""), mistakes), _day(asked.get("end_date", ""), mistakes)
    until = until or (
        since + timedelta(days=DAYS)
        if since and since < date.max - timedelta(days=DAYS)
        else timezone.now().date() + timedelta(days=1)
    )
    since = since or (until - timedelta(days=DAYS) if until > date.min + timedelta(days=DAYS) else until)
    if (until - since).days > DAYS:
        mistakes.append("start_date, end_date: at most 90 days apart.")
    codes = set(filter(None, asked.get("service_code", "").split(",")))
    if not codes <= set(ReportKind.values):
        mistakes.append("service_code: unknown.")
    wanted = set(filter(None, asked.get("status", "").split(",")))
    if not wanted <= {"open", "closed"}:
        mistakes.append("status: open or closed.")
    spot = _jurisdiction(request)
    if mistakes:
        raise Refusal(HTTPStatus.BAD_REQUEST, *mistakes)
    rows = rows.filter(received_on__range=(since, until))
    if codes:
        rows = rows.filter(kind__in=codes)
    if len(wanted) == 1:
        rows = rows.filter(state__in=OVER) if wanted == {"closed"} else rows.exclude(state__in=OVER)
    if spot:
        rows = rows.filter(place__in=[spot.id, *(each.id for each in atlas().descendants(spot))])
    return list(rows.defer("body", "keys").order_by("-received_on", "pk")[:MOST])


def _day(text: str, mistakes: list[str]) -> date | None:
    """Read a time as the standard writes it; of ours only the day is known."""
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        mistakes.append("start_date, end_date: as in 2026-01-31T00:00:00Z.")
        return None


def _pks(text: str) -> list[UUID]:
    found = []
    for each in text.split(",")[:MOST]:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found


def _facts(report: Report) -> dict[str, Any]:
    """Return what the standard asks, as far as it stands in the clear: never a word, never an exact place, no time of day."""
    spot = atlas().by_id(report.place_id)
    last = max(filter(None, (report.received_on, report.answered_on, report.closed_on)))
    notes = [working("report-state", report.state).say("en")]
    if report.outcome:
        notes.append(working("outcome", report.outcome).say("en"))
    return {
        "service_request_id": str(report.pk),
        "status": "closed" if report.state in OVER else "open",
        "status_notes": ": ".join(notes),
        "service_name": offered.services([report.kind])[0]["service_name"],
        "service_code": report.kind,
        "description": None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": f"{report.received_on}T00:00:00Z",
        "updated_datetime": f"{last}T00:00:00Z",
        "expected_datetime": f"{report.due_on}T00:00:00Z",
        "address": spot.names.say("en") if spot else "",
        "address_id": spot.code if spot else "",
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
