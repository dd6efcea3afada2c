"""Citation Style Language 1.0.2: a record as CSL-JSON, and as a formatted citation (by citeproc-py)."""

from __future__ import annotations

import json
import threading
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON

from commonweave.evidence import citing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commonweave.evidence.models import Record

STYLES = {"apa": "APA", "ieee": "IEEE"}
"""One with names and years, one with numbers; both in `data`."""
FOLDER = Path(__file__).parent.parent / "data"
KINDS = {
    "evaluation": "article-journal",
    "systematic_review": "article-journal",
    "guide": "report",
    "strategy": "report",
    "policy_brief": "report",
    "data_set": "dataset",
}
"""What is neither of these is a document."""
NUMBER = "[1]"  # a bibliography of one needs none
_one_at_a_time = threading.Lock()  # a style keeps what it is just writing


def item(record: Record) -> dict[str, Any]:
    """Return a record as CSL-JSON."""
    kind = KINDS.get(record.kind, "document")
    said = {
        "id": record.slug,
        "type": kind,
        "title": citing.own_title(record),
        "author": [_name(author) for author in record.authors],
        "issued": {"date-parts": [[record.year]]},
        "container-title" if kind == "article-journal" else "publisher": record.publisher,
        "DOI": record.doi,
        "URL": record.url,
        "version": record.edition,
        "language": record.language,
        "abstract": record.summary.say(record.language),
    }
    return {name: value for name, value in said.items() if value}


def formatted(record: Record, style: str) -> str:
    """Write the citation in a style, in the style's own words (English)."""
    said = {name: value for name, value in item(record).items() if name not in {"abstract", "language"}}
    return _formatted(json.dumps(said, ensure_ascii=False), style)


@lru_cache(1024)
def _formatted(said: str, style: str) -> str:
    cited = json.loads(said)
    with _one_at_a_time:
        written = CitationStylesBibliography(_style(style), CiteProcJSON([cited]), formatter.plain)
        written.register(Citation([CitationItem(cited["id"])]))
        return " ".join(str(written.bibliography()[0]).removeprefix(NUMBER).split())


@cache
def _style(name: str) -> CitationStylesStyle:
    return CitationStylesStyle(str(FOLDER / f"{name}.csl"), validate=False)


def _name(author: Mapping[str, str]) -> dict[str, str]:
    if "organisation" in author:
        return {"literal": author["organisation"]}
    return {part: author[part] for part in ("family", "given") if author.get(part)}
