"""FAIR Signposting: typed links for machines, in the head of a record's page (level 1) and as a document (level 2, RFC 9264)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.encoding import iri_to_uri

from commonweave.evidence import citing
from commonweave.evidence.exchange import addresses, schema_org

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from commonweave.evidence.models import Record

SCHEMA = "https://schema.org/"
DESCRIBED = {
    "datacite": ("application/vnd.datacite.datacite+xml", "http://datacite.org/schema/kernel-4"),
    "datacite-json": ("application/vnd.datacite.datacite+json", "http://datacite.org/schema/kernel-4"),
    "jsonld": ("application/ld+json", SCHEMA),
    "dc": ("application/xml", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
    "csl": ("application/vnd.citationstyles.csl+json", ""),
    "bib": ("application/x-bibtex", ""),
    "ris": ("application/x-research-info-systems", ""),
}
"""Forms that describe a record: media type, and the profile that says more."""
LINKSET = "application/linkset+json"
CRATE, PDF = "application/zip", "application/pdf"


class Link(NamedTuple):
    """A typed link."""

    rel: str
    href: str
    type: str = ""
    profile: str = ""

    def header(self) -> str:
        """Write it as HTTP does (RFC 8288)."""
        said = "".join(f'; {name}="{value}"' for name, value in self.attributes().items())
        return f'<{self.href}>; rel="{self.rel}"{said}'

    def attributes(self) -> dict[str, str]:
        """Return what is said besides."""
        return {name: value for name in ("type", "profile") if (value := getattr(self, name))}


def of_page(record: Record, files: Sequence[object] = ()) -> list[Link]:
    """Return the links of a record's page."""
    known = [(each.get("orcid"), each.get("ror")) for each in record.authors]
    authors = [f"https://orcid.org/{orcid}" if orcid else ror for orcid, ror in known]
    found = [
        Link("cite-as", _web(f"https://doi.org/{record.doi}") if record.doi else addresses.page_of(record)),
        *(
            Link("describedby", addresses.file_of(record, form), media, profile)
            for form, (media, profile) in DESCRIBED.items()
        ),
        Link("type", f"{SCHEMA}AboutPage"),
        Link("type", f"{SCHEMA}{schema_org.type_of(record)}"),
        *(Link("author", _web(author or "")) for author in authors),
        Link("license", _web(record.licence)),
        *(Link("item", href, media) for href, media in _items(record, files)),
        Link("linkset", addresses.file_of(record, "linkset"), LINKSET),
    ]
    return [link for link in found if link.href]


def of_form(record: Record, form: str) -> list[Link]:
    """Return the links of what stands beside the page: what it describes, or what it belongs to."""
    page = addresses.page_of(record)
    if form in DESCRIBED:
        return [Link("describes", page, "text/html")]
    return [Link("collection", page, "text/html")] if form == "zip" else []


def header(links: Iterable[Link]) -> str:
    """Write all links as one header."""
    return ", ".join(link.header() for link in links)


def linkset(record: Record, files: Sequence[object] = ()) -> dict[str, Any]:
    """Return every link of the page and of what stands around it, each said of its own address."""
    page = addresses.page_of(record)
    around = [(addresses.file_of(record, form), of_form(record, form)) for form in (*DESCRIBED, "zip")]
    other = [(href, [Link("collection", page, "text/html")]) for href, media in _items(record, files) if media != CRATE]
    return {"linkset": [_said(page, of_page(record, files)), *(_said(*each) for each in (*around, *other))]}


def _items(record: Record, files: Sequence[object]) -> list[tuple[str, str]]:
    """Return the content: the publication where it stands, the document that is kept here, and the archive."""
    publication = _web(citing.address_of(record))
    kept = [(addresses.absolute("evidence:document", record.slug), PDF)] if files else []
    return [*([(publication, "")] if publication else []), *kept, (addresses.file_of(record, "zip"), CRATE)]


def _said(anchor: str, links: Iterable[Link]) -> dict[str, Any]:
    found: dict[str, Any] = {"anchor": anchor}
    for link in links:
        if link.rel != "linkset":
            found.setdefault(link.rel, []).append({"href": link.href, **link.attributes()})
    return found


def _web(address: str) -> str:
    """Return an address as it can stand in a header; "" for what is none."""
    return iri_to_uri(address) if address.startswith(("https://", "http://")) else ""
