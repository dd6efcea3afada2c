"""The forms in which one record is handed out, each at an address of its own: its page's with another ending."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from commonweave.evidence import citing
from commonweave.evidence.exchange import (
    csl,
    datacite,
    datacite_json,
    dublin_core,
    ro_crate,
    schema_org,
    signposting,
)
from commonweave.evidence.exchange.markup import written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from commonweave.evidence.exchange.ro_crate import Part
    from commonweave.evidence.models import Effect, Record

    Write = Callable[[Record, Sequence[Effect], Sequence[Part]], bytes]


class Form(NamedTuple):
    """Its name, its media type, what writes it; `saved`: browsers keep it as a file of that ending."""

    label: str
    media: str
    write: Write
    saved: str = ""


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _cited(style: str) -> Write:
    return lambda record, *_: csl.formatted(record, style).encode()


TEXT = "text/plain; charset=utf-8"
FORMS = {
    "apa": Form(csl.STYLES["apa"], TEXT, _cited("apa")),
    "ieee": Form(csl.STYLES["ieee"], TEXT, _cited("ieee")),
    "bib": Form("BibTeX", "application/x-bibtex; charset=utf-8", lambda row, *_: citing.bibtex(row).encode(), "bib"),
    "ris": Form(
        "RIS", "application/x-research-info-systems; charset=utf-8", lambda row, *_: citing.ris(row).encode(), "ris"
    ),
    "csl": Form(
        "CSL-JSON", "application/vnd.citationstyles.csl+json", lambda row, *_: _json([csl.item(row)]), "csl.json"
    ),
    "datacite": Form(
        "DataCite", "application/vnd.datacite.datacite+xml", lambda row, *_: written(datacite.document(row))
    ),
    "datacite-json": Form(
        "DataCite JSON", "application/vnd.datacite.datacite+json", lambda row, *_: _json(datacite_json.document(row))
    ),
    "dc": Form("Dublin Core", "application/xml", lambda row, *_: written(dublin_core.document(row))),
    "jsonld": Form("schema.org", "application/ld+json", lambda row, *_: _json(schema_org.document(row))),
    "linkset": Form(
        "Linkset", "application/linkset+json", lambda row, _, files: _json(signposting.linkset(row, files))
    ),
    "zip": Form("RO-Crate", "application/zip", ro_crate.archive, "zip"),
}
