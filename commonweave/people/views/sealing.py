"""Reading what is sealed: the passphrase, the organisation's key, and who holds it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonweave.base.verdict import Refused, no
from commonweave.people import actions, locks, queries, unsealing
from commonweave.people.forms import KeyReasonForm, PassphraseForm, UnsealForm
from commonweave.people.queries import keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest

P = ParamSpec("P")


def for_readers(
    page: Callable[Concatenate[ViewerRequest, P], HttpResponse],
) -> Callable[Concatenate[ViewerRequest, P], HttpResponse]:
    """Ask a stranger to sign in, and refuse whoever reads no reports (with the reason)."""

    @wraps(page)
    def opened(request: ViewerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.viewer.person is None:
            return redirect_to_login(request.get_full_path())
        if not request.viewer.teams:
            no(_("Only members of a team, signed in with their second factor, see reports.")).enforce()
        return page(request, *args, **kwargs)

    return cast("Callable[Concatenate[ViewerRequest, P], HttpResponse]", opened)


@require_safe
@for_readers
def sealing(request: ViewerRequest) -> HttpResponse:
    """Show how the viewer stands to what is sealed."""
    return _page(request)


def _page(request: ViewerRequest, **forms: Any) -> HttpResponse:
    viewer = request.viewer
    has_own = keys.own_public(viewer) is not None
    private = unsealing.private_of(request)
    ring = keys.ring_of(viewer, private) if private else {}
    context = {
        "has_own": has_own,
        "unsealed": private is not None,
        "passphrase": PassphraseForm(),
        "bodies": [_body(request, body, ring) for body in sorted(keys.reading_organisations(viewer))],
        "reason": KeyReasonForm(),
        **forms,
    }
    return TemplateResponse(request, "people/sealing.html", context)


def _body(request: ViewerRequest, organisation: UUID, ring: keys.Ring) -> dict[str, Any]:
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
        "holders": [each.person for each in colleagues if each.holds],
        "holds": current is not None and str(current.pk) in ring,
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
        return redirect(f"{reverse('people:unseal')}?next={reverse('people:sealing')}")
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
        try:
            response = redirect(target)
            unsealing.unseal_session(request, response, unsealing.check_own(request.viewer, form.open(locked)))
        except locks.WrongKey:
            form.add_error("passphrase", _("This does not open your key. Check capital letters and spaces."))
        else:
            return response
    return TemplateResponse(request, "people/unseal.html", {"form": form, "next": target})


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
    form = KeyReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, reason=form)
    try:
        actions.propose_key(request.viewer, pk, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, reason=form)
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
