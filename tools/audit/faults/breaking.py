"""Planted faults of what must outlast a kill."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

BREAKING = (
    Fault(
        "The database says that a report is kept before it is written",
        "commonweave/site/postgres/settings.py",
        '"wal_level": "replica",',
        '"wal_level": "replica", "synchronous_commit": "off",',
        "tools/audit/tests/test_kills.py::test_acknowledged_receipts_open_after_kills[database]",
    ),
)
