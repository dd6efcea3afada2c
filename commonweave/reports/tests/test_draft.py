"""What the steps carry: only this node reads it, for two hours, each field for its own purpose."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import pytest

from commonweave.reports import draft
from commonweave.reports.draft import LASTS, Draft, DraftLost, begin, lock, lock_receipt, unlock, unlock_receipt

DIGITS = "0123456789012345678901234567"


def aged(seconds: int) -> Draft:
    """A draft that was begun so long ago."""
    return replace(begin("leeds"), begun=int(time.time()) - seconds)


def visit_aged(seconds: int) -> str:
    """A visit that began so long ago."""
    inside = json.dumps([int(time.time()) - seconds, DIGITS]).encode()
    return urlsafe_b64encode(draft._box("visit").encrypt(inside)).decode()


def test_draft_comes_back_as_it_was() -> None:
    """Otherwise somebody has to type everything again."""
    full = replace(
        begin("leeds"), kind="online", place="leeds", point=(1.5, 2.5), near=("a", "b"), answers={"what": "“Words”"}
    ).drawn()
    assert unlock(lock(full)) == full
    assert full.drawn() == full, "the receipt is drawn once"


def test_draft_lasts_two_hours() -> None:
    """A page left open on a shared computer must not send anything the next day."""
    assert LASTS == 2 * 60 * 60
    assert unlock(lock(aged(LASTS - 60))).at == "leeds"
    for seconds in (LASTS + 5, 10 * LASTS, -600):
        with pytest.raises(DraftLost):
            unlock(lock(aged(seconds)))


def test_visit_lasts_two_hours() -> None:
    """Whoever finds the page of a thread later must type the receipt again."""
    assert unlock_receipt(lock_receipt(DIGITS)) == DIGITS
    assert unlock_receipt(visit_aged(LASTS - 60)) == DIGITS
    for seconds in (LASTS + 5, 10 * LASTS, -600):
        with pytest.raises(DraftLost):
            unlock_receipt(visit_aged(seconds))


def test_field_tells_nothing_and_never_repeats() -> None:
    """Whoever sees the page's source sees neither words nor digits."""
    one, two = lock_receipt(DIGITS), lock_receipt(DIGITS)
    assert one != two
    assert DIGITS.encode() not in urlsafe_b64decode(one)


@pytest.mark.parametrize("text", ["", "x", "é", "AAAA", "A" * 400])
def test_anything_else_is_lost(text: str) -> None:
    """A made-up field is an expired one, never a fault."""
    with pytest.raises(DraftLost):
        unlock(text)
    with pytest.raises(DraftLost):
        unlock_receipt(text)


def test_a_changed_field_or_one_of_another_purpose_is_lost() -> None:
    """Nobody writes drafts but this node, and a draft never passes for a visit."""
    good = urlsafe_b64decode(lock(begin()))
    for at in (0, 30, len(good) - 1):
        changed = bytearray(good)
        changed[at] ^= 1
        with pytest.raises(DraftLost):
            unlock(urlsafe_b64encode(bytes(changed)).decode())
    with pytest.raises(DraftLost):
        unlock(lock_receipt(DIGITS))
    with pytest.raises(DraftLost):
        unlock_receipt(lock(begin()))


def test_a_draft_leaves_one_gap_and_two_drafts_leave_two() -> None:
    """The same steps sent again are the same question; their number tells nobody else which steps they were."""
    one, other = begin("leeds"), begin("leeds")
    assert unlock(lock(replace(one, kind="online", place="leeds"))).gap == one.gap
    assert one.gap != other.gap
    assert one.seed not in str(one.gap).replace("-", "")
