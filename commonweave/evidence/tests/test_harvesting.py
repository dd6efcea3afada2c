"""Harvesting: a source that dies half-way costs nothing that came, and goes on; nothing of our own network is ever asked."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from commonweave.base.models import JournalEntry
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, SYSTEM
from commonweave.evidence import actions, oai_client, outside, queries
from commonweave.evidence.models import Harvest, Harvested, HarvestState, Record
from commonweave.evidence.tests.factories import add_effect, add_harvest, make_record
from commonweave.evidence.views.harvesting import said_fault
from commonweave.people.models import Role
from commonweave.people.tests.factories import make_member, viewer_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

TEN = "10." + "0.0.1"
PAGE = '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{}<resumptionToken>{}</resumptionToken></ListRecords></OAI-PMH>'
ENTRY = (
    "<record><header><identifier>oai:x:{0}</identifier><datestamp>2026-01-0{0}</datestamp></header><metadata>"
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>Study {0}</dc:title><dc:creator>Banda, T.</dc:creator><dc:date>2019-05</dc:date>"
    "<dc:identifier>https://doi.org/10.1000/{0}</dc:identifier></oai_dc:dc></metadata></record>"
)
GONE = '<record><header status="deleted"><identifier>oai:x:{0}</identifier><datestamp>2026-02-01</datestamp></header></record>'


class Source(ThreadingHTTPServer):
    """A library of two pages that breaks off in the middle of the page `dies`, and never ends an answer while it `dawdles`."""

    dies = dawdles = "nothing"
    asked: list[dict[str, list[str]]]
    pages: dict[str, str]


class Handler(BaseHTTPRequestHandler):
    server: Source

    def do_GET(self) -> None:
        said = parse_qs(urlsplit(self.path).query)
        self.server.asked.append(said)
        token = said.get("resumptionToken", said.get("from", [""]))[0]
        body = self.server.pages[token].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if token in (self.server.dies, self.server.dawdles) else body)
        if self.server.dawdles == token:
            self.rfile.read(1)  # until the other side hangs up

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def unknown_name(*_asked: object, **_more: object) -> None:
    raise socket.gaierror


@contextmanager
def source() -> Iterator[Source]:
    server = Source(("127.0.0.1", 0), Handler)
    server.asked, server.pages = (
        [],
        {"": PAGE.format(ENTRY.format(1) + ENTRY.format(2), "two"), "two": PAGE.format(ENTRY.format(3), "")},
    )
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.django_db
def test_a_source_that_dies_half_way_is_gone_on_with_and_nothing_comes_twice(settings: Settings) -> None:
    settings.HARVEST_PRIVATE = True
    assert said_fault("") == ""
    make_record("Here already", doi="10.1000/2")
    with source() as there:
        row = add_harvest(uuid4(), f"http://127.0.0.1:{there.server_port}/oai")
        there.dies = "two"
        actions.harvest(SYSTEM, row.pk)
        row.refresh_from_db()
        assert (row.state, row.fault, row.token, row.taken, row.there) == (HarvestState.STOPPED, "away", "two", 1, 1)
        there.dies = "nothing"
        actions.go_on(SYSTEM, row.pk)
        actions.harvest(SYSTEM, row.pk)
        row.refresh_from_db()
        assert (row.state, row.token, row.taken, row.since) == (HarvestState.DONE, "", 2, "2026-01-03")
        assert [each.get("resumptionToken") for each in there.asked] == [None, ["two"], ["two"]]
        there.pages["2026-01-03"] = PAGE.format(ENTRY.format(3) + GONE.format(1), "")
        actions.go_on(SYSTEM, row.pk)
        actions.harvest(SYSTEM, row.pk)
    assert Record.objects.filter(holder=row.holder, state="draft").count() == 2
    assert Harvested.objects.get(gone=True).identifier == "oai:x:1"
    assert Harvest.objects.get().gone == 1
    assert Record.objects.filter(state="draft").exclude(sources=[]).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (PAGE.format(ENTRY.format(3), "two"), "round"),
        (PAGE.format("", "one"), "round"),
        (PAGE.format("", "three"), "slow"),
    ],
    ids=["round", "circle", "slow"],
)
def test_a_source_that_would_keep_us_for_ever_is_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, page: str, fault: str
) -> None:
    settings.HARVEST_PRIVATE = True
    with source() as there:
        there.pages |= {"two": page, "three": page, "one": PAGE.format("", "two")}
        if fault == "slow":
            there.dawdles = "three"
            monkeypatch.setattr(outside, "WHOLE", 0.5)
        row = add_harvest(uuid4(), f"http://127.0.0.1:{there.server_port}/oai")
        actions.harvest(SYSTEM, row.pk)
        assert len(there.asked) <= 4
    assert Harvest.objects.get().fault == fault


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "most", "faults"),
    [
        ("MOST_PAGES", 1, ["pages", ""]),
        ("MOST_DRAFTS", 1, ["drafts", "drafts", ""]),
        ("MOST_BYTES", 1, ["bytes", ""]),
    ],
)
def test_a_run_ends_at_its_limits_and_the_next_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, faults: list[str]
) -> None:
    """A library without end fills neither the disk nor a year of reading; a large one comes whole, run by run."""
    settings.HARVEST_PRIVATE = True
    monkeypatch.setattr(f"commonweave.evidence.rules.harvesting.{limit}", most)
    said = []
    with source() as there:
        row = add_harvest(uuid4(), f"http://127.0.0.1:{there.server_port}/oai")
        for number, _fault in enumerate(faults, 1):
            actions.harvest(SYSTEM, row.pk)
            row.refresh_from_db()
            said.append(row.fault)
            assert row.run_drafts <= 2
            assert row.taken >= number
            if number < len(faults):
                assert row.state == HarvestState.STOPPED
                actions.go_on(SYSTEM, row.pk)
    assert (said, row.state, row.taken) == (faults, HarvestState.DONE, 3)
    assert Record.objects.filter(holder=row.holder).count() == 3
    assert all(said_fault(each) for each in faults[:-1])


@pytest.mark.django_db
def test_who_keeps_a_library_stops_its_harvest_even_while_a_page_is_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HARVEST_PRIVATE = True
    keeper, other = (viewer_of(make_member(Role.ADMINISTRATOR)) for _each in range(2))
    with source() as there:
        row = add_harvest(next(iter(keeper.organisations)), f"http://127.0.0.1:{there.server_port}/oai")
        with pytest.raises(Http404):
            actions.stop_harvest(other, row.pk)

        def read_and_stop(address: str) -> bytes:
            data = outside.fetch(address)
            actions.stop_harvest(keeper, row.pk)
            return data

        monkeypatch.setattr("commonweave.evidence.actions.harvesting.fetch", read_and_stop)
        actions.harvest(SYSTEM, row.pk)
        actions.harvest(SYSTEM, row.pk)
        assert len(there.asked) == 1
    row.refresh_from_db()
    assert (row.state, row.fault, row.taken) == (HarvestState.STOPPED, "person", 0)
    assert JournalEntry.objects.get(verb="harvest.stopped").actor == keeper.person


@pytest.mark.django_db
def test_drafts_that_nobody_worked_on_are_deleted_and_nothing_else(settings: Settings) -> None:
    """What somebody changed or added to is theirs; what was deleted does not come again."""
    settings.HARVEST_PRIVATE = True
    keeper, other = (viewer_of(make_member(Role.ADMINISTRATOR)) for _each in range(2))
    holder = next(iter(keeper.organisations))
    mine = make_record("Mine", holder=holder, state="draft")
    with source() as there:
        row = add_harvest(holder, f"http://127.0.0.1:{there.server_port}/oai")
        with pytest.raises(Refused):
            actions.ask_to_clear(keeper, row.pk)
        actions.harvest(SYSTEM, row.pk)
        changed, added, _left = Record.objects.filter(untouched=True).order_by("doi")
        said = {name: getattr(changed, name) for name in actions.Facts.__dataclass_fields__}
        actions.change_record(keeper, changed.pk, actions.Facts(**said))
        add_effect(added)
        with pytest.raises(Http404):
            actions.ask_to_clear(other, row.pk)
        with pytest.raises(Refused):
            actions.clear_harvest(keeper, row.pk)
        assert actions.ask_to_clear(keeper, row.pk) == 1
        assert actions.clear_harvest(SYSTEM, row.pk) == 1
        Harvest.objects.update(since="")
        actions.go_on(SYSTEM, row.pk)
        actions.harvest(SYSTEM, row.pk)
    assert set(Record.objects.values_list("pk", flat=True)) == {mine.pk, changed.pk, added.pk}
    asked, done = JournalEntry.objects.filter(verb__in=("harvest.clearing", "harvest.cleared")).order_by("-verb")
    assert (asked.actor, asked.facts["drafts"], done.facts["drafts"]) == (keeper.person, 1, 1)


@pytest.mark.django_db
def test_only_what_could_be_the_same_is_looked_at() -> None:
    """A library of a hundred thousand has thousands a year; a page of it asks for none of the others."""
    same = make_record("The Same, again", doi="10.1000/9")
    for number in range(5):
        make_record(f"Number {number}", year=same.year)
    rows = [
        {"doi": "", "year": same.year, "titles": {"texts": {"en": "the same again"}}},
        {"doi": "10.1000/9", "year": 1999, "titles": {"texts": {"en": "Other"}}},
        {"doi": "", "year": same.year, "titles": {"texts": {"en": "New"}}},
    ]
    with CaptureQueriesContext(connection) as asked:
        assert [each and each.pk for each in queries.twins(NOBODY, rows)] == [same.pk, same.pk, None]
    with connection.cursor() as cursor:
        cursor.execute(asked.captured_queries[0]["sql"])
        assert len(cursor.fetchall()) == len(asked.captured_queries) == 1


@pytest.mark.django_db
def test_what_stood_there_before_is_marked() -> None:
    same = make_record("The same")
    marks, _made = same.marks, Record.objects.update(marks=[])
    import_module("commonweave.evidence.migrations.0022_limits").mark(apps, None)
    same.refresh_from_db()
    assert same.marks == marks != []


@pytest.mark.django_db
def test_our_own_network_is_never_asked() -> None:
    with source() as there:
        row = add_harvest(uuid4(), f"http://localhost:{there.server_port}/oai")
        actions.harvest(SYSTEM, row.pk)
        assert there.asked == []
    assert Harvest.objects.get().fault == "unknown"


@pytest.mark.parametrize("host", ["localhost", TEN, "nowhere"])
def test_an_inner_name_is_told_no_different_from_one_that_there_is_not(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Else whoever may harvest learns which names our own network knows."""
    if host == "nowhere":
        monkeypatch.setattr(socket, "getaddrinfo", unknown_name)
    with pytest.raises(outside.Away, match=r"\Aunknown\Z"):
        outside.fetch(f"http://{host}/oai")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        TEN,
        "192.168." + "1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - to be refused
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        f"::ffff:{TEN}",
        "2002:0a00:0001::",
        f"64:ff9b::{TEN}",
    ],
)
def test_an_inner_address_is_inside_however_it_is_written(address: str) -> None:
    assert not outside.is_outside(address)
    assert outside.is_outside("93.184.216.34")


@pytest.mark.parametrize(
    "address",
    [
        "file:" + "///etc/passwd",
        "ftp://example.org/",
        "http://a:b@example.org/",
        "http:///x",
        "http://x:99999/",
        "https://exa mple.org/",
    ],
)
def test_what_is_no_web_address_is_not_asked(address: str) -> None:
    with pytest.raises(outside.Away, match="address"):
        outside.judged(address)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<html>", "xml"),
        (b"<html/>", "xml"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:/etc/passwd">]><x>&a;</x>', "xml"),
        (b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badVerb"/></OAI-PMH>', "badVerb"),
    ],
)
def test_what_is_no_page_of_a_library_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(outside.Away, match=why):
        oai_client.read_page(data)
