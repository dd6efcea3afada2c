"""Say that a request failed and where in our code, never what it carried."""

from __future__ import annotations

import logging
import sys
import traceback


class Handler(logging.Handler):
    """Print the kind of the fault and the lines it passed; no message, address, path or value."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one short block to standard error."""
        if not record.exc_info or record.exc_info[0] is None:
            return
        frames = traceback.extract_tb(record.exc_info[2])
        where = " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames[-6:])
        sys.stderr.write(f"fault {record.exc_info[0].__name__} at {where}\n")
