"""A node that is upgraded keeps its mails: the table moves between floors with its rows, rights and row policies."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY
from commonweave.delivery.models import Mail

MAIL = "5b2b9a4e-7c1f-4a59-9d57-0f7d3b8a6c11"
BEFORE = [("site", "0002_mail"), ("delivery", None)]


@pytest.mark.django_db(transaction=True)
def test_mails_move_with_their_table() -> None:
    """If this failed, invitations on their way would be lost with the upgrade."""
    with connection.cursor() as cursor:
        cursor.execute("set role commonweave_owner")
        latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
        try:
            MigrationExecutor(connection).migrate(BEFORE)
            cursor.execute("set role commonweave_worker")
            cursor.execute(
                'insert into site_mail (id, "to", subject, body, state, attempts, last_error, written_at, next_try) '
                "values (%s, 'a@example.org', 'Subject', 'x', 'queued', 1, 'ConnectionRefusedError', now(), now())",
                [MAIL],
            )
            cursor.execute("set role commonweave_owner")
        finally:
            MigrationExecutor(connection).migrate(latest)
        cursor.execute("set role commonweave_worker")
    row = Mail.objects.get()
    assert (str(row.pk), row.to, row.attempts, row.letter, row.person) == (MAIL, "a@example.org", 1, None, None)
    with as_viewer(NOBODY):
        assert not Mail.objects.exists()
