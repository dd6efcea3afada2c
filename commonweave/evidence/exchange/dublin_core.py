"""Dublin Core Metadata Element Set 1.1 as OAI-PMH wraps it (`oai_dc`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commonweave.evidence import citing
from commonweave.evidence.exchange import addresses
from commonweave.evidence.exchange.markup import XSI, Maker
from commonweave.evidence.exchange.subjects import countries_of, kind_of, subjects_of

if TYPE_CHECKING:
    from commonweave.evidence.models import Record

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
DC = "http://purl.org/dc/elements/1.1/"

outer = Maker(NAMESPACE, {"oai_dc": NAMESPACE, "dc": DC, "xsi": XSI})
dc = Maker(DC, {"dc": DC})


def document(record: Record) -> Any:  # noqa: ANN401 lxml has no types
    """Return a record as Dublin Core."""
    said = [
        *(("title", text, language) for language, text in record.titles.texts.items()),
        *(("creator", citing.name_of(author), "") for author in record.authors),
        *(("subject", subject.label, "en") for subject in subjects_of(record)),
        *(("description", text, language) for language, text in record.summary.texts.items()),
        ("publisher", record.publisher, ""),
        ("date", f"{record.year:04}", ""),
        ("type", kind_of(record), "en"),
        ("identifier", addresses.page_of(record), ""),
        ("identifier", record.pk.urn, ""),
        ("identifier", citing.address_of(record), ""),
        ("language", record.language, ""),
        *(("coverage", country, "en") for country in countries_of(record)),
        *(("coverage", place, "") for place in record.places),
        ("rights", record.licence, ""),
    ]
    inside = [dc(name, text, lang=language) for name, text, language in said if text]
    return outer.located("dc", f"{NAMESPACE} {SCHEMA}", *inside)
