"""DataCite's metadata as JSON: what its XML says (`datacite.py`), in the words of DataCite's JSON schema 4.5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commonweave.evidence.exchange import addresses, datacite
from commonweave.evidence.exchange.markup import XML

if TYPE_CHECKING:
    from commonweave.evidence.models import Record

NAMES = {f"{{{XML}}}lang": "lang", "schemeURI": "schemeUri", "valueURI": "valueUri"}
"""What the JSON calls otherwise than the XML."""
LISTS = {
    "titles": "title",
    "subjects": "subject",
    "dates": "date",
    "alternateIdentifiers": "alternateIdentifier",
    "relatedIdentifiers": "relatedIdentifier",
    "rightsList": "rights",
    "descriptions": "description",
}


def document(record: Record) -> dict[str, Any]:
    """Return a record as DataCite's JSON. It is read off the XML, so that the two cannot drift apart."""
    root = datacite.document(record)
    found: dict[str, Any] = {
        name: [_said(each) for each in root.iterfind(_at(name, one))] for name, one in LISTS.items()
    }
    found["creators"] = [_creator(each) for each in root.iterfind(_at("creators", "creator"))]
    found["geoLocations"] = [_parts(each) for each in root.iterfind(_at("geoLocations", "geoLocation"))]
    identifier = root.find(_at("identifier"))
    if identifier.get("identifierType") == "DOI":
        found["doi"] = identifier.text
    else:
        own = {"alternateIdentifier": identifier.text, "alternateIdentifierType": identifier.get("identifierType")}
        found["alternateIdentifiers"].insert(0, own)
    kind = root.find(_at("resourceType"))
    found |= {name: root.findtext(_at(name)) for name in ("publicationYear", "language", "version")}
    found |= {
        "publisher": {"name": root.findtext(_at("publisher"))},
        "types": {"resourceType": kind.text, **_attributes(kind)},
        "url": addresses.page_of(record),
        "schemaVersion": datacite.NAMESPACE,
    }
    return {name: value for name, value in found.items() if value}


def _creator(element: Any) -> dict[str, Any]:  # noqa: ANN401 lxml has no types
    name = element.find(_at("creatorName"))
    found = {"name": name.text, **_attributes(name)}
    for part in ("givenName", "familyName"):
        if (said := element.findtext(_at(part))) is not None:
            found[part] = said
    if known := [_said(each) for each in element.iterfind(_at("nameIdentifier"))]:
        found["nameIdentifiers"] = known
    return found


def _parts(element: Any) -> dict[str, Any]:  # noqa: ANN401 lxml has no types
    return {_bare(each): each.text for each in element}


def _said(element: Any) -> dict[str, Any]:  # noqa: ANN401 lxml has no types
    return {_bare(element): element.text, **_attributes(element)}


def _attributes(element: Any) -> dict[str, str]:  # noqa: ANN401 lxml has no types
    return {NAMES.get(name, name): value for name, value in element.attrib.items()}


def _bare(element: Any) -> str:  # noqa: ANN401 lxml has no types
    return str(element.tag).rpartition("}")[2]


def _at(*names: str) -> str:
    return "/".join(f"{{{datacite.NAMESPACE}}}{name}" for name in names)
