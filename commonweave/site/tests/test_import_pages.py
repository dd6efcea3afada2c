"""Taking in lists: everything that is wrong at once by row and field, nothing half-kept, nothing twice."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.evidence.importing import Unfit, read_list
from commonweave.evidence.models import Batch, Record
from commonweave.evidence.tests.factories import make_record
from commonweave.people.tests import factories as people
from commonweave.site.tests.test_contribute_pages import text, works_at

pytestmark = pytest.mark.django_db
RIS = """TY  - JOUR
AU  - Banda, Thoko
AU  - World Health Organization
TI  - Mentoring in schools
PY  - 2019/05/01
JO  - Journal of Peace
DO  - 10.1234/abc
LA  - eng
AB  - Two lines of
 an abstract
ER  -
"""
BIB = r"""@article{a, title={Caf{\'e} {M}entoring}, author={Banda, Thoko and {World Health Organization} and Ann van der Lee},
 year=2019, doi={https://doi.org/10.1234/abc}, journal={Journal of Peace}, langid={fr}}"""
CSV = 'Title,Authors,Year,DOI,Interventions,Countries\nOne,"Banda, T.; Lee, A.",2019,10.1000/a,mentoring,MW; Kenya\nTwo,,2020,,,\n'


@pytest.mark.parametrize(
    ("data", "number", "title", "authors", "language"),
    [
        (
            RIS,
            1,
            "Mentoring in schools",
            [{"family": "Banda", "given": "Thoko"}, {"organisation": "World Health Organization"}],
            "en",
        ),
        (
            BIB,
            1,
            "Café Mentoring",
            [
                {"family": "Banda", "given": "Thoko"},
                {"organisation": "World Health Organization"},
                {"family": "van der Lee", "given": "Ann"},
            ],
            "fr",
        ),
        (CSV, 2, "One", [{"family": "Banda", "given": "T."}, {"family": "Lee", "given": "A."}], "en"),
    ],
)
def test_lists_of_three_kinds_are_read(
    data: str, number: int, title: str, authors: list[dict[str, str]], language: str
) -> None:
    row = read_list(b"\xef\xbb\xbf" + data.encode())[0]
    assert row.wrong == []
    assert (row.number, row.title, row.facts["year"], row.facts["authors"]) == (number, title, 2019, authors)
    assert (row.facts["language"], row.facts["doi"]) in {(language, "10.1234/abc"), (language, "10.1000/a")}


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ("title,year,doi\nOne,2019,\nTwo,soon,11.1\n,2020,\n", [(3, "year"), (3, "doi"), (4, "title")]),
        ("title,year,colour\nOne,2019,red\n", [(1, "colour")]),
        ("title,year\nOne,2019\nTwo,2019,3\n", [(3, "")]),
        ("title,year,kind\nOne,2019,poem\n", [(2, "kind")]),
        ('title,year\n"One,2019\n', [(2, "")]),
        ("TY  - JOUR\nTI  - A\nPY  - 2019\nER  - \nTY  - JOUR\nTI  - B\n", [(5, "ER")]),
        ("@article{a, title={A}, year=2019}\n@article{b, title={B}\n@article{c, year=2019, title={C}}", [(2, "@")]),
    ],
)
def test_all_that_is_wrong_is_named_by_row_and_field(data: str, wrong: list[tuple[int, str]]) -> None:
    assert [(row.number, name) for row in read_list(data.encode()) for name, _why in row.wrong] == wrong


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\0\0", b"\xff\xd8\xff\0", b"name;age\nx;1\n"])
def test_what_is_no_list_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(Unfit):
        read_list(data)


def test_one_wrong_row_keeps_everything_out_and_says_which() -> None:
    member, listed = works_at(people.make_organisation()), reverse("evidence:import_list")
    page = member.post(listed, {"list": SimpleUploadedFile("list.csv", b"title,year\nOne,2019\nTwo,soon\n")})
    assert "It has no year of four digits" in text(page)
    assert not Batch.objects.exists()
    assert not Record.objects.exists()


def test_many_rows_are_taken_in_with_as_many_questions_as_two_and_none_twice() -> None:
    body = people.make_organisation()
    member, listed = works_at(body), reverse("evidence:import_list")
    make_record("Étude numéro 1", year=2019)
    counts = []
    for many in (1, 2, 500):
        rows = "".join(f"etude NUMERO {many}{number},2019\n" for number in range(many))
        data = f"title,year\n{rows}Etude numero 1,2019\nEtude numero 1,2019\n".encode()
        with CaptureQueriesContext(connection) as asked:
            page = member.post(listed, {"list": SimpleUploadedFile("list.csv", data)})
            assert page.context["new"] == many
            assert len(page.context["there"]) == 2
            member.post(reverse("evidence:take_in", args=[Batch.objects.get().pk]))
        counts.append(len(asked))
    assert counts[1] == counts[2], "the first one asks for what a process asks once"
    assert Record.objects.filter(state="draft", holder=body.pk).count() == 503
    assert Record.objects.filter(state="draft").exclude(sources=[]).count() == 503
    again = member.post(listed, {"list": SimpleUploadedFile("list.csv", data)})
    assert again.context["new"] == 0


def test_a_list_is_taken_in_by_whoever_sent_it() -> None:
    body = people.make_organisation()
    one, other = works_at(body), works_at(body)
    one.post(reverse("evidence:import_list"), {"list": SimpleUploadedFile("list.csv", b"title,year\nOne,2019\n")})
    assert other.post(reverse("evidence:take_in", args=[Batch.objects.get().pk])).status_code == 404
