"""Harvesting (OAI-PMH 2.0): nothing that changed is missed, nothing that is not public is told, what is gone is said."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests
from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree
from oaipmh.client import BaseClient
from oaipmh.metadata import MetadataRegistry, oai_dc_reader
from sickle import Sickle

from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.evidence import actions, queries
from commonweave.evidence.exchange import oai_pmh
from commonweave.evidence.models import Change, Record, State
from commonweave.evidence.queries import Since
from commonweave.evidence.tests.factories import make_record, settle
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
OAI = {"o": oai_pmh.NAMESPACE}
LATER = date(2999, 1, 1)


def ask(_method: str = "get", **given: Any) -> Any:  # noqa: ANN401 lxml has no types
    """Ask as a harvester does; `from` is written from_."""
    said = {name.rstrip("_"): value for name, value in given.items()}
    answer = getattr(WebClient(), _method)("/oai", said)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert not answer.cookies
    return etree.fromstring(answer.content)


def found(document: Any, path: str) -> list[str]:  # noqa: ANN401 lxml has no types
    return [str(each) for each in document.xpath(path, namespaces=OAI)]


def error_of(**given: Any) -> str:
    return "".join(found(ask(**given), "o:error/@code"))


def harvest(**given: Any) -> Iterator[tuple[str, str]]:
    """Return (identifier, "" or "deleted") of everything, page after page."""
    said: dict[str, Any] = {"metadataPrefix": "oai_dc", **given}
    while said:
        document = ask(verb="ListRecords", **said)
        for header in document.xpath("//o:header", namespaces=OAI):
            yield header.findtext("o:identifier", namespaces=OAI), header.get("status", "")
        tokens = found(document, "//o:resumptionToken/text()")
        said = {"resumptionToken": tokens[0]} if tokens else {}


def test_a_harvest_tells_every_public_record_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In pages, by GET and by POST, with the last page saying that it is the last."""
    monkeypatch.setattr(oai_pmh, "PAGE", 2)
    made = {make_record().pk.urn for _ in range(5)}
    settle()
    told = list(harvest())
    assert (len(told), set(told)) == (5, {(urn, "") for urn in made})
    first = ask("post", verb="ListIdentifiers", metadataPrefix="datacite")
    assert len(found(first, "//o:identifier/text()")) == 2
    ends = found(first, "//o:resumptionToken/@expirationDate")[0]
    assert datetime.fromisoformat(ends) > timezone.now() + timedelta(hours=24)


class SickleHere(Sickle):  # type: ignore[misc]  # has no types
    """A harvester that others wrote, asking this process."""

    def _request(self, kwargs: dict[str, str]) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer.raw = 200, io.BytesIO(WebClient().get(self.endpoint, kwargs).content)
        return answer


class PyoaiHere(BaseClient):  # type: ignore[misc]  # has no types
    """Another one."""

    def makeRequest(self, **kw: str) -> bytes:  # noqa: N802 its name for it
        return WebClient().get("/oai", kw).content


