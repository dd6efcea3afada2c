"""A server that went away is noticed before a request meets it."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from commonweave.site.config import load_config
from commonweave.site.postgres import connect

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 10.0


def test_connection_whose_server_ended_is_replaced_before_the_next_request() -> None:
    """After a fall of the database the first resident to come would otherwise see an error page."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    assert connection.is_usable()
    with connect(load_config()) as admin:
        admin.execute("select pg_terminate_backend(%s)", [pid])
    until = time.monotonic() + SECONDS
    while connection.is_usable() and time.monotonic() < until:
        time.sleep(0.01)
    assert not connection.is_usable()
    connection.close_if_unusable_or_obsolete()  # as a request does when it begins
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        assert cursor.fetchone() != (pid,)
