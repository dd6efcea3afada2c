"""Released counts as a file: the same cells a page selects, one a line."""

from __future__ import annotations

import csv
import io
import json
from typing import IO, TYPE_CHECKING, Any

from commonweave.base.viewer import Viewer, seen_by
from commonweave.places.atlas import atlas
from commonweave.sharing.counts import queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from commonweave.sharing.models import Cell

COLUMNS = ("table", "place", "name", "elsewhere", "category", "measure", "starts_on", "ends_on", "value")
FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
MEMBER = Viewer(signed=True)
"""What leaves the node is what any member of an organisation that signed may see, whoever runs the command."""


def lines(cells: QuerySet[Cell]) -> Iterator[dict[str, Any]]:
    """Return each cell as plain values, in the same order every time; the place by its code and English name."""
    book = atlas()
    order = ("table", "ends_on", "starts_on", "place__code", "elsewhere", "category", "measure")
    columns = ("table", "place_id", "elsewhere", "category", "measure", "starts_on", "ends_on", "value")
    for table, place, elsewhere, *rest in cells.order_by(*order).values_list(*columns).iterator(chunk_size=2000):
        spot = book.by_id(place)
        code, name = (spot.code, spot.names.say("en")) if spot else (str(place), "")
        yield dict(zip(COLUMNS, (table, code, name, elsewhere, *rest), strict=True))


def write(cells: QuerySet[Cell], file: IO[str], kind: str) -> None:
    """Write cells as csv or json (an array of objects, a line each)."""
    if kind == "json":
        start = "[\n"
        for line in lines(cells):
            file.write(start + json.dumps(line, default=str, ensure_ascii=False))
            start = ",\n"
        file.write("[]\n" if start == "[\n" else "\n]\n")
        return
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines(cells))


def as_text(cells: QuerySet[Cell], kind: str) -> str:
    """Return the file's text; cells are few."""
    file = io.StringIO(newline="")
    write(cells, file, kind)
    return file.getvalue()


def export(file: IO[str], kind: str) -> None:
    """Write everything that was ever released on this node."""
    with seen_by(MEMBER):
        write(queries.cells_for(MEMBER), file, kind)
