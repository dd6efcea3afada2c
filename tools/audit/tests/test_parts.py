"""A stopped audit goes on where it was, and says what did not hold."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from tools.audit.parts import AuditError, Found, Part, State, work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.audit.parts import Round


def _part(done: list[int], *, breaks_at: int | None = None) -> Part:
    @contextlib.contextmanager
    def prepare() -> Iterator[Round]:
        def one_round(number: int) -> Found:
            if number == breaks_at:
                message = "it did not hold"
                raise AuditError(message)
            done.append(number)
            return Found({"looked at": 10})

        yield one_round

    return Part("sample", "a sample", 4, prepare)


def test_audit_goes_on_where_it_stopped(tmp_path: Path) -> None:
    state, done = tmp_path / "audit" / "state.json", list[int]()
    with pytest.raises(AuditError):
        work(_part(done, breaks_at=2), State.read(state), lambda _: None)
    assert done == [0, 1]
    assert work(_part(done), State.read(state), lambda _: None) == {"rounds": 4, "looked at": 40}
    assert done == [0, 1, 2, 3]
    assert work(_part(done), State.read(state), lambda _: None) == {"rounds": 4, "looked at": 40}


def test_audit_can_begin_anew(tmp_path: Path) -> None:
    state, done = State(tmp_path / "state.json"), list[int]()
    work(_part(done), state, lambda _: None, rounds=1)
    state.forget("sample")
    work(_part(done), state, lambda _: None, rounds=2)
    assert done == [0, 0, 1]
