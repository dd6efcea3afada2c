"""A harvest's page: stopped with a button, and its drafts deleted after a question that names their number."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from commonweave.base.models import JournalEntry
from commonweave.base.viewer import SYSTEM
from commonweave.evidence.models import Harvested
from commonweave.evidence.tests.factories import add_harvest, make_record
from commonweave.people.models import Role
from commonweave.people.tests.factories import give_second_factor, make_member
from commonweave.site.bells import BELLS
from commonweave.site.tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


def test_a_harvest_is_stopped_and_what_it_brought_is_deleted_after_asking() -> None:
    person = make_member(Role.ADMINISTRATOR)
    give_second_factor(person)
    ada, holder = sign_in(person), person.memberships.get().organisation_id
    row = add_harvest(holder)
    for number in range(2):
        draft = make_record(f"Number {number}", holder=holder, state="draft", untouched=True)
        Harvested.objects.create(harvest=row, identifier=str(number), record=draft)
    page, stop, clear = (reverse(f"evidence:harvest{name}", args=[row.pk]) for name in ("", "_stop", "_clear"))

    def shown(address: str) -> str:
        return ada.get(address).content.decode()

    assert f'action="{stop}"' in shown(page)
    assert clear not in shown(page)
    assert ada.get(clear).status_code == 403
    ada.post(stop)
    assert "Somebody stopped it" in shown(page)
    assert clear in shown(page)
    assert "Delete 2 drafts?" in shown(clear)
    assert "Delete 2 drafts?" in ada.post(clear, {"drafts": "1"}).content.decode()
    assert not JournalEntry.objects.filter(verb="harvest.clearing").exists()
    assert ada.post(clear, dict(re.findall(r'name="(drafts)" value="(\d+)"', shown(clear)))).headers["Location"] == page
    BELLS["harvest.clearing"].action(SYSTEM, row.pk)
    assert "Number" not in shown(reverse("evidence:ours"))
    assert ada.get(clear).headers["Location"] == page
    assert clear not in shown(page)
