"""RO-Crate 1.2: a record with its metadata, its effects as a table, and its files, in one archive that explains itself."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

from commonweave.evidence import citing
from commonweave.evidence.exchange import csl, datacite, schema_org
from commonweave.evidence.exchange.markup import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from commonweave.evidence.models import Effect, Record

CONTEXT = "https://w3id.org/ro/crate/1.2/context"
CONFORMS = "https://w3id.org/ro/crate/1.2"
METADATA = "ro-crate-metadata.json"
OLDEST = (1980, 1, 1, 0, 0, 0)  # of a zip archive: the same record makes the same archive
COLUMNS = ("study", "outcome", "measure", "yi", "vi", "positive_is", "source")


class Part(NamedTuple):
    """A file of the archive: its name, what it is, what it is about, its bytes. Without bytes it stays at the address in `name`."""

    name: str
    media: str
    about: str
    content: bytes
    size: int = 0


def archive(record: Record, effects: Sequence[Effect], files: Iterable[Part] = ()) -> bytes:
    """Return the archive; `files` are those that came with the record and anybody may read."""
    parts = [*_made_of(record, effects), *files]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        said = json.dumps(document(record, parts), ensure_ascii=False, indent=1).encode()
        for name, content in [(METADATA, said), *((part.name, part.content) for part in parts if part.content)]:
            zipped.writestr(zipfile.ZipInfo(name, OLDEST), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def document(record: Record, parts: Sequence[Part]) -> dict[str, Any]:
    """Return what stands in `ro-crate-metadata.json`."""
    publication = schema_org.node(record)
    people = {each.get("@id") or f"#author-{number}": each for number, each in enumerate(publication.get("author", []))}
    publication["author"] = [{"@id": key} for key in people]
    terms = publication.pop("about", [])
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": citing.own_title(record),
        "description": record.summary.say(record.language) or citing.own_title(record),
        "datePublished": str(record.published_on),
        "license": {"@id": "#rights"},
        "identifier": record.pk.urn,
        "publisher": {"@id": settings.CONFIG.url},
        "mainEntity": {"@id": publication["@id"]},
        "about": [{"@id": term["@id"]} for term in terms],
        "hasPart": [{"@id": part.name} for part in parts],
    }
    rights = record.licence or "The publication states no licence; its facts are free for anybody to use."
    graph: list[dict[str, Any]] = [
        {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": CONFORMS}},
        root,
        publication | {"isPartOf": {"@id": "./"}},
        {"@id": "#rights", "@type": "CreativeWork", "name": "Rights", "description": rights},
        {"@id": settings.CONFIG.url, "@type": "Organization", "name": "Commonweave", "url": settings.CONFIG.url},
        *(each | {"@id": key} for key, each in people.items()),
        *terms,
        *map(_file, parts),
    ]
    return {"@context": CONTEXT, "@graph": graph}


def _file(part: Part) -> dict[str, Any]:
    said = {"@id": part.name, "@type": "File", "name": part.about, "encodingFormat": part.media}
    return said | {"contentSize": str(part.size or len(part.content))}


def _made_of(record: Record, effects: Sequence[Effect]) -> list[Part]:
    """Return the record in the forms that others read, and its effects as a table."""
    parts = [
        Part("datacite.xml", "application/xml", "Metadata (DataCite 4.7)", written(datacite.document(record))),
        Part("citation.json", "application/json", "Citation (CSL-JSON)", _json([csl.item(record)])),
        Part("citation.bib", "application/x-bibtex", "Citation (BibTeX)", citing.bibtex(record).encode()),
    ]
    if effects:
        lines = io.StringIO()
        table = csv.writer(lines)
        table.writerow([*COLUMNS, "raw"])
        for each in effects:
            table.writerow([*(getattr(each, column) for column in COLUMNS), json.dumps(each.raw, sort_keys=True)])
        parts.append(Part("effects.csv", "text/csv", "Effects as numbers", lines.getvalue().encode()))
    return parts


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
