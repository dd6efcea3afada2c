"""Mandates: where one stands on a day, one at a time, and nothing that a decision rested on is written over."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.bodies import actions, queries, rules
from commonweave.bodies.models import Body, Mandate
from commonweave.bodies.tests.factories import make_body
from commonweave.bodies.tests.test_bodies import OURS, member

TODAY = date(2026, 6, 15)
DAYS = st.dates(date(2025, 1, 1), date(2028, 1, 1))


def lasting(first: date, last: date | None) -> Mandate:
    return Mandate(during=DateRange(first, last + timedelta(days=1) if last else None))


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [
        (date(2026, 1, 1), None, "in_force"),
        (date(2026, 1, 1), TODAY, "lapsing"),
        (date(2026, 1, 1), TODAY - timedelta(days=1), "lapsed"),
        (date(2026, 1, 1), TODAY + rules.SOON, "lapsing"),
        (date(2026, 1, 1), TODAY + rules.SOON + timedelta(days=1), "in_force"),
        (TODAY + timedelta(days=1), None, "to_come"),
    ],
)
def test_where_a_mandate_stands(first: date, last: date | None, state: str) -> None:
    assert rules.standing([lasting(first, last)], TODAY).state == state


def test_a_renewed_mandate_is_not_about_to_lapse() -> None:
    ends = TODAY + timedelta(days=10)
    both = [lasting(date(2026, 1, 1), ends), lasting(ends + timedelta(days=1), None)]
    assert rules.standing(both, TODAY).state == "in_force"
    assert rules.standing([], TODAY).state == "none"


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=6), DAYS)
def test_a_body_acts_only_on_a_mandate_of_that_day(given_days: list[tuple[date, date | None]], today: date) -> None:
    """Whatever was put down in whatever order: what is called in force or lapsing holds that day, nothing else does."""
    kept: list[Mandate] = []
    for first, last in given_days:
        if (last is None or first <= last) and rules.may_follow(kept, first, last):
            kept.append(lasting(first, last))
    holds = [
        each for each in kept if each.during.lower <= today and (each.during.upper is None or today < each.during.upper)
    ]
    assert len(holds) <= 1
    assert (rules.standing(kept, today).state in ("in_force", "lapsing")) == bool(holds)


@pytest.mark.django_db
def test_one_at_a_time_and_what_it_said_stays() -> None:
    """One without an end makes room for the next; the database refuses two at once and writing over what stood there."""
    body, viewer = make_body(holder=OURS), member()
    with as_viewer(viewer):
        actions.give_mandate(viewer, body.slug, starts_on=date(2026, 1, 1), ends_on=None, legal_basis="Order 1")
        actions.give_mandate(viewer, body.slug, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
        with pytest.raises(Refused):
            actions.give_mandate(viewer, body.slug, starts_on=date(2027, 6, 1), ends_on=date(2028, 1, 1))
        newest, first = queries.mandates_of(viewer, body)
        assert (rules.last_day(first), rules.last_day(newest)) == (date(2026, 12, 31), date(2027, 12, 31))
        with pytest.raises(DatabaseError), transaction.atomic():
            Mandate.objects.filter(pk=first.pk).update(legal_basis="Order 2")
    with pytest.raises(DatabaseError), transaction.atomic():
        Mandate.objects.create(body=body, during=DateRange("2026-06-01", "2026-07-01"), language="en")


@pytest.mark.django_db
def test_a_body_is_never_part_of_itself() -> None:
    viewer = member()
    top, middle = make_body(holder=OURS), make_body(holder=OURS)
    Body.objects.filter(pk=middle.pk).update(parent=top)
    said = {"kind": top.kind, "name": "Top", "place": top.place_id, "purpose": "", "tlp": "CLEAR", "ended_on": None}
    with as_viewer(viewer):
        for parent in (top, Body.objects.get(pk=middle.pk)):
            with pytest.raises(Refused):
                actions.edit_body(viewer, top.slug, **said, parent=parent)  # type: ignore[arg-type]
        assert queries.find_body(viewer, f"https://node.example/en/body/{top.slug}/") == top
        assert queries.find_body(viewer, str(uuid4())) is None
