"""Requests made to break something, and a worker that must go on: none of it costs more than its own answer."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, RequestFactory, encode_multipart
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from commonweave.base.tests.roles import WebClient, web
from commonweave.delivery.rules import fixed_hour
from commonweave.places.atlas import atlas
from commonweave.places.tests.factories import make_place
from commonweave.reports.draft import begin, lock, lock_receipt
from commonweave.reports.models import Message
from commonweave.reports.tests.factories import make_report, make_team
from commonweave.site import bells, worker
from commonweave.site.wsgi import application

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_no_file_reaches_the_disk(tmp_path: Path, settings: Settings) -> None:
    """A large file in any open form would fill the disk, and one somebody sent by mistake would lie there in clear."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    large = SimpleUploadedFile("evidence.jpg", b"x" * 3_000_000)
    response = WebClient().post(reverse("site:start"), {"photo": large})
    assert response.status_code < 500
    assert list(tmp_path.iterdir()) == []
    assert response.wsgi_request.FILES == {}


@pytest.mark.parametrize("pixel", ["9" * 5_000, "9" * 400, "٣", "-1", "1.5"])
def test_a_pixel_that_is_none_is_a_press_beside_the_map(pixel: str) -> None:
    """Not a fault."""
    make_place("hh", type="country", box=(0, 0, 1, 1))
    sent = {"draft": lock(begin("hh")), "within": "hh", "map.x": pixel, "map.y": "7"}
    assert WebClient().post(reverse("reports:where"), sent).status_code == 200


def test_a_search_of_many_words_is_cut_and_still_finds() -> None:
    """Each word is compared with every word of every place."""
    leeds = make_place("hh-leeds", make_place("hh", name="England", type="country"), name="Leeds")
    assert [spot.id for spot in atlas().find("leeds engl")] == [leeds.pk]
    assert atlas().find("leeds nowhere") == []
    assert len(atlas().find(" ".join(["leeds"] * 8 + ["nowhere"] * 30))) == 1


def test_attempts_to_sign_in_are_not_forgotten_for_others_attempts() -> None:
    """Whoever tries a thousand made-up addresses must not wash away the count of the one they are after."""
    for number in range(1_000):
        cache.set(f"filler-{number}", number)
    assert all(cache.get(f"filler-{number}") == number for number in range(1_000))
    cache.clear()


@pytest.mark.parametrize(("minute", "hour"), [("09:59", 10), ("10:00", 12), ("11:59", 12), ("23:30", 0)])
def test_notices_leave_at_fixed_hours(minute: str, hour: int) -> None:
    """A notice a fixed time after the report would tell each mail server the minute."""
    now = datetime.fromisoformat(f"2026-03-09T{minute}:17+00:00")
    leaves = fixed_hour(now)
    assert now < leaves
    assert (leaves.hour, leaves.minute, leaves.second, leaves.tzinfo) == (hour, 0, 0, UTC)


def test_the_job_of_a_report_waits_for_a_full_hour() -> None:
    """The queue itself must not name the minute either."""
    city = make_place("hh-city", make_place("hh", type="country"))
    make_team(city)
    make_report(city)
    bells.ring_all()
    planned = ProcrastinateJob.objects.get(task_name="answer_bell").scheduled_at
    assert planned == fixed_hour(timezone.now())


def test_a_bell_that_fails_does_not_stop_the_sealing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If the loop ended, nothing would be sealed any more and nobody would be told."""
    stop = threading.Event()
    sealed: list[int] = []

    def ring(_days: int) -> int:
        if len(sealed) > 1:
            stop.set()
        raise bells.NotAnIdentifier

    def seal() -> int:
        sealed.append(1)
        return 0

    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(worker, "STARTS_AFTER_FAULT", 0.0)
    monkeypatch.setattr(bells, "ring_all", ring)
    monkeypatch.setattr(worker, "seal_batch", seal)
    worker._keep_journal(stop)
    assert len(sealed) == 2
    assert "NotAnIdentifier" in capsys.readouterr().err


@pytest.mark.parametrize("there", [0, 1, 50, 95])
@pytest.mark.parametrize("kind", ["form", "files"])
def test_what_broke_off_is_not_taken_for_all(kind: str, there: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A telephone loses its network in the middle of a form: half a text is no text, and nothing is kept."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)  # the test's own, between requests
    make_team(city := make_place("hh-city", make_place("hh", type="country")))
    report, digits = make_report(city)
    words = {"visit": lock_receipt(digits), "do": "add", "words-text": "A long text. " * 30}
    request = RequestFactory().generic("POST", reverse("reports:receipt"), *_sent(words, kind))
    body = request.body

    def answer(length: int) -> str:
        said: list[str] = []
        environ = request.environ | {"wsgi.input": BytesIO(body[:length]), "CONTENT_LENGTH": str(len(body))}
        with web():
            b"".join(application(environ, lambda status, _headers, *_: said.append(status) or bytes))  # type: ignore[func-returns-value]  # appends, then what WSGI wants
        return said[0]

    assert answer(len(body) * there // 100).startswith("400")
    assert not Message.objects.filter(report=report).exists()
    assert answer(len(body)).startswith("200")
    assert Message.objects.filter(report=report).exists()


def _sent(words: dict[str, str], kind: str) -> tuple[bytes, str]:
    if kind == "form":
        return urlencode(words).encode(), "application/x-www-form-urlencoded"
    return encode_multipart(BOUNDARY, words), MULTIPART_CONTENT
