"""Reporting in three steps, each a POST; what they carry travels in an encrypted hidden field.

No page here has a session, a cookie or a CSRF token: a foreign page finds no authority to misuse. It could still put
a form of its own before somebody, so the browser is asked where a form came from.
"""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from commonweave.base.gate.asking import ask, passed
from commonweave.base.gate.doors import TooMany, knock, look
from commonweave.people.coverage import book
from commonweave.people.rules import may_assist
from commonweave.places.atlas import atlas
from commonweave.places.queries import emergency
from commonweave.reports import actions, queries, waiting
from commonweave.reports.draft import Draft, DraftLost, begin, lock, unlock
from commonweave.reports.forms import KIND_HINTS, RECIPIENT_WORDS, AskedForm, WhatForm, WhoForm
from commonweave.reports.models import ReportKind
from commonweave.reports.routing import Consent
from commonweave.reports.told import ANOTHER
from commonweave.reports.views.frame import helpers, page, sent_by_our_page, sent_from_elsewhere, spot_at
from commonweave.reports.views.receipt import handed_page, receipt_page
from commonweave.reports.views.where import Where
from commonweave.sharing import receipts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.http import HttpRequest, HttpResponse

    from commonweave.people.coverage import Covered
    from commonweave.places.atlas import Spot
    from commonweave.reports.routing import Reach

TOO_MANY = 429
ANSWERS = ("what", "address", "where", "when")


def start(request: HttpRequest, code: str = "") -> HttpResponse:
    """Step 0: emergency numbers, and what happens to a report."""
    spot = spot_at(code)
    if code and spot is None:
        return redirect("reports:start")
    return page(request, "reports/start.html", spot, spot, draft=lock(begin(code)))


