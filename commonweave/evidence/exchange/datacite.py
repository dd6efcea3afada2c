"""DataCite Metadata Schema 4.7 (2026)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commonweave.evidence import citing
from commonweave.evidence.exchange import addresses
from commonweave.evidence.exchange.markup import XSI, Maker
from commonweave.evidence.exchange.subjects import kind_of, subjects_of, where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commonweave.evidence.models import Record

NAMESPACE = "http://datacite.org/schema/kernel-4"
SCHEMA = "http://schema.datacite.org/meta/kernel-4.7/metadata.xsd"
VERSION = "4.7"
WRAPPER = "http://schema.datacite.org/oai/oai-1.1/"
WRAPPER_SCHEMA = "http://schema.datacite.org/oai/oai-1.1/oai.xsd"
GENERAL = {
    "data_set": "Dataset",
    "guide": "Report",
    "strategy": "Report",
    "policy_brief": "Report",
    "template": "Other",
    "training": "Other",
}
"""What is neither of these is a text."""
UNKNOWN = ":unav"
"""DataCite's own code (appendix 3) for what must be said and nobody knows."""

make = Maker(NAMESPACE, {None: NAMESPACE, "xsi": XSI})
wrap = Maker(WRAPPER, {None: WRAPPER, "xsi": XSI})


def document(record: Record) -> Any:  # noqa: ANN401 lxml has no types
    """Return a record as DataCite's XML."""
    inside = [
        _identifier(record),
        make("creators", *(map(_creator, record.authors or [{"organisation": UNKNOWN}]))),
        make("titles", *_titles(record)),
        make("publisher", record.publisher or UNKNOWN),
        make("publicationYear", f"{record.year:04}"),
        make("resourceType", kind_of(record), resourceTypeGeneral=GENERAL.get(record.kind, "Text")),
        make("subjects", *_subjects(record)),
        make("dates", make("date", f"{record.year:04}", dateType="Issued")),
        make("language", record.language),
        make("alternateIdentifiers", *_others(record)),
        make("relatedIdentifiers", _related(addresses.page_of(record), "IsDescribedBy")),
        make("version", record.edition) if record.edition else None,
        make("rightsList", make("rights", record.licence)) if record.licence else None,
        make("descriptions", *_descriptions(record)),
        make("geoLocations", *_places(record)),
    ]
    return make.located("resource", f"{NAMESPACE} {SCHEMA}", *(each for each in inside if each is not None))


def wrapped(record: Record) -> Any:  # noqa: ANN401 lxml has no types
    """Return the same as DataCite's own server hands it out (`oai_datacite`)."""
    inside = (
        wrap("schemaVersion", VERSION),
        wrap("datacentreSymbol", "COMMONWEAVE"),
        wrap("payload", document(record)),
    )
    return wrap.located("oai_datacite", f"{WRAPPER} {WRAPPER_SCHEMA}", *inside)


def _identifier(record: Record) -> Any:  # noqa: ANN401 lxml has no types
    if record.doi:
        return make("identifier", record.doi, identifierType="DOI")
    return make("identifier", record.pk.urn, identifierType="URN")


def _creator(author: Mapping[str, str]) -> Any:  # noqa: ANN401 lxml has no types
    person = "organisation" not in author
    name = make("creatorName", citing.name_of(author), nameType="Personal" if person else "Organizational")
    parts = [
        make(tag, author[key]) for tag, key in (("givenName", "given"), ("familyName", "family")) if author.get(key)
    ]
    known = [
        make("nameIdentifier", author[key], nameIdentifierScheme=scheme, schemeURI=f"https://{key}.org")
        for scheme, key in (("ORCID", "orcid"), ("ROR", "ror"))
        if author.get(key)
    ]
    return make("creator", name, *parts, *known)


def _titles(record: Record) -> list[Any]:
    """Return the publication's own title first, then its translations."""
    own = citing.own_title(record)
    first = record.language if record.language in record.titles.texts else record.titles.language_for(record.language)
    others = [(code, text) for code, text in record.titles.texts.items() if code != first and text]
    translated = (make("title", text, lang=code, titleType="TranslatedTitle") for code, text in others)
    return [make("title", own, lang=first), *translated]


def _subjects(record: Record) -> list[Any]:
    return [
        make(
            "subject",
            each.label,
            lang="en",
            subjectScheme=each.scheme,
            schemeURI=addresses.absolute("vocabulary:scheme", each.scheme),
            valueURI=addresses.concept(each.scheme, each.code),
        )
        for each in subjects_of(record)
    ]


def _others(record: Record) -> list[Any]:
    """Return by which other names it is known: ours, and where it stands."""
    known = {"URN": record.pk.urn if record.doi else "", "URL": record.url}
    return [make("alternateIdentifier", name, alternateIdentifierType=kind) for kind, name in known.items() if name]


def _related(address: str, relation: str) -> Any:  # noqa: ANN401 lxml has no types
    return make("relatedIdentifier", address, relatedIdentifierType="URL", relationType=relation)


def _descriptions(record: Record) -> list[Any]:
    texts = record.summary.texts.items()
    return [make("description", text, lang=code, descriptionType="Abstract") for code, text in texts if text]


def _places(record: Record) -> list[Any]:
    return [make("geoLocation", make("geoLocationPlace", name)) for name in where(record)]
