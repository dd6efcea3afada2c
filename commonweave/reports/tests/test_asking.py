"""Beyond the consent a team asks first: the question is sealed, the resident says yes or no, and only a yes widens it."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer, web
from commonweave.base.text import Text
from commonweave.base.verdict import Refused
from commonweave.base.viewer import SYSTEM, Viewer
from commonweave.places.tests.factories import make_place
from commonweave.referral.actions import add_destination, remove_destination
from commonweave.referral.models import Handover
from commonweave.reports import actions, rules
from commonweave.reports.actions import Said
from commonweave.reports.models import Message, Movement, Report, State
from commonweave.reports.questions import Question, Wish, noes, questions
from commonweave.reports.templatetags.thread import carried
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.reports.trail import trail

if TYPE_CHECKING:
    from commonweave.people.models import Team

database = pytest.mark.django_db
KINDS = ("city_support", "civil_society", "police")
WISHES = [wish for kind, climb in product(("", *KINDS), (False, True)) if (wish := Wish(kind, climb=climb))]
DAY = date(2026, 3, 2)

asks = st.sampled_from(WISHES).map(lambda wish: ("team", wish.sealed()))
replies = st.tuples(st.integers(0, 8), st.booleans()).map(
    lambda each: ("resident", {"reply": {"to": each[0], "yes": each[1]}})
)
forged = st.one_of(asks, replies).map(lambda each: ("resident" if each[0] == "team" else "team", each[1]))
threads = st.lists(st.one_of(asks, replies, forged, st.just(("team", {}))), max_size=8).map(
    lambda rows: [Said(n, sender, DAY, "", more=more) for n, (sender, more) in enumerate(rows, start=1)]
)
reports = st.builds(
    lambda consents, climb: Report(consents=sorted(consents), may_climb=climb),
    st.sets(st.sampled_from(KINDS), min_size=1),
    st.booleans(),
)


@given(threads, reports)
def test_only_a_residents_word_answers_a_teams_question(thread: list[Said], report: Report) -> None:
    """A team that could answer its own question, or a resident's message taken for one, would be consent nobody gave."""
    found = questions(thread, report)
    assert len(found) == sum("ask" in said.more and said.sender == "team" for said in thread)
    for each in found:
        said = [
            other.more["reply"]["yes"]
            for other in thread
            if other.sender == "resident" and other.more.get("reply", {}).get("to") == each.number
        ]
        if said:
            assert each.said in said
        else:
            assert each.said == (True if each.wish.granted(report) else None)


@given(st.sampled_from(WISHES), reports)
def test_wish_survives_a_form_and_is_granted_by_exactly_what_it_names(wish: Wish, report: Report) -> None:
    assert Wish.read(str(wish)) == wish
    wider = Report(consents=[*report.consents, wish.kind], may_climb=report.may_climb or wish.climb)
    assert wish.granted(wider)
    assert not Wish.read("ministry+everywhere")


