"""A spreadsheet of people, read: who, from where, for whom they speak, what they do. All of it, or every mistake by its line."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from commonweave.base.sorting import fold
from commonweave.bodies.models import Seat
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_PEOPLE = 500
LONGEST_NAME, LONGEST_ORIGIN = 120, 200
COLUMNS = ("name", "organisation", "speaks_for", "seat")
OTHER = "other"


@dataclass(frozen=True)
class Somebody:
    """One line of it."""

    name: str
    comes_from: str
    constituency: str
    seat: str


class UnfitError(Exception):
    """What is wrong, all of it at once, each with its line."""

    def __init__(self, wrong: Sequence[str]) -> None:
        """Keep the sentences."""
        super().__init__(*wrong)
        self.wrong = list(wrong)


def read(text: str) -> list[Somebody]:
    """Return the people of a pasted or uploaded table; its first line names the columns, or there is only one: names.

    Raises UnfitError with every mistake.
    """
    mark = max("\t;,", key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=mark, strict=True))
    except csv.Error as fault:
        raise UnfitError([_("It cannot be read as CSV: %(fault)s.") % {"fault": fault}]) from None
    table = [
        (number, [cell.strip() for cell in cells]) for number, cells in enumerate(rows, 1) if any(map(str.strip, cells))
    ]
    if not table:
        raise UnfitError([_("There is nobody in it.")])
    known = _headings()
    heads = [known.get(fold(cell), "") for cell in table[0][1]]
    if "name" in heads:
        table = table[1:]
    else:
        heads = list(COLUMNS[: len(table[0][1])])
    if len(table) > MOST_PEOPLE:
        raise UnfitError([_("At most %(most)s lines at once.") % {"most": MOST_PEOPLE}])
    found: list[Somebody] = []
    wrong = [
        f"{_('Line')} {number}: {why}"
        for number, cells in table
        for why in _take(found, dict(zip(heads, cells, strict=False)))
    ]
    if wrong:
        raise UnfitError(wrong)
    if not found:
        raise UnfitError([_("There is nobody in it.")])
    return found


def _take(found: list[Somebody], said: Mapping[str, str]) -> Iterator[str]:
    name, comes_from = said.get("name", ""), said.get("organisation", "")
    constituency = _code("constituency", said.get("speaks_for", ""), OTHER)
    seat = _code("seat", said.get("seat", ""), Seat.MEMBER)
    if not name:
        yield _("There is no name.")
    if len(name) > LONGEST_NAME or len(comes_from) > LONGEST_ORIGIN:
        yield _("A name or an organisation is too long.")
    if constituency is None:
        yield _("We do not know whom “%(word)s” stands for.") % {"word": said.get("speaks_for", "")}
    if seat is None:
        yield _("We do not know the seat “%(word)s”.") % {"word": said.get("seat", "")}
    found.append(Somebody(name, comes_from, constituency or OTHER, seat or Seat.MEMBER))


def _code(scheme: str, word: str, default: str) -> str | None:
    """Return the code that a word means in any language, the default for none, None for what nobody knows."""
    if not word:
        return default
    return next(
        (
            code
            for code, term in vocabulary.labels(scheme).items()
            if fold(word)
            in {fold(code), *map(fold, term.public.texts.values()), *map(fold, term.working.texts.values())}
        ),
        None,
    )


def _headings() -> dict[str, str]:
    """Return the names of the columns, as we write them and in the reader's language."""
    said = {"name": _("Name"), "organisation": _("Organisation"), "speaks_for": _("Speaks for"), "seat": _("Seat")}
    return {fold(word): column for column, label in said.items() for word in (column, column.replace("_", " "), label)}