def step(view: Callable[[HttpRequest, Draft], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give a step its draft; a lost one is explained, and an address typed by hand leads to the start.

    A step that another site's page sent is lost too: its draft would be one that somebody else has a copy of.
    """

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect("reports:start")
        try:
            draft = unlock("" if sent_from_elsewhere(request) else request.POST.get("draft", ""))
        except DraftLost:
            return page(request, "reports/lost.html", None, None, status=400)
        if draft.helped and not may_assist(request.viewer, book().trusted):  # type: ignore[attr-defined]
            return page(request, "reports/lost.html", None, None, status=400)
        return view(request, draft)

    return wrapped


@step
def what(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Step 1: what it is about."""
    if "kind" not in request.POST and "next" not in request.POST:
        return what_page(request, draft, WhatForm(initial={"kind": draft.kind}))
    form = WhatForm(request.POST)
    if not form.is_valid():
        return what_page(request, draft, form)
    return where_page(request, replace(draft, kind=form.cleaned_data["kind"]), Where())


def what_page(request: HttpRequest, draft: Draft, form: WhatForm) -> HttpResponse:
    """Show step 1."""
    hints = {str(kind): hint for kind, hint in KIND_HINTS.items()}
    begun = spot_at(draft.at)
    return page(request, "reports/what.html", begun, begun, **carried(draft), form=form, hints=hints)


def carried(draft: Draft) -> dict[str, Any]:
    """Return what every step's page needs of the draft: its field, and how to read aloud where somebody else types."""
    spoken = get_language() if draft.spoken in {"", ANOTHER} else draft.spoken
    return {"draft": lock(draft), "helped": draft.helped, "spoken": spoken}


@step
def where(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Step 2: where. Searching, drilling and pointing come back here until a place is chosen."""
    if "back" in request.POST:
        return what_page(request, draft, WhatForm(initial={"kind": draft.kind}))
    asked = Where.read(request, draft)
    draft = replace(draft, point=asked.point, near=tuple(spot.code for spot in asked.sides))
    if asked.chosen is None:
        return where_page(request, draft, asked)
    return who_page(request, replace(draft, place=asked.chosen.code, near=()))


def where_page(request: HttpRequest, draft: Draft, asked: Where) -> HttpResponse:
    """Show step 2 with what was found so far."""
    begun = spot_at(draft.at)
    asked = asked if asked.shown else replace(asked, into=begun)
    online = draft.kind == ReportKind.ONLINE
    shown = {"asked": asked, "online": online, **asked.context()}
    return page(request, "reports/where.html", begun, begun, **carried(draft), **shown)


def who_page(
    request: HttpRequest, draft: Draft, form: WhoForm | None = None, *, level: int = 0, wait: TooMany | None = None
) -> HttpResponse:
    """Show step 3, with the names of everybody who would be able to read; or say that nobody takes it here.

    `level` is how much work was missing when the form was sent; `wait` says that it came from a network that sent too
    many. Either way what was typed stays.
    """
    spot = spot_at(draft.place)
    if spot is None:
        return where_page(request, draft, Where())
    options, begun = options_for(draft, spot), spot_at(draft.at)
    if not any(options.values()):
        note_gap(request, draft, spot)
        services = helpers(request.viewer, spot, draft.kind, 20)  # type: ignore[attr-defined]
        return page(request, "reports/nobody.html", spot, begun, **carried(draft), spot=spot, services=services)
    draft = draft.drawn()
    form = form or form_of(draft)(initial=draft.answers, options=options, report_kind=draft.kind)
    names = names_of(options)
    asking = (
        None if wait else ask(request, level or expected(request, draft), f"send {draft.seed}", refused=bool(level))
    )
    return page(
        request,
        "reports/who.html",
        spot,
        begun,
        **carried(draft),
        form=form,
        names=names,
        asks=[(form[f"ask_{kind}"], names[kind]) for kind in form.asks] if isinstance(form, AskedForm) else [],
        spot=spot,
        numbers=emergency(spot),
        shown=atlas().shown(spot),
        asking=asking,
        wait=wait,
        status=TOO_MANY if wait else 200,
        seal_to="" if draft.helped else waiting.offered(),
        days=waiting.DAYS,
        direct=[kind for kind, reach in options.items() if reach.direct],
    )


def form_of(draft: Draft) -> type[WhoForm]:
    """Return step 3's form: one question after the other where somebody else types."""
    return AskedForm if draft.helped else WhoForm


def expected(request: HttpRequest, draft: Draft) -> int:
    """Return how much work sending will probably take, so that it can begin while somebody types.

    None where a member types for somebody else: we know who that is.
    """
    try:
        return 0 if draft.helped else look(request, "send")
    except TooMany:
        return 0


def note_gap(request: HttpRequest, draft: Draft, spot: Spot) -> None:
    """Note that nobody takes it here, unless this network asked so often that it would bend the numbers."""
    try:
        knock(request, "gap")
    except TooMany:
        return
    actions.note_gap(draft.gap, spot, draft.kind)


@step
def who(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Step 3: what happened and who may read it. A good form is sent and answered with the receipt."""
    spot = spot_at(draft.place)
    if "back" in request.POST or spot is None or not draft.digits:
        answers = {name: request.POST.get(name, "") for name in ANSWERS}
        return where_page(request, replace(draft, answers=answers), Where(into=spot))
    options = options_for(draft, spot)
    form = form_of(draft)(request.POST, options=options, report_kind=draft.kind)
    if not form.is_valid():
        return who_page(request, draft, form)
    number = (
        request.POST.get("number", "") if sent_by_our_page(request) else ""
    )  # or a prepared form chooses the receipt
    submission = finished(draft, spot, form.cleaned_data, number)
    try:
        level = _counted(request, draft)
        if level and not passed(request, f"send {draft.seed}", by=str(submission.pk)):
            return who_page(request, draft, form, level=level)
        report, resident = actions.submit_report(submission)
    except TooMany as many:
        return who_page(request, draft, form, wait=many)
    except actions.NobodyTakesIt as refusal:
        form.add_error("who", str(refusal))
        return who_page(request, draft, form)
    if draft.helped:
        return handed_page(request, submission.digits, report, spot, **carried(draft))
    return receipt_page(request, submission.digits, report or queries.own_report(resident), spot, spot_at(draft.at))


def _counted(request: HttpRequest, draft: Draft) -> int:
    """Count what is sent; return how much work to ask for. We know who types for somebody else: that person counts. Raises TooMany."""
    return knock(request, "assist", str(request.viewer.person)) if draft.helped else knock(request, "send")  # type: ignore[attr-defined]


def finished(draft: Draft, spot: Spot, given: dict[str, Any], number: str) -> actions.Submission:
    """Return what a good form says. `number` is the receipt that the browser drew, in case the report has to wait there."""
    consent = Consent(frozenset(given["who"]), climb=bool(given.get("climb")))
    said = document(draft, spot, given)
    drawn = number if number.isascii() and number.isdigit() and len(number) == receipts.DIGITS else ""
    pk, digits = draft.numbers({**said, "who": sorted(consent.kinds), "climb": consent.climb, "number": drawn})
    return actions.Submission(pk, drawn or digits, draft.kind, spot, consent, said, folds=not draft.helped)


def document(draft: Draft, spot: Spot, given: dict[str, Any]) -> dict[str, Any]:
    """Return the private document that is sealed: the words, the finest place, the exact point."""
    return {
        "v": 1,
        "kind": draft.kind,
        "place": str(spot.id),
        "point": draft.point,
        "language": get_language(),
        **({"assisted": {"told": draft.helped, "spoken": draft.spoken}} if draft.helped else {}),
        **{name: given.get(name, "") for name in ANSWERS},
    }


def options_for(draft: Draft, spot: Spot) -> Mapping[str, Reach]:
    """Return the teams that could take this draft; none where the place does not offer the kind at all."""
    return queries.takers_at(spot, draft.kind)


def names_of(options: Mapping[str, Reach]) -> dict[str, str]:
    """Return, per kind of recipient, the organisations that would be able to read, nearest first."""
    return {kind: _names(reach) for kind, reach in options.items() if kind in RECIPIENT_WORDS}


def _names(reach: Reach) -> str:
    if not reach.above:
        return _listed(reach.direct)
    wider = _("only if it may go to the wider region: %(names)s") % {"names": _listed(reach.above)}
    return f"{_listed(reach.direct)} ({wider})" if reach.direct else wider


def _listed(covers: Iterable[Covered]) -> str:
    teams = book().teams
    return "; ".join(dict.fromkeys(teams[cover.team].organisation_names.shown() for cover in covers))
