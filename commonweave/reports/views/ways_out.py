"""What stands on a team's page about where a report came from and where else it could go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from commonweave.people.coverage import book
from commonweave.people.models import RecipientKind
from commonweave.places.atlas import atlas
from commonweave.referral.models import HandoverState
from commonweave.referral.queries import destinations_for, open_handover
from commonweave.reports import queries
from commonweave.reports.forms import RECIPIENT_WORDS, AskForm, DeclineForm, HandOnForm, OutsideForm
from commonweave.reports.questions import Wish, noes, questions, wishes
from commonweave.reports.rules import MOST_NOES
from commonweave.vocabulary.queries import choices, working

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from commonweave.base.text import Text
    from commonweave.base.viewer import Viewer
    from commonweave.referral.models import Destination
    from commonweave.reports.actions import Said
    from commonweave.reports.models import Report

MOST_SERVICES = 12


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


def asking(found: Report, said: Sequence[Said]) -> list[dict[str, Any]]:
    """Return the teams that need the resident's yes: what a yes would allow, and how that question stands."""
    spot = atlas().by_id(found.place_id)
    offered = wishes(queries.options_at(spot, found.kind), found) if spot else {}
    asked = {each.wish: each for each in questions(said, found)}
    rows = []
    for wish, covers in offered.items():
        last = asked.get(wish)
        rows.append(
            {
                "wish": wish,
                "teams": [team_name(cover.team) for cover in covers],
                "waits": last.on if last and last.said is None else None,
                "refused": last is not None and last.said is False,
                "over": noes(said, wish) >= MOST_NOES,
            }
        )
    return rows


def ask_form(found: Report, said: Sequence[Said], data: Any = None) -> AskForm | None:  # noqa: ANN401 a QueryDict
    """Return the form with what is not asked at the moment, or None when there is nothing to ask."""
    free = [
        (str(row["wish"]), wish_label(row["wish"])) for row in asking(found, said) if not (row["waits"] or row["over"])
    ]
    return AskForm(data, wishes=free) if free else None


def ask_choices() -> list[tuple[str, str]]:
    """Return everything that could be asked for: what is offered here the action decides."""
    every = [Wish(kind, climb=climb) for kind in ("", *RecipientKind.values) for climb in (False, True)]
    return [(str(wish), wish_label(wish)) for wish in every if wish]


def wish_label(wish: Wish) -> str:
    """Return what a team asks for, in the words residents read."""
    words = [str(RECIPIENT_WORDS[RecipientKind(wish.kind)])] if wish.kind else []
    return capfirst("; ".join(words + ([_("a team for the wider region or the country")] if wish.climb else [])))


def services_of(viewer: Viewer, found: Report) -> list[Destination]:
    """Return the outside services for a report, nearest first."""
    spot = atlas().by_id(found.place_id)
    return destinations_for(viewer, spot, found.kind)[:MOST_SERVICES] if spot else []


def outside_form(services: list[Destination], data: Any = None) -> OutsideForm | None:  # noqa: ANN401 a QueryDict
    """Return the form with the services of the place."""
    return OutsideForm(data, services=[(str(row.pk), row.names.say()) for row in services]) if services else None


def ways_out(viewer: Viewer, found: Report, said: Sequence[Said]) -> dict[str, Any]:
    """Return what the section "Not ours" offers."""
    services = services_of(viewer, found)
    return {
        "hand_on": hand_on_form(found),
        "decline": decline_form(),
        "asking": asking(found, said),
        "ask": ask_form(found, said),
        "services": services,
        "outside": outside_form(services),
    }
