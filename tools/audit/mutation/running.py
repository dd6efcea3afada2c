"""A plugin of pytest: run the tests once, note who calls what, then try each mutant in a process of its own.

Forked where database, settings and tests stand ready, a mutant costs what its tests cost: nothing is started anew.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import time
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis

from tools.audit.mutation import policies
from tools.audit.mutation.making import functions_of, mutants_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Try = Callable[[list[pytest.Item]], bool]

WHAT, WHERE = "COMMONWEAVE_TEST_MUTATE", "COMMONWEAVE_TEST_MUTANTS"
LONGEST = 20.0  # seconds of tests that one mutant has to live through
WORK = 30.0  # seconds of its own work beyond that; after them nothing ends any more, and that is noticed, too
PATIENCE = 600  # seconds in all, for what waits instead of working


class Loop:
    """The tests of one run, how long each takes, and which functions it calls."""

    def __init__(self, session: pytest.Session) -> None:
        """Leave out what commits: a mutant's process must leave the database as it found it."""
        self.session = session
        self.items = [item for item in session.items if not _commits(item)]
        self.seconds: dict[str, float] = {}
        self.callers: dict[str, set[str]] = defaultdict(set)
        self.noticed: Counter[str] = Counter()
        self.now = ""  # the test that runs
        self.failed = False

    def passes(self, item: pytest.Item) -> bool:
        """Run one test; what tests share for the whole session stays."""
        self.failed = False
        began = time.process_time()  # of this process: others may be busy, too
        alone: Any = self.session  # what comes next needs nothing but that
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=alone)
        self.seconds.setdefault(item.nodeid, time.process_time() - began)
        return not self.failed

    def learn(self, wanted: Mapping[str, FunctionType]) -> None:
        """Run everything once without a fault, and note which test calls which function."""
        healthy = {name: function.__code__ for name, function in wanted.items()}
        for name, function in wanted.items():
            _watch(function, partial(self._called, name))
        for item in self.items:
            self.now = item.nodeid
            if not self.passes(item):
                message = f"Without any fault, {item.nodeid} must pass."
                raise pytest.UsageError(message)
        for name, function in wanted.items():
            function.__code__ = healthy[name]

    def _called(self, name: str) -> None:
        self.callers[name].add(self.now)

    def quickest(self, names: set[str]) -> list[pytest.Item]:
        """Return the tests of these names, as many as one mutant has time for; first those that noticed mutants before."""
        found: list[pytest.Item] = []
        total = 0.0
        for item in sorted((i for i in self.items if i.nodeid in names), key=lambda i: self.seconds[i.nodeid]):
            total += self.seconds[item.nodeid]
            if found and total > LONGEST:
                break
            found.append(item)
        return sorted(found, key=lambda item: -self.noticed[item.nodeid])

    def survives(self, apply: Callable[[], None], items: list[pytest.Item]) -> bool:
        """Apply a fault in a process of its own and say whether all tests still pass there."""
        from django.db import connections  # noqa: PLC0415 - Django is set up later

        connections.close_all()
        gc.freeze()  # else the process would copy all memory to look for what nobody needs
        pid = os.fork()
        if pid == 0:
            signal.setitimer(signal.ITIMER_PROF, LONGEST + WORK)  # of this process: others may be busy, too
            signal.alarm(PATIENCE)
            pytest.Function.repr_failure = lambda *_what, **_how: "red"  # type: ignore[method-assign]  # that is all
            apply()
            for number, item in enumerate(items):
                if not self.passes(item):
                    os._exit(min(1 + number, 255))
            os._exit(0)
        _pid, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) and 0 < os.WEXITSTATUS(status) <= len(items):
            self.noticed[items[os.WEXITSTATUS(status) - 1].nodeid] += 1
        return status == 0


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ())


class Plugin:
    """Takes over pytest's loop."""

    loop: Loop

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Settle how Hypothesis works before a test is read: whoever fails has said enough."""
        phases = (Phase.explicit, Phase.generate)
        hypothesis.register_profile("mutants", parent=hypothesis.get_profile("house"), phases=phases, database=None)
        hypothesis.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn, then try every mutant; write what became of each."""
        self.loop = Loop(session)
        what, told = os.environ[WHAT], {}
        tries = policies.tries(self.loop) if what == policies.POLICIES else self._functions(what)
        with Path(os.environ[WHERE]).open("w", encoding="utf-8") as out:
            for name, became in tries:
                told[name] = became
                out.write(json.dumps([name, became], ensure_ascii=False) + "\n")
                out.flush()
        return True

    def _functions(self, path: str) -> Iterator[tuple[str, str]]:
        live = functions_of(importlib.import_module(path.removesuffix(".py").replace("/", ".")))
        self.loop.learn(live)
        for mutant in mutants_of(path, Path(path).read_text(encoding="utf-8")):
            items = self.loop.quickest(self.loop.callers[mutant.function])
            if not items:
                yield mutant.name, "no test"
                continue
            fault = partial(setattr, live[mutant.function], "__code__", mutant.code)
            yield mutant.name, "survived" if self.loop.survives(fault, items) else "noticed"

    def pytest_runtest_logreport(self, report: Any) -> None:  # noqa: ANN401 pytest's own
        """Notice a red test."""
        if report.failed and hasattr(self, "loop"):
            self.loop.failed = True


WATCHED: dict[str, tuple[Callable[[], None], FunctionType]] = {}


def _watch(function: FunctionType, tell: Callable[[], None]) -> None:
    """Let a function tell when it is called; not through a profiler, which makes everything many times slower."""
    if function.__closure__:
        message = f"{function.__qualname__} knows names of what is around it; here only plain functions are changed."
        raise pytest.UsageError(message)
    healthy = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
    healthy.__kwdefaults__ = function.__kwdefaults__
    WATCHED[name := str(len(WATCHED))] = (tell, healthy)
    text = f"def telling(*a, **k): return __import__({__name__!r}, fromlist=['_']).call({name!r}, a, k)"
    function.__code__ = next(each for each in compile(text, "telling", "exec").co_consts if isinstance(each, CodeType))


def call(name: str, words: tuple[Any, ...], named: dict[str, Any]) -> Any:  # noqa: ANN401 anything that is called
    """Tell, and call what is meant."""
    tell, healthy = WATCHED[name]
    tell()
    return healthy(*words, **named)


def pytest_configure(config: pytest.Config) -> None:
    """Work only where a run of mutants asks for it."""
    if WHAT in os.environ:
        config.pluginmanager.register(Plugin())
