"""What proposals would change, with the things they name; asked for a whole list at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from commonweave.base.text import Text
from commonweave.people import queries
from commonweave.people.locks import spoken
from commonweave.people.models import Coverage, Organisation, Proposal, ProposalVerb, Team
from commonweave.places.queries import areas_for, places_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from commonweave.base.viewer import Viewer
    from commonweave.places.models import Area, Place


@dataclass(frozen=True, kw_only=True)
class Change:
    """One proposal in terms of what it names. `kind` is the kind of recipient that residents consent to."""

    verb: str
    organisation: Organisation
    team: Team | None = None
    team_name: Text = field(default_factory=Text)
    kind: str = ""
    place: Place | None = None
    area: Area | None = None
    report_kinds: tuple[str, ...] = ()
    role: str = ""
    email: str = ""
    fingerprint: str = ""
    purpose: str = ""
    rights: tuple[str, ...] = ()
    ends_on: date | None = None


def changes_of(viewer: Viewer, proposals: Iterable[Proposal]) -> dict[UUID, Change]:
    """Return what each proposal would change, in as many questions for thirty as for one."""
    rows = list(proposals)
    coverages = queries.coverage_for(viewer).in_bulk(_named(rows, "coverage", ProposalVerb.END_COVERAGE))
    of_teams = (ProposalVerb.COVER, ProposalVerb.GRANT, ProposalVerb.CREDENTIAL)
    teams = queries.teams_for(viewer).in_bulk(_named(rows, "team", *of_teams))
    bodies = queries.organisations_for(viewer).in_bulk(_named(rows, "organisation", *ProposalVerb))
    places = places_for(viewer).in_bulk(_named(rows, "place", *ProposalVerb))
    areas = areas_for(viewer).in_bulk(_named(rows, "area", *ProposalVerb))

    def change(row: Proposal) -> Change:
        facts = row.payload
        if row.verb == ProposalVerb.NEW_TEAM:
            name = Text.from_json(facts["names"])
            body = bodies[UUID(facts["organisation"])]
            return Change(verb=row.verb, organisation=body, team_name=name, kind=facts["kind"])
        if row.verb == ProposalVerb.GRANT:
            reading = teams[UUID(facts["team"])] if facts["team"] else None
            body = bodies[UUID(facts["organisation"])]
            return Change(verb=row.verb, organisation=body, team=reading, role=facts["role"], email=facts["email"])
        if row.verb == ProposalVerb.KEY:
            body = bodies[UUID(facts["organisation"])]
            return Change(verb=row.verb, organisation=body, fingerprint=spoken(bytes.fromhex(facts["public"])))
        if row.verb == ProposalVerb.TRUST:
            return Change(verb=row.verb, organisation=bodies[UUID(facts["organisation"])])
        if row.verb == ProposalVerb.CREDENTIAL:
            return _program(row, bodies, teams)
        if row.verb == ProposalVerb.END_COVERAGE:
            return _covering(row.verb, coverages[UUID(facts["coverage"])])
        team = teams[UUID(facts["team"])]
        return Change(
            verb=row.verb,
            organisation=team.organisation,
            team=team,
            kind=team.kind,
            place=places[UUID(facts["place"])] if facts["place"] else None,
            area=areas[UUID(facts["area"])] if facts["area"] else None,
            report_kinds=tuple(facts["report_kinds"]),
        )

    return {row.pk: change(row) for row in rows}


def _program(row: Proposal, bodies: Mapping[UUID, Organisation], teams: Mapping[UUID, Team]) -> Change:
    facts = row.payload
    return Change(
        verb=row.verb,
        organisation=bodies[UUID(facts["organisation"])],
        team=teams[UUID(facts["team"])],
        purpose=facts["purpose"],
        rights=tuple(facts["rights"]),
        ends_on=date.fromisoformat(facts["ends_on"]),
        fingerprint=spoken(bytes.fromhex(facts["public"])),
    )


def _covering(verb: str, coverage: Coverage) -> Change:
    return Change(
        verb=verb,
        organisation=coverage.team.organisation,
        team=coverage.team,
        kind=coverage.team.kind,
        place=coverage.place,
        area=coverage.area,
        report_kinds=tuple(coverage.report_kinds),
    )


def _named(rows: Iterable[Proposal], what: str, *verbs: str) -> set[Any]:
    return {UUID(row.payload[what]) for row in rows if row.verb in verbs and row.payload.get(what)}
