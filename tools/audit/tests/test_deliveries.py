"""A server that fails three times in ten: each mail is accepted once, or visibly failed; none is lost.

`python -m tools.audit deliveries` does the same with 10,000 mails.
"""

from __future__ import annotations

import os
import random
import uuid
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db.models import Min
from django.utils import timezone

from commonweave.base.tests.sizes import size, tell
from commonweave.delivery import actions, server
from commonweave.delivery.models import Mail, MailState
from commonweave.delivery.return_path import tokens_in
from commonweave.delivery.sealing import seal_letter
from commonweave.delivery.server import Letter
from commonweave.delivery.tests.returned import report
from tools import smtp
from tools.smtp import Deed

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings

    from tools.smtp import Taken

SIZE = size(200)
LUCK = random.Random(int(os.environ.get("COMMONWEAVE_TEST_ROUND", "0")))
FAULTS_IN_TEN = 3
FAULTS = tuple(deed for deed in Deed if deed != Deed.TAKE)
STEPS = 1_000  # of the clock, at most


def decide(to: str) -> Deed:
    del to
    return LUCK.choice(FAULTS) if LUCK.randrange(10) < FAULTS_IN_TEN else Deed.TAKE


@pytest.mark.django_db(transaction=True)
def test_every_mail_is_accepted_once_or_visibly_failed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail that silently never came is what people who receive reports complain of most."""
    monkeypatch.setattr(server, "TIMEOUT", 0.3)  # a server that says nothing would otherwise take twenty seconds each
    url = f"maildir://{tmp_path}?address=bounces+*@mail.example.org"
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    with smtp.running(decide) as next_server:
        settings.CONFIG = replace(settings.CONFIG, mail_url=next_server.url, bounces_url=url)
        written = write()
        send_all()
    came_back = read_back(next_server.taken, tmp_path)
    found = judge(written, next_server.taken, came_back)
    assert sum(found.values()) >= len(written)
    tell(found)


def write() -> set[uuid.UUID]:
    """Queue half of them for members, half as letters to residents."""
    for number in range(SIZE):
        address = f"{number}@example.org"
        if number % 2:
            actions.put_letter(uuid.uuid4(), seal_letter(Letter(address, "Subject", "Text")), timezone.now())
        else:
            actions.put_mail(address, "Subject", "Text")
    return set(Mail.objects.values_list("pk", flat=True))


def send_all() -> None:
    """Let the clock run: each step is the time at which the next mail is due."""
    for _step in range(STEPS):
        due = Mail.objects.filter(state=MailState.QUEUED).aggregate(due=Min("next_try"))["due"]
        if due is None:
            return
        actions.send_queued(max(due, timezone.now()))
    pytest.fail("mails still wait after days of trying")


def read_back(taken: list[Taken], maildir: Path) -> set[uuid.UUID]:
    """Send back what the server took and did not want, and let it be read; return what that was."""
    sent = [mail for mail in taken if mail.deed == Deed.GIVE_BACK]
    for mail in sent:
        notice = report(mail.message_id, to=mail.sender, about=mail.to)
        (maildir / "new" / f"1.{uuid.uuid4().hex}.host").write_bytes(notice)
    told: list[uuid.UUID] = []
    while actions.read_bounces(told.append):
        continue
    assert not [*(maildir / "new").iterdir(), *(maildir / "cur").iterdir()], "every notice was understood"
    assert sorted(told) == sorted({pk for mail in sent for pk in tokens_in(mail.message_id)}), "each once"
    return set(told)


def judge(written: set[uuid.UUID], taken: list[Taken], came_back: set[uuid.UUID]) -> Counter[str]:
    """Hold the queue against what the server saw."""
    copies = Counter(pk for mail in taken for pk in tokens_in(mail.message_id))
    unanswered = Counter(pk for mail in taken if mail.deed == Deed.DROP_AFTER for pk in tokens_in(mail.message_id))
    failed = set(Mail.objects.filter(state=MailState.FAILED).values_list("pk", flat=True))
    assert set(copies) <= written, "nothing arrives that nobody wrote"
    assert not Mail.objects.filter(state=MailState.QUEUED).exists()
    assert came_back <= failed <= written
    for pk in written:
        answered = pk not in failed or pk in came_back
        assert copies[pk] == unanswered[pk] + answered, "lost, or twice without the line having broken after the text"
    return Counter({
        "mails": len(written),
        "accepted": len(written - failed),
        "refused for good or given up": len(failed - came_back),
        "came back": len(came_back),
        "lost": sum(pk not in failed and not copies[pk] for pk in written),
        "copies more, the line broke after the text": sum(max(number - 1, 0) for number in copies.values()),
        "failed though a copy had arrived": sum(unanswered[pk] > 0 for pk in failed - came_back),
    })  # fmt: skip
