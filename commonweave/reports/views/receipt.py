"""The receipt, and what a resident does with it. The number travels by POST only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from commonweave.base.gate.asking import ask, passed
from commonweave.base.gate.doors import TooMany, knock, look
from commonweave.base.journal.verify import newest_checkpoint
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.files.models import Sender
from commonweave.people.coverage import book
from commonweave.places.atlas import atlas
from commonweave.reports import actions, queries, rules
from commonweave.reports.deadlines import outlook
from commonweave.reports.draft import DraftLost, lock_receipt, unlock_receipt
from commonweave.reports.forms import KIND_WORDS, RECIPIENT_WORDS, NoticeForm, ReceiptForm, WidenForm, WordsForm
from commonweave.reports.lasting import BACKUP_DAYS, gone_by
from commonweave.reports.models import ReportKind
from commonweave.reports.questions import questions
from commonweave.reports.trail import trail
from commonweave.reports.views.frame import frame, helpers, page, sent_from_elsewhere, spot_at
from commonweave.reports.views.prepared import Prepared, nobodys_request
from commonweave.reports.views.proof import proof_file
from commonweave.sharing import receipts
from commonweave.vocabulary.queries import label

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from commonweave.places.atlas import Spot
    from commonweave.reports.actions import Opened
    from commonweave.reports.models import Report

NOT_FOUND = 404


_prepared = Prepared()


def receipt_page(
    request: HttpRequest, digits: str, report: Report | None, spot: Spot, begun: Spot | None
) -> HttpResponse:
    """Answer a sent report: the number, who has it, until when, and who else can help now."""
    known = book()

    def render(code: str, visit: str) -> str:
        services = helpers(NOBODY, spot, report.kind if report else "")
        team = known.teams.get(report.team_id) if report else None
        context: dict[str, Any] = {"code": code, "report": report, "team": team, "services": services, "visit": visit}
        context |= {"seal": newest_checkpoint(), "notice": NoticeForm(prefix="notice")}
        context |= {"kept_days": queries.retention_days(spot), "backup_days": BACKUP_DAYS}
        context |= frame(spot, begun)
        return render_to_string("reports/receipt.html", context, nobodys_request(request.path))

    key = (
        get_language(),
        spot.id,
        begun and begun.id,
        *((report.kind, report.team_id, report.due_on) if report else ()),
    )
    return HttpResponse(_prepared.page(key, known.edition, render, digits, lock_receipt(digits)))


def handed_page(request: HttpRequest, digits: str, report: Report | None, spot: Spot, **carried: Any) -> HttpResponse:
    """Give whoever wrote it down the number to hand over, once, and no way into the thread; `report` is None when sent again."""
    context = {
        **carried,
        "code": "".join(receipts.show(digits)) if report else "",
        "report": report,
        "team": book().teams.get(report.team_id) if report else None,
        "site": settings.CONFIG.url,
    }
    return page(request, "reports/handed.html", spot, None, **context)


@csrf_exempt
def receipt(request: HttpRequest, code: str = "") -> HttpResponse:
    """Ask for the number, then show the thread; further buttons of the thread come back here."""
    begun = spot_at(code)
    if request.method != "POST" or sent_from_elsewhere(request):
        return page(request, "reports/ask_receipt.html", begun, begun, form=ReceiptForm())
    if "visit" in request.POST:
        try:
            return _visit(request, begun, unlock_receipt(request.POST["visit"]))
        except DraftLost:
            return page(request, "reports/ask_receipt.html", begun, begun, form=ReceiptForm(), expired=True)
    if kept := request.POST.get("kept"):
        return _answered(request, begun, kept)
    form = ReceiptForm(request.POST)
    digits = receipts.read(form.cleaned_data["number"]) if form.is_valid() else None
    if form.is_valid() and digits is None:
        form.add_error(
            "number", _("This is not a receipt number. Please compare it with your receipt, group by group.")
        )
    if digits is None:
        return page(request, "reports/ask_receipt.html", begun, begun, form=_blank(form))
    return _looked_up(request, begun, digits)


def _answered(request: HttpRequest, begun: Spot | None, kept: str) -> HttpResponse:
    """Go on with a number that was typed before something was asked for."""
    try:
        return _looked_up(request, begun, unlock_receipt(kept))
    except DraftLost:
        return page(request, "reports/ask_receipt.html", begun, begun, form=ReceiptForm(), expired=True)


def _looked_up(request: HttpRequest, begun: Spot | None, digits: str) -> HttpResponse:
    """Open the thread of a number; where many were tried that do not exist, each try costs a little work."""
    level, about = look(request, "guess"), f"guess {digits}"
    if level and not passed(request, about, by=digits):
        asking = ask(request, level, about, refused="kept" in request.POST, sends=True)
        kept = lock_receipt(digits)
        return page(request, "reports/ask_receipt.html", begun, begun, form=ReceiptForm(), asking=asking, kept=kept)
    return thread_page(request, begun, digits)


def _blank(form: ReceiptForm) -> ReceiptForm:
    """Keep the errors, not the number: a page that is left open should not show it."""
    form.data = {}
    return form


def _visit(request: HttpRequest, begun: Spot | None, digits: str) -> HttpResponse:
    words = WordsForm(request.POST, prefix="words")
    try:
        if request.POST.get("do") in {"proof", "proof-letter"}:
            return proof_page(request, begun, digits, letter=request.POST["do"] == "proof-letter")
        shown = _done(request, digits, request.POST.get("do", "read"), words)
    except Refused as refusal:
        shown = {"refused": str(refusal)}
    except TooMany as many:
        told = _("You have added a lot in a short time. What you wrote is still here: send it in %(minutes)s minutes.")
        shown = {"words": words, "refused": told % {"minutes": many.minutes}}
    return thread_page(request, begun, digits, **shown)


def _done(request: HttpRequest, digits: str, deed: str, words: WordsForm) -> dict[str, Any]:
    """Do what a button of the thread says; return what the page shows of it."""
    if deed in {"add", "correct"}:
        if not words.is_valid():
            return {"words": words}
        knock(request, "thread", digits)
        again = actions.add_to_report(digits, text=words.cleaned_data["text"], correction=deed == "correct")
        told = _("Your message is in the thread. The report is open again, and the team has to answer.")
        return {"done": told if again else _("Your message is in the thread.")}
    if deed == "notice":
        return _notice(request, digits)
    if deed == "forget":
        actions.forget_address(digits)
        return {"done": _("The address is deleted. You will get no mail from us.")}
    if deed == "withdraw":
        if "sure" not in request.POST:
            return {"asking": "withdraw"}
        actions.withdraw_report(digits)
        return {"done": _("Your report is withdrawn. What you wrote has been deleted.")}
    if deed in {"widen", "yes", "no"}:
        return {"done": _consent(request.POST, digits, deed)}
    return {}


def proof_page(request: HttpRequest, begun: Spot | None, digits: str, *, letter: bool) -> HttpResponse:
    """Answer with the proof as a file; before the day's record is sealed, say when to come back."""
    early = _("The record of that day is sealed when the day is over. Please come back tomorrow.")
    found = proof_file(digits, plain=letter, words="words" in request.POST)
    return found or thread_page(request, begun, digits, refused=early)


