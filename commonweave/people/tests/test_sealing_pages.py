"""The pages on which members set, use, change and lose their passphrase; and what a session then holds."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode, urlsafe_b64decode
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.urls import reverse
from nacl.public import PrivateKey
from nacl.secret import SecretBox

from commonweave.people import locks
from commonweave.people.locks import CHEAPEST
from commonweave.people.models import HeldKey, MemberKey, MemberLock, OrganisationKey, Proposal, Role
from commonweave.people.queries import keys
from commonweave.people.tests import factories as make
from commonweave.people.tests.keyed import PASSPHRASE, Network
from commonweave.people.tests.test_pages import open_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from commonweave.base.tests.roles import WebClient

pytestmark = pytest.mark.django_db
OTHER = "quite another set of words"
COOKIE = "unsealing"


@pytest.fixture(autouse=True)
def _cheap() -> Iterator[None]:
    with override_settings(UNSEALING_COST=[CHEAPEST.passes, CHEAPEST.memory]):
        yield


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def rita(network: Network) -> WebClient:
    return open_as(network.rita)


def page(client: WebClient, name: str = "sealing") -> str:
    answer = client.get(reverse(f"people:{name}"))
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: WebClient, name: str, /, *args: object, **data: object) -> Response:
    return client.post(reverse(f"people:{name}", args=args), data)


def set_up(client: WebClient, passphrase: str = PASSPHRASE, **data: object) -> str:
    """Set a passphrase; return the recovery code as it is shown."""
    shown = send(client, "set_passphrase", passphrase=passphrase, again=passphrase, **data)
    assert shown.status_code == 200
    found = re.findall(r"\b\d{5}\b", re.sub(r"<[^>]+>", " ", shown.content.decode()))
    assert len(found) == 8
    return " ".join(found)


def unseal(client: WebClient, typed: str, **data: object) -> Response:
    return send(client, "unseal", passphrase=typed, **data)


def is_unsealed(client: WebClient) -> bool:
    return "Unsealed on this device" in page(client)


def private_of(network: Network) -> PrivateKey:
    locked = keys.own_lock(make.viewer_of(network.rita))
    assert locked
    return locks.open_with_passphrase(locked, PASSPHRASE)


def test_sealing_leads_from_nothing_to_a_key_that_two_hold(network: Network, rita: WebClient) -> None:
    """Each state of the page, in the order in which a team meets them."""
    first = page(rita)
    assert "There is no key yet" in first
    assert reverse("people:set_passphrase") in first
    assert "/key/" not in first, "without a passphrase nobody makes a key"
    set_up(rita)
    assert is_unsealed(rita)
    assert f'href="#id_reason_{network.city.pk}"' in send(rita, "make_key", network.city.pk).content.decode()
    assert send(rita, "make_key", network.city.pk, reason="We start").status_code == 302
    key = OrganisationKey.objects.get()
    fingerprint = locks.spoken(bytes(key.public))
    waiting = page(rita)
    assert "waits for a second person" in waiting
    assert fingerprint in waiting
    assert "/key/" not in waiting, "one at a time"
    ben = open_as(network.ben)
    assert fingerprint in ben.get(reverse("people:proposal", args=[Proposal.objects.get().pk])).content.decode()
    network.agree(Proposal.objects.get())
    held = page(rita)
    assert "You hold it" in held
    assert "One person alone" in held
    assert "has set no passphrase yet" in held
    assert fingerprint in held
    carl = open_as(network.carl)
    set_up(carl, OTHER)
    waits = page(carl)
    assert "You hold it" not in waits
    assert "holds the key" in waits, "so that Carl knows whom to ask"
    assert "Give the key" not in waits
    assert "Give the key" in page(rita)
    assert send(rita, "give_key", key.pk, to=network.carl.pk).status_code == 302
    assert "You hold it" in page(carl)
    assert "One person alone" not in page(rita) + page(carl)


def test_sealed_again_the_page_asks_for_the_passphrase(rita: WebClient) -> None:
    set_up(rita)
    send(rita, "reseal")
    shown = page(rita)
    assert not is_unsealed(rita)
    assert reverse("people:unseal") in shown
    assert "I have lost both" in shown
    assert COOKIE not in {name for name, morsel in rita.cookies.items() if morsel.value}


def test_passphrase_unseals_and_so_does_the_code(rita: WebClient) -> None:
    code = set_up(rita)
    for typed in (PASSPHRASE, f"  {PASSPHRASE} ", code, code.replace(" ", ""), code.replace(" ", "-")):
        send(rita, "reseal")
        assert not is_unsealed(rita)
        done = unseal(rita, typed)
        assert (done.status_code, done["Location"]) == (302, reverse("people:start"))
        assert is_unsealed(rita)


def test_forty_digits_may_be_a_passphrase(rita: WebClient) -> None:
    """They look like a recovery code and are none."""
    typed = "12345 67890 " * 4
    set_up(rita, typed)
    send(rita, "reseal")
    assert unseal(rita, typed).status_code == 302


@pytest.mark.parametrize("typed", [PASSPHRASE.upper(), "x", "1" * 40, ""])
def test_a_wrong_passphrase_is_said_beside_its_field(rita: WebClient, typed: str) -> None:
    set_up(rita)
    send(rita, "reseal")
    answer = unseal(rita, typed)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r'id="id_passphrase_error"><li>[^<]+</li>', shown)
    assert 'href="#id_passphrase"' in shown
    assert 'aria-invalid="true"' in shown
    assert not typed or f'value="{typed}"' not in shown, "what was typed is not sent back"
    assert COOKIE not in answer.cookies
    assert not is_unsealed(rita)


@pytest.mark.parametrize(
    ("passphrase", "again", "field", "words"),
    [
        ("short", "short", "passphrase", "at least 16"),
        (" " * 20, " " * 20, "passphrase", "at least 16"),
        ("   short words   ", "   short words   ", "passphrase", "at least 16"),
        (PASSPHRASE, PASSPHRASE + "s", "again", "not the same"),
        (make.PASSWORD, make.PASSWORD, "passphrase", "your password"),
        ("", "", "passphrase", ""),
    ],
)
def test_a_passphrase_that_can_be_guessed_is_refused(
    network: Network, passphrase: str, again: str, field: str, words: str
) -> None:
    """Whoever has the database may try as often as they like; length is all that stands against that."""
    network.rita.set_password(make.PASSWORD)
    network.rita.save()
    shown = send(open_as(network.rita), "set_passphrase", passphrase=passphrase, again=again).content.decode()
    found = re.search(rf'id="id_{field}_error">(.*?)</ul>', shown)
    assert found
    assert words in found[1]
    assert not MemberLock.objects.exists()


def test_session_never_holds_the_private_key_in_the_clear(network: Network, rita: WebClient) -> None:
    """Not even whoever has the node's secret too and opens the sealed session."""
    set_up(rita)
    private, row = bytes(private_of(network)), Session.objects.get(session_key=rita.session.session_key)
    stored = row.get_decoded()
    assert stored["unsealed"]
    half = urlsafe_b64decode(rita.cookies[COOKIE].value)
    assert len(half) == 32
    for told in (str(stored), row.session_data):
        for secret in (private, half):
            for form in (secret.hex(), b64encode(secret).decode(), repr(secret), repr(list(secret))):
                assert form.strip("=") not in told
    assert SecretBox(half).decrypt(b64decode(stored["unsealed"])) == private, "so this is where it is"


