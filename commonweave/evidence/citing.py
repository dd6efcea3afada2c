"""A record as others cite it: BibTeX and RIS, and the parts of which citations are made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commonweave.evidence.models import Record

RIS_KIND = {"data_set": "DATA", "guide": "RPRT", "strategy": "RPRT", "policy_brief": "RPRT", "training": "RPRT"}
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


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)
