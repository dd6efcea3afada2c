"""The one process a machine that writes its indexes: it follows the table, and makes meanings when it has nothing to follow."""

from __future__ import annotations

import contextlib
import fcntl
from typing import TYPE_CHECKING

from commonweave.base.viewer import SYSTEM
from commonweave.search import actions, meaning, queries
from commonweave.search.folders import MEANINGS, MEMBERS, PUBLIC, folder_of, fresh_folder, use
from commonweave.search.index import Keeper, finish, readers_of
from commonweave.search.nearness import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from commonweave.base.text import Text
    from commonweave.search.meaning import Model
    from commonweave.search.models import Document

    Progress = Callable[[int, int], None]
    Kind = type[meaning.E5 | meaning.Use]

BATCH = 1000
OLDEST = 20 * 60 * 60  # seconds; what was removed has left the disk within a day
TITLES = 16  # at once: half a second of one core
LONGEST_TITLE = 200  # characters of a text that has none
NAMES = (PUBLIC, MEMBERS)
FOLLOWING, BUILDING = "following", "building"
NO_PROGRESS: Progress = lambda _done, _all: None  # noqa: E731 the default of an argument


class BusyError(Exception):
    """Another process of this machine does the same; the text is the sentence a person reads."""


@contextlib.contextmanager
def alone(top: Path, doing: str) -> Iterator[None]:
    """Be the only process of this machine that does this."""
    top.mkdir(mode=0o700, exist_ok=True)
    with (top / f"{doing}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"Another process is {doing} the indexes in {top} already."
            raise BusyError(message) from None
        yield


def build(top: Path, name: str, progress: Progress = NO_PROGRESS) -> None:
    """Write an index anew beside the one that is used, then use it: what was removed is gone from the disk, too.

    First everything that stands now, each row once and in one piece; then what changed meanwhile.
    """
    with alone(top, BUILDING):
        keeper = Keeper(fresh_folder(top, name), building=True)
        _any, newest = queries.newest(SYSTEM)
        everything, done = queries.documents_for(SYSTEM).count(), 0
        for rows in queries.standing(SYSTEM, newest, public=name == PUBLIC, size=BATCH):
            keeper.fill(rows)
            progress(done := done + len(rows), everything)
        keeper.cursor = newest
        keeper.keep()
        while rows := queries.reworded(SYSTEM, keeper.cursor, BATCH):
            keeper.take(name, rows)
        keeper.close()
        finish(keeper)


class Indexer:
    """Keeps both indexes and the meanings in step with the table."""

    def __init__(self, top: Path, kind: Kind | None) -> None:
        """Open what there is; what is missing is built. The model is loaded when there is something to understand."""
        self.top, self.kind = top, kind
        top.mkdir(mode=0o700, exist_ok=True)
        self.keepers: dict[str, Keeper] = {}
        self.renewals: dict[str, Keeper] = {}
        self.building: contextlib.ExitStack | None = None
        self.rows: Rows | None = None
        self.meant = 0
        if kind is not None:
            actions.forget_other_meanings(kind.name)
        for name in NAMES:
            self._keeper(name)

    def step(self) -> bool:
        """Follow what changed; with nothing to follow make some meanings. Return whether there was anything to do."""
        newest, _words = queries.newest(SYSTEM)
        return any([self.follow(), self.follow_meanings(newest), self.go_on_renewing()]) or self.understand()

    def follow(self) -> bool:
        """Bring both indexes up to date by a batch; return whether anything was left to follow."""
        there = [self._keeper(name) for name in NAMES]
        _any, newest = queries.newest(SYSTEM)
        behind = [keeper for keeper in there if keeper.cursor < newest]
        for name, keeper in zip(NAMES, there, strict=True):
            if keeper in behind:
                keeper.take(name, queries.reworded(SYSTEM, keeper.cursor, BATCH))
        return bool(behind)

    def follow_meanings(self, newest: int) -> bool:
        """Bring the rows of numbers up to date; the first time they are written anew."""
        if self.kind is None or (self.rows is not None and self.meant >= newest):
            return False
        if self.rows is None:
            self._write_rows()
        else:
            for row in queries.changed(SYSTEM, self.meant, BATCH):
                self._place(self.rows, row)
                self.meant = row.revision
        return True

    def renew(self) -> None:
        """Once a day, begin to write those indexes anew in which something changed: removed words leave the disk."""
        old = [name for name in NAMES if name not in self.renewals and self._keeper(name).is_old(OLDEST)]
        if not old or self.building is not None:
            return
        self.building = contextlib.ExitStack()
        try:
            self.building.enter_context(alone(self.top, BUILDING))
        except BusyError:
            self.building = None
            return
        self.renewals = {name: Keeper(fresh_folder(self.top, name)) for name in old}

    def go_on_renewing(self) -> bool:
        """Write a batch of each index that is renewed, and use it once it is whole; what is published meanwhile does not wait."""
        for name, keeper in list(self.renewals.items()):
            if rows := queries.reworded(SYSTEM, keeper.cursor, BATCH):
                keeper.take(name, rows)
                continue
            self.keepers.pop(name).close()
            finish(keeper)
            self.keepers[name] = self.renewals.pop(name)
        if self.building is not None and not self.renewals:
            self.building.close()
            self.building = None
            return False
        return bool(self.renewals)

    def understand(self) -> bool:
        """Make the next meanings: titles first, the newest first. Return whether there were any to make."""
        if self.kind is None:
            return False
        name = self.kind.name
        titles = queries.not_understood(SYSTEM, TITLES)
        if titles:
            numbers = self._model().texts([_title(row) or _words(row)[:LONGEST_TITLE] for row in titles])
            for row, each in zip(titles, numbers, strict=True):
                actions.understand(row, each, of="title" if _words(row) else "whole", model=name)
            return True
        half = queries.half_understood(SYSTEM)
        if half is None:
            return False
        whole = self._model().texts([_whole(half)])[0]
        actions.understand(half, whole, of="whole", model=name)
        return True

    def close(self) -> None:
        """Let go of everything."""
        for keeper in (*self.keepers.values(), *self.renewals.values()):
            keeper.close()
        if self.rows is not None:
            self.rows.close()
        if self.building is not None:
            self.building.close()

    def _keeper(self, name: str) -> Keeper:
        """Return the writer of the index that is used now; somebody may have built another meanwhile."""
        used = folder_of(self.top, name)
        if not used.exists():
            build(self.top, name)
        known = self.keepers.get(name)
        if known is None or known.folder != used.resolve():
            known = self.keepers[name] = Keeper(used.resolve())
        return known

    def _write_rows(self) -> None:
        assert self.kind  # noqa: S101 asked before
        self.meant, _words = queries.newest(SYSTEM)
        self.rows = Rows(fresh_folder(self.top, MEANINGS), self.kind.name, self.kind.size)
        for row in queries.understood(SYSTEM, self.kind.name):
            self._place(self.rows, row)
        use(self.rows.folder)

    def _place(self, rows: Rows, row: Document) -> None:
        assert self.kind  # noqa: S101 asked before
        if row.vector is None or row.gone or row.vector_model != self.kind.name:
            rows.remove(row.pk)
        else:
            rows.put(row.pk, meaning.unpack(bytes(row.vector)), readers_of(row))

    def _model(self) -> Model:
        found = meaning.model()
        assert found  # noqa: S101 its kind works here
        return found


def _title(row: Document) -> str:
    title: Text = row.title
    return title.say(title.original)


def _words(row: Document) -> str:
    text: Text = row.text
    return text.say(text.original)


def _whole(row: Document) -> str:
    title, text = _title(row), _words(row)
    return text if not title or text.lower().startswith(title.lower()) else f"{title}. {text}"
