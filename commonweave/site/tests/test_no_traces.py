"""The whole way of a resident, with strings planted in every field: they are read nowhere but under the seal.

What a resident would lose: whoever gets a copy of the database or of a log would learn who wrote, from where, and what.
`python -m tools.audit canaries` does the same at full size, with a running node and every file of its data folder.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import unicodedata
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from commonweave.base.gate.memory import memory
from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.people.tests.factories import make_organisation
from commonweave.places.models import Place
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions
from commonweave.reports.counting import close_weeks
from commonweave.reports.draft import unlock_receipt
from commonweave.reports.models import Report
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.sharing import receipts
from commonweave.sharing.models import Cell
from tools.visitor import Answer, Form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

pytestmark = pytest.mark.django_db

MARK = "zq7canary"  # begins every planted string
PLANTED = [
    f"{MARK}-{field}" for field in ("what", "address", "where", "when", "add", "correct", "answer", "place", "notice")
]
ADDRESS, AGENT, REFERRER = "203.0.113.77", "Zq7Browser/1.0 (planted)", "https://zq7referrer.example/thread"
POINT = {"lon": "1.2345678", "lat": "1.8765432"}
HEADERS = {
    "REMOTE_ADDR": ADDRESS,
    "HTTP_USER_AGENT": AGENT,
    "HTTP_REFERER": REFERRER,
    "HTTP_X_FORWARDED_FOR": ADDRESS,
    "HTTP_X_REAL_IP": ADDRESS,
    "HTTP_COOKIE": f"other={MARK}",
}
OPEN_SOURCES = {"'none'", "'self'", "data:"}


class Page(NamedTuple):
    response: HttpResponse
    path: str

    @property
    def html(self) -> str:
        """The page as text."""
        return self.response.content.decode()

    def form(self, field: str) -> Form:
        """The form that has this field."""
        answer = Answer(200, {}, self.response.content, 0.0, self.path)
        return next(form for form in answer.forms if field in form.names | form.choices.keys() | form.buttons.keys())


class Resident:
    """A browser without scripts that keeps every page it was shown."""

    def __init__(self, language: str) -> None:
        self.client = WebClient()
        self.client.defaults.update(HEADERS)
        self.language = language
        self.pages: list[Page] = []

    def get(self, path: str, *, status: int = 200) -> Page:
        """Follow a link."""
        return self._keep(self.client.get(path), path, status)

    def send(self, form: Form, **words: str | Iterable[str]) -> Page:
        """Fill in a form and send it."""
        body, kind = urlencode(form.filled(**words)), "application/x-www-form-urlencoded"
        return self._keep(self.client.post(form.action, body, content_type=kind), form.action, 200)

    def address(self, name: str, *args: str) -> str:
        """The address of a page in this resident's language."""
        with translation.override(self.language):
            return reverse(name, args=args)

    def _keep(self, response: object, path: str, status: int) -> Page:
        page = Page(response, path)  # type: ignore[arg-type]  # Django's test client adds to a response
        assert page.response.status_code == status, page.html[:2000]
        self.pages.append(page)
        return page


