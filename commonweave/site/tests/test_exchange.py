"""What other people's programs read of the library, held against the standards' own schemas, for every record we ship."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import etree
from requests.utils import parse_header_links

from commonweave.evidence.exchange import (
    atom,
    csl,
    datacite,
    datacite_json,
    dublin_core,
    ro_crate,
    schema_org,
    signposting,
)
from commonweave.evidence.exchange.forms import FORMS
from commonweave.evidence.models import Record
from commonweave.evidence.tests.factories import add_effect, add_file, make_record, settle
from commonweave.site.demo.library import load
from commonweave.site.demo.network import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db
TOP = Path(__file__).parents[3]
STANDARDS = Path(os.environ.get("COMMONWEAVE_STANDARDS", TOP.parent / "shared" / "standards"))
ELEMENTS = "contributor coverage creator date description format identifier language publisher relation rights source"
DUBLIN = {f"{{{dublin_core.DC}}}{name}" for name in f"{ELEMENTS} subject title type".split()}
"""The fifteen elements; each may stand there any number of times."""


@pytest.fixture
def library() -> list[Record]:
    load(read("library"), uuid4())
    return list(Record.objects.order_by("slug"))


def test_every_record_of_the_library_is_what_the_standards_ask_for(library: list[Record]) -> None:
    """DataCite 4.7 by its XSD, Dublin Core by its elements; of every twentieth a citation in both styles, for they take long."""
    if not STANDARDS.exists():
        pytest.skip("The standards' own schemas are not on this machine (COMMONWEAVE_STANDARDS).")
    schema = etree.XMLSchema(file=str(STANDARDS / "datacite-4.7" / "metadata.xsd"))
    assert len(library) > 200
    for record in library:
        document = etree.fromstring(etree.tostring(datacite.document(record)))
        assert schema.validate(document), (record.slug, schema.error_log.last_error)
        assert {each.tag for each in dublin_core.document(record)} <= DUBLIN
    for record in library[::20]:
        for style in csl.STYLES:
            said = csl.formatted(record, style)
            assert str(record.year) in said, (record.slug, said)
            assert "[1]" not in said


def test_a_record_with_everything_and_one_with_nothing_are_valid_too() -> None:
    if not STANDARDS.exists():
        pytest.skip("The standards' own schemas are not on this machine (COMMONWEAVE_STANDARDS).")
    schema = etree.XMLSchema(file=str(STANDARDS / "datacite-4.7" / "metadata.xsd"))
    person = {"family": "Banda", "given": "T.", "orcid": "0000-0002-1825-0097"}
    full = make_record(
        "A <study> & more \x0b",
        authors=[person, {"organisation": "Body", "ror": "https://ror.org/03yrm5c26"}],
        doi="10.1000/1",
        url="https://example.org/étude",
        edition="2",
        licence="https://creativecommons.org/licenses/by/4.0/",
        countries=["MW", "??"],
        publisher="Journal",
    )
    for record in (full, make_record(authors=[], year=1500, kind="template")):
        assert schema.validate(etree.fromstring(etree.tostring(datacite.document(record)))), schema.error_log
        assert csl.formatted(record, "apa")
    links = signposting.header(signposting.of_page(full))
    assert links.isascii()
    for said in (
        '<https://doi.org/10.1000/1>; rel="cite-as"',
        '<https://orcid.org/0000-0002-1825-0097>; rel="author"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        '<https://schema.org/ScholarlyArticle>; rel="type"',
        'rel="describedby"; type="application/vnd.datacite.datacite+xml"',
        'rel="describedby"; type="application/vnd.datacite.datacite+json"',
    ):
        assert said in links


def test_datacite_in_json_says_what_its_xml_says() -> None:
    """In the names of DataCite's own JSON; without a DOI what names it stands among the other identifiers."""
    person = {"family": "Banda", "given": "T.", "orcid": "0000-0002-1825-0097"}
    full = make_record(
        "A study",
        authors=[person, {"organisation": "Body"}],
        doi="10.1000/1",
        edition="2",
        licence="CC BY 4.0",
        countries=["MW"],
        publisher="Journal",
        year=2020,
    )
    said = datacite_json.document(full)
    root = datacite.document(full)
    assert said["doi"] == "10.1000/1"
    assert said["creators"][0] == {
        "name": "Banda, T.",
        "nameType": "Personal",
        "givenName": "T.",
        "familyName": "Banda",
        "nameIdentifiers": [
            {
                "nameIdentifier": "0000-0002-1825-0097",
                "nameIdentifierScheme": "ORCID",
                "schemeUri": "https://orcid.org",
            }
        ],
    }
    assert said["creators"][1] == {"name": "Body", "nameType": "Organizational"}
    assert said["titles"][0] == {"title": "A study", "lang": "en"}
    assert said["types"]["resourceTypeGeneral"] == "Text"
    assert (said["publicationYear"], said["version"], said["publisher"]) == ("2020", "2", {"name": "Journal"})
    assert (said["rightsList"], said["geoLocations"]) == ([{"rights": "CC BY 4.0"}], [{"geoLocationPlace": "Malawi"}])
    texts = {each.text for each in root.iter() if each.text}
    assert texts <= set(_leaves(said)), "the XML says something that the JSON does not"
    bare = datacite_json.document(make_record(authors=[]))
    assert "doi" not in bare
    assert bare["alternateIdentifiers"][0]["alternateIdentifierType"] == "URN"


