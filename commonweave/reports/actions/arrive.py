"""The one statement with which a report arrives, for this is what a crowd does all at once.

Who asks is told, and report and journal entry go in with one data-modifying statement, all in one round trip. Where
nothing was asked before, that round trip is the whole transaction: the server opens one around what it is sent at once
and keeps all of it or nothing. Measured against the same through the ORM in docs/measurements.md.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from django.db import IntegrityError, connection
from psycopg.pq import TransactionStatus
from psycopg.types.json import Jsonb

from commonweave.base.models import JournalEntry
from commonweave.base.viewer import TELL, Viewer, tell_database
from commonweave.reports.models import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

SAME_REPORT = frozenset({"reports_report_pkey", "reports_report_locator_key", "report_thread_key"})


def _insert(model: type[Model], first: int) -> tuple[list[str], str]:
    fields = model._meta.concrete_fields  # noqa: SLF001 public in Django
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(f"${number}" for number in range(first, first + len(fields)))
    return [field.attname for field in fields], f'insert into "{model._meta.db_table}" ({columns}) values ({marks})'  # noqa: S608, SLF001 our own names


_ENTRY_FIELDS, _ENTRY = _insert(JournalEntry, 1)
_REPORT_FIELDS, _REPORT = _insert(Report, 1 + len(_ENTRY_FIELDS))
_PREPARE = f"prepare arriving as with entry as ({_ENTRY}) {_REPORT}"
_MARKS = ", ".join(["%s"] * (len(_ENTRY_FIELDS) + len(_REPORT_FIELDS)))
_ALONE = f"{TELL}; execute arriving ({_MARKS})"
_WITHIN = f"{TELL}; savepoint arriving; execute arriving ({_MARKS}); release savepoint arriving"

_ready: WeakSet[object] = WeakSet()
"""Connections that know the statement: the server plans it once for each, not once for each report."""


def arrive(viewer: Viewer, report: Report, entry: JournalEntry) -> bool:
    """Tell the database who asks and insert a report with its journal entry; False when the same report was there already.

    Afterwards the database may know the viewer or nobody.
    """
    values = [*viewer.told(), *_values(entry, _ENTRY_FIELDS), *_values(report, _REPORT_FIELDS)]
    with connection.cursor() as cursor:
        if connection.connection not in _ready:
            cursor.execute(_PREPARE)
            _ready.add(connection.connection)
        alone = connection.connection.info.transaction_status == TransactionStatus.IDLE
        try:
            with _by_itself() if alone else nullcontext():
                cursor.execute(_ALONE if alone else _WITHIN, values)
        except IntegrityError as error:
            if not alone:
                cursor.execute("rollback to savepoint arriving")
            if constraint_of(error) not in SAME_REPORT:
                raise
            tell_database(viewer)
            return False
    return True


def constraint_of(error: IntegrityError) -> str:
    """Return which of the database's constraints was in the way, or ""."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


@contextmanager
def _by_itself() -> Iterator[None]:
    """Let the server commit what it is sent in one go. Only before anything was asked in this transaction."""
    raw = connection.connection
    before, raw.autocommit = raw.autocommit, True
    try:
        yield
    finally:
        if not raw.closed:
            raw.autocommit = before


def _values(row: Model, names: list[str]) -> list[Any]:
    found = (getattr(row, name) for name in names)
    return [
        Jsonb(value) if isinstance(value, dict) or name == "organisations" else value
        for name, value in zip(names, found, strict=True)
    ]