def test_without_the_cookie_nothing_opens(rita: WebClient) -> None:
    """Whoever takes the database, the sessions and the node's secret lacks the half in the browser."""
    set_up(rita)
    kept = rita.cookies.pop(COOKIE)
    assert not is_unsealed(rita)
    for wrong in ("", "x", "é", "A" * 43 + "=", kept.value[:-4]):
        rita.cookies[COOKIE] = wrong
        assert not is_unsealed(rita)
    rita.cookies[COOKIE] = kept.value
    assert is_unsealed(rita)


def test_the_cookie_opens_its_own_session_only(network: Network, rita: WebClient) -> None:
    set_up(rita)
    another, carl = open_as(network.rita), open_as(network.carl)
    set_up(carl, OTHER)
    for client in (another, carl):
        client.cookies[COOKIE] = rita.cookies[COOKIE].value
        assert not is_unsealed(client)


def test_the_cookie_ends_with_the_browser_and_no_script_reads_it(rita: WebClient) -> None:
    set_up(rita)
    cookie = rita.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Strict", "/", "")
    assert (cookie["expires"], cookie["max-age"]) == ("", "")


@override_settings(SESSION_COOKIE_SECURE=True)
def test_on_an_encrypted_node_the_cookie_is_for_this_host_alone(network: Network) -> None:
    client = open_as(network.rita)
    sent = client.post(reverse("people:set_passphrase"), {"passphrase": PASSPHRASE, "again": PASSPHRASE}, secure=True)
    cookie = sent.cookies["__Host-unsealing"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    gone = client.post(reverse("people:reseal"), secure=True).cookies["__Host-unsealing"]
    assert (gone.value, gone["secure"], gone["path"]) == ("", True, "/"), "else a browser does not take it"


def test_signing_out_seals_again(network: Network, rita: WebClient) -> None:
    set_up(rita)
    kept = rita.cookies[COOKIE].value
    rita.post(reverse("account_logout"))
    assert rita.get(reverse("people:sealing")).status_code == 302
    again = open_as(network.rita)
    again.cookies[COOKIE] = kept
    assert not is_unsealed(again)


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http:///evil.example",
        "/\n/evil.example",
    ],
)
def test_unsealing_leads_to_addresses_of_this_site_only(rita: WebClient, foreign: str) -> None:
    """A mail with a link to our own form must not end on somebody's imitation of it."""
    set_up(rita)
    send(rita, "reseal")
    asked = rita.get(f"{reverse('people:unseal')}?next={quote(foreign)}").content.decode()
    assert f'name="next" value="{reverse("people:start")}"' in asked
    assert unseal(rita, PASSPHRASE, next=foreign)["Location"] == reverse("people:start")


