"""A report's whole life, in any order: whatever people and time do, the same few promises hold after every step."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from nacl.public import PrivateKey

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.tests.sizes import size
from commonweave.base.verdict import Refused
from commonweave.base.viewer import SYSTEM, Viewer
from commonweave.people import queries as people
from commonweave.people.models import OrganisationKey
from commonweave.people.tests.factories import make_key, rings
from commonweave.places import atlas
from commonweave.places.tests.factories import make_place
from commonweave.referral.models import Handover
from commonweave.reports import actions, queries
from commonweave.reports.models import Hold, Message, Movement, Report, State
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.sharing.envelopes import CannotOpen, receipt_keys, unseal

if TYPE_CHECKING:
    from collections.abc import Callable

    from commonweave.people.models import Team

KINDS = ("city_support", "civil_society", "police")
TOLD_TWICE = {  # a step of the trail, and what the journal calls it
    **{verb: f"report.{verb}" for verb in ("reminded", "nobody_left", "returned", "passed_on", "climbed", "handed_on")},
    **{verb: f"report.{verb}" for verb in ("declined", "answered", "closed", "reopened", "withdrawn", "erased")},
    **{verb: f"report.{verb}" for verb in ("hold_asked", "held", "hold_declined")},
    "widened": "report.consent_widened",
    "accepted": "handover.accepted",
}
DATES: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Report, ("received_on", "due_on", "reminded_on", "answered_on", "closed_on")),
    (Movement, ("on",)),
    (Message, ("on",)),
    (Hold, ("on", "until", "agreed_on")),
    (
        Handover,
        ("due_on", *(f"{field}_on" for field in ("sent", "seen", "accepted", "declined", "done", "returned", "moved"))),
    ),
)


class World:
    """A city with a team of each kind, two more beside them, and one above for those who let it climb."""

    def __init__(self) -> None:
        country = make_place("life", type="country")
        self.city = make_place("life-city", country)
        self.near = [make_team(self.city, kind) for kind in (*KINDS, "civil_society")]
        self.above = make_team(country, "city_support")
        self.teams: list[Team] = [*self.near, self.above]
        self.members = {team.pk: (member_of(team), member_of(team)) for team in self.teams}
        self.stranger = Viewer()


world: World


class Life(RuleBasedStateMachine):
    """Whoever may do something does it; the model remembers only what the resident wants and where the report lies."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.holder: Any = None
        self.said: list[str] = []
        self.trail: list[tuple[Any, str]] = []
        self.gone = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        atlas.expire()

    @initialize(kinds=st.sets(st.sampled_from(KINDS), min_size=1), climb=st.booleans())
    def send(self, kinds: set[str], climb: bool) -> None:  # noqa: FBT001 Hypothesis gives it by name
        self.consents, self.climb = set(kinds), climb
        report, self.digits = make_report(world.city, *sorted(kinds), climb=climb)
        self.pk = report.pk
        self.holder = report.team_id

    def report(self) -> Report:
        return Report.objects.get(pk=self.pk)

    def allowed(self) -> list[Team]:
        """Return the teams that the consent reaches, as the resident would list them."""
        return [team for team in world.teams if team.kind in self.consents and (team != world.above or self.climb)]

    def attempt(self, viewer: Viewer | None, act: Callable[[], Any]) -> bool:
        """Do it as somebody; say whether it was done. A refusal changes nothing."""
        try:
            with as_viewer(viewer) if viewer else transaction.atomic():
                act()
        except (Refused, Http404, CannotOpen, Report.DoesNotExist):
            return False
        self.holder = self.report().team_id
        return True

    # What a team does. The member may be anybody's: whoever does not hold the report gets nowhere.

    @rule(team=st.integers(0, 4), who=st.integers(0, 1))
    def open(self, team: int, who: int) -> None:
        at = world.teams[team]
        viewer, held = world.members[at.pk][who], self.holder == at.pk
        done = self.attempt(viewer, lambda: actions.open_report(viewer, self.pk, ring=ring_of(at)))
        assert done == (held and not self.gone), "exactly those who hold it open it, while there is something to open"

    @rule(team=st.integers(0, 4))
    def answer(self, team: int) -> None:
        at, words = world.teams[team], f"answer {len(self.said)}"
        viewer, was = world.members[at.pk][0], self.report()
        done = self.attempt(viewer, lambda: actions.answer_report(viewer, self.pk, text=words))
        assert done == (was.team_id == at.pk and was.state in {State.OPENED, State.ANSWERED})
        self.said += [words] if done else []

    @rule(team=st.integers(0, 4), last=st.booleans())
    def close(self, team: int, last: bool) -> None:  # noqa: FBT001 Hypothesis gives it by name
        at, words = world.teams[team], f"goodbye {len(self.said)}" if last else ""
        viewer, was = world.members[at.pk][0], self.report()
        done = self.attempt(viewer, lambda: actions.close_report(viewer, self.pk, outcome="advice_given", text=words))
        assert done == (was.team_id == at.pk and was.state in {State.OPENED, State.ANSWERED})
        self.said += [words] if done and words else []

    @rule(team=st.integers(0, 4), to=st.integers(0, 4))
    def hand_on(self, team: int, to: int) -> None:
        at, other = world.teams[team], world.teams[to]
        viewer = world.members[at.pk][0]
        done = self.attempt(
            viewer,
            lambda: actions.hand_on_report(viewer, self.pk, to_team=other.pk, reason="nearer", ring=ring_of(at)),
        )
        if done:
            assert other in self.allowed(), "nothing goes to whom the resident did not agree to"
            assert self.holder == other.pk

    @rule(take=st.booleans())
    def decide(self, take: bool) -> None:  # noqa: FBT001 Hypothesis gives it by name
        at = next(team for team in world.teams if team.pk == self.holder)
        viewer = world.members[at.pk][1]
        handover = Handover.objects.filter(subject=self.pk, state="seen").first()
        if take:
            done = self.attempt(viewer, lambda: actions.accept_report(viewer, self.pk))
            assert not done or handover is not None
            return
        done = self.attempt(
            viewer, lambda: actions.decline_report(viewer, self.pk, reason="no_capacity", ring=ring_of(at))
        )
        if done:
            assert handover is not None
            assert self.holder == handover.from_team_id, "what is declined goes back to whoever sent it"

    @rule(who=st.integers(0, 1), days=st.integers(1, 300))
    def ask_hold(self, who: int, days: int) -> None:
        viewer, until = world.members[self.holder][who], queries.today_at(self.report()) + timedelta(days)
        self.attempt(viewer, lambda: actions.ask_hold(viewer, self.pk, reason="court", until=until))

    @rule(who=st.integers(0, 1), agree=st.booleans())
    def decide_hold(self, who: int, agree: bool) -> None:  # noqa: FBT001 Hypothesis gives it by name
        viewer = world.members[self.holder][who]
        self.attempt(viewer, lambda: actions.decide_hold(viewer, self.pk, agree=agree))

    @rule(team=st.integers(0, 4))
    def exchange_key(self, team: int) -> None:
        """A member left: the organisation makes a new key, and whoever can opens wraps what is open for it."""
        body = world.teams[team].organisation
        OrganisationKey.objects.filter(organisation=body, retired_on=None).update(retired_on=people.today())
        make_key(body)
        atlas.expire()
        viewer = world.members[world.teams[team].pk][0]
        with as_viewer(viewer):
            actions.rewrap_reports(viewer, ring_of(world.teams[team]))

    # What the resident does

    @rule(correction=st.booleans())
    def add(self, correction: bool) -> None:  # noqa: FBT001 Hypothesis gives it by name
        words = f"more {len(self.said)}"
        done = self.attempt(
            self.resident(), lambda: actions.add_to_report(self.digits, text=words, correction=correction)
        )
        self.said += [words] if done else []

    @rule(kinds=st.sets(st.sampled_from(KINDS)), climb=st.booleans())
    def widen(self, kinds: set[str], climb: bool) -> None:  # noqa: FBT001 Hypothesis gives it by name
        if self.attempt(
            self.resident(), lambda: actions.widen_consent(self.digits, kinds=frozenset(kinds), climb=climb)
        ):
            self.consents |= kinds
            self.climb = self.climb or climb

    @precondition(lambda self: len(self.trail) > 6)
    @rule()
    def withdraw(self) -> None:
        done = self.attempt(self.resident(), lambda: actions.withdraw_report(self.digits))
        assert done == (not self.gone), "a resident withdraws at any time"
        self.gone = True

    def resident(self) -> Viewer:
        return Viewer(receipt=receipt_keys(self.digits).locator)

    # What time does

    @rule(days=st.sampled_from((1, 3, 8, 31, 95)))
    def days_pass(self, days: int) -> None:
        """Every day that is written down moves back, which is the same; then the clock strikes."""
        if not self.gone:
            for model, names in DATES:
                model.objects.update(**{name: F(name) - timedelta(days) for name in names})
        actions.move_unread(queries.today_at(self.report()))
        erased = actions.erase_closed(timezone.now())
        self.holder = self.report().team_id
        self.gone = self.gone or erased > 0

    # What holds after every step

    @invariant()
    def exactly_the_team_that_holds_it_reads(self) -> None:
        report = self.report()
        assert report.team_id in {team.pk for team in self.allowed()}, "held by whom the consent reaches"
        assert set(report.consents) == self.consents
        assert report.may_climb == self.climb
        for team in world.teams:
            viewer = world.members[team.pk][0]
            wanted = {self.pk} if team.pk == self.holder else set()
            assert set(queries.reports_for(viewer).values_list("pk", flat=True)) == wanted, "the queryset alone"
            with as_viewer(viewer):
                assert set(Report.objects.values_list("pk", flat=True)) == wanted, "the policy alone"
                assert set(Movement.objects.values_list("report", flat=True)) <= wanted
                assert set(Message.objects.values_list("report", flat=True)) <= wanted
                assert set(Hold.objects.values_list("report", flat=True)) <= wanted
        with as_viewer(world.stranger):
            assert not Report.objects.exists()
            assert not Movement.objects.exists()

    @invariant()
    def the_receipt_opens_until_nothing_is_left(self) -> None:
        with as_viewer(self.resident()):
            read = actions.read_own_report(self.digits)
        assert read is not None
        assert read.document.get("what") == (None if self.gone else "Example words.")
        assert [said.text for said in read.messages] == ([] if self.gone else self.said)

    @invariant()
    def nobody_opens_without_a_key(self) -> None:
        report = self.report()
        if self.gone:
            assert (report.body, report.keys) == (None, None)
            assert not Message.objects.exists()
            return
        ring = {name for team in self.allowed() for name in rings[team.organisation_id]}
        rows: list[Report | Message] = [report, *Message.objects.all()]
        for row in rows:
            assert row.keys is not None
            assert row.body is not None
            assert set(row.keys) <= ring | {"receipt"}, "sealed for nobody else"
            holder = next(team for team in world.teams if team.pk == self.holder)
            assert unseal(bytes(row.body), row.keys, ring_of(holder)), "whoever holds it can read it"
            with pytest.raises(CannotOpen):
                unseal(bytes(row.body), row.keys, {name: PrivateKey.generate() for name in row.keys})

    @invariant()
    def trail_and_journal_tell_the_same(self) -> None:
        steps = list(Movement.objects.order_by("step").values_list("pk", "verb", "step"))
        assert [step for _pk, _verb, step in steps] == list(range(1, len(steps) + 1))
        told = [(pk, verb) for pk, verb, _step in steps]
        assert told[: len(self.trail)] == self.trail, "no step is ever lost or changed"
        self.trail = told
        trail = Counter(verb for _pk, verb in told)
        journal = Counter(JournalEntry.objects.filter(subject=self.pk).values_list("verb", flat=True))
        for verb, entry in TOLD_TWICE.items():
            assert trail[verb] == journal[entry], verb
        assert trail["added"] + trail["corrected"] == journal["report.added_to"]
        assert trail["opened"] <= journal["report.opened"]

    @invariant()
    def states_and_days_fit_together(self) -> None:
        report = self.report()
        today = queries.today_at(report)
        assert (report.state in {State.CLOSED, State.WITHDRAWN}) == (report.closed_on is not None)
        assert self.gone == (report.state == State.WITHDRAWN or report.erased_on is not None)
        days = [day for day in (report.answered_on, report.closed_on, report.erased_on) if day]
        assert all(report.received_on <= day <= today for day in days)
        handover = Handover.objects.filter(subject=self.pk, state__in=("sent", "seen", "accepted")).first()
        if handover is not None:
            assert handover.to_team_id == self.holder, "an open hand-over lies where the report lies"
            assert report.state not in {State.CLOSED, State.WITHDRAWN}
        lasting = queries.lasting_of(report, queries.holds_of(SYSTEM, report))
        assert (lasting is not None) == (report.state == State.CLOSED and not self.gone)
        assert lasting is None or lasting.erases_on > today, "the clock has struck"


@pytest.mark.django_db
def test_whatever_happens_a_report_keeps_its_promises() -> None:
    """If this failed, some order of ordinary steps shows a report to the wrong people, or loses it."""
    global world  # noqa: PLW0603 a machine is made by Hypothesis, without arguments
    world = World()
    machine = settings(
        max_examples=size(5),
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Life, settings=machine)