def _consent(given: QueryDict, digits: str, deed: str) -> str:
    """Let others read it too, or answer the team that asked for it; return what to say."""
    if deed == "widen":
        kinds = frozenset(given.getlist("who")) & set(RECIPIENT_WORDS)
        actions.widen_consent(digits, kinds=frozenset(map(str, kinds)), climb="climb" in given)
        return _("Thank you. More people may now take up your report.")
    number = given.get("question", "")[:6]
    actions.answer_question(digits, int(number) if number.isdecimal() else 0, yes=deed == "yes")
    return _("Thank you. The team reads your answer.")


def _notice(request: HttpRequest, digits: str) -> dict[str, Any]:
    """Keep an address at which the resident hears that there is something new."""
    form = NoticeForm(request.POST, prefix="notice")
    if not form.is_valid():
        return {"notice": form}
    knock(request, "thread", digits)
    actions.keep_address(digits, address=form.cleaned_data["address"])
    return {"done": _("We will write to this address when there is something new.")}


def thread_page(request: HttpRequest, begun: Spot | None, digits: str, **more: Any) -> HttpResponse:
    """Show what the receipt opens."""
    opened = actions.read_own_report(digits)
    if opened is None:
        knock(request, "guess")
        form = ReceiptForm({"number": ""})
        form.errors["number"] = form.error_class([_("We have no report with this number.")])
        return page(request, "reports/ask_receipt.html", begun, begun, status=NOT_FOUND, form=_blank(form))
    report = opened.report
    spot = atlas().by_id(report.place_id)
    viewer = Viewer(receipt=report.locator)
    wider = _wider(report)
    context = {
        "opened": opened,
        "report": report,
        "kind_words": KIND_WORDS[ReportKind(report.kind)],
        "trail": trail(report, opened.movements),
        "team": book().teams.get(report.team_id),
        "outcome": label("outcome", report.outcome) if report.outcome else "",
        "words": WordsForm(prefix="words"),
        **_time_and_questions(opened, spot),
        "open": bool(rules.may_add(viewer, report, queries.today_at(report))),
        "lasting": queries.lasting_of(report, opened.holds),
        "gone_by": gone_by(report.erased_on) if report.erased_on else None,
        "kept_days": queries.retention_days(spot),
        "backup_days": BACKUP_DAYS,
        "again": rules.keeps_deadline(movement.verb for movement in opened.movements),
        "own_files": [file for file in opened.files if file.sender == Sender.RESIDENT],
        "team_files": [file for file in opened.files if file.sender == Sender.TEAM],
        "takes_files": bool(rules.may_add_file(viewer, report)),
        "may_withdraw": bool(rules.may_withdraw(viewer, report)),
        "widen": WidenForm(kinds=wider["kinds"], climb=wider["climb"]) if wider["kinds"] or wider["climb"] else None,
        "kept_address": queries.notice_address(viewer, report),
        "notice": NoticeForm(prefix="notice") if rules.may_keep_address(viewer, report) else None,
        "services": helpers(request.viewer, spot, report.kind) if spot else [],  # type: ignore[attr-defined]
        "visit": lock_receipt(digits),
        "spot": spot,
        **more,
    }
    return page(request, "reports/thread.html", spot, begun, **context)


def _time_and_questions(opened: Opened, spot: Spot | None) -> dict[str, Any]:
    """Return what happens next while nobody opens or answers, and what the team asks while that can be answered."""
    report = opened.report
    ahead = outlook(report, spot, opened.movements, atlas().today(spot)) if spot else None
    team = book().teams.get(ahead.then.choice.cover.team) if ahead and ahead.then.choice else None
    asked = questions(opened.messages, report) if report.state in rules.OPEN_STATES else []
    return {"outlook": ahead, "next_team": team.organisation_names if team else None, "questions": asked}


def _wider(report: Report) -> dict[str, Any]:
    """Return what the resident has not agreed to yet and somebody here could take up while the report is open."""
    spot = atlas().by_id(report.place_id) if report.state in rules.OPEN_STATES else None
    options = queries.options_at(spot, report.kind) if spot else {}
    kinds = [str(kind) for kind in RECIPIENT_WORDS if options.get(kind) and kind not in report.consents]
    climb = not report.may_climb and any(reach.above for reach in options.values())
    return {"kinds": kinds, "climb": climb}