def walk(resident: Resident, kind: str) -> str:
    """Go the whole way once and return the digits of the receipt."""
    resident.get(resident.address("site:start"))
    resident.get(resident.address("site:place", "xx-city"))
    resident.get(f"/{resident.language}/{MARK}-place/?q={MARK}-place", status=404)
    started = resident.get(resident.address("reports:start_at", "xx-city") + f"?q={MARK}-place")
    asked = resident.send(started.form("draft"))
    resident.send(asked.form("kind"), next="1")
    where = resident.send(asked.form("kind"), kind=kind, next="1")
    missed = resident.send(where.form("q"), q=f"{MARK}-place", find="1")
    located = resident.send(missed.form("q"), **POINT, here="1")
    who = resident.send(located.form("choose"), choose="xx-city")
    typed = {name: f"{MARK}-{name}" for name in ("what", "address", "where", "when") if name in who.form("what").names}
    wrong = resident.send(who.form("what"), **typed, send="1")
    assert f"{MARK}-what" in wrong.html, "what was typed stands in the page of errors"
    form = wrong.form("what")
    sent = resident.send(form, **typed, who=["city_support"], send="1")
    digits = unlock_receipt(dict(sent.form("visit").values)["visit"])
    thread = resident.send(sent.form("visit"))
    thread = resident.send(thread.form("words-text"), **{"words-text": f"{MARK}-add"}, do="add")
    thread = resident.send(thread.form("words-text"), **{"words-text": f"{MARK}-correct"}, do="correct")
    thread = resident.send(thread.form("who"), who=["police"], do="widen")
    asking = thread.form("notice-address")
    mistyped = resident.send(asking, **{"notice-address": f"{MARK}-notice"}, do="notice")
    assert "This is not an email address." in mistyped.html or resident.language != "en"
    thread = resident.send(asking, **{"notice-address": f"{MARK}-notice@example.org"}, do="notice")
    assert f"{MARK}-notice" not in thread.html, "nothing here reads the address again"
    _answer()
    assert actions.send_notices(timezone.now()) == 1
    asked = resident.get(resident.address("reports:receipt_at", "xx-city"))
    number = " ".join(receipts.show(digits))
    resident.send(asked.form("number"), number=number[:-1])
    thread = resident.send(asked.form("number"), number=number)
    for field in ("what", "when", "add", "correct", "answer"):
        assert f"{MARK}-{field}" in thread.html, f"the resident reads {field} again"
    return digits


def _answer() -> None:
    report = Report.objects.select_related("team").latest("pk")
    member = member_of(report.team)
    with as_viewer(member):
        opened = actions.open_report(member, report.pk, ring=ring_of(report.team))
        assert opened.document["point"] == [float(POINT["lon"]), float(POINT["lat"])]
        actions.answer_report(member, report.pk, text=f"{MARK}-answer")


def everything() -> str:
    """Return all rows of all tables as text, read by the role that backups use: no policy holds for it."""
    with connection.cursor() as cursor:
        cursor.execute("set role commonweave_backup")
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'select t::text from "{table}" t')  # noqa: S608 - the server's own names
            found += [row for (row,) in cursor.fetchall()]
        cursor.execute("set role commonweave_worker")
    return "\n".join(found)


def traces(text: str, digits: str = "") -> list[str]:
    """Return what of a resident stands in a text, in whatever dress."""
    words = [*PLANTED, MARK, ADDRESS, AGENT, REFERRER, *POINT.values()]
    found = [word for word in words if any(dress in text for dress in dresses(word))]
    figures = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
    return found + ([f"receipt {digits}"] if digits and digits in figures else [])


def dresses(word: str) -> list[str]:
    """Return a word as it stands in text, in bytes shown as hex, hashed (which hides no address), in base64 at three places."""
    plain = word.encode()
    packed = ipaddress.ip_address(word).packed if word == ADDRESS else plain
    hashed = [
        hashlib.new(kind, data).hexdigest()
        for kind in ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s")
        for data in (plain, packed)
    ]
    return [word, plain.hex(), *hashed] + [
        base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4].decode() for shift in range(3)
    ]


@pytest.fixture(autouse=True)
def _city() -> None:
    country = make_place("xx", type="country", box=(0, 0, 4, 4), settings={"accent": "#111111"})
    called = {"texts": {"en": "Ask City"}, "original": "en", "machine": []}
    look = {"accent": "#222222", "public_name": called}
    city = make_place("xx-city", country, name="City", box=(0, 0, 3, 3), settings=look)
    make_team(city)
    make_team(city, "police")


