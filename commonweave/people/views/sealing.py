"""Reading what is sealed: the passphrase, the organisation's key, and who holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonweave.base.gate.doors import TooMany, forgive, knock, look
from commonweave.base.verdict import Refused
from commonweave.people import actions, locks, queries, unsealing
from commonweave.people.forms import KeyReasonForm, PassphraseForm, UnsealForm
from commonweave.people.queries import keys
from commonweave.people.views.access import for_readers

if TYPE_CHECKING:
    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest


@require_safe
@for_readers
def sealing(request: ViewerRequest) -> HttpResponse:
    """Show how the viewer stands to what is sealed."""
    return _page(request)


def _page(request: ViewerRequest, wrong: tuple[UUID, KeyReasonForm] | None = None, **forms: Any) -> HttpResponse:
    """Show the page; `wrong` is the form of one organisation that has to be corrected."""
    viewer = request.viewer
    own = keys.own_public(viewer)
    private = unsealing.private_of(request)
    ring = keys.ring_of(viewer, private) if private else {}
    context = {
        "has_own": own is not None,
        "own_fingerprint": locks.spoken(own) if own else "",
        "unsealed": private is not None,
        "passphrase": PassphraseForm(),
        "bodies": [_body(request, body, ring, wrong) for body in sorted(keys.reading_organisations(viewer))],
        **forms,
    }
    return TemplateResponse(request, "people/sealing.html", context)


def _reason(organisation: UUID, data: Any = None) -> KeyReasonForm:  # noqa: ANN401 a QueryDict
    """Return the form of one organisation: somebody who reads for two has two of them on the page."""
    return KeyReasonForm(data, auto_id=f"id_%s_{organisation}")


def _body(
    request: ViewerRequest, organisation: UUID, ring: keys.Ring, wrong: tuple[UUID, KeyReasonForm] | None
) -> dict[str, Any]:
    """Return how an organisation's key stands: the one in use, the one that waits, who holds it."""
    viewer = request.viewer
    rows = list(keys.keys_for(viewer).filter(organisation=organisation, retired_on=None).order_by("made_on"))
    current = next((row for row in rows if row.approved_on), None)
    waiting = next((row for row in rows if row.approved_on is None), None)
    colleagues = keys.colleagues(viewer, current) if current else []
    return {
        "organisation": queries.get_organisation(viewer, organisation),
        "current": current,
        "fingerprint": locks.spoken(bytes(current.public)) if current else "",
        "waiting": waiting,
        "waiting_fingerprint": locks.spoken(bytes(waiting.public)) if waiting else "",
        "colleagues": colleagues,
        "holders": [each.person for each in colleagues if each.holds and not each.program],
        "holds": current is not None and str(current.pk) in ring,
        "reason": wrong[1] if wrong and wrong[0] == organisation else _reason(organisation),
    }


@sensitive_post_parameters()
@require_POST
@for_readers
def set_passphrase(request: ViewerRequest) -> HttpResponse:
    """Set the first passphrase, change it while unsealed, or begin anew when it is lost; show the recovery code once."""
    form = PassphraseForm(request.POST, person=queries.get_self(request.viewer))
    if not form.is_valid():
        return _page(request, passphrase=form)
    words = {"passphrase": form.cleaned_data["passphrase"], "cost": unsealing.cost()}
    private = unsealing.private_of(request)
    if private is not None:
        code = actions.lock_own_key(request.viewer, private, **words)
    elif keys.own_public(request.viewer) is None or form.cleaned_data["lost"]:
        private, code = actions.make_own_key(request.viewer, **words)
    else:
        return unsealing.ask_first(reverse("people:sealing"))
    response = TemplateResponse(request, "people/recovery_code.html", {"code": code}).render()
    unsealing.unseal_session(request, response, private)
    return response


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def unseal(request: ViewerRequest) -> HttpResponse:
    """Ask for the passphrase (or the recovery code) and unseal this session."""
    locked = keys.own_lock(request.viewer)
    if locked is None:
        return redirect("people:sealing")
    target = _next(request)
    form = UnsealForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        tried = {"unseal.session": str(request.session.session_key), "unseal.person": str(request.viewer.person)}
        try:
            for purpose, whom in tried.items():
                knock(request, purpose, whom)
            response = redirect(target)
            unsealing.unseal_session(request, response, unsealing.check_own(request.viewer, form.open(locked)))
        except TooMany as many:
            told = _("That was wrong too often. Try again in %(minutes)s minutes.") % {"minutes": many.minutes}
            form.add_error("passphrase", told)
        except locks.WrongKey:
            form.add_error("passphrase", _("This does not open your key. Check capital letters and spaces."))
            _note_tries(request, tried)
        else:
            for purpose, whom in tried.items():
                forgive(request, purpose, whom)
            return response
    return TemplateResponse(request, "people/unseal.html", {"form": form, "next": target})


def _note_tries(request: ViewerRequest, tried: dict[str, str]) -> None:
    """Leave a trace of tries that were so many that the next has to wait."""
    try:
        for purpose, whom in tried.items():
            look(request, purpose, whom)
    except TooMany:
        actions.note_wrong_passphrases(request.viewer)


def _next(request: ViewerRequest) -> str:
    """Return where to go afterwards: an address of this site, else the queue's beginning."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    good = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if good else reverse("people:start")


@require_POST
@for_readers
def reseal(request: ViewerRequest) -> HttpResponse:
    """Forget the key in this session."""
    response = redirect("people:sealing")
    unsealing.seal_session(request, response)
    return response


@require_POST
@for_readers
def make_key(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Make a key for an organisation and ask a second person elsewhere to agree."""
    form = _reason(pk, request.POST)
    if not form.is_valid():
        return _page(request, (pk, form))
    try:
        actions.propose_key(request.viewer, pk, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The key is made. It counts once an administrator elsewhere has agreed."))
    return redirect("people:sealing")


@require_POST
@for_readers
def give_key(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Give a colleague the key."""
    try:
        to = UUID(request.POST.get("to", ""))
        actions.give_key(request.viewer, pk, to=to, ring=unsealing.ring_of(request) or {})
    except (Refused, ValueError) as refusal:
        messages.error(request, str(refusal) if isinstance(refusal, Refused) else _("Choose a person."))
    else:
        messages.success(request, _("Done. Your colleague can read with their own passphrase now."))
    return redirect("people:sealing")
