"""The interface of this floor: who takes reports where, for anybody; a team's reports, for its programs."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field, JsonValue, StringConstraints

from commonweave.base.api import PUBLIC, Key, Mistake, Token, Urn, Wrong, problems, urn, words
from commonweave.base.verdict import no
from commonweave.base.viewer import ViewerRequest
from commonweave.people.api import Named
from commonweave.people.coverage import book
from commonweave.people.queries.keys import ring_of
from commonweave.places.api import CodeAsked, PlaceRef, get_spot
from commonweave.places.atlas import atlas
from commonweave.reports import actions, queries
from commonweave.reports.actions import Opened
from commonweave.reports.forms import LONGEST, RECIPIENT_WORDS
from commonweave.reports.models import Report
from commonweave.reports.queries import QueueFilter
from commonweave.reports.rules import WAITING_STATES
from commonweave.sharing.envelopes import CannotOpen
from commonweave.vocabulary.documents import read_all
from commonweave.vocabulary.queries import choices

router = Router(tags=["reports"])

Kind = Literal["online", "happened", "neighbourhood"]
Message = Annotated[str, StringConstraints(max_length=LONGEST, strip_whitespace=True)]
Said = Annotated[Message, Field(min_length=1, pattern=r"\S")]
OUTCOMES: list[JsonValue] = [code for code in read_all()["outcome"].terms if code != "withdrawn"]


class TeamLine(Schema):
    """A team that could read. `above`: only with the consent to climb."""

    team: Named
    organisation: Named
    above: bool


class Recipient(Schema):
    """A kind of recipient that a resident consents to, and who that would be, the nearest first."""

    kind: str
    label: str
    teams: list[TeamLine]


@router.get(
    "/places/{code}/recipients",
    response={200: list[Recipient], **problems(404, 422)},
    url_name="recipients",
    tags=["places"],
)
def recipients(request: ViewerRequest, response: HttpResponse, code: CodeAsked, kind: Kind) -> list[Recipient]:
    """Say who could read a report from here, in the order in which kinds are asked. Empty: nobody takes it."""
    del request
    response.headers["Cache-Control"] = PUBLIC
    spot, known = get_spot(code), book().teams
    options = queries.takers_at(spot, kind)
    found = []
    for each in (*queries.order_at(spot), *sorted(set(options) - set(queries.order_at(spot)))):
        if reach := options.get(each):
            covers = [*((cover, False) for cover in reach.direct), *((cover, True) for cover in reach.above)]
            teams = [
                TeamLine(
                    team=Named(id=urn(cover.team), names=words(known[cover.team].names)),
                    organisation=Named(id=urn(cover.organisation), names=words(known[cover.team].organisation_names)),
                    above=above,
                )
                for cover, above in covers
            ]
            found.append(Recipient(kind=each, label=str(RECIPIENT_WORDS[each]), teams=teams))  # type: ignore[index]
    return found


class ReportFacts(Schema):
    """What stands in the clear about a report: never a word of its resident, never more than a place of a city's size."""

    id: Urn
    kind: Kind
    place: PlaceRef | None
    state: Literal["routed", "opened", "answered", "closed", "withdrawn"]
    team: Urn
    consents: list[str]
    received_on: date
    due_on: date
    late: bool
    answered_on: date | None
    closed_on: date | None
    erased_on: date | None
    outcome: str

    @classmethod
    def of(cls, report: Report) -> "ReportFacts":
        """Take the facts of a row."""
        spot = atlas().by_id(report.place_id)
        columns = (
            "kind",
            "state",
            "consents",
            "received_on",
            "due_on",
            "answered_on",
            "closed_on",
            "erased_on",
            "outcome",
        )
        return cls(
            id=urn(report.pk),
            place=PlaceRef.of(spot) if spot else None,
            team=urn(report.team_id),
            late=report.state in WAITING_STATES and report.due_on < queries.today_at(report),
            **{name: getattr(report, name) for name in columns},
        )


class Reports(Schema):
    """A page of the queue, the most urgent first. `next` is empty at the end."""

    items: list[ReportFacts]
    next: str


class Step(Schema):
    """One step of a report's way."""

    on: date
    verb: str
    to_team: Urn | None
    reason: str


class ReportDetail(ReportFacts):
    """A report with its way."""

    trail: list[Step]


class Spoken(Schema):
    """One message of the thread."""

    number: int
    sender: str = Field(description="resident or team")
    on: date
    text: str
    correction: bool


