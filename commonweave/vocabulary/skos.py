"""SKOS (W3C Recommendation 2009) as JSON-LD 1.1, so that others can use the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from commonweave.base.text import Text
    from commonweave.vocabulary.documents import Term, Words

CONTEXT = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"},
    "altLabel": {"@id": "skos:altLabel", "@container": "@language"},
    "definition": {"@id": "skos:definition", "@container": "@language"},
    "notation": "skos:notation",
    "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
    "topConceptOf": {"@id": "skos:topConceptOf", "@type": "@id"},
    "hasTopConcept": {"@id": "skos:hasTopConcept", "@type": "@id"},
    "broader": {"@id": "skos:broader", "@type": "@id"},
    "deprecated": "owl:deprecated",
}


def document(words: Words, address: str) -> dict[str, Any]:
    """Return the scheme; `address` is its own URL, concepts are fragments of it.

    The preferred label is the one residents read; the working label is an alternative (SKOS allows one preferred
    label a language, and no label that is both).
    """
    scheme = {
        "@id": address,
        "@type": "skos:ConceptScheme",
        "prefLabel": dict(words.names.texts),
        "hasTopConcept": [f"{address}#{term.code}" for term in words.terms.values() if not term.broader],
    }
    return {"@context": CONTEXT, "@graph": [scheme, *(_concept(term, address) for term in words.terms.values())]}


def _concept(term: Term, address: str) -> dict[str, Any]:
    concept: dict[str, Any] = {
        "@id": f"{address}#{term.code}",
        "@type": "skos:Concept",
        "notation": term.code,
        "inScheme": address,
        "prefLabel": dict(term.public.texts),
        "altLabel": _other(term.working, term.public),
        "definition": dict(term.definition.texts),
    }
    if term.broader:
        concept["broader"] = f"{address}#{term.broader}"
    else:
        concept["topConceptOf"] = address
    if term.retired_on:
        concept["deprecated"] = True
    return {name: value for name, value in concept.items() if value}


def _other(text: Text, than: Text) -> dict[str, str]:
    return {language: said for language, said in text.texts.items() if than.texts.get(language) != said}
