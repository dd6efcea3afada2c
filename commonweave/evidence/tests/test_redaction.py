"""What could point to a person is found, whatever stands around it; what belongs to a publication is left alone. No database."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweave.evidence.rules.redaction import FEW, LONGEST, MAIL, MOST, NAME, NUMBER, PHONE, look_over

PLAIN = st.text(alphabet=string.ascii_lowercase + " .;()\n", max_size=200)
LETTERS = st.text(alphabet=string.ascii_lowercase, min_size=2, max_size=12)


def kinds(text: str, **more: object) -> list[str]:
    return [each.kind for each in look_over({"summary": text}, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("We met Mr Phiri in his home.", NAME, "Mr Phiri"),
        ("Then Mme Dupont left.", NAME, "Mme Dupont"),
        ("تحدثت السيدة فاطمة معنا", NAME, "السيدة فاطمة معنا"),
        ("My client Ahmed was afraid.", NAME, "My client Ahmed"),
        ("a boy named Tariq ran away", NAME, "a boy named Tariq"),
        ("It was started by Thoko Banda after school.", NAME, "Thoko Banda"),
        ("Write to thoko.banda@example.org today.", MAIL, "thoko.banda@example.org"),
        ("Ring +265 999 12 34 56 at night.", PHONE, "+265 999 12 34 56"),
        ("Ring 0113 496 0000 at night.", PHONE, "0113 496 0000"),
        ("Ring 0113 496 0000, or write.", PHONE, "0113 496 0000"),
        ("tel: 496 00 00", PHONE, "496 00 00"),
        ("He held passport no. MA123456 then.", NUMBER, "MA123456"),
        ("Her AB 12 34 56 C was there.", NUMBER, "AB 12 34 56 C"),
        ("Only three participants stayed.", FEW, "Only three participants"),
        ("In one group n = 3 stayed.", FEW, "n = 3"),
        ("trois élèves sont restés", FEW, "trois élèves"),
    ],
)
def test_signs_of_a_person_are_found_with_their_passage(text: str, kind: str, words: str) -> None:
    found = look_over({"summary": text})
    assert [(each.kind, each.words) for each in found] == [(kind, words)]
    assert all(each.words in each.passage for each in found)


@pytest.mark.parametrize(
    "text",
    [
        "A randomised controlled trial with 240 pupils in 12 schools (n = 240, p = 0.04); d = 0.25, 95% CI 0.10 to 0.40.",
        "See https://example.org/0113496000 and doi 10.1000/0123456789 and ISBN 978-0-306-40615-7.",
        "Big Brothers Big Sisters of the United Kingdom; the World Health Organization and the Ministry of Youth.",
        "In 2010-2015, in phase 2, 4 schools and 3 cities took part. Table 3 shows n = 45.",
        "ORCID 0000-0002-1825-0097",
    ],
)
def test_what_belongs_to_a_publication_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_its_authors_and_places_are_known() -> None:
    text = "Thoko Banda and Mr Banda worked at Blantyre Limbe."
    assert kinds(text, known=["Banda Thoko", "Thoko Banda"], is_place=lambda name: name == "Limbe") == []
    assert kinds(text, is_place=lambda name: name == "Limbe") == [NAME, NAME]


@given(before=PLAIN, after=PLAIN, name=LETTERS, host=LETTERS)
def test_an_address_is_found_whatever_stands_around_it(before: str, after: str, name: str, host: str) -> None:
    """Somebody who wrote to us in confidence would be found by anybody otherwise."""
    mail = f"{name}@{host}.org"
    assert any(each.kind == MAIL and mail in each.words for each in look_over({"summary": f"{before} {mail} {after}"}))


@given(before=PLAIN, digits=st.lists(st.integers(0, 9), min_size=9, max_size=12))
def test_a_number_to_ring_is_found(before: str, digits: list[int]) -> None:
    number = "+" + "".join(map(str, digits))
    assert PHONE in kinds(f"{before} {number}")


@given(st.text(max_size=400))
def test_any_text_is_looked_over(text: str) -> None:
    """No text makes it fail, the same text says the same, and keys name passages once."""
    found = look_over({"a": text, "b": text})
    assert found == look_over({"a": text, "b": text})
    assert len({each.key for each in found}) == len(found)


def test_it_looks_no_further_than_it_shows() -> None:
    """Whoever sends a text full of names keeps nobody busy: the first passages are asked for, and the rest only once they are gone."""
    asked: list[str] = []

    def is_place(name: str) -> bool:
        asked.append(name)
        return False

    found = look_over({"file": "Thoko Banda left, Mr Phiri stayed. " * 1000}, is_place=is_place)
    assert [each.words for each in found] == ["Thoko Banda", "Mr Phiri"]
    assert len(asked) < 4 * MOST


def test_a_long_text_is_looked_over_in_moments_and_shows_no_more_than_can_be_read() -> None:
    """A report of a thousand pages, and one made to keep the pattern busy; the suite's own limit is the judge."""
    assert len(look_over({"file": "Mr Phiri and +265 999 12 34 56, " * (LONGEST // 4000)})) <= MOST
    assert look_over({"file": "A" * 20_000 + " " + "0 " * 20_000 + "Aa-" * 9_000}) is not None
