"""Others' libraries read by OAI-PMH 2.0 (oai_dc), a page at a time. XML is parsed without entities and without a network."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from lxml import etree

from commonweave.evidence import lines
from commonweave.evidence.importing import Row, checked
from commonweave.evidence.outside import Away, Why

OAI, DC = "{http://www.openarchives.org/OAI/2.0/}", "{http://purl.org/dc/elements/1.1/}"
NOTHING_NEW = "noRecordsMatch"
OLD_TOKEN = "badResumptionToken"  # noqa: S105 - a code of the protocol
YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)")
DATESTAMP = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.ASCII)
LONGEST_ABSTRACT = 6_000


@dataclass
class Heard:
    """One entry of a page: its identifier there, its day, and its facts; `gone` is one that was taken back there."""

    identifier: str
    datestamp: str
    gone: bool
    row: Row | None = None


@dataclass
class Page:
    """A page and the token with which the next one is asked for ("" when this is the last)."""

    heard: list[Heard] = field(default_factory=list)
    token: str = ""


def address_of(base: str, *, token: str = "", since: str = "", oai_set: str = "") -> str:
    """Return the address of the next page."""
    said = {"verb": "ListRecords"}
    if token:
        said["resumptionToken"] = token
    else:
        said |= (
            {"metadataPrefix": "oai_dc"} | ({"from": since} if since else {}) | ({"set": oai_set} if oai_set else {})
        )
    return f"{base}{'&' if '?' in base else '?'}{urlencode(said)}"


def read_page(data: bytes) -> Page:
    """Read a page. Raises Away with "xml", or with the code of the protocol's own error."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise Away(Why.XML) from None
    if root is None or root.tag != f"{OAI}OAI-PMH":
        raise Away(Why.XML)
    if (fault := root.find(f"{OAI}error")) is not None:
        code = str(fault.get("code") or "xml")[:40]
        if code == NOTHING_NEW:
            return Page()
        raise Away(code)
    listed = root.find(f"{OAI}ListRecords")
    if listed is None:
        raise Away(Why.XML)
    heard = [_heard(number, each) for number, each in enumerate(listed.iterfind(f"{OAI}record"), 1)]
    token = (listed.findtext(f"{OAI}resumptionToken") or "").strip()
    return Page([each for each in heard if each.identifier], token)


def _heard(number: int, entry: etree._Element) -> Heard:
    header = entry.find(f"{OAI}header")
    identifier = (entry.findtext(f"{OAI}header/{OAI}identifier") or "").strip()[:400]
    datestamp = (entry.findtext(f"{OAI}header/{OAI}datestamp") or "").strip()
    if not DATESTAMP.fullmatch(datestamp):  # we would ask from there the next time
        datestamp = ""
    if header is None or header.get("status") == "deleted":
        return Heard(identifier, datestamp, gone=True)
    return Heard(identifier, datestamp, gone=False, row=_facts(number, entry))


def _facts(number: int, entry: etree._Element) -> Row:
    def all_of(name: str) -> list[str]:
        return [said for each in entry.iter(f"{DC}{name}") if (said := " ".join("".join(each.itertext()).split()))]

    def first(name: str) -> str:
        return next(iter(all_of(name)), "")

    named = [*all_of("identifier"), *all_of("relation")]
    dois = [doi for each in named if (doi := lines.read_doi(each))]
    years = [found[1] for each in all_of("date") if (found := YEAR.search(each))]
    addresses = [
        each for each in all_of("identifier") if each.startswith(("http://", "https://")) and not lines.read_doi(each)
    ]
    given = {
        "title": first("title")[:600],
        "authors": "\n".join(
            name if "," in name else f"{{{name}}}" for name in (each.replace("|", " ") for each in all_of("creator"))
        ),
        "year": min(years, default=""),
        "language": first("language"),
        "summary": first("description")[:LONGEST_ABSTRACT],
        "publisher": first("publisher")[:300],
        "licence": first("rights")[:100],
        "doi": next(iter(dois), ""),
        "url": next(iter(addresses), ""),
    }
    row = checked(number, given)
    if any(
        name in ("language", "url") for name, _why in row.wrong
    ):  # what is odd there is left out, not the publication
        row = checked(number, given | {name: "" for name, _why in row.wrong if name in ("language", "url")})
    return row
