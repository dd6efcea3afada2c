"""For whom a report is sealed: the receipt and everybody whom the consent reaches, never the node, never one more."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import chain, combinations
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer, web
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people.coverage import Book, Covered, book
from commonweave.people.models import HeldKey, OrganisationKey, RecipientKind
from commonweave.people.queries import today
from commonweave.people.queries.keys import IntakeKey
from commonweave.people.tests.factories import make_key
from commonweave.places.atlas import atlas, expire
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries
from commonweave.reports.models import Message, Movement, Report, State
from commonweave.reports.routing import Consent, Ground, candidates, reach
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.reports.tests.test_routing import consents, cover_lists, grounds, report_kinds
from commonweave.sharing.envelopes import RECEIPT, CannotOpen, receipt_keys, unseal

if TYPE_CHECKING:
    from commonweave.people.models import Team
    from commonweave.places.models import Place

KINDS = tuple(str(kind) for kind in RecipientKind)


@pytest.fixture
def city(db: None) -> Place:
    """A city."""
    del db
    return make_place("vv-city", make_place("vv", type="country"))


def names(*teams: Team) -> set[str]:
    """Return the names in envelopes of the keys of these teams' organisations."""
    return {name for team in teams for name in ring_of(team)}


def new_key(team: Team) -> tuple[str, str]:
    """Exchange the key of a team's organisation; return the old and the new name in envelopes."""
    old = OrganisationKey.objects.get(organisation=team.organisation_id, retired_on=None)
    OrganisationKey.objects.filter(pk=old.pk).update(retired_on=today())
    new = make_key(team.organisation)
    expire()
    return str(old.pk), str(new.pk)


@given(grounds(), cover_lists(), consents, report_kinds, st.frozensets(st.integers(2000, 2007)))
def test_only_organisations_with_a_key_are_ever_chosen(
    ground: Ground, covers: list[Covered], consent: Consent, kind: str, having: frozenset[int]
) -> None:
    """Otherwise a report reaches a team that cannot read it, and nobody knows that it was sent."""
    keys = {uuid.UUID(int=number): IntakeKey(uuid.UUID(int=number), uuid.uuid4(), b"x") for number in having}
    known = Book(1, covers, [], keys)
    wheres = [*(place for place, _type in ground.lineage), *ground.areas]
    found = candidates(reach(ground, kind, known.at(wheres, today())), consent)
    assert {choice.cover.organisation for choice in found} <= set(keys)
    everybody = candidates(reach(ground, kind, covers), consent)
    # A team that covers the place twice may be there with either coverage.
    with_key = [choice for choice in everybody if choice.cover.organisation in keys]
    assert [(each.cover.team, each.climbed) for each in with_key] == [(each.cover.team, each.climbed) for each in found]


def test_report_is_wrapped_for_exactly_those_whom_the_consent_reaches(city: Place) -> None:
    """Every consent there is: nobody else's key opens it, whoever they are and whatever they take from the database."""
    country, twin = city.parent, make_place("vv-twin", city.parent)
    assert country
    local = {kind: make_team(city, kind) for kind in KINDS}
    above = {kind: make_team(country, kind) for kind in KINDS}
    elsewhere = [make_team(twin, kind) for kind in KINDS]
    second = make_team(city, "police")
    picky = make_team(city, "civil_society", report_kinds=["online"])
    without = make_team(city, "city_support")
    HeldKey.objects.filter(key__organisation=without.organisation_id).delete()
    expire()
    everybody = [*local.values(), *above.values(), *elsewhere, second, picky, without]
    for kinds in chain.from_iterable(combinations(KINDS, size) for size in (1, 2, 3)):
        for climb in (False, True):
            with web(), transaction.atomic():
                report, digits = make_report(city, *kinds, climb=climb)
            reached = [local[kind] for kind in kinds] + [above[kind] for kind in kinds if climb]
            reached += [second] if "police" in kinds else []
            kept = Report.objects.get(pk=report.pk)
            assert kept.body
            assert kept.keys
            assert set(kept.keys) == {RECEIPT} | names(*reached), (kinds, climb)
            for team in everybody:
                ring = ring_of(team)
                if team in reached:
                    assert unseal(bytes(kept.body), kept.keys, ring)["what"] == "Example words."
                else:
                    with pytest.raises(CannotOpen):
                        unseal(bytes(kept.body), kept.keys, ring)
            with web(), transaction.atomic():
                actions.add_to_report(digits, text="One more thing.")
            assert set(Message.objects.get(report=report).keys) == set(kept.keys)


def sealed_rows() -> list[Report | Message]:
    """Return everything that is sealed."""
    return [*Report.objects.all(), *Message.objects.all()]


def test_nothing_is_ever_wrapped_for_the_node(city: Place) -> None:
    """Then whoever takes the server would read what lies there."""
    team = make_team(city)
    report, digits = make_report(city)
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(team))
        actions.answer_report(member, report.pk, text="We will come by.")
    with web(), transaction.atomic():
        actions.add_to_report(digits, text="Thank you.")
    for row in sealed_rows():
        assert set(row.keys or ()) == {RECEIPT} | names(team)