def test_harvesters_that_others_wrote_learn_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make audit` (part oai) has four of them harvest 10,000 records of a running node."""
    monkeypatch.setattr(oai_pmh, "PAGE", 3)
    made = [make_record(f"Study <{number}> & \x0b") for number in range(5)]
    settle(60)
    Record.objects.filter(pk=made[0].pk).update(tlp=Tlp.GREEN)
    settle()
    sickle = SickleHere("/oai").ListRecords(metadataPrefix="oai_dc")
    told = {each.header.identifier: (bool(each.header.deleted), each.header.datestamp) for each in sickle}
    registry = MetadataRegistry()
    registry.registerReader("oai_dc", oai_dc_reader)
    listed = list(PyoaiHere(registry).listRecords(metadataPrefix="oai_dc"))
    assert told == {
        head.identifier(): (head.isDeleted(), f"{head.datestamp():%Y-%m-%dT%H:%M:%SZ}")
        for head, _said, _about in listed
    }
    assert {identifier: gone for identifier, (gone, _at) in told.items()} == {
        record.pk.urn: record is made[0] for record in made
    }
    titles = {said["title"][0] for _head, said, _about in listed if said}
    assert titles == {f"Study <{number}> & \N{REPLACEMENT CHARACTER}" for number in range(1, 5)}


def test_what_is_not_public_is_never_told_and_what_was_is_gone() -> None:
    """A label, an embargo or a withdrawal takes it out; the header says so, and nobody learns of what was never out."""
    hidden: dict[str, Any]
    for hidden in ({"state": State.DRAFT}, {"tlp": Tlp.GREEN}, {"embargo_until": LATER}, {"tlp": Tlp.RED}):
        make_record(**hidden)
    records = [make_record(design="rct") for _ in range(4)]
    settle(60)
    Record.objects.filter(pk=records[0].pk).update(tlp=Tlp.AMBER)
    Record.objects.filter(pk=records[1].pk).update(embargo_until=LATER)
    editor = Viewer(person=uuid4(), roles={records[2].holder: frozenset({"administrator"})}, system=True)
    actions.withdraw_record(editor, records[2].pk)
    settle()
    assert dict(harvest()) == {record.pk.urn: "deleted" for record in records[:3]} | {records[3].pk.urn: ""}
    named = found(ask(verb="ListIdentifiers", metadataPrefix="oai_dc"), "//o:identifier/text()")
    assert sorted(named) == sorted(record.pk.urn for record in records)
    gone = ask(verb="GetRecord", identifier=records[2].pk.urn, metadataPrefix="oai_dc")
    assert not gone.findall(".//o:metadata", namespaces=OAI)
    assert "strength.strong" in found(gone, "//o:setSpec/text()"), "it is gone from the sets it was in"
    assert len(dict(harvest(set="strength.strong"))) == 4


def test_a_record_comes_back_when_its_embargo_ends() -> None:
    """By itself: no clock has to ring."""
    record = make_record()
    settle(60)
    tomorrow = timezone.now().date() + timedelta(days=1)
    Record.objects.filter(pk=record.pk).update(embargo_until=tomorrow)
    settle(0)
    assert [change.gone for change in queries.changes_at(timezone.now())] == [True]
    opens = datetime.combine(tomorrow, datetime.min.time(), UTC)
    assert [change.gone for change in queries.changes_at(opens - timedelta(seconds=1))] == [True]
    back = queries.changes_at(opens).get()
    assert (back.gone, back.changed_at) == (False, opens)
    with as_viewer(NOBODY):
        assert Change.objects.filter(gone=False).count() == 0, "nobody is told before"


def test_queryset_equals_policy_for_changes() -> None:
    kept: dict[str, Any]
    for kept in ({}, {"embargo_until": LATER}, {"tlp": Tlp.GREEN}):
        make_record(**kept)
    settle(60)
    Record.objects.filter(tlp=Tlp.CLEAR).update(embargo_until=LATER)
    connection.check_constraints()
    by_queryset = set(queries.changes_at(queries.now()).values_list("pk", flat=True))
    with as_viewer(NOBODY):
        assert set(Change.objects.values_list("pk", flat=True)) == by_queryset
    assert by_queryset


def test_times_and_sets_narrow_a_harvest() -> None:
    old = make_record(kind="guide", language="fr")
    settle(3600)
    new = make_record(kind="evaluation", direction="made_worse")
    settle()
    hour = f"{timezone.now() - timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}"
    assert dict(harvest(from_=hour)) == {new.pk.urn: ""}
    assert dict(harvest(until=hour)) == {old.pk.urn: ""}
    for of_new, of_old in (("kind.evaluation", "kind.guide"), ("found.made_worse", "found.helped")):
        assert dict(harvest(set=of_new)) == {new.pk.urn: ""}
        assert dict(harvest(set=of_old)) == {old.pk.urn: ""}
    sets = found(ask(verb="ListSets"), "//o:setSpec/text()")
    assert {"language.fr", "kind.guide", "strength.strong", "found.made_worse"} <= set(sets)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Sing"}, "badVerb"),
        ({"verb": ["Identify", "Identify"]}, "badArgument"),
        ({"verb": "Identify", "set": "x"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "yesterday"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "0000-01-01"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-01-01", "until": "2026-01-01T00:00:00Z"},
            "badArgument",
        ),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-01-02", "until": "2026-01-01"},
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "x"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "x\0"}, "idDoesNotExist"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": uuid4().urn}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": uuid4().urn}, "idDoesNotExist"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "kind.\0"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "2001-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "9999-12-31"}, "noRecordsMatch"),
    ],
)
def test_mistakes_are_told_as_the_protocol_says(given: dict[str, Any], code: str) -> None:
    make_record()
    settle()
    assert error_of(**given) == code


def test_a_token_of_somebody_else_is_refused_and_an_old_one_too() -> None:
    place = oai_pmh.Place(Since(), "oai_dc")
    forged = signing.dumps(["oai_dc", 0, None, None, None, None, None], salt="something else")
    assert error_of(verb="ListRecords", resumptionToken=forged) == "badResumptionToken"
    assert error_of(verb="ListRecords", resumptionToken=place.token()) == ""


def test_identify_says_what_harvesters_must_know(monkeypatch: pytest.MonkeyPatch) -> None:
    record = make_record()
    settle()
    told = {each.tag.partition("}")[2]: each.text for each in ask(verb="Identify")[2]}
    assert (told["deletedRecord"], told["granularity"]) == ("persistent", "YYYY-MM-DDThh:mm:ssZ")
    assert told["baseURL"].endswith("/oai")
    [stamp] = found(ask(verb="ListIdentifiers", metadataPrefix="oai_dc"), "//o:datestamp/text()")
    assert told["earliestDatestamp"] == stamp
    formats = found(ask(verb="ListMetadataFormats", identifier=record.pk.urn), "//o:metadataPrefix/text()")
    assert formats == ["oai_dc", "datacite", "oai_datacite"]
    assert told["adminEmail"].endswith(".invalid"), "nobody said who reads mail"
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, contact="library@example.org"))
    assert found(ask(verb="Identify"), "//o:adminEmail/text()") == ["library@example.org"]


def test_a_page_asks_the_same_number_of_questions_however_long_it_is() -> None:
    counts = []
    for more in (1, 29):
        for _ in range(more):
            make_record()
        settle()
        with CaptureQueriesContext(connection) as asked:
            oai_pmh.answer([("verb", "ListRecords"), ("metadataPrefix", "oai_datacite")])
        counts.append(len(asked))
    assert counts == [3, 3]


@pytest.mark.django_db(transaction=True)
def test_what_was_written_before_a_question_and_committed_after_it_is_told_next_time() -> None:
    """A harvester goes on from when it asked; a record with an older time that came late would never be seen."""
    written, asked = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            make_record()
            written.set()
            asked.wait(10)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(10)
    at = queries.now()
    assert not queries.changes_at(at).exists()
    asked.set()
    writer.join()
    assert queries.changes_at(queries.now()).get().changed_at >= at
