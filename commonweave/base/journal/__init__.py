"""The journal: what happened, append-only and tamper-evident. It is also the outbox of bells."""

from commonweave.base.journal.write import entry, write

__all__ = ["entry", "write"]
