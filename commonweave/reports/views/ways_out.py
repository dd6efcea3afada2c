"""What stands on a team's page about where a report came from and where else it could go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commonweave.people.coverage import book
from commonweave.places.atlas import atlas
from commonweave.referral.models import HandoverState
from commonweave.referral.queries import destinations_for, open_handover
from commonweave.reports import queries
from commonweave.reports.forms import DeclineForm, HandOnForm
from commonweave.vocabulary.queries import choices, working

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from commonweave.base.text import Text
    from commonweave.base.viewer import Viewer
    from commonweave.reports.actions import Said
    from commonweave.reports.models import Report


@dataclass(frozen=True)
class Given:
    """The hand-over through which a report came here."""

    team: Text | None
    reason: Text
    on: date
    decides: bool


def team_name(team: UUID) -> str:
    """Return a team as others know it."""
    known = book().teams[team]
    return f"{known.names}, {known.organisation_names}"


def given(viewer: Viewer, found: Report) -> Given | None:
    """Return how a report came to the team that holds it, if another handed it over and that is not over."""
    row = open_handover(viewer, "report", found.pk)
    if row is None or row.to_team_id != found.team_id:
        return None
    sender = book().teams.get(row.from_team_id)
    name = sender.organisation_names if sender else None
    reason = working("hand-on-reason", row.reason)
    return Given(name, reason, row.sent_on, decides=row.state == HandoverState.SEEN)


def hand_on_form(found: Report, data: Any = None) -> HandOnForm | None:  # noqa: ANN401 a QueryDict
    """Return the form with the teams that the resident has agreed to, or None when there is no other."""
    teams = [(str(each.cover.team), team_name(each.cover.team)) for each in queries.choices_for(found)]
    reasons = choices("hand-on-reason", exact=True, without=("unread", "unanswered"))
    return HandOnForm(data, teams=teams, reasons=reasons) if teams else None


def decline_form(data: Any = None) -> DeclineForm:  # noqa: ANN401 a QueryDict
    """Return the form with the reasons for giving a report back."""
    return DeclineForm(data, reasons=choices("decline-reason", exact=True))


def ways_out(viewer: Viewer, found: Report, said: Sequence[Said]) -> dict[str, Any]:
    """Return what the section "Not ours" offers."""
    del said
    spot = atlas().by_id(found.place_id)
    services = destinations_for(viewer, spot, found.kind)[:6] if spot else []
    return {"hand_on": hand_on_form(found), "decline": decline_form(), "services": services}
