"""Files of a report: read by those who may read the report and by nobody else, and gone with it."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.files import actions as kept
from commonweave.files import arriving, rules, store
from commonweave.files.models import File
from commonweave.files.queries import files_for, orphans
from commonweave.files.tests.samples import MARK, jpeg, pdf
from commonweave.people.models import OrganisationKey
from commonweave.people.tests.factories import make_key
from commonweave.places.atlas import expire
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions
from commonweave.reports.models import Movement, Report, State
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from commonweave.people.models import Team
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db
PHOTO = jpeg(3)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own."""
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, files=str(tmp_path / "files")))
    return tmp_path / "files"


@pytest.fixture
def city() -> Place:
    """A city."""
    return make_place("ww-city", make_place("ww", type="country"))


@pytest.fixture
def team(city: Place) -> Team:
    """A team that takes reports there."""
    return make_team(city)


def add(digits: str, data: bytes = PHOTO, *, original: bool = False, name: str = f"{MARK} name.jpeg") -> None:
    actions.add_file(digits, name=name, data=data, original=original)


@contextmanager
def somebody_of(team: Team) -> Iterator[Viewer]:
    member = member_of(team)
    with as_viewer(member):
        yield member


def opened(team: Team, report: Report) -> actions.Opened:
    with somebody_of(team) as member:
        return actions.open_report(member, report.pk, ring=ring_of(team))