def test_the_search_is_not_blind() -> None:
    """A search that finds nothing must be one that would find something."""
    make_organisation(name=f"{MARK}-what {ADDRESS} 12345 67890 12345 67890 12345 678")
    assert traces(everything(), "1234567890123456789012345678") == [
        f"{MARK}-what",
        MARK,
        ADDRESS,
        "receipt 1234567890123456789012345678",
    ]
    assert traces(f"-{MARK}-what-".encode().hex()) != []
    assert traces(base64.b64encode(f"123{MARK}-what456".encode()).decode()) != []


@pytest.mark.parametrize("kind", ["happened", "online"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_of_a_resident_is_left_outside_the_seal(
    language: str, kind: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """No word, no number, no address and no browser in any row, log or line on standard error."""
    resident = Resident(language)
    digits = walk(resident, kind)
    assert traces(everything(), digits) == []
    thread = resident.pages[-1]
    asking = resident.send(thread.form("visit"), do="withdraw")
    resident.send(asking.form("sure"), do="withdraw")
    assert traces(everything(), digits) == []
    printed = capfd.readouterr()
    assert traces(caplog.text + printed.out + printed.err, digits) == []
    for log in (settings.CONFIG.data / "log").glob("*"):
        assert traces(log.read_text("utf-8", "replace"), digits) == []


def test_a_network_that_is_asked_for_work_leaves_no_trace_either() -> None:
    """Counting is what tempts a program to keep an address, or a plain hash of one, which is as good as the address."""
    for _ in range(5_000):
        memory().count("send", ADDRESS)
    resident = Resident("en")
    with pytest.raises(AssertionError, match="429"):
        walk(resident, "happened")
    assert traces(everything()) == []
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from django_session")
        assert cursor.fetchone() == (0,)


def test_public_pages_say_nothing_of_reports() -> None:
    """Nothing unverified is published: not a word, and no number that grows with what is sent."""
    paths = [
        reverse(name, args=args)
        for name, args in (
            ("site:start", ()), ("site:place", ("xx-city",)), ("site:place", ("xx",)), ("site:protection", ()),
            ("reports:start", ()), ("reports:start_at", ("xx-city",)), ("reports:receipt", ()),
            ("vocabulary:scheme", ("report-kind",)),
        )
    ]  # fmt: skip

    def shown() -> list[str]:
        """The pages without the sealed field that each of them draws anew."""
        return [re.sub(r'name="draft" value="[^"]*"', "", WebClient().get(path).content.decode()) for path in paths]

    before = shown()
    for _ in range(7):
        make_report(Place.objects.get(code="xx-city"), what=f"{MARK}-what")
    close_weeks(timezone.now().date() + timedelta(days=70))
    assert Cell.objects.exists(), "members of organisations that signed are told a number"
    after = shown()
    assert after == before
    assert MARK not in "".join(after)


def test_a_fault_says_where_and_never_what(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """The moment when careless programs print everything they hold."""
    resident = Resident("en")
    walk(resident, "happened")
    form = next(page for page in resident.pages if 'name="what"' in page.html).form("what")
    with connection.cursor() as cursor:
        cursor.execute("set role commonweave_owner")
        cursor.execute("revoke insert on reports_report from commonweave_web")
        cursor.execute("set role commonweave_worker")
    resident.client.raise_request_exception = False
    words = {"what": f"{MARK}-what", "who": "city_support", "send": "1"}
    body = urlencode(form.filled(**words))
    failed = resident.client.post(form.action, body, content_type="application/x-www-form-urlencoded")
    printed = capfd.readouterr()
    assert failed.status_code == 500
    assert "fault ProgrammingError at" in printed.err
    assert traces(caplog.text + printed.out + printed.err + failed.content.decode()) == []


def test_residents_pages_set_no_cookie_and_are_kept_nowhere() -> None:
    """A shared computer must not remember that somebody was here."""
    resident = Resident("en")
    walk(resident, "happened")
    for page in resident.pages:
        headers = page.response.headers
        assert not page.response.cookies, page.path
        assert "Set-Cookie" not in headers, page.path
        assert headers["Cache-Control"] == "no-store", page.path
        assert headers["Referrer-Policy"] == "same-origin", page.path
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert {source for sources in policy.values() for source in sources.split()} <= OPEN_SOURCES, page.path
        assert MARK not in page.path.replace(f"{MARK}-place", ""), "nothing typed travels in an address"
    assert not resident.client.cookies


@pytest.mark.parametrize("begun", ["", "xx"])
def test_no_address_names_the_place_that_was_chosen(begun: str) -> None:
    """Proxies and the phone keep addresses and titles: they may name the place whose own page somebody came from, no other."""
    make_place("xx-far", make_place("xy", type="country", box=(5, 5, 9, 9)), name="Far", box=(5, 5, 6, 6))
    resident = Resident("en")
    start = ("reports:start_at", begun) if begun else ("reports:start",)
    asked = resident.send(resident.get(resident.address(*start)).form("draft"))
    where = resident.send(asked.form("kind"), kind="happened", next="1")
    nobody = resident.send(where.form("q"), choose="xx-far")
    assert "Nobody here takes this yet" in nobody.html
    inside = resident.send(where.form("q"), into="xx-city")
    assert 'src="data:image/svg+xml,' in inside.html
    pointed = resident.send(inside.form("q"), **{"map.x": "150", "map.y": "150"})
    who = resident.send(pointed.form("choose"), choose="xx-city")
    assert ">Ask City</span>" in who.html, "the page still speaks in the name of the chosen place"
    sent = resident.send(who.form("what"), what="Words", who="city_support", send="1")
    resident.send(resident.send(sent.form("visit")).form("visit"), do="withdraw")
    for page in resident.pages:
        loads = Loads(page.html)
        kept = [*loads.fetched, *loads.sent_to, *loads.linked, page.html.split("<title>")[1].split("</title>")[0]]
        named = [text for text in kept if re.search(r"xx-|222222|City|Far", unquote(text).partition("<svg")[0])]
        assert named == [], page.path
        assert any("/at/xx/" in text for text in kept) == bool(begun), page.path


class Loads(HTMLParser):
    """What a browser would fetch by itself, what it would run, and where forms and links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.sent_to: list[str] = []
        self.inline: list[str] = []
        self.leaving: list[str] = []
        self.linked: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sort the addresses of one element by what a browser does with them."""
        words = {name: value or "" for name, value in attrs}
        names = ("src", "srcset", "poster", "data", "background", "ping", "formaction", "xlink:href")
        self.fetched += [words[name] for name in names if name in words]
        if "href" in words:
            (self.linked if tag in {"a", "area"} else self.fetched).append(words["href"])
        if tag == "form":
            self.sent_to.append(words.get("action") or "#")  # without one: to its own page
        if tag == "a" and "data-leave" in words:
            self.leaving.append(words["href"])
            assert {"noreferrer", "noopener"} <= set(words["rel"].split())
        is_inline = tag == "style" or (tag == "script" and "src" not in words)
        self.inline += [tag] * is_inline + [name for name in words if name == "style" or name.startswith("on")]
        if tag == "meta" and "http-equiv" in words:
            self.inline.append("http-equiv")


@pytest.mark.parametrize("kind", ["happened", "online"])
def test_residents_pages_ask_nobody_else_for_anything(kind: str) -> None:
    """A request to somebody else's server would tell them who is reporting. The way out is a link, followed on purpose."""
    resident = Resident("en")
    walk(resident, kind)
    ours = re.compile(r"/(?!/)|#|data:image/")
    for page in resident.pages:
        loads = Loads(page.html)
        assert [found for found in loads.fetched + loads.sent_to if not ours.match(found)] == [], page.path
        assert loads.inline == [], page.path
        assert "@import" not in page.html
        assert len(loads.leaving) == 1, f"one way out on {page.path}"
