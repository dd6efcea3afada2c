"""The one difference: before a request the socket is looked at, the server is not asked.

`SELECT 1` before every request cost a submission 5 % of its time (docs/measurements.md). A server that was killed
or restarted has closed the socket, which is then readable; so is whatever else we did not ask for.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that notices a hang-up without a round trip."""

    def is_usable(self) -> bool:
        """Say whether the connection still stands, as far as this machine knows."""
        if self.connection is None or self.connection.pgconn.status != ConnStatus.OK:
            return False
        socket = select.poll()
        socket.register(self.connection.pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
        return not socket.poll(0)