def test_unsealing_leads_back_to_where_it_was_asked_for(rita: WebClient) -> None:
    set_up(rita)
    send(rita, "reseal")
    wanted = reverse("people:account")
    asked = rita.get(f"{reverse('people:unseal')}?next={wanted}").content.decode()
    assert f'name="next" value="{wanted}"' in asked
    assert f'value="{wanted}"' in unseal(rita, "wrong", next=wanted).content.decode(), "and after a slip, too"
    assert unseal(rita, PASSPHRASE, next=wanted)["Location"] == wanted


def test_who_has_no_passphrase_yet_is_led_to_set_one(rita: WebClient) -> None:
    assert rita.get(reverse("people:unseal"))["Location"] == reverse("people:sealing")


def test_changing_the_passphrase_needs_the_old_one(network: Network, rita: WebClient) -> None:
    """Somebody at an open desk cannot lock the member out."""
    set_up(rita)
    before = bytes(private_of(network))
    send(rita, "reseal")
    asked = send(rita, "set_passphrase", passphrase=OTHER, again=OTHER)
    assert asked["Location"].startswith(reverse("people:unseal"))
    assert bytes(private_of(network)) == before
    unseal(rita, PASSPHRASE)
    code = set_up(rita, OTHER)
    send(rita, "reseal")
    assert unseal(rita, PASSPHRASE).status_code == 200
    assert unseal(rita, OTHER).status_code == 302
    assert unseal(rita, code).status_code == 302
    assert is_unsealed(rita)