class OpenedReport(Schema):
    """A report unsealed. `place` is the finest place, `point` longitude and latitude where the resident gave them."""

    report: ReportDetail
    what: str
    address: str
    where: str
    when: str
    language: str
    place: PlaceRef | None
    point: list[float] | None
    messages: list[Spoken]


class AnswerIn(Schema):
    """What the resident will read with their receipt."""

    text: Said


class CloseIn(Schema):
    """How it ended (vocabulary `outcome`), and a last message."""

    outcome: str = Field(json_schema_extra={"enum": [*OUTCOMES]})
    text: Message = ""


@router.get(
    "/reports", auth=Token("facts"), response={200: Reports, **problems(401, 403, 404, 422)}, url_name="reports"
)
def reports(
    request: ViewerRequest,
    state: Literal["open", "routed", "opened", "answered", "closed", "withdrawn"] = "open",
    kind: Literal["", "online", "happened", "neighbourhood"] = "",
    late: bool = False,  # noqa: FBT001, FBT002 a query's parameter
    after: Key = "",
) -> Reports:
    """List what the team holds: facts only, nothing that is sealed."""
    page = queries.queue(request.viewer, QueueFilter(state=state, kind=kind, late=late), after)
    return Reports(items=[ReportFacts.of(report) for report in page.reports], next=page.older)


@router.get(
    "/reports/{pk}",
    auth=Token("facts"),
    response={200: ReportDetail, **problems(401, 403, 404, 422)},
    url_name="report",
)
def report(request: ViewerRequest, pk: UUID) -> ReportDetail:
    """Return the facts of one report, without opening it."""
    return _detail(request, queries.get_report(request.viewer, pk))


@router.post(
    "/reports/{pk}/open",
    auth=Token("open"),
    response={200: OpenedReport, **problems(401, 403, 404, 422)},
    url_name="open",
)
def open_report(request: ViewerRequest, pk: UUID) -> OpenedReport:
    """Open a report, as a person of the team does: journalled each time, and the first time told to the resident."""
    program = request.program
    try:
        opened = actions.open_report(request.viewer, pk, ring=ring_of(request.viewer, program.private))
    except CannotOpen:
        no("This credential holds no key that opens it. Whoever holds the organisation's key gives it.").enforce()
        raise
    return _opened(request, opened)


@router.post(
    "/reports/{pk}/answer",
    auth=Token("answer"),
    response={200: ReportDetail, **problems(400, 401, 403, 404, 422)},
    url_name="answer",
)
def answer(request: ViewerRequest, pk: UUID, said: AnswerIn) -> ReportDetail:
    """Answer in plain words: sealed for the resident and the team at once."""
    return _detail(request, actions.answer_report(request.viewer, pk, text=said.text))


@router.post(
    "/reports/{pk}/close",
    auth=Token("answer"),
    response={200: ReportDetail, **problems(400, 401, 403, 404, 422)},
    url_name="close",
)
def close(request: ViewerRequest, pk: UUID, said: CloseIn) -> ReportDetail:
    """Close with an outcome and, if there is something left to say, a last message."""
    if said.outcome not in dict(choices("outcome", without=("withdrawn",))):
        raise Wrong([Mistake(detail="Unknown outcome.", where="body", pointer="#/outcome")])
    return _detail(request, actions.close_report(request.viewer, pk, outcome=said.outcome, text=said.text))


def _detail(request: ViewerRequest, report: Report) -> ReportDetail:
    return ReportDetail(
        **ReportFacts.of(report).model_dump(), trail=_trail(queries.movements_of(request.viewer, report))
    )


def _trail(movements: list[Any]) -> list[Step]:
    return [
        Step(on=step.on, verb=step.verb, to_team=urn(step.to_team_id) if step.to_team_id else None, reason=step.reason)
        for step in movements
    ]


def _opened(request: ViewerRequest, opened: Opened) -> OpenedReport:
    inside = opened.document
    finest = atlas().by_id(UUID(inside["place"])) if inside.get("place") else None
    said = {name: str(inside.get(name) or "") for name in ("what", "address", "where", "when", "language")}
    return OpenedReport(
        report=_detail(request, opened.report),
        place=PlaceRef.of(finest) if finest else None,
        point=list(inside["point"]) if inside.get("point") else None,
        messages=[
            Spoken(number=each.number, sender=each.sender, on=each.on, text=each.text, correction=each.correction)
            for each in opened.messages
        ],
        **said,
    )