def test_widening_wraps_report_and_thread_for_the_new_ones(city: Place) -> None:
    """Whoever is agreed to later reads the whole of it; nobody who read it before is left out."""
    team, police, charity = make_team(city), make_team(city, "police"), make_team(city, "civil_society")
    report, digits = make_report(city)
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(team))
        actions.answer_report(member, report.pk, text="First words.")
    before = {row.pk: dict(row.keys or {}) for row in sealed_rows()}
    with web(), transaction.atomic():
        actions.widen_consent(digits, kinds=frozenset({"police"}), climb=False)
    for row in sealed_rows():
        assert row.keys
        assert set(row.keys) == {RECEIPT} | names(team, police)
        assert before[row.pk].items() <= row.keys.items()
    assert names(charity).isdisjoint(Report.objects.get().keys or {})
    with as_viewer(member):
        actions.hand_on_report(member, report.pk, to_team=police.pk, reason="nearer", ring={})
    receiver = member_of(police)
    with as_viewer(receiver):
        opened = actions.open_report(receiver, report.pk, ring=ring_of(police))
    assert opened.document["what"] == "Example words."
    assert [said.text for said in opened.messages] == ["First words."]


def test_handing_on_to_a_team_that_came_later_needs_a_key_that_opens(city: Place) -> None:
    """The report was not wrapped for them: only somebody who can read it lets them in."""
    team = make_team(city)
    report, _digits = make_report(city, "city_support", "civil_society")
    member = member_of(team)
    with as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(team))
        actions.answer_report(member, report.pk, text="First words.")
    later = make_team(city, "civil_society")
    before = Report.objects.values().get()
    entries = JournalEntry.objects.count()
    for ring in ({}, ring_of(later), {name: PrivateKey.generate() for name in names(team)}):
        with pytest.raises(CannotOpen), as_viewer(member):
            actions.hand_on_report(member, report.pk, to_team=later.pk, reason="nearer", ring=ring)
        assert Report.objects.values().get() == before
        assert JournalEntry.objects.count() == entries
    with as_viewer(member):
        actions.hand_on_report(member, report.pk, to_team=later.pk, reason="nearer", ring=ring_of(team))
    receiver = member_of(later)
    with as_viewer(receiver):
        opened = actions.open_report(receiver, report.pk, ring=ring_of(later))
    assert [said.text for said in opened.messages] == ["First words."]


def pass_time(report: Report) -> Report:
    """Let the deadlines pass with nobody reading."""
    for week in range(1, 8):
        actions.move_unread(report.due_on + timedelta(days=7 * week))
    report.refresh_from_db()
    return report


def test_clock_passes_on_only_to_teams_it_is_sealed_for(city: Place) -> None:
    """The clock has no key: with a team that came later the report would lie unread for ever, and look as if on its way."""
    make_team(city)
    charity = make_team(city, "civil_society")
    report, _digits = make_report(city, "city_support", "civil_society", "police")
    later = make_team(city, "police")
    assert names(later).isdisjoint(report.keys or {})
    assert pass_time(report).team_id == charity.pk
    gone_to = set(Movement.objects.exclude(to_team=None).values_list("to_team_id", flat=True))
    assert gone_to == {charity.pk}
    assert Movement.objects.filter(verb="nobody_left").exists()


def test_clock_passes_on_to_a_team_whose_key_was_exchanged_since(city: Place) -> None:
    """Who holds the old one there reads it; otherwise an exchange of keys would end every report's way."""
    make_team(city)
    charity = make_team(city, "civil_society")
    report, _digits = make_report(city, "city_support", "civil_society")
    old, _new = new_key(charity)
    assert pass_time(report).team_id == charity.pk
    receiver = member_of(charity)
    with as_viewer(receiver):
        assert actions.open_report(receiver, report.pk, ring={old: ring_of(charity)[old]}).document
    HeldKey.objects.filter(key=UUID(old)).delete()
    again, _digits = make_report(city, "city_support", "civil_society")
    Report.objects.filter(pk=again.pk).update(keys={**(again.keys or {}), old: "x"})
    assert pass_time(again).team_id == charity.pk, "the new one opens this one"


def test_clock_leaves_a_report_where_it_is_when_nobody_holds_the_other_teams_key(city: Place) -> None:
    """Nobody there could read it."""
    team, charity = make_team(city), make_team(city, "civil_society")
    report, _digits = make_report(city, "city_support", "civil_society")
    HeldKey.objects.filter(key__organisation=charity.organisation_id).delete()
    expire()
    assert pass_time(report).team_id == team.pk


