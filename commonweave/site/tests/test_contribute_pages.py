"""Contributing: a member writes a draft that nobody else sees, an administrator publishes it, and nobody's words are lost."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.evidence.models import Record, State
from commonweave.evidence.tests.factories import make_record
from commonweave.people.models import Role
from commonweave.people.tests import factories as people
from commonweave.site.tests.signed_in import sign_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from commonweave.base.tests.roles import WebClient
    from commonweave.people.models import Organisation

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {
    "kind": "evaluation",
    "language": "es",
    "title": "Un estudio de mentores",
    "title_en": "A study of mentors",
    "summary_en": "Mentors met pupils for a year; prejudice fell.",
    "authors": "Banda, Thoko | 0000-0002-1825-0097\n{Ministry of Youth, Malawi}",
    "year": "2021",
    "publisher": "A journal",
    "doi": "https://doi.org/10.1000/182",
    "funder": "A foundation",
    "project": "Mentors",
    "countries": "mw, Kenya",
    "interventions": ["mentoring"],
    "outcomes": ["prejudice", "violence"],
    "design": "rct",
    "direction": "helped",
    "rating": "one",
    "tlp": "CLEAR",
    "sources": "https://example.org/study | all | 2026-01-31",
}


@pytest.fixture
def body() -> Organisation:
    return people.make_organisation()


def works_at(body: Organisation, role: str = Role.MEMBER) -> WebClient:
    person = people.make_member(role, body)
    people.give_second_factor(person)
    return sign_in(person)


def shown(client: WebClient, address: str) -> dict[str, Any]:
    """Return what the form there would send if nobody touched it."""
    fields = {field.html_name: field.value() for field in client.get(address).context["form"]}
    return {name: value for name, value in fields.items() if value not in (None, False, "")}


def text(page: Response) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", page.content.decode()))


def test_a_record_goes_from_a_members_draft_to_everybody(body: Organisation) -> None:
    """Every fact arrives; until an administrator publishes it, only the organisation sees it."""
    member, administrator, stranger = (
        works_at(body),
        works_at(body, Role.ADMINISTRATOR),
        works_at(people.make_organisation()),
    )
    made = member.post(reverse("evidence:start_record"), SAID | {"holder": str(body.pk)})
    record = Record.objects.get()
    edit, publish = (reverse(f"evidence:{name}", args=[record.pk]) for name in ("edit_record", "publish"))
    assert (made.status_code, made.headers["Location"]) == (302, edit)
    assert record.authors == [
        {"family": "Banda", "given": "Thoko", "orcid": "0000-0002-1825-0097"},
        {"organisation": "Ministry of Youth, Malawi"},
    ]
    assert (record.doi, record.countries, record.titles.texts["es"]) == (
        "10.1000/182",
        ["MW", "KE"],
        "Un estudio de mentores",
    )
    assert (record.state, record.funder, record.project) == (State.DRAFT, "A foundation", "Mentors")
    assert stranger.get(edit).status_code == 404
    assert member.post(publish, {}).status_code == 403
    page = reverse("evidence:record", args=[record.slug])
    assert stranger.get(page).status_code == 404
    again = shown(member, edit) | {"direction_violence": "made_worse"}
    assert member.post(edit, again).status_code == 302
    assert administrator.post(publish, shown(administrator, publish)).status_code == 302
    record.refresh_from_db()
    assert (record.state, record.directions) == (State.PUBLISHED, {"violence": "made_worse"})
    assert "Un estudio de mentores" in stranger.get(page).content.decode()
    assert "Un estudio" in stranger.get(reverse("evidence:find") + "?q=mentores").content.decode()


def test_all_that_is_wrong_is_said_at_once_by_field(body: Organisation) -> None:
    wrong = {
        "title": "",
        "year": "20",
        "doi": "11.1/x",
        "authors": "Banda, T. | 0000-0002-1825-0098",
        "countries": "Atlantis",
        "sources": "a page",
        "url": "no address",
    }
    answer = works_at(body).post(reverse("evidence:start_record"), SAID | wrong | {"holder": str(body.pk)})
    assert set(answer.context["form"].errors) == set(wrong)
    assert not Record.objects.exists()


def test_what_is_published_is_corrected_by_administrators_and_stays_whole(body: Organisation) -> None:
    record = make_record("Our study", holder=body.pk)
    edit = reverse("evidence:edit_record", args=[record.pk])
    member, administrator = works_at(body), works_at(body, Role.ADMINISTRATOR)
    assert member.post(edit, shown(administrator, edit) | {"title": "Other"}).status_code == 403
    lacking = administrator.post(edit, shown(administrator, edit) | {"sources": ""})
    assert "still lacks: where these facts were read" in text(lacking)
    assert administrator.post(edit, shown(administrator, edit) | {"title": "Zebras and mentors"}).status_code == 302
    assert "Zebras" in administrator.get(reverse("evidence:find") + "?q=zebras").content.decode()


def test_a_doi_is_published_once(body: Organisation) -> None:
    make_record("There already", doi="10.1000/ABC")
    draft = make_record(holder=body.pk, state=State.DRAFT, doi="10.1000/abc")
    administrator, publish = works_at(body, Role.ADMINISTRATOR), reverse("evidence:publish", args=[draft.pk])
    answer = administrator.post(publish, shown(administrator, publish))
    assert "Another published record has this DOI: There already" in text(answer)


def test_a_new_version_begins_with_the_facts_of_the_one_before(body: Organisation) -> None:
    first = make_record("A guide", holder=body.pk, doi="10.1000/1", edition="1")
    administrator = works_at(body, Role.ADMINISTRATOR)
    administrator.post(reverse("evidence:new_version", args=[first.pk]))
    second = Record.objects.get(follows=first)
    assert (second.titles, second.doi, second.edition, second.state) == (first.titles, "", "", State.DRAFT)
    publish = reverse("evidence:publish", args=[second.pk])
    administrator.post(publish, shown(administrator, publish))
    address = reverse("evidence:record", args=[second.slug])
    assert address in administrator.get(reverse("evidence:record", args=[first.slug])).content.decode()


def test_withdrawing_asks_first_and_leaves_the_address(body: Organisation) -> None:
    record = make_record("Taken back", holder=body.pk, funder="Somebody")
    administrator, address = works_at(body, Role.ADMINISTRATOR), reverse("evidence:withdraw", args=[record.pk])
    assert administrator.change(address, {}).status_code == 302
    record.refresh_from_db()
    assert (record.state, record.funder) == (State.WITHDRAWN, "")
    assert administrator.get(reverse("evidence:record", args=[record.slug])).status_code == 410


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(body: Organisation) -> None:
    member, counts = works_at(body), []
    member.get(reverse("evidence:ours"))
    for more in (1, 29):
        for _number in range(more):
            make_record(holder=body.pk, state=State.DRAFT)
        with CaptureQueriesContext(connection) as asked:
            assert member.get(reverse("evidence:ours")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
