"""Organisations, their teams, people and coverage, for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonweave.base.formats import say_date
from commonweave.base.verdict import Refused
from commonweave.people import actions, queries, rules
from commonweave.people.forms import (
    CoverageForm,
    EndCoverageForm,
    InviteForm,
    OrganisationForm,
    SearchForm,
    TeamClocksForm,
    TeamForm,
    TrustForm,
    place_line,
    place_name,
)
from commonweave.people.labels import ORGANISATION_KINDS, RECIPIENT_KINDS, REPORT_KINDS, RIGHTS, ROLE_HINTS, ROLES
from commonweave.people.models import Role
from commonweave.people.queries import credentials
from commonweave.people.views.access import for_administrators

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from commonweave.base.viewer import ViewerRequest
    from commonweave.people.models import Coverage, Organisation

show_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@for_administrators
def manage(request: ViewerRequest) -> HttpResponse:
    """Show what an administrator can do and what waits."""
    waiting = queries.open_proposals(request.viewer).count()
    return TemplateResponse(request, "people/manage.html", {"waiting": waiting})


@require_safe
@for_administrators
def organisations(request: ViewerRequest) -> HttpResponse:
    """List organisations by name, a page at a time."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found, more = queries.organisations_page(request.viewer, words=words, after=request.GET.get("after", ""))
    rows = [
        [
            {"text": body.names, "href": reverse("people:organisation", args=[body.pk])},
            ORGANISATION_KINDS[body.kind],
            place_name(body.place_id),
            teams,
        ]
        for body, teams in found
    ]
    context = {
        "form": form,
        "words": words,
        "rows": rows,
        "head": [_("Organisation"), _("Kind"), _("Where"), _("Teams")],
        "numbers": [3],
        "first": reverse("people:organisations") if request.GET.get("after") else "",
        "more": "?" + urlencode({"q": words, "after": more}) if more else "",
    }
    return TemplateResponse(request, "people/organisations.html", context)


@show_or_post
@for_administrators
def new_organisation(request: ViewerRequest) -> HttpResponse:
    """Add a body to the network."""
    form = OrganisationForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        body = actions.make_organisation(request.viewer, form.facts())
        messages.success(request, _("Added. Now propose a team, or invite people."))
        return redirect("people:organisation", pk=body.pk)
    return TemplateResponse(request, "people/new_organisation.html", {"form": form, "crumbs": _crumbs(_("New"))})


