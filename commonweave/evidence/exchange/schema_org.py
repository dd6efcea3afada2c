"""A publication in the words of schema.org, as JSON-LD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commonweave.evidence import citing
from commonweave.evidence.exchange import addresses
from commonweave.evidence.exchange.subjects import countries_of, subjects_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commonweave.evidence.models import Record

KINDS = {
    "data_set": "Dataset",
    "training": "LearningResource",
    "guide": "Report",
    "strategy": "Report",
    "policy_brief": "Report",
    "template": "CreativeWork",
    "good_practice": "CreativeWork",
}
"""What is neither of these is a scholarly article."""
HEADLINE = 110  # what search engines show at most


def type_of(record: Record) -> str:
    """Return what it is."""
    return KINDS.get(record.kind, "ScholarlyArticle")


def document(record: Record) -> dict[str, Any]:
    """Return the whole document."""
    return {"@context": "https://schema.org", **node(record)}


def node(record: Record) -> dict[str, Any]:
    """Return the publication."""
    title, page = citing.own_title(record), addresses.page_of(record)
    summary = record.summary.say(record.language)
    found: dict[str, Any] = {
        "@type": type_of(record),
        "@id": citing.address_of(record) or page,
        "name": title,
        "headline": title if len(title) <= HEADLINE else f"{title[: HEADLINE - 1]}…",
        "inLanguage": record.language,
        "datePublished": f"{record.year:04}",
        "author": [agent(author) for author in record.authors],
        "abstract": summary,
        "description": summary if record.kind == "data_set" else "",
        "identifier": [record.pk.urn, *([f"https://doi.org/{record.doi}"] if record.doi else [])],
        "license": record.licence,
        "version": record.edition,
        "about": [_term(subject.label, subject.scheme, subject.code) for subject in subjects_of(record)],
        "spatialCoverage": [
            *({"@type": "Country", "name": name} for name in countries_of(record)),
            *({"@type": "Place", "name": name} for name in record.places),
        ],
        "publisher": {"@type": "Organization", "name": record.publisher} if record.publisher else None,
        "mainEntityOfPage": page,
        "url": record.url or page,
    }
    return {name: value for name, value in found.items() if value}


def agent(author: Mapping[str, str]) -> dict[str, str]:
    """Return a person or an organisation."""
    known = {"@id": f"https://orcid.org/{author['orcid']}"} if author.get("orcid") else {}
    known |= {"@id": author["ror"]} if author.get("ror") else {}
    if "organisation" in author:
        return {"@type": "Organization", "name": author["organisation"], **known}
    given, family = author.get("given", ""), author.get("family", "")
    parts = {"name": f"{given} {family}".strip(), "familyName": family, "givenName": given}
    return {"@type": "Person", **{name: value for name, value in parts.items() if value}, **known}


def _term(label: str, scheme: str, code: str) -> dict[str, str]:
    return {
        "@type": "DefinedTerm",
        "@id": addresses.concept(scheme, code),
        "name": label,
        "inDefinedTermSet": addresses.absolute("vocabulary:scheme", scheme),
    }
