"""The ways in: invitations, the second factor, and where somebody's work begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base.verdict import Refused
from commonweave.people import actions, queries, rules
from commonweave.people.forms import AcceptForm
from commonweave.people.labels import ROLES
from commonweave.people.models import Role
from commonweave.people.sign_in import record_sign_in

if TYPE_CHECKING:
    from django.core.exceptions import PermissionDenied
    from django.http import HttpResponse

    from commonweave.base.viewer import Viewer, ViewerRequest

SIGN_IN_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
INVITATION = "invitation"


def start_page(viewer: Viewer) -> str:
    """Return the address where this person's work begins."""
    if viewer.person is None:
        return reverse("account_login")
    if queries.roles_waiting(viewer):
        return reverse("people:second_factor")
    if viewer.teams:
        return reverse("reports:queue")
    if viewer.has_role(Role.COORDINATOR):
        return reverse("site:picture")
    if viewer.has_role(Role.ADMINISTRATOR):
        return reverse("people:manage")
    return reverse("people:account")


@require_safe
def start(request: ViewerRequest) -> HttpResponse:
    """Send somebody who has just signed in to their work."""
    return redirect(start_page(request.viewer))


@require_safe
def second_factor(request: ViewerRequest) -> HttpResponse:
    """Say why a second step is needed, and lead there."""
    if request.viewer.person is None:
        return redirect_to_login(request.get_full_path())
    waiting = queries.roles_waiting(request.viewer)
    if not waiting:
        return redirect(start_page(request.viewer))
    context = {"roles": [ROLES[role] for role in sorted(waiting)]}
    return TemplateResponse(request, "people/second_factor.html", context)


@require_safe
def account(request: ViewerRequest) -> HttpResponse:
    """Show the own account: where one belongs, and how one signs in."""
    if request.viewer.person is None:
        return redirect_to_login(request.get_full_path())
    memberships = queries.current_memberships(request.viewer).filter(person=request.viewer.person)
    context = {
        "person": queries.get_self(request.viewer),
        "memberships": [(row, ROLES[row.role]) for row in memberships],
        "waiting": queries.roles_waiting(request.viewer),
    }
    return TemplateResponse(request, "people/account.html", context)


@require_safe
def open_invitation(request: ViewerRequest, token: str) -> HttpResponse:
    """Take the token out of the address at once: it waits in the (sealed) session."""
    request.session[INVITATION] = token
    return redirect("people:accept")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: ViewerRequest) -> HttpResponse:
    """Take up an invitation: with a new account, or as whoever is signed in."""
    token = request.session.get(INVITATION, "")
    invitation = queries.invitation_with(token) if token else None
    if invitation is None:
        return TemplateResponse(request, "people/no_invitation.html", status=404)
    signed_in = request.viewer.person is not None
    known = not signed_in and queries.has_account(invitation.email)
    form = AcceptForm(request.POST if request.method == "POST" and not signed_in else None, email=invitation.email)
    context = {"invitation": invitation, "role": ROLES[invitation.role], "form": form, "known": known}
    if signed_in:
        context["verdict"] = rules.may_accept(invitation, email=queries.get_self(request.viewer).email)
    elif known:
        context["sign_in"] = reverse("account_login") + "?next=" + reverse("people:accept")
    if request.method == "POST" and not known and (signed_in or form.is_valid()):
        return _accepted(request, token, form)
    return TemplateResponse(request, "people/accept.html", context)


def _accepted(request: ViewerRequest, token: str, form: AcceptForm) -> HttpResponse:
    facts = {} if request.viewer.person else {**form.cleaned_data, "language": get_language() or ""}
    membership = actions.accept_invitation(request.viewer, token, **facts)
    del request.session[INVITATION]
    if request.viewer.person is None:
        login(request, membership.person, backend=SIGN_IN_BACKEND)
        record_sign_in(request, membership.person)
        if membership.role in rules.NEEDS_SECOND_FACTOR:
            return redirect("people:second_factor")
    return redirect("people:start")


def refused(request: ViewerRequest, exception: PermissionDenied) -> HttpResponse:
    """Answer a refusal: lead to the second factor where only that is missing, else show the reason."""
    viewer = getattr(request, "viewer", None)
    if viewer is not None and viewer.person is not None and queries.roles_waiting(viewer):
        return redirect("people:second_factor")
    reason = str(exception) if isinstance(exception, Refused) else ""
    return TemplateResponse(request, "403.html", {"reason": reason}, status=403).render()
