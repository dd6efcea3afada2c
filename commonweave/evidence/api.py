"""The interface of this floor: what was studied, what it found and how sure that is, for anybody.

The words of its codes stand at `/vocabulary/{scheme}`: evidence-kind, intervention, evidence-outcome, population, level,
design, direction, evidence-strength. Whole libraries are better harvested (OAI-PMH at `/oai`).
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from commonweave.base.api import PUBLIC, Urn, Words, problems, urn, words
from commonweave.base.viewer import NOBODY
from commonweave.evidence import queries, rules
from commonweave.evidence.exchange import addresses
from commonweave.evidence.models import Effect, Record, State
from commonweave.evidence.queries import FACETS, Asked

router = Router(tags=["evidence"])
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
MOST = 16  # of each facet: all of them together stay below what an address may hold
Codes = Annotated[list[Code], Field(max_length=MOST, description="Any of these codes.")]
PlaceName = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,80}$")]
Year = Annotated[int, Field(ge=1500, le=2200)]


class Question(Schema):
    """What is looked for; every facet narrows, and several codes of one facet widen it."""

    q: Annotated[str, Field(max_length=200, description="Words in any language.")] = ""
    found: Codes = []
    strength: Codes = []
    tried: Codes = []
    outcome: Codes = []
    population: Codes = []
    level: Codes = []
    kind: Codes = []
    country: Codes = []
    place: Annotated[
        list[PlaceName], Field(max_length=MOST, description="Names of towns or regions, as the publication gives them.")
    ] = []
    language: Codes = []
    year: Codes = []
    since: Year | None = None
    until: Year | None = None
    after: Annotated[str, Field(pattern=r"^[0-9a-f.-]{0,60}$", description="`next` of the page before.")] = ""


class Author(Schema):
    """A person, or an organisation."""

    family: str = ""
    given: str = ""
    organisation: str = ""
    orcid: str = ""
    ror: str = ""


class RecordLine(Schema):
    """A publication as facts: what it is, what was tried, what it found, how sure its design can make us."""

    id: Urn
    page: str
    kind: str
    titles: Words
    language: str
    authors: list[Author]
    year: int
    publisher: str
    doi: str
    url: str
    tried: list[str]
    outcomes: list[str]
    populations: list[str]
    levels: list[str]
    countries: list[str]
    places: list[str]
    design: str
    strength: str
    found: str
    found_by_outcome: dict[str, str]

    @classmethod
    def facts(cls, record: Record) -> dict[str, Any]:
        """Take the facts of a row."""
        columns = "kind language year publisher doi url outcomes populations levels countries places design".split()  # noqa: SIM905 reads best so
        return {
            "id": urn(record.pk),
            "page": addresses.page_of(record),
            "titles": words(record.titles),
            "authors": [
                Author(**{name: author.get(name) or "" for name in Author.model_fields}) for author in record.authors
            ],
            "tried": record.interventions,
            "strength": rules.strength_of(record.design),
            "found": record.direction,
            "found_by_outcome": {code: rules.direction_for(record, code) for code in record.outcomes},
            **{name: getattr(record, name) for name in columns},
        }


class Counted(Schema):
    """How often a code stands among what all other facets leave."""

    code: str
    number: int


class Records(Schema):
    """A page of what was found, and how often each code of each facet stands there. `next` is empty at the end."""

    total: int
    items: list[RecordLine]
    facets: dict[str, list[Counted]]
    next: str


class EffectFacts(Schema):
    """One effect of one study: effect and sampling variance, and the numbers they come from."""

    study: str
    outcome: str
    measure: str
    yi: float | None
    vi: float | None
    raw: dict[str, Any]
    positive_is: str = Field(description="good, or bad: whether more of what was measured is wanted")
    moderators: dict[str, Any]
    source: str

    @classmethod
    def of(cls, effect: Effect) -> "EffectFacts":
        """Take the facts of a row."""
        return cls(**{name: getattr(effect, name) for name in cls.model_fields})


class Source(Schema):
    """Where facts were read, which, and when."""

    where: str
    facts: str
    opened_on: str


class RecordDetail(RecordLine):
    """A publication with its summary, its effects, who judged it, and where its facts were read."""

    summary: Words
    licence: str
    edition: str
    published_on: date | None
    sms: int | None
    sms_version: str
    rating: str = Field(description="self, one or two: who judged it")
    coded_by: str
    sources: list[Source]
    effects: list[EffectFacts]


@router.get("/evidence", response={200: Records, **problems(400, 404, 422)}, url_name="evidence")
def evidence(request: HttpRequest, response: HttpResponse, question: Query[Question]) -> Records:
    """Find publications: by words the best first, else the newest first. The same for everybody."""
    del request
    response.headers["Cache-Control"] = PUBLIC
    asked = Asked(
        text=question.q.replace("\0", "").strip(),
        facets={name: codes for name in FACETS if (codes := getattr(question, name))},
        since=question.since,
        until=question.until,
        after=question.after,
    )
    found = queries.find(NOBODY, asked)
    facets: dict[str, list[Counted]] = {name: [] for name in FACETS}
    for (name, code), number in sorted(found.counts.items()):
        if code and name in facets:
            facets[name].append(Counted(code=code, number=number))
    items = [RecordLine(**RecordLine.facts(record)) for record in found.page.records]
    return Records(total=found.total, items=items, facets=facets, next=found.page.next)


@router.get("/evidence/{pk}", response={200: RecordDetail, **problems(404, 422)}, url_name="evidence_record")
def evidence_record(request: HttpRequest, response: HttpResponse, pk: UUID) -> RecordDetail:
    """Return one publication with its effects."""
    del request
    response.headers["Cache-Control"] = PUBLIC
    record = queries.public_records([pk]).get(pk)
    if record is None or record.state != State.PUBLISHED:
        raise Http404
    columns = "licence edition published_on sms sms_version rating coded_by".split()  # noqa: SIM905 reads best so
    return RecordDetail(
        **RecordLine.facts(record),
        summary=words(record.summary),
        sources=[Source(**{name: str(each.get(name, "")) for name in Source.model_fields}) for each in record.sources],
        effects=[EffectFacts.of(effect) for effect in queries.effects_of(NOBODY, record)],
        **{name: getattr(record, name) for name in columns},
    )
