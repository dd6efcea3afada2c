"""What a program may do to a report: what its credential says, and never what only people decide. Rules and database both."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection

from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people.models import Right
from commonweave.people.queries.credentials import program_of
from commonweave.people.tests.programs import make_program
from commonweave.places.tests.factories import make_place
from commonweave.referral import rules as handing
from commonweave.reports import actions, rules
from commonweave.reports.models import Report, State
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of

if TYPE_CHECKING:
    from commonweave.people.models import Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> tuple[Report, Team]:
    """A report that a person of the team has opened."""
    city = make_place("ww-city", make_place("ww", type="country"))
    team = make_team(city)
    report, _digits = make_report(city)
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(team))
    report.refresh_from_db()
    return report, team


def program(team: Team, *rights: str) -> Viewer:
    admitted = make_program(team, *rights)
    with as_viewer(NOBODY):
        found = program_of(admitted.token)
    assert found
    return found.viewer


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [((), set()), ({"open"}, {"open"}), ({"answer"}, {"answer", "close"}), ({"facts", "counts", "submit"}, set())],
)
def test_rules_ask_what_the_credential_says(
    held: tuple[Report, Team], rights: frozenset[str], allowed: set[str]
) -> None:
    report, team = held
    viewer = Viewer(person=uuid.uuid4(), teams=frozenset({team.pk}), rights=frozenset(rights))
    may = {
        "open": rules.may_open(viewer, report),
        "answer": rules.may_answer(viewer, report),
        "close": rules.may_close(viewer, report),
        "hand on": rules.may_hand_on(viewer, report, None),
        "hand over": handing.may_send(viewer, team.pk, uuid.uuid4(), None),
    }
    assert {name for name, verdict in may.items() if verdict} == allowed
    report.state = State.CLOSED
    assert not rules.may_be_held(viewer, report)


CHANGES = {
    "report": "update reports_report set state = 'answered' where id = %(report)s",
    "message": 'insert into reports_message (id, report_id, team_id, locator, "on", sender, body, keys) '
    "select gen_random_uuid(), id, team_id, locator, current_date, 'team', 'x', '{}' from reports_report where id = %(report)s",
    "step": 'insert into reports_movement (id, report_id, team_id, locator, "on", step, verb, reason) '
    "select gen_random_uuid(), id, team_id, locator, current_date, 9, 'answered', '' from reports_report where id = %(report)s",
    "hold": 'insert into reports_hold (id, report_id, team_id, locator, "on", reason, until, asked_by) select gen_random_uuid(), '
    "id, team_id, locator, current_date, 'safety', %(until)s, %(me)s from reports_report where id = %(report)s",
}
PERSON = set(CHANGES)
ALLOWED: list[tuple[tuple[str, ...], set[str]]] = [
    ((Right.FACTS,), set()),
    ((Right.OPEN,), {"report", "step"}),
    ((Right.ANSWER,), {"report", "step", "message"}),
]


def changed(viewer: Viewer, report: Report) -> set[str]:
    """Return which changes the database lets through, as if every rule were forgotten."""
    done = set()
    words = {"report": report.pk, "me": viewer.person, "until": report.received_on + timedelta(days=30)}
    for name, sql in CHANGES.items():
        try:
            with as_viewer(viewer), connection.cursor() as cursor:
                cursor.execute(sql, words)
                if cursor.rowcount:
                    done.add(name)
                connection.set_rollback(True)
        except DatabaseError:
            continue
    return done


def test_the_database_asks_the_same(held: tuple[Report, Team]) -> None:
    report, team = held
    for rights, allowed in ALLOWED:
        assert (rights, changed(program(team, *rights), report)) == (rights, allowed)
    assert changed(member_of(team), report) == PERSON, "the statements are good ones"