def test_member_without_the_key_opens_nothing_and_nothing_happens(city: Place) -> None:
    """The resident must not be told that it was opened, and the clock must go on, when nobody could read it."""
    team, other = make_team(city), make_team(city, "police")
    report, _digits = make_report(city)
    member = member_of(team)
    before, entries = Report.objects.values().get(), JournalEntry.objects.count()
    for ring in ({}, ring_of(other), {name: PrivateKey.generate() for name in names(team)}):
        with pytest.raises(CannotOpen), as_viewer(member):
            actions.open_report(member, report.pk, ring=ring)
        assert Report.objects.values().get() == before
        assert before["state"] == State.ROUTED
        assert not Movement.objects.exists()
        assert JournalEntry.objects.count() == entries


def test_a_message_that_does_not_open_leaves_the_report_unopened(city: Place) -> None:
    """Half a thread would be answered as if it were the whole."""
    team = make_team(city)
    report, digits = make_report(city)
    with web(), transaction.atomic():
        actions.add_to_report(digits, text="It was not him.")
    Message.objects.update(body=b"changed")
    member = member_of(team)
    with pytest.raises(CannotOpen), as_viewer(member):
        actions.open_report(member, report.pk, ring=ring_of(team))
    assert Report.objects.get().state == State.ROUTED


def test_form_offers_no_team_whose_key_nobody_holds(city: Place) -> None:
    """Residents are asked about those only who can read."""
    make_team(city)
    police = make_team(city, "police")
    spot = atlas().by_id(city.pk)
    assert spot
    assert set(queries.options_at(spot, "online")) == {"city_support", "police"}
    HeldKey.objects.filter(key__organisation=police.organisation_id).delete()
    expire()
    assert set(queries.options_at(spot, "online")) == {"city_support"}
    assert police.organisation_id not in book().keys
    with web(), pytest.raises(actions.NobodyTakesIt), transaction.atomic():
        make_report(city, "police")


# What the database itself keeps


class Thread:
    """A report with one message, sealed to one key that was retired and to the one of today."""

    def __init__(self, city: Place) -> None:
        self.team, self.police = make_team(city), make_team(city, "police")
        self.report, digits = make_report(city)
        with web(), transaction.atomic():
            actions.add_to_report(digits, text="One more thing.")
        self.old, self.new = new_key(self.team)
        self.member = member_of(self.team)
        with as_viewer(self.member):
            for table in ("report", "message"):
                self.changed(self.member, table, f'keys = keys || \'{{"{self.new}": "x"}}\'')
        self.resident = Viewer(receipt=receipt_keys(digits).locator)

    def changed(self, viewer: Viewer, table: str, change: str) -> int:
        """Return how many rows an update changed, as the web server for somebody. Raises DatabaseError."""
        with as_viewer(viewer), connection.cursor() as cursor:
            cursor.execute(f"update reports_{table} set {change}")  # noqa: S608 our own words
            return int(cursor.rowcount)


@pytest.fixture
def thread(city: Place) -> Thread:
    """One of these."""
    return Thread(city)


@pytest.mark.parametrize("table", ["report", "message"])
def test_wraps_stay_but_those_for_retired_keys(thread: Thread, table: str) -> None:
    """Otherwise a team takes the report from its own resident, or from the team after it."""
    for viewer in (thread.member, thread.resident):
        for change in (
            "keys = keys - 'receipt'",
            f"keys = keys - '{thread.new}'",
            "keys = '{}'",
            "keys = null",
            'keys = keys || \'{"receipt": "x"}\'',
            f'keys = keys || \'{{"{thread.old}": "x"}}\'',
            f'keys = \'{{"{thread.new}": "x"}}\'',
            "body = 'x'",
            "body = null",
            "body = null, keys = null",
        ):
            with pytest.raises(DatabaseError):
                thread.changed(viewer, table, change)
    assert thread.changed(thread.member, table, f"keys = keys - '{thread.old}'") == 1
    row = (Report if table == "report" else Message).objects.get()
    assert set(row.keys or ()) == {RECEIPT, thread.new}


@pytest.mark.parametrize("table", ["report", "message"])
def test_nobody_else_touches_what_is_sealed(thread: Thread, table: str) -> None:
    """Not a team that could be handed the report, not an administrator, not another resident."""
    mine = frozenset({thread.team.organisation_id})
    for viewer in (
        NOBODY,
        member_of(thread.police),
        Viewer(receipt=uuid.uuid4()),
        Viewer(person=uuid.uuid4(), organisations=mine, roles={uuid.uuid4(): frozenset({"administrator"})}),
    ):
        assert thread.changed(viewer, table, 'keys = keys || \'{"more": "x"}\'') == 0
    with pytest.raises(DatabaseError):
        thread.changed(thread.member, table, "body = body || 'x'")


def test_the_resident_alone_takes_the_words_back(thread: Thread) -> None:
    """Deleted, never exchanged for others."""
    gone = "body = null, keys = null, state = 'withdrawn'"
    with pytest.raises(DatabaseError):
        thread.changed(thread.member, "report", gone)
    assert thread.changed(thread.resident, "report", gone) == 1
