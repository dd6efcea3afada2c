"""How tests make teams with coverage, and reports, in one line."""

from __future__ import annotations

import itertools
import uuid
from typing import TYPE_CHECKING, Any

from commonweave.base.text import Text
from commonweave.base.viewer import Viewer
from commonweave.people.models import Coverage, Organisation, Team
from commonweave.people.tests.factories import make_key, rings
from commonweave.places.atlas import atlas, expire
from commonweave.reports.actions import Submission, submit_report
from commonweave.reports.models import Report, ReportKind
from commonweave.reports.routing import Consent
from commonweave.sharing import receipts

if TYPE_CHECKING:
    from commonweave.people.queries.keys import Ring
    from commonweave.places.models import Area, Place

_numbers = itertools.count(1)
EVERY_KIND = list(ReportKind.values)


def make_team(
    where: Place | Area,
    kind: str = "city_support",
    *,
    report_kinds: list[str] | None = None,
    place: Place | None = None,
) -> Team:
    """Make an organisation with one team that covers a place (or an area, then `place` is the organisation's)."""
    number = next(_numbers)
    home = place or where
    organisation = Organisation.objects.create(
        names=Text.of(f"Organisation {number}"), kind=kind, place_id=home.pk, sort_key=f"organisation {number}"
    )
    team = Team.objects.create(organisation=organisation, kind=kind, names=Text.of(f"Team {number}"), founding=True)
    make_key(organisation)
    at = {"place": where} if place is None else {"area": where}
    Coverage.objects.create(
        team=team, report_kinds=report_kinds or EVERY_KIND, during=("2020-01-01", None), founding=True, **at
    )
    expire()
    return team


def ring_of(*teams: Team) -> Ring:
    """Return the opened keys of the organisations of these teams, as an unsealed member of them all has them."""
    return {name: key for team in teams for name, key in rings[team.organisation_id].items()}


def member_of(team: Team, *, roles: frozenset[str] = frozenset({"reader"})) -> Viewer:
    """Return a viewer who reads for a team, signed in with a second factor."""
    return Viewer(
        person=uuid.uuid4(),
        organisations=frozenset({team.organisation_id}),
        teams=frozenset({team.pk}),
        roles={team.organisation_id: roles},
    )


def make_submission(place: Place, *kinds: str, climb: bool = False, **given: Any) -> Submission:
    """Make a finished form."""
    spot = atlas().by_id(place.pk)
    assert spot is not None
    return Submission(
        pk=uuid.uuid4(),
        digits=receipts.draw(),
        kind=given.pop("kind", ReportKind.HAPPENED),
        spot=spot,
        consent=Consent(frozenset(kinds or ("city_support",)), climb=climb),
        document={"v": 1, "what": "Example words.", "place": str(place.pk), "language": "en", "point": None, **given},
    )


def make_report(place: Place, *kinds: str, climb: bool = False, **given: Any) -> tuple[Report, str]:
    """Send a report; return it and the digits of its receipt."""
    submission = make_submission(place, *kinds, climb=climb, **given)
    report, _viewer = submit_report(submission)
    assert report is not None
    return report, submission.digits