def _leaves(said: Any) -> Iterator[str]:  # noqa: ANN401 - JSON is anything
    if isinstance(said, str):
        yield said
    else:
        for each in said.values() if isinstance(said, dict) else said:
            yield from _leaves(each)


def test_pages_lead_machines_to_every_form_and_back(client: Client) -> None:
    """Level 1 in the head, level 2 as a document: every link is one that can be followed."""
    record = make_record(doi="10.1000/1")
    add_file(record)
    page = client.get(reverse("evidence:record", args=[record.slug]))
    links = requests_links(page.headers["Link"])
    assert {rel for rel, _href in links} == {"cite-as", "describedby", "item", "linkset", "type"}
    ours = [href for _rel, href in links if href.startswith(settings.CONFIG.url)]
    assert len(ours) == len(signposting.DESCRIBED) + 3
    for href in ours:
        answer = client.get(href.removeprefix(settings.CONFIG.url))
        assert answer.status_code == 200, href
    [said, *around] = json.loads(client.get(reverse("evidence:citation", args=[record.slug, "linkset"])).content)[
        "linkset"
    ]
    assert {(rel, each["href"]) for rel, found in said.items() if rel != "anchor" for each in found} == {
        (rel, href) for rel, href in links if rel != "linkset"
    }
    assert {next(iter(each.keys() - {"anchor"})) for each in around} == {"describes", "collection"}


def requests_links(header: str) -> list[tuple[str, str]]:
    """Read a header as one of the most used libraries does."""
    return [(each["rel"], each["url"]) for each in parse_header_links(header)]


@pytest.mark.parametrize("name", FORMS)
def test_each_form_is_handed_out_and_never_of_what_is_hidden(client: Client, name: str) -> None:
    shown, hidden = make_record("Shown"), make_record("Hidden", tlp="AMBER")
    answer = client.get(reverse("evidence:citation", args=[shown.slug, name]))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == FORMS[name].media
    assert not answer.cookies
    assert client.get(reverse("evidence:citation", args=[hidden.slug, name])).status_code == 404


def test_a_crate_explains_every_file_in_it(client: Client) -> None:
    record = make_record(doi="10.1000/1", licence="CC-BY-4.0")
    add_effect(record)
    file = add_file(record)
    answer = client.get(reverse("evidence:citation", args=[record.slug, "zip"]))
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    graph = {each["@id"]: each for each in json.loads(archive.read(ro_crate.METADATA))["@graph"]}
    assert graph[ro_crate.METADATA]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    parts = {each["@id"] for each in graph["./"]["hasPart"]}
    assert parts == set(archive.namelist()) - {ro_crate.METADATA}
    assert "effects.csv" in parts
    assert archive.read("document.pdf") == bytes(file.data)
    assert pointed_at(list(graph.values())) <= set(graph)


def pointed_at(value: Any) -> set[str]:  # noqa: ANN401 any JSON
    """Return every name that something else is said to be, but for what stands outside on purpose."""
    if isinstance(value, list):
        return set().union(*map(pointed_at, value))
    if not isinstance(value, dict):
        return set()
    own = {value["@id"]} if set(value) == {"@id"} else set().union(*map(pointed_at, value.values()))
    return own - {ro_crate.CONFORMS}


def test_what_search_engines_read_has_what_they_need() -> None:
    """`make audit` (part oai) asks checkers that others wrote."""
    said = schema_org.document(make_record("T" * 200, authors=[{"family": "Banda", "given": "T."}]))
    assert said["@type"] == "ScholarlyArticle"
    assert said["author"] == [{"@type": "Person", "name": "T. Banda", "familyName": "Banda", "givenName": "T."}]
    assert len(said["headline"]) == 110
    assert not [name for name, value in said.items() if value in ("", None, [])]


