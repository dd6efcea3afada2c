"""What only administrators change, and what only members see, row by row and without any page's rule."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.people.models import Trust
from commonweave.people.tests import factories as make
from commonweave.places.tests.factories import make_area, make_place
from commonweave.referral.actions import add_destination
from commonweave.sharing.models import Band, Cell
from commonweave.vocabulary.models import Concept, Scheme

pytestmark = pytest.mark.django_db
REFUSED = "42501"  # insufficient privilege: what a row policy says


def with_roles(*roles: str, signed: bool = False) -> Viewer:
    body = uuid.uuid4()
    return Viewer(person=uuid.uuid4(), organisations=frozenset({body}), roles={body: frozenset(roles)}, signed=signed)


ADMINISTRATORS = (with_roles("administrator"), with_roles("administrator", "coordinator"))
OTHERS = (NOBODY, with_roles("coordinator", "reader", signed=True), Viewer(receipt=uuid.uuid4()))


def columns(table: str, right: str) -> str:
    """Return the columns that pages have a right to write."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select quote_ident(attname) from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped "
            "and has_column_privilege('commonweave_web', attrelid, attnum, %s) order by attnum desc",
            [table, right],
        )
        return ", ".join(name for (name,) in cursor.fetchall())


def told(viewer: Viewer, sql: str) -> str | int:
    """Return how many rows a statement changed, or with which code the database refused it; take it back."""
    try:
        with as_viewer(viewer), connection.cursor() as cursor:
            cursor.execute(sql)
            found: int = cursor.rowcount
            connection.set_rollback(True)
            return found
    except DatabaseError as error:
        return str(getattr(error.__cause__, "sqlstate", ""))


@pytest.fixture
def network() -> None:
    """A row of everything that administrators keep."""
    city = make_place("aa-city", make_place("aa", type="country"))
    make_area([city])
    add_destination(SYSTEM, place=city.pk, names=Text.of("A service"), kind="listening", telephone="116 123")
    scheme = Scheme.objects.create(code="made-up", names=Text.of("Made up"))
    label = Text.of("x")
    Concept.objects.create(scheme=scheme, code="x", public_label=label, working_label=label, definition=label)
    team = make.make_team()
    make.make_coverage(team, city)
    Trust.objects.create(organisation=team.organisation, during=DateRange(timezone.now().date(), None), founding=True)
    today = timezone.now().date()
    Band.objects.create(place=city, on=today, band="few")
    Cell.objects.create(
        table="reports", place=city, category="x", starts_on=today, ends_on=today, value=9, released_on=today
    )


KEPT = (
    "places_place",
    "places_area",
    "places_area_places",
    "referral_destination",
    "vocabulary_scheme",
    "vocabulary_concept",
    "people_organisation",
)
ENDED = ("people_team", "people_coverage", "people_trust")


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("table", [*KEPT, *ENDED])
def test_only_administrators_change_what_everybody_reads(table: str) -> None:
    """A place that a visitor renames, or a service whose number they change, sends people in need to a stranger."""
    if changing := columns(table, "update").split(", ")[0]:
        for viewer in OTHERS:
            assert told(viewer, f"update {table} set {changing} = {changing}") == 0  # noqa: S608 our own words
        for viewer in ADMINISTRATORS:
            assert told(viewer, f"update {table} set {changing} = {changing}") not in {0, REFUSED}  # noqa: S608 our own words
    if table in {"places_area_places", "referral_destination"}:
        assert [told(viewer, f"delete from {table}") for viewer in OTHERS] == [0, 0, 0]  # noqa: S608 our own words
        assert 0 not in [told(viewer, f"delete from {table}") for viewer in ADMINISTRATORS]  # noqa: S608 our own words


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("table", KEPT)
def test_only_administrators_add_to_what_everybody_reads(table: str) -> None:
    """The same row once more: refused as a stranger's, or as there already."""
    known = columns(table, "insert")
    sql = f"insert into {table} ({known}) select {known} from {table} limit 1"  # noqa: S608 our own words
    assert [told(viewer, sql) for viewer in OTHERS] == [REFUSED] * len(OTHERS)
    assert REFUSED not in [told(viewer, sql) for viewer in ADMINISTRATORS]


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("table", ["sharing_cell", "sharing_band"])
def test_released_counts_are_for_those_who_signed(table: str) -> None:
    """Counts are shared under an agreement; a member of a body that has not signed it sees none."""
    sql = f"select from {table}"
    assert [told(viewer, sql) for viewer in (NOBODY, with_roles("administrator"))] == [0, 0]
    assert told(with_roles("coordinator", signed=True), sql) == 1
