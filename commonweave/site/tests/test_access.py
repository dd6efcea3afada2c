"""Every address × every role → what happens. A wrong cell here is a stranger reading a report.

The table is literal: who changes who may open what, changes a cell of it, and a reviewer sees that.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.base.text import Text
from commonweave.base.viewer import SYSTEM
from commonweave.people import actions as people_actions
from commonweave.people.models import Coverage, Demonstration, Organisation, Role
from commonweave.people.tests import factories as people
from commonweave.places.atlas import expire
from commonweave.places.tests.factories import make_place
from commonweave.referral.actions import add_destination
from commonweave.reports.actions import open_report
from commonweave.reports.tests.factories import make_report, make_team, ring_of
from commonweave.sharing import receipts
from commonweave.site.tests.signed_in import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "password", "member", "colleague", "reader", "coordinator", "administrator")
"""nobody: no session; a resident with a receipt is one, too. password: reads, coordinates and administers, but used no
second factor in this session. member: works there without a role that needs one. colleague: reads for another team of
the same organisation. reader: reads for the team that holds the report. The last two have no team."""

ADDRESSES = """
#                                                     nobody  passwd  member  colleag reader  coord.  admin.
# Public, the same for everybody
GET  root                                             302     302     302     302     302     302     302
GET  health                                           200     200     200     200     200     200     200
GET  place_try_look accent                            200     200     200     200     200     200     200
GET  place_look accent                                200     200     200     200     200     200     200
GET  base:style                                       200     200     200     200     200     200     200
POST base:style                                       200     200     200     200     200     200     200
GET  vocabulary:scheme code                           200     200     200     200     200     200     200
GET  site:start                                       200     200     200     200     200     200     200
POST site:start                                       200     200     200     200     200     200     200
GET  site:place code                                  200     200     200     200     200     200     200
GET  site:protection                                  200     200     200     200     200     200     200
# Residents: never a session; GET leads to the beginning, a POST without what the steps carry is lost
GET  reports:start                                    200     200     200     200     200     200     200
POST reports:start                                    200     200     200     200     200     200     200
GET  reports:start_at code                            200     200     200     200     200     200     200
POST reports:start_at code                            200     200     200     200     200     200     200
GET  reports:what                                     302     302     302     302     302     302     302
POST reports:what                                     400     400     400     400     400     400     400
GET  reports:where                                    302     302     302     302     302     302     302
POST reports:where                                    400     400     400     400     400     400     400
GET  reports:who                                      302     302     302     302     302     302     302
POST reports:who                                      400     400     400     400     400     400     400
GET  reports:receipt                                  200     200     200     200     200     200     200
POST reports:receipt                                  200     200     200     200     200     200     200
GET  reports:receipt_at code                          200     200     200     200     200     200     200
POST reports:receipt_at code                          200     200     200     200     200     200     200
# Teams: whoever does not hold the report learns nothing, not even that it exists; a sealed session is led to the passphrase
GET  reports:queue                                    sign-in factor  403     200     200     403     403
GET  reports:report pk                                sign-in 404     404     404     200     404     404
POST reports:open pk                                  sign-in 404     404     404     302     404     404
POST reports:answer pk                                sign-in 404     404     404     302     404     404
POST reports:hand_on pk                               sign-in 404     404     404     302     404     404
POST reports:close pk                                 sign-in 404     404     404     302     404     404
POST reports:rewrap                                   sign-in factor  403     302     302     403     403
# The passphrase and who holds the key: readers with a second factor only. Nobody of this table has set a passphrase
GET  people:sealing                                   sign-in factor  403     200     200     403     403
POST people:set_passphrase                            sign-in factor  403     200     200     403     403
GET  people:unseal                                    sign-in factor  403     302     302     403     403
POST people:unseal                                    sign-in factor  403     302     302     403     403
POST people:reseal                                    sign-in factor  403     302     302     403     403
POST people:make_key pk                               sign-in factor  403     200     200     403     403
POST people:give_key pk                               sign-in factor  403     302     302     403     403
POST reports:ask_hold pk                              sign-in 404     404     404     200     404     404
POST reports:decide_hold pk                           sign-in 404     404     404     302     404     404
# The picture, and where work begins
GET  people:start                                     sign-in factor  302     302     302     302     302
GET  people:account                                   sign-in 200     200     200     200     200     200
GET  people:second_factor                             sign-in 200     302     302     302     302     302
GET  site:picture                                     sign-in factor  403     403     403     200     200
GET  site:picture code                                sign-in factor  403     403     403     200     200
GET  site:picture_counts code kind                    sign-in factor  403     403     403     200     200
# Invitations: the token decides
GET  people:accept                                    404     404     404     404     404     404     404
POST people:accept                                    404     404     404     404     404     404     404
GET  people:open_invitation token                     302     302     302     302     302     302     302
# Administrators
GET  people:manage                                    sign-in factor  403     403     403     403     200
GET  people:organisations                             sign-in factor  403     403     403     403     200
GET  people:new_organisation                          sign-in factor  403     403     403     403     200
POST people:new_organisation                          sign-in factor  403     403     403     403     200
GET  people:organisation pk                           sign-in factor  403     403     403     403     200
GET  people:edit_organisation pk                      sign-in factor  403     403     403     403     200
POST people:edit_organisation pk                      sign-in factor  403     403     403     403     200
GET  people:invite pk                                 sign-in factor  403     403     403     403     200
POST people:invite pk                                 sign-in factor  403     403     403     403     200
GET  people:new_team pk                               sign-in factor  403     403     403     403     200
POST people:new_team pk                               sign-in factor  403     403     403     403     200
GET  people:cover pk                                  sign-in factor  403     403     403     403     200
POST people:cover pk                                  sign-in factor  403     403     403     403     200
GET  people:end_coverage pk                           sign-in factor  403     403     403     403     200
POST people:end_coverage pk                           sign-in factor  403     403     403     403     200
GET  people:end_membership pk                         sign-in factor  403     403     403     403     200
POST people:end_membership pk                         sign-in factor  403     403     403     403     302
POST people:withdraw_invitation pk                    sign-in factor  403     403     403     403     302
GET  people:proposals                                 sign-in factor  403     403     403     403     200
GET  people:proposal pk                               sign-in factor  403     403     403     403     200
POST people:approve pk                                sign-in factor  403     403     403     403     200
POST people:decline pk                                sign-in factor  403     403     403     403     302
GET  places:places                                    sign-in factor  403     403     403     403     200
GET  places:place pk                                  sign-in factor  403     403     403     403     200
GET  places:edit_look pk                              sign-in factor  403     403     403     403     200
POST places:edit_look pk                              sign-in factor  403     403     403     403     200
GET  places:edit_times pk                             sign-in factor  403     403     403     403     200
POST places:edit_times pk                             sign-in factor  403     403     403     403     200
GET  places:add_place pk                              sign-in factor  403     403     403     403     200
POST places:add_place pk                              sign-in factor  403     403     403     403     200
GET  referral:destinations                            sign-in factor  403     403     403     403     200
GET  referral:add_destination code                    sign-in factor  403     403     403     403     200
POST referral:add_destination code                    sign-in factor  403     403     403     403     200
GET  referral:edit_destination pk                     sign-in factor  403     403     403     403     200
POST referral:edit_destination pk                     sign-in factor  403     403     403     403     200
GET  referral:remove_destination pk                   sign-in factor  403     403     403     403     200
POST referral:remove_destination pk                   sign-in factor  403     403     403     403     302
GET  site:outbox                                      sign-in factor  403     403     403     403     200
# Signing in, the own account and its second factor
GET  people:activate_app                              sign-in 200     200     302     302     302     302
POST people:activate_app                              sign-in 200     200     302     302     302     302
GET  people:add_passkey                               sign-in 200     200     200     200     200     200
POST people:add_passkey                               sign-in 200     200     200     200     200     200
GET  people:make_recovery_codes                       sign-in 200     200     200     200     200     200
POST people:make_recovery_codes                       sign-in 200     200     302     302     302     302
GET  account_login                                    200     302     302     302     302     302     302
POST account_login                                    200     302     302     302     302     302     302
GET  account_logout                                   302     200     200     200     200     200     200
POST account_logout                                   302     302     302     302     302     302     302
GET  account_inactive                                 200     200     200     200     200     200     200
GET  account_signup                                   200     302     302     302     302     302     302
POST account_signup                                   200     302     302     302     302     302     302
GET  account_reauthenticate                           sign-in 200     200     200     200     200     200
POST account_reauthenticate                           sign-in 200     200     200     200     200     200
GET  account_email                                    sign-in 200     200     200     200     200     200
POST account_email                                    sign-in 302     302     302     302     302     302
GET  account_email_verification_sent                  200     200     200     200     200     200     200
GET  account_change_password                          sign-in 200     200     200     200     200     200
POST account_change_password                          sign-in 200     200     200     200     200     200
GET  account_set_password                             sign-in 302     302     302     302     302     302
POST account_set_password                             sign-in 302     302     302     302     302     302
GET  account_reset_password                           200     200     200     200     200     200     200
POST account_reset_password                           200     200     200     200     200     200     200
GET  account_confirm_login_code                       sign-in 302     302     302     302     302     302
POST account_confirm_login_code                       sign-in 302     302     302     302     302     302
GET  account_confirm_email key                        200     200     200     200     200     200     200
POST account_confirm_email key                        404     404     404     404     404     404     404
GET  account_reset_password_from_key_done             200     200     200     200     200     200     200
GET  account_reset_password_from_key uidb36 key       200     200     200     200     200     200     200
POST account_reset_password_from_key uidb36 key       200     200     200     200     200     200     200
GET  account_reset_password_done                      200     200     200     200     200     200     200
GET  mfa_index                                        sign-in 200     200     200     200     200     200
GET  mfa_authenticate                                 sign-in 302     302     302     302     302     302
POST mfa_authenticate                                 sign-in 302     302     302     302     302     302
GET  mfa_reauthenticate                               sign-in 302     302     200     200     200     200
POST mfa_reauthenticate                               sign-in 302     302     200     200     200     200
GET  mfa_activate_totp                                sign-in 200     200     302     302     302     302
POST mfa_activate_totp                                sign-in 200     200     302     302     302     302
GET  mfa_deactivate_totp                              sign-in 404     404     200     200     200     200
POST mfa_deactivate_totp                              sign-in 404     404     200     200     200     200
GET  mfa_view_recovery_codes                          sign-in 404     404     404     404     404     404
GET  mfa_generate_recovery_codes                      sign-in 200     200     200     200     200     200
POST mfa_generate_recovery_codes                      sign-in 200     200     302     302     302     302
GET  mfa_download_recovery_codes                      sign-in 404     404     404     404     404     404
POST mfa_download_recovery_codes                      sign-in 404     404     404     404     404     404
GET  mfa_list_webauthn                                sign-in 200     200     200     200     200     200
GET  mfa_add_webauthn                                 sign-in 200     200     200     200     200     200
POST mfa_add_webauthn                                 sign-in 200     200     200     200     200     200
GET  mfa_reauthenticate_webauthn                      sign-in 302     302     302     302     302     302
POST mfa_reauthenticate_webauthn                      sign-in 302     302     302     302     302     302
GET  mfa_remove_webauthn pk                           sign-in 404     404     404     404     404     404
POST mfa_remove_webauthn pk                           sign-in 404     404     404     404     404     404
GET  mfa_edit_webauthn pk                             sign-in 404     404     404     404     404     404
POST mfa_edit_webauthn pk                             sign-in 404     404     404     404     404     404
"""

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


SENT = {
    "people:approve": {"reason": "x"},
    "people:decline": {"reason": "x"},
    "reports:answer": {"text": "x"},
    "reports:close": {"outcome": "advice_given"},
    "reports:decide_hold": {"do": "agree"},
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
    arguments = {
        "people": body.pk,
        "people:cover": team.pk,
        "people:end_coverage": Coverage.objects.get(team=team).pk,
        "people:end_membership": works["member"].memberships.get().pk,
        "people:withdraw_invitation": invited.pk,
        "people:proposal": proposal.pk,
        "people:approve": proposal.pk,
        "people:decline": proposal.pk,
        "people:give_key": people.make_key(body).pk,
        "places": city.pk,
        "referral": service.pk,
        "reports": report.pk,
        "vocabulary": "report-kind",
        "mfa_remove_webauthn": 1,
        "mfa_edit_webauthn": 1,
        "code": city.code,
        "kind": "csv",
        "accent": "aa3311",
        "token": "no-such-token",
        "key": "no-such-key",
        "uidb36": "1",
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
    exempt = {name for name, page in ALL if getattr(page, "csrf_exempt", False)}
    assert exempt == {
        "reports:what",
        "reports:where",
        "reports:who",
        "reports:receipt",
        "reports:receipt_at code",
        "site:start",
    }
