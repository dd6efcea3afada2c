"""The interface of this floor: the words for codes, for anybody. As SKOS they stand at `/<language>/vocabulary/<code>.jsonld`."""

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from commonweave.base.api import PUBLIC, Words, problems, words
from commonweave.vocabulary import queries

router = Router(tags=["vocabulary"])
Scheme = Annotated[str, Field(max_length=50, pattern=r"^[a-z-]+$", description="A scheme's code.")]


class SchemeLine(Schema):
    """A scheme, named."""

    code: str
    names: Words


class Concept(Schema):
    """One meaning: what residents read, and what staff work with."""

    code: str
    public: Words
    working: Words
    definition: Words
    broader: str | None
    retired: bool


class SchemeFacts(SchemeLine):
    """A scheme with its concepts, in their order."""

    concepts: list[Concept]


@router.get("/vocabulary", response={200: list[SchemeLine]}, url_name="schemes")
def schemes(request: HttpRequest, response: HttpResponse) -> list[SchemeLine]:
    """List all schemes."""
    del request
    response.headers["Cache-Control"] = PUBLIC
    found = sorted(queries.schemes().values(), key=lambda scheme: scheme.code)
    return [SchemeLine(code=scheme.code, names=words(scheme.names)) for scheme in found]


@router.get("/vocabulary/{scheme}", response={200: SchemeFacts, **problems(404, 422)}, url_name="scheme")
def get_scheme(request: HttpRequest, response: HttpResponse, scheme: Scheme) -> SchemeFacts:
    """Return one scheme, retired concepts too: old reports carry them."""
    del request
    response.headers["Cache-Control"] = PUBLIC
    found = queries.schemes().get(scheme)
    if found is None:
        raise Http404
    concepts = [
        Concept(
            code=term.code,
            public=words(term.public),
            working=words(term.working),
            definition=words(term.definition),
            broader=term.broader,
            retired=term.retired_on is not None,
        )
        for term in found.terms.values()
    ]
    return SchemeFacts(code=found.code, names=words(found.names), concepts=concepts)
