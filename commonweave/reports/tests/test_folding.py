"""A flood of one text is one line for its team, one report in the numbers, and nothing in the database but a reference."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from commonweave.base.gate import limits
from commonweave.base.gate.memory import memory
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.people.tests.factories import give_second_factor, make_member
from commonweave.people.tests.test_pages import open_as
from commonweave.places.models import Place
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries
from commonweave.reports.counting import close_weeks
from commonweave.reports.draft import unlock_receipt
from commonweave.reports.models import Message, Report
from commonweave.reports.tests.factories import make_team, member_of, ring_of
from commonweave.reports.tests.test_gate import Phone, form_with, is_sent
from commonweave.sharing.counts import rules
from commonweave.sharing.models import Cell, Table

if TYPE_CHECKING:
    from pytest_django import Settings

    from commonweave.people.models import Team

pytestmark = pytest.mark.django_db
WORDS = "They shouted at people in front of the shop at number {}."
MANY = 14


@pytest.fixture
def team(monkeypatch: pytest.MonkeyPatch) -> Team:
    monkeypatch.setattr(memory(), "clock", lambda: 1_000_000_060.0)
    return make_team(make_place("gg-city", make_place("gg", type="country"), name="City"))


def flood(times: int = MANY) -> list[str]:
    """Let one text come from as many networks; return the receipts."""
    receipts = []
    for number in range(times):
        phone = Phone(f"198.51.100.{number}")
        sent = phone.send(phone.form(), WORDS.format(number) if number % 2 else WORDS.format(number).upper())
        assert is_sent(sent)
        receipts.append(unlock_receipt(dict(form_with(sent, "visit").values)["visit"]))
    return receipts


def fold_of() -> Report:
    lead = Report.objects.exclude(fold=None).values_list("fold", flat=True).distinct().get()
    assert lead is not None
    return Report.objects.get(pk=lead)


def test_what_is_stored_is_a_report_that_was_there(team: Team) -> None:
    """Not a hash of the text: nobody can try a guess against a stolen database, even with the key of that day."""
    flood()
    lead = fold_of()
    assert lead.fold is None
    assert Report.objects.filter(fold=None).count() in {5, 6, 7, 8}
    phone = Phone("198.51.100.99")
    assert is_sent(phone.send(phone.form(), "Something else altogether happened there"))
    assert Report.objects.filter(fold=None).count() in {6, 7, 8, 9}


def test_the_same_form_pressed_many_times_is_no_flood(team: Team) -> None:
    """A bad connection must not make a resident look like a machine."""
    phone = Phone()
    form = phone.form()
    for _ in range(10):
        assert is_sent(phone.send(form, WORDS))
    for number in range(4):
        other = Phone(f"198.51.100.{number}")
        assert is_sent(other.send(other.form(), WORDS))
    assert not Report.objects.exclude(fold=None).exists()
    assert Report.objects.count() == 5


def test_queue_shows_one_line_that_opens(team: Team) -> None:
    flood()
    person = make_member("reader", team=team)
    give_second_factor(person)
    client = open_as(person)
    alone = Report.objects.filter(fold=None).count()
    shown = client.get(reverse("reports:queue")).content.decode()
    assert shown.count('<th scope="row">') == alone
    assert f"{MANY - alone} more times the same text" in shown
    page = client.get(reverse("reports:folded", args=[fold_of().pk])).content.decode()
    assert page.count('<th scope="row">') == MANY - alone
    assert "First open one of them" in page
    assert queries.open_counts(member_of(team)).all == alone


def test_they_close_together_once_one_was_read(team: Team) -> None:
    """Nobody's report is thrown away unread with others; each person is told, and their receipt goes on working."""
    receipts = flood()
    lead, member = fold_of(), member_of(team)
    rows = Report.objects.filter(fold=lead.pk)
    many = rows.count()
    with as_viewer(member), pytest.raises(Refused, match="First open one"):
        actions.close_folded(member, lead.pk, outcome="advice_given", text="We know.")
    with as_viewer(member):
        actions.open_report(member, lead.pk, ring=ring_of(team))
        assert actions.close_folded(member, lead.pk, outcome="advice_given", text="We know.") == 0
    assert set(rows.values_list("state", "outcome")) == {("closed", "advice_given")}
    assert Message.objects.count() == many
    opened = actions.read_own_report(receipts[-1])
    assert opened is not None
    assert [said.text for said in opened.messages][-1] == "We know."
    assert Report.objects.get(pk=lead.pk).state == "opened", "the one in the queue is a report of its own"


def test_another_team_closes_none_of_them(team: Team) -> None:
    flood()
    other = member_of(make_team(Place.objects.get(code="gg-city"), "police"))
    assert list(queries.folded(other, fold_of().pk)) == []
    assert queries.folds(other, queries.QueueFilter()) == []


def test_a_flood_moves_numbers_by_no_more_than_its_first_ones(team: Team) -> None:
    """Counts are what people act upon; sending one text fourteen times is not fourteen events."""
    flood()
    on = rules.period_of(date(2026, 3, 2))[0]
    alone = Report.objects.filter(fold=None).count()
    Report.objects.update(received_on=on)
    close_weeks(on + 4 * rules.WEEK + rules.DAY)
    assert Cell.objects.get(table=Table.KINDS).value == alone


def test_setting_multiplies_when_a_text_folds(team: Team, settings: Settings) -> None:
    settings.LIMITS = limits.parse("times=100")
    flood()
    assert not Report.objects.exclude(fold=None).exists()