def test_whoever_lost_both_begins_anew_and_holds_nothing(network: Network, rita: WebClient) -> None:
    set_up(rita)
    network.private[network.rita] = private_of(network)
    network.agree(network.propose(network.rita))
    send(rita, "reseal")
    set_up(rita, OTHER, lost="on")
    shown = page(rita)
    assert is_unsealed(rita)
    assert "You hold it" not in shown
    assert "waits for the key" in shown
    assert not HeldKey.objects.exists()


def test_a_session_from_before_beginning_anew_is_sealed_and_cannot_bring_the_old_key_back(
    network: Network, rita: WebClient
) -> None:
    """It would lock the old key up in the place of the new one, and nothing given since would open."""
    set_up(rita)
    phone = open_as(network.rita)
    set_up(phone, OTHER, lost="on")
    assert is_unsealed(phone)
    assert not is_unsealed(rita)
    asked = send(rita, "set_passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert asked["Location"].startswith(reverse("people:unseal"))
    locked = keys.own_lock(make.viewer_of(network.rita))
    assert locked
    opened = locks.open_with_passphrase(locked, OTHER)
    assert bytes(opened.public_key) == bytes(MemberKey.objects.get().public)


def test_a_lock_that_opens_to_another_key_unseals_nothing(network: Network, rita: WebClient) -> None:
    """Somebody who can write to the database puts a lock there whose passphrase they know."""
    set_up(rita)
    send(rita, "reseal")
    slipped_in = locks.lock(PrivateKey.generate(), OTHER, locks.draw_code(), CHEAPEST)
    MemberLock.objects.filter(person=network.rita).update(
        salt=slipped_in.salt, by_passphrase=slipped_in.by_passphrase, by_code=slipped_in.by_code
    )
    assert unseal(rita, OTHER).status_code == 200
    assert not is_unsealed(rita)


def test_giving_is_refused_with_the_reason(network: Network, rita: WebClient) -> None:
    set_up(rita)
    network.private[network.rita] = private_of(network)
    key = network.agree(network.propose(network.rita))
    for to, words in (
        (network.carl.pk, "has to set an unsealing passphrase"),
        ("x", "Choose a person"),
        ("", "Choose"),
    ):
        send(rita, "give_key", key.pk, to=to)
        assert words in page(rita)
    send(rita, "reseal")
    set_up(open_as(network.carl), OTHER)
    send(rita, "give_key", key.pk, to=network.carl.pk)
    assert "You do not hold this key" in page(rita), "not while the session is sealed"
    assert send(rita, "give_key", network.carl.pk, to=network.carl.pk).status_code == 404
    assert HeldKey.objects.count() == 1


def test_a_key_of_others_is_neither_made_nor_given(network: Network, rita: WebClient) -> None:
    set_up(rita)
    send(rita, "make_key", network.charity.pk, reason="x")
    assert "Only somebody who reads" in page(rita)
    other = make.make_key(network.charity)
    send(rita, "give_key", other.pk, to=network.rita.pk)
    assert "You do not hold this key" in page(rita)
    assert not HeldKey.objects.filter(person=network.rita).exists()


def test_only_readers_come_here(network: Network) -> None:
    for person in (network.ada, make.make_member(Role.MEMBER, network.city)):
        for name in ("sealing", "unseal"):
            answer = open_as(person).get(reverse(f"people:{name}"))
            assert answer.status_code == 403
            assert "Only members of a team" in answer.content.decode()


def test_secrets_are_told_to_nobody(rita: WebClient) -> None:
    """The page with the code is kept by no cache, and shown this once."""
    sent = send(rita, "set_passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert sent["Cache-Control"] == "no-store"
    group = re.findall(r"\b\d{5}\b", re.sub(r"<[^>]+>", " ", sent.content.decode()))[0]
    assert PASSPHRASE not in sent.content.decode()
    assert group not in page(rita)
    assert MemberLock.objects.get().memory == CHEAPEST.memory, "what was measured at installation"
