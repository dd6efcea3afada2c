"""Contributing: a member writes a draft that nobody else sees, an administrator publishes it, and nobody's words are lost."""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.base.text import Text
from commonweave.evidence.models import Record, RecordFile, State
from commonweave.evidence.tests.factories import add_file, make_record
from commonweave.evidence.tests.pdfs import STUDY, make_pdf
from commonweave.people.models import Person, Role
from commonweave.people.tests import factories as people
from commonweave.sharing.models import Tlp
from commonweave.site.tests.signed_in import sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

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
    "places": "Zomba; Luton, zomba",
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
    assert record.places == ["Zomba", "Luton"]
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


def test_other_organisations_are_named_as_readers(body: Organisation) -> None:
    """They read it once it is published, nobody else; named of another label they are forgotten."""
    friend, stranger = people.make_organisation(), people.make_organisation()
    record = make_record("For friends", holder=body.pk)
    administrator, edit = works_at(body, Role.ADMINISTRATOR), reverse("evidence:edit_record", args=[record.pk])
    page = reverse("evidence:record", args=[record.slug])
    chosen = shown(administrator, edit) | {"tlp": Tlp.AMBER, "readers": [str(friend.pk)]}
    assert administrator.post(edit, chosen).status_code == 302
    assert [works_at(each).get(page).status_code for each in (body, friend, stranger)] == [200, 200, 404]
    record.refresh_from_db()
    assert record.readers == [friend.pk]
    strict = shown(administrator, edit) | {"tlp": Tlp.AMBER_STRICT, "readers": [str(friend.pk)]}
    assert administrator.post(edit, strict).status_code == 302
    assert works_at(friend).get(page).status_code == 404


def test_all_that_is_wrong_is_said_at_once_by_field(body: Organisation) -> None:
    wrong = {
        "title": "",
        "year": "20",
        "doi": "11.1/x",
        "authors": "Banda, T. | 0000-0002-1825-0098",
        "countries": "Atlantis",
        "places": "x" * 81,
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


def send(client: WebClient, address: str, data: bytes, **more: Any) -> Response:
    return client.post(address, {"pdf": SimpleUploadedFile("study.pdf", data), **more})


def test_a_pdf_fills_in_the_form_and_goes_with_the_record_only_when_somebody_has_checked(body: Organisation) -> None:
    member, stranger = works_at(body), works_at(people.make_organisation())
    page = send(member, reverse("evidence:read_pdf"), make_pdf(STUDY, Author="A tool's owner", Producer="Secret maker"))
    said = {field.html_name: field.value() for field in page.context["form"] if field.value()}
    assert (said["title"], said["language"], said["doi"], said["year"]) == (
        "Mentoring and prejudice in schools",
        "en",
        "10.1234/abc.55",
        2019,
    )
    assert "prejudice fell" in said["summary_en"]
    assert not Record.objects.exists(), "nothing is a record before somebody has looked"
    file = RecordFile.objects.get()
    others = SAID | {"holder": str(stranger_of(stranger)), "file": str(file.pk), "keep": "on"}
    assert stranger.post(reverse("evidence:start_record"), others).status_code == 404, "the document of somebody else"
    sent = SAID | {"holder": str(body.pk), "file": str(file.pk), "keep": "on"}
    assert member.post(reverse("evidence:start_record"), sent).status_code == 302
    record = Record.objects.get()
    address = reverse("evidence:document", args=[record.slug])
    whole = fetched(member.get(address))
    assert hashlib.sha256(whole).hexdigest() == RecordFile.objects.get().sha256
    assert b"Secret maker" not in whole
    assert stranger.get(address).status_code == 404
    part = member.get(address, headers={"Range": "bytes=5-9"})
    assert (part.status_code, fetched(part), part.headers["Content-Range"]) == (
        206,
        whole[5:10],
        f"bytes 5-9/{len(whole)}",
    )
    assert member.get(address, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert member.post(reverse("evidence:detach", args=[record.pk])).status_code == 302
    assert member.get(address).status_code == 404


def fetched(answer: Response) -> bytes:
    """Read a file to its end."""
    pieces: Iterator[bytes] = answer.streaming_content  # type: ignore[attr-defined]  # it is a stream
    return b"".join(pieces)


def stranger_of(client: WebClient) -> UUID:
    return next(iter(people.viewer_of(Person.objects.get(pk=client.session["_auth_user_id"])).organisations))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7 and then nothing", "damaged"),
        (make_pdf(STUDY, password="x"), "locked with a password"),
        (b"PK\x03\x04 a folder", "not a PDF"),
        (b"", "empty"),
    ],
    ids=["damaged", "locked", "folder", "empty"],  # a locked PDF is another one each time
)
def test_what_cannot_be_read_is_refused_with_what_to_do(body: Organisation, data: bytes, why: str) -> None:
    answer = send(works_at(body), reverse("evidence:read_pdf"), data)
    assert why in text(answer)
    assert not RecordFile.objects.exists()


class Stream:
    """A file of 200 MB that counts how much of it was asked for."""

    def __init__(self) -> None:
        self.read_so_far = 0

    def read(self, size: int = 1 << 16) -> bytes:
        self.read_so_far += size
        return b"x" * size

    readline = read


def test_a_file_of_200_mb_is_refused_without_reading_it(body: Organisation) -> None:
    member, stream = works_at(body), Stream()
    told: dict[str, Any] = {
        "CONTENT_LENGTH": "200000000",
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input": stream,
    }
    answer = member.generic("POST", reverse("evidence:read_pdf"), **told)
    assert (answer.status_code, stream.read_so_far) == (413, 0)
    assert "25 MB" in text(answer)


def test_what_could_point_to_a_person_is_looked_at_before_anybody_reads_it(body: Organisation) -> None:
    """In the record and in its document; each passage is let pass by somebody, or mended, and what was let pass is not asked again."""
    summary = Text.of("Write to amina@example.org. Only three participants stayed.")
    draft = make_record("Our study", holder=body.pk, state=State.DRAFT, summary=summary)
    add_file(draft, text="Call Mr Phiri.")
    administrator, publish = works_at(body, Role.ADMINISTRATOR), reverse("evidence:publish", args=[draft.pk])
    page = administrator.get(publish)
    keys = {each["key"]: each["words"] for each in page.context["findings"]}
    assert sorted(keys.values()) == ["Mr Phiri", "Only three participants", "amina@example.org"]
    some = [key for key, words in keys.items() if words != "Mr Phiri"]
    assert "Look at each passage" in text(administrator.change(publish, {"cleared": some}))
    assert Record.objects.get().state == State.DRAFT
    assert administrator.change(publish, {"cleared": list(keys)}).status_code == 302
    edit = reverse("evidence:edit_record", args=[draft.pk])
    assert administrator.post(edit, shown(administrator, edit) | {"publisher": "A journal"}).status_code == 302
    told = shown(administrator, edit) | {"summary_en": "Ring +265 999 123 456."}
    asked = administrator.post(edit, told)
    assert [each["words"] for each in asked.context["findings"]] == ["+265 999 123 456"]
    assert (
        administrator.post(edit, told | {"cleared": [each["key"] for each in asked.context["findings"]]}).status_code
        == 302
    )


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
