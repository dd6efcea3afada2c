"""A plugin of pytest: run the tests once, note who calls what, then try each mutant in a process of its own.

Forked where database, settings and tests stand ready, a mutant costs what its tests cost: nothing is started anew.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis

from tools.audit.mutation import policies
from tools.audit.mutation.making import Mutant, functions_of, mutants_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType, FunctionType

    Try = Callable[[list[pytest.Item]], bool]

WHAT, WHERE = "COMMONWEAVE_TEST_MUTATE", "COMMONWEAVE_TEST_MUTANTS"
LONGEST = 20.0  # seconds of tests that one mutant has to live through
PATIENCE = 120  # seconds until a mutant counts as noticed because nothing ends any more


class Loop:
    """The tests of one run, how long each takes, and which functions it calls."""

    def __init__(self, session: pytest.Session) -> None:
        """Leave out what commits: a mutant's process must leave the database as it found it."""
        self.session = session
        self.items = [item for item in session.items if not _commits(item)]
        self.seconds: dict[str, float] = {}
        self.calls: dict[CodeType, set[str]] = defaultdict(set)
        self.failed = False

    def run(self, items: list[pytest.Item]) -> bool:
        """Run tests until one fails; what they share for the whole session stays."""
        self.failed = False
        for item in items:
            began = time.process_time()  # of this process: others may be busy, too
            item.config.hook.pytest_runtest_protocol(
                item=item, nextitem=self.session
            )  # what comes next needs that alone
            self.seconds.setdefault(item.nodeid, time.process_time() - began)
            if self.failed:
                return False
        return True

    def learn(self, wanted: set[CodeType]) -> None:
        """Run everything once without a fault."""
        for item in self.items:

            def watch(frame: FrameType, event: str, _value: object, name: str = item.nodeid) -> None:
                if event == "call" and frame.f_code in wanted:
                    self.calls[frame.f_code].add(name)

            sys.setprofile(watch if wanted else None)
            good = self.run([item])
            sys.setprofile(None)
            if not good:
                message = f"Without any fault, {item.nodeid} must pass."
                raise pytest.UsageError(message)

    def quickest(self, names: set[str]) -> list[pytest.Item]:
        """Return the tests of these names, the quickest first, as many as one mutant has time for."""
        found: list[pytest.Item] = []
        total = 0.0
        for item in sorted((i for i in self.items if i.nodeid in names), key=lambda i: self.seconds[i.nodeid]):
            total += self.seconds[item.nodeid]
            if found and total > LONGEST:
                break
            found.append(item)
        return found

    def survives(self, apply: Callable[[], None], items: list[pytest.Item]) -> bool:
        """Apply a fault in a process of its own and say whether all tests still pass there."""
        from django.db import connections  # noqa: PLC0415 - Django is set up later

        connections.close_all()
        pid = os.fork()
        if pid == 0:
            signal.alarm(PATIENCE)
            apply()
            os._exit(0 if self.run(items) else 1)
        _pid, status = os.waitpid(pid, 0)
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
        self.loop.learn({each.__code__ for each in live.values()})
        for mutant in mutants_of(path, Path(path).read_text(encoding="utf-8")):
            there = {name: live[name] for name in mutant.changed if name in live}
            names = set().union(*(self.loop.calls[each.__code__] for each in there.values()))
            items = self.loop.quickest(names)
            if not items:
                yield mutant.name, "no test"
                continue
            lived = self.loop.survives(lambda m=mutant, t=there: _patch(m, t), items)  # type: ignore[misc]
            yield mutant.name, "survived" if lived else "noticed"

    def pytest_runtest_logreport(self, report: Any) -> None:  # noqa: ANN401 pytest's own
        """Notice a red test."""
        if report.failed and hasattr(self, "loop"):
            self.loop.failed = True


def _patch(mutant: Mutant, live: dict[str, FunctionType]) -> None:
    for name, function in live.items():
        function.__code__ = mutant.changed[name]


def pytest_configure(config: pytest.Config) -> None:
    """Work only where a run of mutants asks for it."""
    if WHAT in os.environ:
        config.pluginmanager.register(Plugin())
