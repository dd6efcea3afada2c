"""Pages of what is due: counts, a status each, a file without formulas; the same questions however long."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.evidence.models import DueEvaluation
from commonweave.evidence.tests.factories import make_due, make_record
from commonweave.people.models import Role
from commonweave.site.tests.signed_in import client_as

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def test_from_a_promise_to_what_was_published(client: Client) -> None:
    ada, record = client_as(Role.MEMBER), make_record()
    said = {"programme": "=Circles", "funder": "Fund", "runner": "Bridges", "due_on": "2020-01-01", "public": "on"}
    assert ada.post(reverse("evidence:register_due"), said).status_code == 302
    page = reverse("evidence:due")
    assert "Overdue" in client.get(page + "?status=overdue").content.decode()
    assert "'=Circles,overdue" in client.get(reverse("evidence:due_table")).getvalue().decode()
    edit = reverse("evidence:edit_due", args=[DueEvaluation.objects.get().pk])
    assert ada.change(edit, said | {"record": record.slug, "due_on": "2020-02-01"}).status_code == 302
    shown = client.get(page + "?status=published").content.decode()
    assert reverse("evidence:record", args=[record.slug]) in shown
    assert "at first" in shown
    assert client_as(Role.MEMBER).get(edit).status_code == 404


def test_list_asks_the_same_number_of_questions_however_long_it_is(client: Client) -> None:
    counts = []
    client.get(reverse("evidence:due"))
    for more in (1, 29):
        for _number in range(more):
            make_due(uuid4(), record=make_record(), fulfilled_on="2020-01-01")
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("evidence:due"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
