"""What web processes remember together: the same counts in all of them, under a key that nobody else has."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.gate.limits import WINDOW
from commonweave.base.gate.memory import LASTS, Memory, memory

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000_000.0 // WINDOW * WINDOW

    def __call__(self) -> float:
        return self.now


def children(many: int, work: Callable[[], object]) -> None:
    """Let forked processes work at once, as the web server's do."""
    pids = []
    for _ in range(many):
        pid = os.fork()
        if pid == 0:
            try:
                work()
            finally:
                os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_processes_lose_no_count() -> None:
    here = Memory()
    children(4, lambda: [here.count("send", "a") for _ in range(500)])
    assert here.counted("send", "a").recent == 2_000


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_only_one_of_many_processes_claims() -> None:
    here = Memory()
    children(8, lambda: here.claim("solution", by=str(os.getpid()), lasts=60) and here.count("claimed"))
    assert here.counted("claimed").recent == 1


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_killed_process_lets_go() -> None:
    """Otherwise one `kill -9` at the wrong moment would stop every page of the node."""
    here = Memory()
    pid = os.fork()
    if pid == 0:
        with here.locked():
            time.sleep(60)
        os._exit(0)
    time.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert here.count("send", "a").recent == 0


def test_counts_slide_out_in_ten_minutes() -> None:
    clock = Clock()
    here = Memory(clock)
    for _ in range(10):
        here.count("send", "a")
    clock.now += WINDOW / 2
    assert here.counted("send", "a").recent == 10
    clock.now += WINDOW
    assert here.counted("send", "a").recent == 5
    clock.now += WINDOW / 2
    assert here.counted("send", "a").recent == 0


def test_what_is_refused_is_not_counted() -> None:
    """Or one who never stops would keep a whole school out for ever."""
    here = Memory()
    for _ in range(50):
        here.count("send", "a", stop=5)
    assert here.counted("send", "a").recent == 5


def test_a_day_later_the_key_is_another_and_all_is_forgotten() -> None:
    clock = Clock()
    here = Memory(clock)
    here.count("send", "a")
    tag = here.tag("send", "a")
    here.claim("x", by="y", lasts=1e9)
    clock.now += LASTS - 1
    assert not here.claim("x", by="z", lasts=1e9)
    clock.now += 1
    assert here.claim("x", by="z", lasts=1e9)
    assert here.tag("send", "a") != tag


def test_nothing_in_the_memory_can_be_tested_without_its_key() -> None:
    """Two nodes that counted the same address remember different things."""
    one, other = Memory(), Memory()
    for here in (one, other):
        here.count("send", "203.0.113.77")
        assert b"203.0.113.77" not in here.view[:]
    assert one.tag("send", "203.0.113.77") != other.tag("send", "203.0.113.77")


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=300, unique=True))
def test_made_up_addresses_do_not_wash_away_a_count(others: list[int]) -> None:
    """The entry with the least weight makes room: a count of three stays among any number of ones."""
    here = memory()
    for _ in range(3):
        here.count("send", "mine")
    for number in others:
        here.count("send", str(number))
    assert here.counted("send", "mine").recent >= 3


def test_cache_keeps_small_values_for_their_time_and_no_large_ones() -> None:
    cache.set("a", [1.5, 2.5])
    assert cache.get("a") == [1.5, 2.5]
    assert not cache.add("a", 3)
    assert cache.add("b", 3, timeout=-1)
    assert cache.get("b", "gone") == "gone"
    cache.set("a", "x" * 10_000)
    assert cache.get("a") is None, "the old value is not given for a new one that was too long"
    cache.set("c", 1)
    assert cache.delete("c")
    assert not cache.delete("c")
    assert cache.touch("a") is False