def lying(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_team_reads_what_the_resident_sent(city: Place, team: Team) -> None:
    """Cleaned; and as it came, if the resident wanted that."""
    report, digits = make_report(city)
    add(digits, original=True)
    clean, original = opened(team, report).files
    assert (clean.original, original.original, original.size) == (False, True, len(PHOTO))
    assert original.sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert clean.name == f"{MARK} name.jpg"
    for each in (clean, original):
        with somebody_of(team) as member:
            _facts, data = actions.open_file(member, report.pk, each.pk, ring=ring_of(team))
        assert hashlib.sha256(data).hexdigest() == each.sha256
        assert (MARK.encode() in data) == each.original
        assert actions.read_own_file(digits, each.pk)[1] == data
    assert [step.verb for step in Movement.objects.order_by("step")] == ["file_added", "opened"]


def test_nothing_of_a_file_lies_in_clear(city: Place, team: Team, folder: Path) -> None:
    """Neither its name nor its bytes, in the folder or in any row."""
    _report, digits = make_report(city)
    add(digits, original=True)
    upload = arriving.Upload(digits, hashlib.sha256(PHOTO * 900).hexdigest(), len(PHOTO * 900))
    upload.put(0, (PHOTO * 900)[: arriving.PART])
    assert len(lying(folder)) == 3
    for path in lying(folder):
        assert MARK.encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
    with connection.cursor() as cursor:
        cursor.execute("select f::text from files_file f")
        rows = " ".join(row for (row,) in cursor.fetchall())
    assert MARK not in rows
    assert MARK.encode().hex() not in rows
    assert hashlib.sha256(PHOTO).hexdigest() not in rows


def test_original_with_acting_parts_is_not_kept(city: Place, team: Team) -> None:
    """It would act on the computer of whoever opens it."""
    report, digits = make_report(city)
    assert actions.add_file(digits, name="a.pdf", data=pdf(1), original=True).original == "unsafe"
    assert [(each.original, each.active) for each in opened(team, report).files] == [(False, True)]


def test_the_same_file_twice_is_one(city: Place, team: Team, folder: Path) -> None:
    """An answer that was lost on the way is asked for again."""
    _report, digits = make_report(city)
    add(digits)
    add(digits)
    assert File.objects.count() == len(lying(folder)) == 1


def test_team_has_to_open_the_report_first(city: Place, team: Team) -> None:
    """The resident is told of the opening."""
    report, digits = make_report(city)
    add(digits)
    with somebody_of(team) as member, pytest.raises(Refused):
        actions.open_file(member, report.pk, File.objects.get().pk, ring=ring_of(team))


def test_files_go_with_the_report(city: Place, team: Team) -> None:
    """Whoever loses the report loses its files; whoever gets it can open them."""
    police = make_team(city, "police")
    report, digits = make_report(city, "city_support", "police")
    add(digits)
    file = opened(team, report).files[0].pk
    member = member_of(team)
    with as_viewer(member):
        actions.hand_on_report(member, report.pk, to_team=police.pk, reason="nearer", ring=ring_of(team))
    with as_viewer(member), pytest.raises(Http404):
        actions.open_file(member, report.pk, file, ring=ring_of(team))
    assert opened(police, report).files[0].pk == file
    with somebody_of(police) as member:
        assert actions.open_file(member, report.pk, file, ring=ring_of(police))[1]


def test_widening_and_new_keys_reach_files(city: Place, team: Team) -> None:
    police = make_team(city, "police")
    report, digits = make_report(city)
    add(digits)
    assert not set(ring_of(police)) & set(File.objects.get().keys)
    actions.widen_consent(digits, kinds=frozenset({"police"}), climb=False)
    assert set(ring_of(police)) <= set(File.objects.get().keys)
    old = OrganisationKey.objects.get(organisation=team.organisation_id)
    OrganisationKey.objects.filter(pk=old.pk).update(retired_on=report.received_on)
    new = make_key(team.organisation)
    expire()
    with somebody_of(team) as member:
        assert actions.rewrap_reports(member, ring_of(team)) == 1
    keys = set(File.objects.get().keys)
    assert str(new.pk) in keys
    assert str(old.pk) not in keys


def test_withdrawing_removes_files(
    city: Place, team: Team, folder: Path, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    _report, digits = make_report(city)
    add(digits, original=True)
    arriving.Upload(digits, "0" * 64, arriving.PART + 1).put(1, b"x")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # a context manager
        actions.withdraw_report(digits)
    assert File.objects.count() == 0
    assert lying(folder) == []


def test_time_removes_files(
    city: Place, team: Team, folder: Path, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    report, digits = make_report(city)
    add(digits)
    opened(team, report)
    with somebody_of(team) as member:
        actions.close_report(member, report.pk, outcome="advice_given")
    Report.objects.update(closed_on=report.received_on - timedelta(days=200))
    from django.utils import timezone  # noqa: PLC0415 - slow to load

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # a context manager
        assert actions.erase_closed(timezone.now()) == 1
    assert File.objects.count() == 0
    assert lying(folder) == []


def test_deleting_a_file_deletes_its_original(
    city: Place, team: Team, folder: Path, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    report, digits = make_report(city)
    add(digits, original=True)
    clean = next(each for each in opened(team, report).files if not each.original)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # a context manager
        actions.remove_file(digits, clean.pk)
    assert File.objects.count() == 0
    assert lying(folder) == []


def test_closed_report_takes_no_file(city: Place, team: Team, folder: Path) -> None:
    """Neither by the rule nor by the database, and nothing half done stays in the folder."""
    report, digits = make_report(city)
    add(digits)
    row = File.objects.get()
    Report.objects.update(state=State.CLOSED, closed_on=report.received_on)
    with pytest.raises(Refused):
        add(digits, jpeg(9))
    row.pk, row.stored = uuid4(), uuid4()
    with pytest.raises(DatabaseError), as_viewer(Viewer(receipt=report.locator)):
        row.save(force_insert=True)
    assert len(lying(folder)) == 1


def test_a_report_has_room_for_so_many(city: Place, team: Team, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_FILES", 1)
    _report, digits = make_report(city)
    add(digits)
    with pytest.raises(Refused):
        add(digits, jpeg(9))
    assert File.objects.count() == len(lying(folder)) == 1


def test_full_disk_is_said_and_leaves_nothing(
    city: Place, team: Team, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT_FREE", 1 << 60)
    _report, digits = make_report(city)
    with pytest.raises(store.NoRoom):
        add(digits, original=True)
    assert (File.objects.count(), lying(folder)) == (0, [])


def test_what_has_no_row_is_swept(city: Place, team: Team, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stopped between file and row leaves bytes that belong to nobody."""
    _report, digits = make_report(city)
    add(digits)
    kept.lay([kept.Item(uuid4(), "x", "jpeg", PHOTO)])
    assert orphans(SYSTEM) == [], "it may be on its way to its row"
    monkeypatch.setattr(store, "YOUNG", -1)
    assert kept.sweep(SYSTEM) == 1
    assert [path.name for path in lying(folder)] == [File.objects.get().stored.hex]


def test_queryset_equals_policy(city: Place, team: Team) -> None:
    """Each wall alone shows the same files to every kind of viewer."""
    police = make_team(city, "police")
    owners = []
    for kinds in (("city_support",), ("police",)):
        report, digits = make_report(city, *kinds)
        add(digits)
        owners.append(Viewer(receipt=report.locator))
    viewers = [*owners, member_of(team), member_of(police), Viewer(person=uuid4()), NOBODY]
    seen = []
    for viewer in viewers:
        by_query = set(files_for(viewer).values_list("pk", flat=True))
        with as_viewer(viewer):
            by_policy = set(File.objects.values_list("pk", flat=True))
        assert by_query == by_policy
        seen.append(len(by_policy))
    assert seen == [1, 1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    "sql",
    [
        "update files_file set body = '\\x00'",
        "update files_file set keys = '{}'",
        "update files_file set stored = gen_random_uuid()",
        "update files_file set locator = gen_random_uuid()",
        "update files_file set sender = 'team'",
    ],
)
def test_nobody_exchanges_what_was_sealed(city: Place, team: Team, sql: str) -> None:
    report, digits = make_report(city)
    add(digits)
    for viewer in (member_of(team), Viewer(receipt=report.locator)):
        with pytest.raises(DatabaseError), as_viewer(viewer), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_team_deletes_no_file_and_adds_none_in_the_residents_name(city: Place, team: Team) -> None:
    _report, digits = make_report(city)
    add(digits)
    row = File.objects.get()
    with somebody_of(team):
        assert File.objects.all().delete()[0] == 0
    row.pk, row.stored = uuid4(), uuid4()
    with pytest.raises(DatabaseError), as_viewer(member_of(team)):
        row.save(force_insert=True)
    assert File.objects.count() == 1


def send(team: Team, report: Report, *files: tuple[str, bytes]) -> None:
    """Answer with files, as a member does who has opened the report."""
    with somebody_of(team) as member:
        actions.open_report(member, report.pk, ring=ring_of(team))
        items = [actions.clean_for_answer(member, report.pk, name=name, data=data) for name, data in files]
        actions.answer_with_files(member, report.pk, text="Example answer.", items=items)


def test_resident_reads_what_the_team_sent(city: Place, team: Team, folder: Path) -> None:
    """Cleaned like theirs, sealed for the same people, told in the trail, and theirs to read but not to delete."""
    report, digits = make_report(city)
    send(team, report, (f"{MARK} plan.jpeg", PHOTO))
    own = actions.read_own_report(digits)
    assert own is not None
    assert [said.text for said in own.messages] == ["Example answer."]
    assert [(file.sender, file.name, file.original) for file in own.files] == [("team", f"{MARK} plan.jpg", False)]
    _facts, data = actions.read_own_file(digits, own.files[0].pk)
    assert hashlib.sha256(data).hexdigest() == own.files[0].sha256
    assert MARK.encode() not in data
    assert set(File.objects.get().keys) == {"receipt", *ring_of(team)}
    assert [step.verb for step in own.movements] == ["opened", "answered", "file_sent"]
    assert JournalEntry.objects.get(verb="report.file_sent").facts == {"team": str(team.pk), "files": 1}
    with pytest.raises(Refused):
        actions.remove_file(digits, own.files[0].pk)
    assert len(lying(folder)) == File.objects.count() == 1


def test_answer_that_is_refused_leaves_no_file(city: Place, team: Team, folder: Path) -> None:
    """All of it or nothing: neither words without their file nor a file without words."""
    report, digits = make_report(city)
    with somebody_of(team) as member:
        actions.open_report(member, report.pk, ring=ring_of(team))
        item = actions.clean_for_answer(member, report.pk, name="a.jpg", data=PHOTO)
    actions.withdraw_report(digits)
    with somebody_of(team) as member, pytest.raises(Refused):
        actions.answer_with_files(member, report.pk, text="Too late.", items=[item])
    assert (File.objects.count(), lying(folder)) == (0, [])


def test_who_does_not_hold_a_report_sends_no_file(city: Place, team: Team) -> None:
    """Neither the rule nor the database lets another team into a thread."""
    other = make_team(city, "police")
    report, _digits = make_report(city)
    send(team, report, ("a.jpg", PHOTO))
    row = File.objects.get()
    with somebody_of(other) as member, pytest.raises(Http404):
        actions.clean_for_answer(member, report.pk, name="a.jpg", data=PHOTO)
    row.pk, row.stored = uuid4(), uuid4()
    with pytest.raises(DatabaseError), as_viewer(member_of(other)):
        row.save(force_insert=True)


def test_room_is_counted_for_each_side(city: Place, team: Team, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A team that sends much takes nobody's room."""
    monkeypatch.setattr(rules, "MOST_FILES", 1)
    report, digits = make_report(city)
    add(digits)
    send(team, report, ("a.jpg", PHOTO))
    with pytest.raises(Refused):
        send(team, report, ("b.jpg", jpeg(9)))
    assert File.objects.count() == len(lying(folder)) == 2
