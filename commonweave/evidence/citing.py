"""A record as others write it: a sentence, BibTeX, RIS, and schema.org as JSON-LD."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commonweave.evidence.models import Record

RIS_KIND = {"data_set": "DATA", "guide": "RPRT", "strategy": "RPRT", "policy_brief": "RPRT", "training": "RPRT"}
SCHEMA_KIND = {
    "data_set": "Dataset",
    "training": "LearningResource",
    "guide": "Report",
    "strategy": "Report",
    "policy_brief": "Report",
    "template": "CreativeWork",
    "good_practice": "CreativeWork",
}
SPECIAL = re.compile(r"([&%$#_{}])")


def address_of(record: Record) -> str:
    """Return where the publication itself stands, "" when nobody knows."""
    return f"https://doi.org/{record.doi}" if record.doi else record.url


def name_of(author: Mapping[str, str]) -> str:
    """Write an author with the family name first."""
    if "organisation" in author:
        return author["organisation"]
    return ", ".join(filter(None, (author.get("family", ""), author.get("given", ""))))


def own_title(record: Record) -> str:
    """Return the title in the publication's own language."""
    return str(record.titles.texts.get(record.language, "") or record.titles)


def sentence(record: Record) -> str:
    """Write how to cite a publication; the same in every language."""
    names = "; ".join(map(name_of, record.authors))
    title = own_title(record)
    parts = [f"{names} ({record.year}).", title if title.endswith((".", "?", "!")) else f"{title}."]
    parts += [f"{record.publisher}."] if record.publisher else []
    return " ".join([*parts, address_of(record)]).strip()


def bibtex(record: Record) -> str:
    """Write BibTeX; text in UTF-8, as biber reads it."""
    # An organisation stands in braces, or its words would be taken for given and family names.
    names = " and ".join(
        "{" + _escaped(name_of(each)) + "}" if "organisation" in each else _escaped(name_of(each))
        for each in record.authors
    )
    fields = {
        "author": names,
        "title": "{" + _escaped(own_title(record)) + "}",
        "year": str(record.year),
        "journal" if record.kind in ("evaluation", "systematic_review") else "publisher": _escaped(record.publisher),
        "doi": record.doi,
        "url": record.url,
        "langid": record.language,
    }
    kind = "article" if record.kind in ("evaluation", "systematic_review") else "misc"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{record.slug},", *lines, "}", ""])


def ris(record: Record) -> str:
    """Write RIS (2011); its lines end in CRLF."""
    lines = [("TY", RIS_KIND.get(record.kind, "JOUR"))]
    lines += [("AU", name_of(author)) for author in record.authors]
    lines += [
        ("TI", own_title(record)),
        ("PY", str(record.year)),
        ("PB", record.publisher),
        ("DO", record.doi),
        ("UR", record.url),
        ("LA", record.language),
        ("AB", record.summary.say()),
    ]
    written = [f"{tag}  - {' '.join(value.split())}" for tag, value in lines if value]
    return "\r\n".join([*written, "ER  - ", ""])


def schema_org(record: Record, address: str) -> dict[str, Any]:
    """Return the publication in the words of schema.org; `address` is the page of its record."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": SCHEMA_KIND.get(record.kind, "ScholarlyArticle"),
        "@id": address_of(record) or address,
        "name": own_title(record),
        "inLanguage": record.language,
        "datePublished": str(record.year),
        "author": [_agent(author) for author in record.authors],
        "abstract": record.summary.say(),
        "identifier": [f"urn:uuid:{record.pk}", *([f"https://doi.org/{record.doi}"] if record.doi else [])],
        "license": record.licence,
        "version": record.edition,
        "spatialCoverage": list(record.countries),
        "publisher": {"@type": "Organization", "name": record.publisher} if record.publisher else None,
        "mainEntityOfPage": address,
        "url": record.url,
    }
    return {name: value for name, value in found.items() if value}


def _agent(author: Mapping[str, str]) -> dict[str, str]:
    known = {"@id": f"https://orcid.org/{author['orcid']}"} if author.get("orcid") else {}
    known |= {"@id": author["ror"]} if author.get("ror") else {}
    if "organisation" in author:
        return {"@type": "Organization", "name": author["organisation"], **known}
    given = {"givenName": author["given"]} if author.get("given") else {}
    return {"@type": "Person", "familyName": author["family"], **given, **known}


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)
