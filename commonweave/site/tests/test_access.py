"""Every address × every role → what happens. A wrong cell here is a stranger reading a report.

The table stands in `access_table.py`.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.base.text import Text
from commonweave.base.viewer import SYSTEM
from commonweave.bodies.tests.factories import make_body
from commonweave.evidence.actions import renew_findings, save_search
from commonweave.evidence.models import Assumption
from commonweave.evidence.tests.factories import (
    add_adaptation,
    add_effect,
    add_harvest,
    add_proposal,
    add_reply,
    make_due,
    make_record,
)
from commonweave.people import actions as people_actions
from commonweave.people.models import Coverage, Demonstration, Organisation, Right, Role
from commonweave.people.tests import factories as people
from commonweave.people.tests.programs import make_program
from commonweave.places.atlas import expire
from commonweave.places.tests.factories import make_place
from commonweave.referral.actions import add_destination
from commonweave.reports.actions import open_report
from commonweave.reports.tests.factories import make_report, make_team, ring_of
from commonweave.sharing import receipts
from commonweave.site.tests.access_table import ADDRESSES, ROLES
from commonweave.site.tests.signed_in import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from commonweave.base.viewer import Viewer

pytestmark = pytest.mark.django_db

PROGRAMS = (
    "api:",
    "open311:",
    "exchange:oai",
)  # no cookie ever reaches these (site/programs.py), so there is nothing to misuse
SIGN_IN, FACTOR = "sign-in", "factor"  # redirects (302) to these two pages
REFUSED = {"405", SIGN_IN}  # what a method without a row of its own must get


class Row(NamedTuple):
    method: str
    name: str
    answers: tuple[str, ...]


def rows() -> list[Row]:
    """Return the table."""
    found = []
    for line in ADDRESSES.splitlines():
        if line and not line.startswith("#"):
            method, *words = line.split()
            found.append(Row(method, " ".join(words[: -len(ROLES)]), tuple(words[-len(ROLES) :])))
    return found


Address = tuple[str, "Callable[..., object]"]


def addresses(resolver: URLResolver, floors: tuple[str, ...] = (), given: tuple[str, ...] = ()) -> Iterator[Address]:
    """Return every address of a node as ("name argument argument", its page), those that libraries bring too."""
    for pattern in resolver.url_patterns:
        route: Any = pattern.pattern
        names = tuple(dict.fromkeys((*given, *route.converters, *route.regex.groupindex)))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, (*floors, *filter(None, [pattern.namespace])), names)
        else:
            yield " ".join([":".join([*floors, pattern.name or "(no name)"]), *names]), pattern.callback


ALL = list(addresses(get_resolver()))


class World(NamedTuple):
    clients: dict[str, WebClient]
    arguments: dict[str, Any]
    sent: dict[str, dict[str, str]]


NO_FILE = UUID(int=0, version=4)
SENT = {
    "people:approve": {"reason": "x"},
    "people:decline": {"reason": "x"},
    "reports:answer": {"text": "x"},
    "reports:close_folded": {"outcome": "advice_given", "text": "x"},
    "reports:close": {"outcome": "advice_given"},
    "reports:decide_hold": {"do": "agree"},
}


ALWAYS: dict[str, Any] = {
    "scheme": "report-kind",
    "vocabulary": "report-kind",
    "mfa_remove_webauthn": 1,
    "mfa_edit_webauthn": 1,
    "form": "xml",
    "kind": "csv",
    "citation": "ris",
    "part": "pages",
    "tried": "mentoring",
    "outcome": "prejudice",
    "scale": "smd",
    "measure": "means",
    "number": 1,
    "file": NO_FILE,
    "evidence:take_in": NO_FILE,
    "accent": "aa3311",
    "token": "no-such-token",
    "key": "no-such-key",
    "uidb36": "1",
}
"""What stands in addresses whatever there is."""


def of_evidence(holder: Organisation, reader: Viewer) -> dict[str, Any]:
    """Return what addresses of evidence can name: records of this organisation, and what strangers wrote beside one."""
    studied, written = make_record(holder=holder.pk), make_record(holder=holder.pk, state="draft")
    add_effect(studied)
    renew_findings(SYSTEM)
    Assumption.objects.create(slug=studied.slug, statement=Text.of("x"), organisation=holder, on="2026-01-01")
    stranger = people.make_member(Role.MEMBER).memberships.get()
    kept = save_search(reader, name="x", question="q=x", mail=False)
    return {
        **{f"evidence:{name}": kept.pk for name in ("open_saved", "change_saved", "forget_saved")},
        "evidence:refuse_reply": add_reply(studied, stranger).pk,
        "evidence:decide_adaptation": add_adaptation(studied, stranger).pk,
        **dict.fromkeys(
            ("evidence:harvest", "evidence:harvest_on", "evidence:harvest_stop"), add_harvest(holder.pk).pk
        ),
        "evidence:harvest_clear": add_harvest(holder.pk, "https://example.org/done", state="done").pk,
        "evidence:edit_due": make_due(holder.pk).pk,
        "evidence:proposal": add_proposal(holder.pk).pk,
        "evidence": written.pk,
        "effect": add_effect(written, measure="smd").pk,
        "slug": studied.slug,
    }


@pytest.fixture
def world() -> World:
    """One of everything that an address can name, and one client of every kind."""
    city = make_place("xx-city", make_place("xx", type="country"), name="City")
    team, charity = make_team(city), make_team(city, "civil_society")
    body = Organisation.objects.get(pk=team.organisation_id)
    Organisation.objects.update(signed_on="2026-01-01")
    works = {
        "password": people.make_member(Role.READER, body, team, password=people.PASSWORD),
        "member": people.make_member(Role.MEMBER, body, password=people.PASSWORD),
        "colleague": people.make_member(Role.READER, body, people.make_team(body), password=people.PASSWORD),
        "reader": people.make_member(Role.READER, body, team, password=people.PASSWORD),
        "coordinator": people.make_member(Role.COORDINATOR, body, password=people.PASSWORD),
        "administrator": people.make_member(Role.ADMINISTRATOR, body, password=people.PASSWORD),
    }
    for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        people.join(works["password"], body, role)
    for name in ("colleague", "reader", "coordinator", "administrator"):
        people.give_second_factor(works[name])
    administrator, reader = people.viewer_of(works["administrator"]), people.viewer_of(works["reader"])
    with as_viewer(administrator):
        proposal = people_actions.propose_team(administrator, organisation=body.pk, names=Text.of("Team"), reason="x")
        invited = people_actions.invite_person(
            administrator, email="a@example.org", organisation=body.pk, role="member"
        )
    report, digits = make_report(city, "city_support", "civil_society")
    with as_viewer(reader):
        open_report(reader, report.pk, ring=ring_of(team))
    service = add_destination(SYSTEM, place=city.pk, names=Text.of("Line"), kind="listening", telephone="116 123")
    clients = {role: sign_in(person) for role, person in works.items()}
    clients |= {"nobody": WebClient(), "resident": WebClient(), "password": sign_in(works["password"], "password")}
    read = clients["resident"].post(reverse("reports:receipt"), {"number": "".join(receipts.show(digits))})
    assert 'name="visit"' in str(read.content), "the receipt opened the thread"
    evidence = of_evidence(body, reader)
    make_body(holder=body.pk, slug=evidence["slug"])
    arguments = {
        **ALWAYS,
        **evidence,
        "people": body.pk,
        "people:cover": team.pk,
        "people:edit_team": team.pk,
        "people:end_coverage": Coverage.objects.get(team=team).pk,
        "people:end_membership": works["member"].memberships.get().pk,
        "people:withdraw_invitation": invited.pk,
        "people:end_credential": make_program(team, Right.COUNTS).credential.pk,
        "people:proposal": proposal.pk,
        "people:approve": proposal.pk,
        "people:decline": proposal.pk,
        "people:give_key": people.make_key(body).pk,
        "places": city.pk,
        "referral": service.pk,
        "reports": report.pk,
        "api": report.pk,
        "code": city.code,
        "open311": str(report.pk),
    }
    return World(clients, arguments, {**SENT, "reports:hand_on": {"to_team": str(charity.pk), "reason": "nearer"}})


def address(name: str, arguments: dict[str, Any]) -> str:
    view, *names = name.split()
    floor = view.split(":")[0]
    return reverse(
        view,
        kwargs={
            each: arguments.get(view, arguments.get(floor, arguments.get(each)))
            if each == "pk" or floor == "vocabulary"
            else arguments[each]
            for each in names
        },
    )


def answer_to(world: World, role: str, method: str, name: str) -> Response:
    """Ask once, from the same beginning each time."""
    client = world.clients[role]
    cookies = SimpleCookie(client.cookies)
    cache.clear()  # attempts to sign in are counted
    with transaction.atomic():
        if method == "POST":
            answer = client.post(address(name, world.arguments), world.sent.get(name.split(maxsplit=1)[0], {}))
        else:
            answer = client.get(address(name, world.arguments))
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def ask(world: World, role: str, method: str, name: str) -> str:
    """Return what happened as a word of the table."""
    answer = answer_to(world, role, method, name)
    goes_to = answer.headers.get("Location", "")
    if goes_to.startswith(reverse("account_login")):
        return SIGN_IN
    return FACTOR if goes_to == reverse("people:second_factor") else str(answer.status_code)


def test_every_address_stands_in_the_table_and_nothing_else() -> None:
    """A page that nobody thought about is a page whose readers nobody thought about."""
    found, told = {name for name, _page in ALL}, {row.name for row in rows()}
    assert found - told == set(), "these addresses are missing from the table"
    assert told - found == set(), "these rows have no address"
    assert len(found) == len(ALL), "two addresses have the same name and arguments"
    assert len(rows()) == len({(row.method, row.name) for row in rows()}), "a row stands there twice"


@pytest.mark.parametrize("role", [*ROLES, "resident"])
def test_everybody_gets_what_the_table_says(world: World, role: str) -> None:
    """A resident who has opened their thread is still nobody: a receipt is never a cookie."""
    column = ROLES.index("nobody" if role == "resident" else role)
    told = {(row.method, row.name): row.answers[column] for row in rows()}
    wrong = []
    for name, _page in ALL:
        for method in ("GET", "POST"):
            wanted = {told[method, name]} if (method, name) in told else REFUSED
            answer = ask(world, role, method, name)
            if answer not in wanted:
                wrong.append(f"{method} {name}: {answer} instead of {' or '.join(sorted(wanted))}")
    assert wrong == []
    assert not world.clients["resident"].cookies


@pytest.mark.parametrize("role", ["nobody", "reader", "administrator"])
def test_every_page_of_a_demonstration_says_so(world: World, role: str) -> None:
    """Somebody in need must not report to a network that was invented."""
    shown: dict[bool, set[str]] = {False: set(), True: set()}
    for playing, found in shown.items():
        if playing:
            Demonstration.objects.create()
            expire()
        for name, _page in ALL:
            answer = answer_to(world, role, "GET", name)
            if "text/html" in answer.headers["Content-Type"] and answer.content:
                told = answer.content.count(b'<aside class="demonstration">')
                assert told == playing, f"{name} says it {told} times"
                found.add(name)
    assert shown[False] == shown[True]
    assert len(shown[True]) > 10


def test_only_residents_forms_work_without_a_token() -> None:
    """They have no session that a foreign page could misuse; every other form must refuse a forged request."""
    exempt = {name for name, page in ALL if getattr(page, "csrf_exempt", False) and not name.startswith(PROGRAMS)}
    assert exempt == {
        "evidence:attach pk",  # asks for the token itself, once its file is read, as the next three
        "evidence:effects pk",
        "evidence:import_list",
        "evidence:read_pdf",
        "reports:answer pk",  # asks for the token itself, when its files are read (test_files_pages.py)
        "reports:what",
        "reports:where",
        "reports:who",
        "reports:waiting",
        "reports:receipt",
        "reports:receipt_at code",
        "reports:check_proof",
        "reports:files",
        "reports:files_at code",
        "reports:files_part",
        "site:start",
    }
