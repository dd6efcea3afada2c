"""The one statement with which a report arrives, for this is what a crowd does all at once.

Who asks is told, and report and journal entry go in with one data-modifying statement inside a savepoint, all in
one round trip. Measured against the same through the ORM in docs/measurements.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection
from psycopg.types.json import Jsonb

from commonweave.base.models import JournalEntry
from commonweave.base.viewer import TELL, Viewer
from commonweave.reports.models import Report

if TYPE_CHECKING:
    from django.db.models import Model

SAME_REPORT = frozenset({"reports_report_pkey", "reports_report_locator_key", "report_thread_key"})


def _insert(model: type[Model]) -> tuple[list[str], str]:
    fields = model._meta.concrete_fields  # noqa: SLF001 public in Django
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return [field.attname for field in fields], f'insert into "{model._meta.db_table}" ({columns}) values ({marks})'  # noqa: S608, SLF001 our own names


_ENTRY_FIELDS, _ENTRY = _insert(JournalEntry)
_REPORT_FIELDS, _REPORT = _insert(Report)
_ARRIVE = f"{TELL}; savepoint arriving; with entry as ({_ENTRY}) {_REPORT}; release savepoint arriving"


def arrive(viewer: Viewer, report: Report, entry: JournalEntry) -> bool:
    """Tell the database who asks and insert a report with its journal entry; False when the same report was there already."""
    values = [*viewer.pairs(), *_values(entry, _ENTRY_FIELDS), *_values(report, _REPORT_FIELDS)]
    with connection.cursor() as cursor:
        try:
            cursor.execute(_ARRIVE, values)
        except IntegrityError as error:
            cursor.execute("rollback to savepoint arriving")
            if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") in SAME_REPORT:
                return False
            raise
    return True


def _values(row: Model, names: list[str]) -> list[Any]:
    found = (getattr(row, name) for name in names)
    return [
        Jsonb(value) if isinstance(value, dict) or name == "organisations" else value
        for name, value in zip(names, found, strict=True)
    ]
