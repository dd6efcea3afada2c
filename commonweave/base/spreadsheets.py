"""Tables for spreadsheets (CSV, RFC 4180), handed out line by line: however long, never whole in memory."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class _Line:
    """What `csv` writes into: it hands back the line."""

    @staticmethod
    def write(line: str) -> str:
        return line


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Hand out a table as a file. Whoever asks the database for `rows` says who asks, each time: the view is over then."""
    answer = StreamingHttpResponse(_lines(head, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def inert(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    starts = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if starts else cell


def _lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    put = csv.writer(_Line()).writerow
    yield put(head)
    for row in rows:
        yield put([inert(cell) for cell in row])