@given(st.sampled_from(State.values), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_asking_and_replying_wait_for_their_turn(
    state: str,
    ours: bool,  # noqa: FBT001 Hypothesis gives it
    offered: bool,  # noqa: FBT001 Hypothesis gives it
    waits: bool,  # noqa: FBT001 Hypothesis gives it
    asked: bool,  # noqa: FBT001 Hypothesis gives it
) -> None:
    report = Report(state=state, team_id=KEY, locator=KEY)
    team, owner = Viewer(teams=frozenset({KEY} if ours else ())), Viewer(receipt=KEY if ours else OTHER)
    may = bool(rules.may_ask(team, report, offered=offered, waits=waits))
    assert may == (ours and state in {"opened", "answered"} and offered and not waits)
    assert bool(rules.may_reply(owner, report, asked=asked)) == (ours and state in rules.OPEN_STATES and asked)


KEY, OTHER = Report().pk, Report().pk


class Case:
    """A report in a city that allowed its support team only; the police and the country's team are there, too."""

    def __init__(self) -> None:
        country = make_place("ask", type="country")
        self.city = make_place("ask-city", country)
        self.team, self.police = make_team(self.city), make_team(self.city, "police")
        self.above = make_team(country)
        self.member = member_of(self.team)
        report, self.digits = make_report(self.city)
        self.pk = report.pk
        with as_viewer(self.member):
            actions.open_report(self.member, self.pk, ring=ring_of(self.team))

    def ask(self, wish: Wish, text: str = "") -> None:
        with as_viewer(self.member):
            actions.ask_consent(self.member, self.pk, wish, text=text, ring=ring_of(self.team))

    def reply(self, number: int, *, yes: bool) -> None:
        with web(), transaction.atomic():
            actions.answer_question(self.digits, number, yes=yes)

    def asked(self) -> list[Question]:
        opened = actions.read_own_report(self.digits)
        assert opened is not None
        return questions(opened.messages, opened.report)

    def hand_on(self, team: Team) -> None:
        with as_viewer(self.member):
            actions.hand_on_report(self.member, self.pk, to_team=team.pk, reason="knows_more", ring=ring_of(self.team))


@pytest.fixture
def case(db: None) -> Case:
    return Case()


def test_yes_widens_and_then_it_may_be_handed_over(case: Case) -> None:
    """The police get it only after the resident's own yes; the team that asked is told."""
    with pytest.raises(Refused):
        case.hand_on(case.police)
    case.ask(Wish("police"), "They can see who put it there.")
    assert [(each.wish, each.said) for each in case.asked()] == [(Wish("police"), None)]
    with pytest.raises(Refused, match="already"):
        case.ask(Wish("police"))
    case.reply(case.asked()[0].number, yes=True)
    assert Report.objects.get().consents == ["city_support", "police"]
    assert case.asked()[0].said is True
    assert JournalEntry.objects.filter(verb="report.question_answered").count() == 1
    case.hand_on(case.police)
    assert Handover.objects.get().to_team_id == case.police.pk
    reader = member_of(case.police)
    with as_viewer(reader):
        opened = actions.open_report(reader, case.pk, ring=ring_of(case.police))
    assert opened.messages[0].text == "They can see who put it there."
    with pytest.raises(Refused):
        case.reply(1, yes=False)


def test_no_changes_nothing_and_is_read_by_the_team(case: Case) -> None:
    case.ask(Wish(climb=True))
    case.ask(Wish("police"))
    climbing, police = case.asked()
    case.reply(climbing.number, yes=False)
    report = Report.objects.get()
    assert (report.consents, report.may_climb) == (["city_support"], False)
    assert [each.said for each in case.asked()] == [False, None]
    assert Movement.objects.filter(verb="said_no").count() == 1
    with pytest.raises(Refused):
        case.hand_on(case.above)
    case.ask(Wish(climb=True), "Something has changed.")
    assert [each.said for each in case.asked()] == [False, None, None]
    case.reply(police.number, yes=True)
    assert Report.objects.get().consents == ["city_support", "police"]


def test_each_step_has_words_for_whoever_reads_it(case: Case) -> None:
    """A line with a date and nothing else would make people guess what happened to their report."""
    case.ask(Wish(climb=True))
    case.reply(case.asked()[0].number, yes=False)
    report, movements = Report.objects.get(), list(Movement.objects.order_by("step"))
    assert {"asked", "said_no"} <= {step.verb for step in movements}
    own, teams = ([str(step.words) for step in trail(report, movements, own=own)] for own in (True, False))
    assert all(own)
    assert all(teams)
    assert not [words for words in teams if "You " in words or "you " in words]


def test_nobody_is_asked_until_they_are_tired(case: Case) -> None:
    """After two noes only the person's own words open the question again; another question is another question."""
    for _ in range(2):
        case.ask(Wish("police"))
        case.reply(case.asked()[-1].number, yes=False)
    with pytest.raises(Refused, match="twice"):
        case.ask(Wish("police"))
    case.ask(Wish(climb=True))
    with web(), transaction.atomic():
        actions.add_to_report(case.digits, text="I have thought about it.")
    case.ask(Wish("police"))
    assert case.asked()[-1].said is None


@given(threads, st.sampled_from(WISHES))
def test_only_a_residents_noes_to_this_count(thread: list[Said], wish: Wish) -> None:
    """A team that could write them, or have them forgotten, would ask for ever."""
    own = {said.number for said in thread if said.sender == "team" and said.more == wish.sealed()}
    told = [said.more["reply"] for said in thread if said.sender == "resident" and "reply" in said.more]
    assert noes(thread, wish) <= sum(each["to"] in own and not each["yes"] for each in told)
    if all("reply" in said.more for said in thread if said.sender == "resident"):
        known = [
            each
            for n, said in enumerate(thread)
            if said.sender == "resident"
            for each in [said.more["reply"]]
            if each["to"] in {one.number for one in thread[:n]} & own
        ]
        assert noes(thread, wish) == sum(not each["yes"] for each in known)


def test_what_is_asked_for_stands_in_no_column(case: Case) -> None:
    """Whoever has the database sees that something was asked, not what, nor what the answer was."""
    case.ask(Wish("police"))
    case.reply(1, yes=False)
    assert not Movement.objects.filter(verb__in=("asked", "said_no")).exclude(reason="").exists()
    for message in Message.objects.all():
        assert b"police" not in bytes(message.body)
    for entry in JournalEntry.objects.filter(verb__in=("report.asked", "report.question_answered")):
        assert "police" not in str(entry.facts)


def test_a_consent_given_otherwise_settles_the_question(case: Case) -> None:
    case.ask(Wish("police"))
    with web(), transaction.atomic():
        actions.widen_consent(case.digits, kinds=frozenset({"police"}), climb=False)
    assert case.asked()[0].said is True
    with pytest.raises(Refused):
        case.reply(1, yes=False)


def test_nobody_is_asked_for_who_is_not_there(case: Case) -> None:
    with pytest.raises(Refused, match="nobody"):
        case.ask(Wish("civil_society"))
    stranger = member_of(case.police)
    assert not rules.may_ask(stranger, Report.objects.get(), offered=True, waits=False)


def test_question_is_read_in_the_residents_own_language(case: Case) -> None:
    """The team asks in its language; what the question says is put in the reader's."""
    case.ask(Wish("police"))
    opened = actions.read_own_report(case.digits)
    assert opened is not None
    said = opened.messages[0]
    assert carried(said)["question"] == "May the police read your report, too?"
    assert "police" not in said.text
    with translation.override("fr"):
        assert carried(said)["question"] == Wish("police").words()


@pytest.fixture
def services(case: Case) -> list[str]:
    country = make_place("ask-far")
    lines = [("Listening line", case.city), ("Second line", case.city), ("Far away", country)]
    return [
        str(add_destination(SYSTEM, place=place.pk, names=Text.of(name), kind="listening", telephone="116 123").pk)
        for name, place in lines
    ]


def test_not_ours_names_services_and_closes(case: Case, services: list[str]) -> None:
    """The resident reads who can help, sealed; and as it was named even after the list has lost it."""
    one, two, far = (UUID(each) for each in services)
    for wrong in ([], [far], [one, far]):
        with as_viewer(case.member), pytest.raises(Refused, match="Choose"):
            actions.point_outside(case.member, case.pk, services=wrong)
    with as_viewer(case.member):
        actions.point_outside(case.member, case.pk, services=[one, two], text="Please call them.")
    report = Report.objects.get()
    assert (report.state, report.outcome) == (State.CLOSED, "passed_on_outside")
    remove_destination(SYSTEM, two)
    opened = actions.read_own_report(case.digits)
    assert opened is not None
    cards = carried(opened.messages[-1])["cards"]
    assert [(card["name"], card["phone"]) for card in cards] == [
        ("Listening line", "116 123"),
        ("Second line", "116 123"),
    ]
    assert "not on our list" in cards[1]["note"]
    assert b"Listening" not in bytes(Message.objects.get().body)
    shown = render_to_string("reports/carried.html", carried(opened.messages[-1]))
    assert shown.count("tel:116123") == 2
