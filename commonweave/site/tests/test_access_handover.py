"""Every address of a report × whoever has to do with its hand-over, while that waits: who gave it away knows how it stands and
opens nothing any more; who got it decides; nobody else learns that it exists.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, NamedTuple

import pytest
from django.db import transaction
from django.urls import reverse

from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.people.models import Organisation, Role
from commonweave.people.tests import factories as people
from commonweave.places.tests.factories import make_place
from commonweave.referral.models import Handover
from commonweave.reports import actions
from commonweave.reports.models import Report
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.site.tests.access_table import ADDRESSES
from commonweave.site.tests.signed_in import sign_in

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.people.models import Team

pytestmark = pytest.mark.django_db

WHO = ("nobody", "sender", "receiver", "password", "colleague", "member", "stranger", "administrator", "coordinator")
"""sender, receiver, stranger: read for the team that handed it over, got it, or neither, each of another organisation, with
a second factor. password: reads for the receiver's team, without one. The rest work at the receiver's organisation:
colleague reads for another team of it, member has no role that needs a second factor, the last two have no team.
With a slash: before the receiver has opened it, and afterwards."""

TABLE = """
#                          nobody  sender  receiv. passwd  colleag member  strang. admin.  coord.
GET  reports:report        sign-in 404     200     404     404     404     404     404     404
POST reports:open          sign-in 404     302     404     404     404     404     404     404
POST reports:answer        sign-in 404     403/302 404     404     404     404     404     404
POST reports:hand_on       sign-in 404     302     404     404     404     404     404     404
POST reports:ask           sign-in 404     302     404     404     404     404     404     404
POST reports:outside       sign-in 404     302     404     404     404     404     404     404
POST reports:accept        sign-in 404     302     404     404     404     404     404     404
POST reports:decline       sign-in 404     302     404     404     404     404     404     404
POST reports:close         sign-in 404     403/302 404     404     404     404     404     404
POST reports:tell_repeat   sign-in 404     404     404     404     404     404     404     404
POST reports:ask_hold      sign-in 404     200     404     404     404     404     404     404
POST reports:decide_hold   sign-in 404     302     404     404     404     404     404     404
POST reports:end_hold      sign-in 404     302     404     404     404     404     404     404
GET  reports:queue         sign-in none    listed  factor  none    403     none    403     403
GET  referral:handed_over  sign-in listed  none    factor  none    403     none    403     403
"""
FACTOR = {"sign-in": "account_login", "factor": "people:second_factor"}


class World(NamedTuple):
    clients: dict[str, WebClient]
    pk: UUID
    given_to: Team


def reads_for(team: Team, *methods: str) -> WebClient:
    person = people.make_member(Role.READER, team.organisation, team, password=people.PASSWORD)
    people.give_second_factor(person)
    return sign_in(person, *methods)


def works_at(body: Organisation, role: Role) -> WebClient:
    person = people.make_member(role, body, password=people.PASSWORD)
    people.give_second_factor(person)
    return sign_in(person)


@pytest.fixture(params=["sent", "seen"])
def world(request: pytest.FixtureRequest) -> World:
    """A report that a city's team handed over to a charity, which has not opened it, or has and not decided yet."""
    city = make_place("aw-city", make_place("aw", type="country"), name="City")
    ours, theirs, third = make_team(city), make_team(city, "civil_society"), make_team(city, "police")
    report, _digits = make_report(city, "city_support", "civil_society")
    we, they = member_of(ours), member_of(theirs)
    with as_viewer(we):
        actions.open_report(we, report.pk, ring=ring_of(ours))
        actions.hand_on_report(we, report.pk, to_team=theirs.pk, reason="knows_more", ring=ring_of(ours))
    if request.param == "seen":
        with as_viewer(they):
            actions.open_report(they, report.pk, ring=ring_of(theirs))
    assert Handover.objects.get().state == request.param
    body = theirs.organisation
    clients = {
        "nobody": WebClient(),
        "sender": reads_for(ours),
        "receiver": reads_for(theirs),
        "password": reads_for(theirs, "password"),
        "colleague": reads_for(people.make_team(body)),
        "member": works_at(body, Role.MEMBER),
        "stranger": reads_for(third),
        "administrator": works_at(body, Role.ADMINISTRATOR),
        "coordinator": works_at(body, Role.COORDINATOR),
    }
    return World(clients, report.pk, theirs)


def rows() -> dict[tuple[str, str], list[str]]:
    lines = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
    return {(method, name): answers for method, name, *answers in lines}


def ask(world: World, who: str, method: str, name: str) -> tuple[str, bool]:
    """Ask once, from the same beginning each time; return what came, and whether anything changed."""
    client, lists = world.clients[who], name in {"reports:queue", "referral:handed_over"}
    cookies, before = SimpleCookie(client.cookies), state(world)
    sent = {"reason": "not_our_work", "outcome": "advice_given", "text": "x", "to_team": str(world.given_to.pk)}
    address = reverse(name) if lists else reverse(name, args=[world.pk])
    with transaction.atomic():
        answer = client.get(address) if method == "GET" else client.post(address, sent)
        changed = state(world) != before
        transaction.set_rollback(True)
    client.cookies = cookies
    for word, page in FACTOR.items():
        if answer.headers.get("Location", "").startswith(reverse(page)):
            return word, changed
    if not lists or answer.status_code != 200:
        return str(answer.status_code), changed
    known = str(world.pk) if name == "reports:queue" else world.given_to.organisation.names.say("en")
    main = answer.content.decode().split("<main", 1)[1]
    return "listed" if f"{known}" in main else "none", changed


def state(world: World) -> tuple[str, str]:
    return Report.objects.get(pk=world.pk).state, Handover.objects.get(subject=world.pk).state


def test_each_address_of_a_report_stands_in_the_table() -> None:
    """What is new has to be thought of here, too."""
    named = {line.split()[1] for line in ADDRESSES.splitlines() if line.endswith(("404", "302")) and " pk " in line}
    reports = {name for name in named if name.startswith("reports:")}
    assert reports - {"reports:file", "reports:folded", "reports:close_folded"} <= {name for _method, name in rows()}


@pytest.mark.parametrize("who", WHO)
def test_while_a_hand_over_waits_everybody_gets_what_the_table_says(world: World, who: str) -> None:
    """A wrong cell is a team that reads on after it gave a report away, or one that learns of it before it should."""
    at, waits = WHO.index(who), Handover.objects.get().state
    wrong, deeds = [], []
    for (method, name), answers in rows().items():
        got, changed = ask(world, who, method, name)
        wanted = answers[at].split("/")[0 if waits == "sent" else -1]
        if got != wanted:
            wrong.append(f"{method} {name}: {got} instead of {wanted}")
        if changed:
            deeds.append(name)
    assert wrong == []
    decides = {f"reports:{deed}" for deed in ("accept", "decline", "answer", "close")} if waits == "seen" else set()
    assert set(deeds) == (decides if who == "receiver" else set())