def entries(client: Client, **asked: str) -> list[str]:
    """Return the titles of a feed."""
    answer = client.get(reverse("evidence:feed"), asked)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert not answer.cookies
    document = etree.fromstring(answer.content)
    for path in ("id", "title", "updated", "author/{*}name", "entry/{*}id", "entry/{*}updated", "entry/{*}title"):
        assert document.find("{*}" + path) is not None, path
    return [str(title) for title in document.xpath("a:entry/a:title/text()", namespaces={"a": atom.NAMESPACE})]


def test_a_feed_tells_what_is_new_of_a_question_and_nothing_hidden(client: Client) -> None:
    make_record("Mentoring in schools", direction="made_worse")
    settle(60)
    make_record("Mentoring at work")
    make_record("Mentoring in secret", tlp="GREEN")
    make_record("Roads", interventions=[])
    settle()
    assert entries(client, q="mentoring") == ["Mentoring at work", "Mentoring in schools"]
    assert entries(client, found="made_worse") == ["Mentoring in schools"]
    first = client.get(reverse("evidence:feed"))
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(reverse("evidence:feed"), headers=known).status_code == 304
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(reverse("evidence:feed"), headers=since).status_code == 304
    Record.objects.filter(titles__texts__en="Roads").update(tlp="GREEN")
    settle(0)
    again = client.get(reverse("evidence:feed"), headers=known)
    assert (again.status_code, b"Roads" in again.content) == (200, False)


def test_search_engines_are_led_to_every_public_record_and_to_no_other(client: Client) -> None:
    shown = {make_record().slug for _ in range(5)}
    hidden = [make_record(tlp="AMBER"), make_record(state="draft"), make_record(embargo_until="2999-01-01")]
    settle()
    robots = client.get(reverse("exchange:robots")).content.decode()
    listed = locations(client, robots.partition("Sitemap: ")[2].strip())
    pages = [page for part in listed for page in locations(client, part)]
    assert {page.rstrip("/").rpartition("/")[2] for page in pages} >= shown
    assert not [page for page in pages for record in hidden if record.slug in page]
    for page in pages:
        answer = client.get(page.removeprefix(settings.CONFIG.url))
        assert b'<meta name="robots" content="index">' in answer.content, page


def locations(client: Client, address: str) -> list[str]:
    """Return the addresses in a sitemap."""
    answer = client.get(address.removeprefix(settings.CONFIG.url))
    assert answer.status_code == 200
    return [str(each) for each in etree.fromstring(answer.content).xpath("//*[local-name()='loc']/text()")]


def test_programs_find_and_read_what_pages_show(client: Client) -> None:
    """The same facets, counts and pages; one record with its effects; nothing that is hidden."""
    for number in range(25):
        make_record(f"Study {number}", direction="helped" if number else "made_worse")
    hidden = make_record("Study of ours", tlp="AMBER")
    first = client.get(reverse("api:evidence"), {"q": "study"}).json()
    second = client.get(reverse("api:evidence"), {"q": "study", "after": first["next"]}).json()
    assert (first["total"], second["next"]) == (25, "")
    assert len({each["id"] for each in first["items"] + second["items"]}) == 25
    assert first["facets"]["found"] == [{"code": "helped", "number": 24}, {"code": "made_worse", "number": 1}]
    [worse] = client.get(reverse("api:evidence"), {"found": "made_worse"}).json()["items"]
    record = Record.objects.get(pk=worse["id"].removeprefix("urn:uuid:"))
    add_effect(record)
    told = client.get(reverse("api:evidence_record", args=[record.pk])).json()
    assert (told["titles"]["en"], told["strength"], told["effects"][0]["yi"]) == ("Study 0", "strong", -0.3)
    assert client.get(reverse("api:evidence_record", args=[hidden.pk])).status_code == 404
    assert client.get(reverse("api:evidence"), {"kind": "no such code"}).status_code == 422
    assert client.get(reverse("api:evidence"), {"after": "x"}).status_code == 422


def test_lists_for_programs_ask_the_same_number_of_questions_however_long_they_are(client: Client) -> None:
    counts = []
    addresses = [reverse("evidence:feed"), reverse("api:evidence"), reverse("exchange:sitemap_part", args=["a"])]
    for more in (1, 19):
        for number in range(more):
            make_record(id=UUID(int=(10 << 124) + 100 * more + number))
        settle()
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counts.append(len([each for each in asked.captured_queries if "evidence_" in each["sql"]]))
    assert counts[:3] == counts[3:]