@require_safe
@for_administrators
def organisation(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Show one organisation: what it is, its teams and what they cover, its people, open invitations."""
    body = queries.get_organisation(request.viewer, pk)
    coverage = list(queries.current_coverage(request.viewer, pk))
    teams = [
        {
            "team": team,
            "kind": RECIPIENT_KINDS[team.kind],
            "coverage": [
                {"row": row, "where": _where(row), "kinds": _kinds(row)} for row in coverage if row.team_id == team.pk
            ],
        }
        for team in queries.teams_for(request.viewer).filter(organisation=body).order_by("id")
    ]
    programs = credentials.standing_of(request.viewer, pk)
    members = list(credentials.without_programs(queries.current_memberships(request.viewer, pk)))
    managed = any(row.role == Role.ADMINISTRATOR for row in members)
    context = {
        "organisation": body,
        "crumbs": _crumbs(body.names),
        "facts": _facts(body),
        "teams": teams,
        "may_hold_team": rules.may_hold_team(body),
        "trust": (trust := queries.current_trust(request.viewer, pk)),
        "may_be_trusted": rules.may_be_trusted(body, trusted=trust is not None),
        "programs": [(each, [RIGHTS[right] for right in each.credential.rights]) for each in programs],
        "own": pk in rules.administered(request.viewer),
        "members": [(row, ROLES[row.role]) for row in members],
        "invitations": [
            (row, ROLES[row.role], bool(rules.may_withdraw(request.viewer, row, managed=managed)))
            for row in queries.open_invitations(request.viewer, pk)
        ],
    }
    return TemplateResponse(request, "people/organisation.html", context)


@show_or_post
@for_administrators
def edit_organisation(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Correct what is said about an organisation."""
    body = queries.get_organisation(request.viewer, pk, lock=request.method == "POST")
    form = OrganisationForm(_posted(request), now=OrganisationForm.starting_with(body))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organisation(request.viewer, pk, form.facts(body))
        except Refused as refusal:
            form.add_error("kind", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("people:organisation", pk=pk)
    context = {"organisation": body, "form": form, "crumbs": _crumbs(_("Change"), body)}
    return TemplateResponse(request, "people/edit_organisation.html", context)


@show_or_post
@for_administrators
def invite(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Invite somebody, or propose it where a second person has to agree."""
    body = queries.get_organisation(request.viewer, pk)
    own = pk in rules.administered(request.viewer)
    teams = list(queries.teams_for(request.viewer).filter(organisation=body).order_by("id"))
    form = InviteForm(_posted(request), teams=teams, direct=own)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if form.at_once():
            actions.invite_person(request.viewer, email=data["email"], organisation=pk, role=data["role"])
            messages.success(request, _("The invitation is on its way. Its link works for seven days."))
            return redirect("people:organisation", pk=pk)
        made = actions.propose_grant(
            request.viewer,
            email=data["email"],
            organisation=pk,
            role=data["role"],
            team=_uuid(data["team"]),
            reason=data["reason"],
        )
        return _proposed(request, made.pk)
    context = {"organisation": body, "form": form, "own": own, "hints": {"role": ROLE_HINTS}}
    return TemplateResponse(request, "people/invite.html", {**context, "crumbs": _crumbs(_("Invite"), body)})


@show_or_post
@for_administrators
def new_team(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Propose that an organisation receives reports."""
    body = queries.get_organisation(request.viewer, pk)
    rules.may_hold_team(body).enforce()
    form = TeamForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        made = actions.propose_team(request.viewer, organisation=pk, **form.facts())
        return _proposed(request, made.pk)
    context = {"organisation": body, "form": form, "crumbs": _crumbs(_("New team"), body)}
    return TemplateResponse(request, "people/new_team.html", {**context, "kind": RECIPIENT_KINDS[body.kind]})


@show_or_post
@for_administrators
def edit_team(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Say how long a team has to open and to answer."""
    team = queries.get_team(request.viewer, pk, lock=request.method == "POST")
    now = {"acknowledge_days": team.acknowledge_days, "answer_days": team.answer_days}
    form = TeamClocksForm(_posted(request), now=now)
    if request.method == "POST" and form.is_valid():
        actions.set_team_clocks(request.viewer, pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:organisation", pk=team.organisation_id)
    context = {"team": team, "form": form, "crumbs": _crumbs(_("How long the team has"), team.organisation)}
    return TemplateResponse(request, "people/edit_team.html", context)


@show_or_post
@for_administrators
def cover(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Propose which reports a team takes, and where."""
    team = queries.get_team(request.viewer, pk)
    form = CoverageForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = actions.propose_coverage(
            request.viewer,
            team=pk,
            place=data["place"],
            area=_uuid(data["area"]),
            report_kinds=data["report_kinds"],
            reason=data["reason"],
        )
        return _proposed(request, made.pk)
    context = {"team": team, "form": form, "crumbs": _crumbs(_("Coverage"), team.organisation)}
    return TemplateResponse(request, "people/cover.html", context)


@show_or_post
@for_administrators
def trust(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Propose that the members of an organisation write reports down for others."""
    body = queries.get_organisation(request.viewer, pk)
    form = TrustForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        return _proposed(request, actions.propose_trust(request.viewer, organisation=pk, **form.cleaned_data).pk)
    context = {"organisation": body, "form": form, "crumbs": _crumbs(_("Trusted group"), body)}
    return TemplateResponse(request, "people/trust.html", context)


@require_POST
@for_administrators
def end_trust(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Trust an organisation no longer."""
    queries.get_organisation(request.viewer, pk)
    actions.end_trust(request.viewer, organisation=pk)
    messages.success(request, _("Its members can no longer write reports down for others."))
    return redirect("people:organisation", pk=pk)


@show_or_post
@for_administrators
def end_coverage(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Propose that a team stops taking reports somewhere."""
    coverage = queries.get_coverage(request.viewer, pk)
    rules.may_end_coverage(coverage, queries.today()).enforce()
    form = EndCoverageForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        made = actions.propose_end_of_coverage(request.viewer, coverage=pk, reason=form.cleaned_data["reason"])
        return _proposed(request, made.pk)
    context = {"coverage": coverage, "where": _where(coverage), "kinds": _kinds(coverage), "form": form}
    crumbs = _crumbs(_("End coverage"), coverage.team.organisation)
    return TemplateResponse(request, "people/end_coverage.html", {**context, "crumbs": crumbs})


@show_or_post
@for_administrators
def end_membership(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Ask once, then end somebody's work in an organisation."""
    membership = queries.get_membership(request.viewer, pk)
    if request.method == "POST":
        actions.end_membership(request.viewer, pk)
        messages.success(
            request, _("Ended. This person's sessions are closed, and invitations they had or sent no longer work.")
        )
        return redirect("people:organisation", pk=membership.organisation_id)
    context = {"membership": membership, "role": ROLES[membership.role]}
    crumbs = _crumbs(_("End"), membership.organisation)
    return TemplateResponse(request, "people/end_membership.html", {**context, "crumbs": crumbs})


@require_http_methods(["POST"])
@for_administrators
def withdraw_invitation(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Make an invitation's link useless."""
    invitation = actions.withdraw_invitation(request.viewer, pk)
    messages.success(request, _("The invitation no longer works."))
    return redirect("people:organisation", pk=invitation.organisation_id)


def _posted(request: ViewerRequest) -> QueryDict | None:
    """Return what was sent, however little, so that an empty form shows its errors."""
    return request.POST if request.method == "POST" else None


def _proposed(request: ViewerRequest, pk: UUID) -> HttpResponse:
    messages.success(request, _("Proposed. Nothing changes until a second person from another organisation agrees."))
    return redirect("people:proposal", pk=pk)


def _facts(body: Organisation) -> list[dict[str, Any]]:
    known = [
        (_("Kind"), ORGANISATION_KINDS[body.kind]),
        (_("Where"), place_line(body.place_id)),
        (_("Website"), body.website),
        (_("Telephone"), body.telephone),
        (_("About"), body.about.say()),
        (_("Signed the agreement"), say_date(body.signed_on) or _("Not yet")),
    ]
    return [{"label": label, "value": value} for label, value in known if value]


def _where(coverage: Coverage) -> str:
    return place_name(coverage.place_id) if coverage.place_id else coverage.area.names.say() if coverage.area else ""


def _kinds(coverage: Coverage) -> list[str]:
    return [str(REPORT_KINDS.get(kind, kind)) for kind in coverage.report_kinds]


def _uuid(text: str) -> UUID | None:
    return UUID(text) if text else None


def _crumbs(here: object, above: Organisation | None = None) -> list[dict[str, object]]:
    crumbs: list[dict[str, object]] = [
        {"label": _("Manage"), "url": reverse("people:manage")},
        {"label": _("Organisations"), "url": reverse("people:organisations")},
    ]
    if above:
        crumbs.append({"label": above.names, "url": reverse("people:organisation", args=[above.pk])})
    return [*crumbs, {"label": here}]
