"""Words for codes: what residents read must exist for every code, in every language they may choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from commonweave.base.text import Text
from commonweave.vocabulary import queries, skos
from commonweave.vocabulary.actions import load_vocabulary
from commonweave.vocabulary.documents import read_all
from commonweave.vocabulary.models import Concept, Scheme

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_BY_RESIDENTS = (
    "evidence-kind",
    "intervention",
    "evidence-outcome",
    "population",
    "level",
    "design",
    "evidence-strength",
    "direction",
    "study-property",
    "study-value",
    "appraisal-criterion",
    "assumption-side",
    "body-kind",
    "constituency",
    "seat",
    "due-status",
    "assumption-state",
    "appraisal-answer",
    "appraisal-reason",
    "appraisal-interest",
    "report-kind",
    "recipient-kind",
    "outcome",
    "report-state",
    "movement",
    "hold-reason",
    "hand-on-reason",
    "decline-reason",
    "place-type",
    "destination-kind",
)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


@pytest.mark.django_db
def test_load_vocabulary_twice_changes_nothing() -> None:
    first = load_vocabulary()
    assert first > 50
    before = list(Concept.objects.order_by("id").values())
    assert load_vocabulary() == 0
    assert list(Concept.objects.order_by("id").values()) == before


@pytest.mark.django_db
def test_load_vocabulary_retires_what_left_the_files_so_that_old_reports_keep_their_words() -> None:
    load_vocabulary()
    outcome = Scheme.objects.get(code="outcome")
    Concept.objects.create(scheme=outcome, code="gone", public_label=Text.of("Gone"), working_label=Text.of("Gone"))
    assert load_vocabulary() == 1
    assert queries.label("outcome", "gone") == Text.of("Gone")
    assert "gone" not in dict(queries.choices("outcome"))


@pytest.mark.django_db
def test_load_vocabulary_repairs_a_changed_label() -> None:
    load_vocabulary()
    Concept.objects.filter(code="police", scheme__code="recipient-kind").update(public_label=Text.of("Friends"))
    load_vocabulary()
    assert queries.label("recipient-kind", "police").say("en") == "The police"


@pytest.mark.django_db
def test_labels_are_the_same_before_and_after_loading() -> None:
    packaged = {scheme: list(words.terms) for scheme, words in queries.schemes().items()}
    load_vocabulary()
    assert {scheme: list(words.terms) for scheme, words in queries.schemes().items()} == packaged


@pytest.mark.django_db
def test_label_of_an_unknown_code_is_the_code() -> None:
    assert queries.label("outcome", "unheard_of").say() == "unheard_of"


@pytest.mark.django_db
def test_choices_speak_the_reader_s_language_and_leave_out_what_only_the_system_sets() -> None:
    with translation.override("fr"):
        found = dict(queries.choices("outcome", without={"withdrawn"}))
    assert found["helped_here"] == "Nous avons aidé"
    assert "withdrawn" not in found


@pytest.mark.parametrize("scheme", READ_BY_RESIDENTS)
def test_public_labels_exist_in_every_language_of_residents(scheme: str) -> None:
    missing = [
        (term.code, language)
        for term in read_all()[scheme].terms.values()
        for language in ("en", "fr", "ar", "sq", "ny")
        if not term.public.texts.get(language)
    ]
    assert missing == []


@pytest.mark.parametrize("scheme", sorted(read_all()))
def test_every_term_has_english_and_french_and_says_what_a_machine_translated(scheme: str) -> None:
    for term in read_all()[scheme].terms.values():
        for text in (term.public, term.working):
            assert {"en", "fr"} <= text.texts.keys()
            assert text.machine == text.texts.keys() - {"en"}


@pytest.mark.parametrize("scheme", sorted(read_all()))
def test_public_labels_use_the_public_words(scheme: str) -> None:
    for term in read_all()[scheme].terms.values():
        words = term.public.say("en").lower()
        assert not [bad for bad in ("extremis", "radicali", "subject", "case", "intake", "tlp", "desk") if bad in words]


@pytest.mark.parametrize("scheme", sorted(read_all()))
def test_skos_points_only_at_itself(scheme: str) -> None:
    words = read_all()[scheme]
    graph = skos.document(words, "https://node.example/vocabulary/x.jsonld")["@graph"]
    ids = {node["@id"] for node in graph}
    assert len(ids) == len(words.terms) + 1
    assert set(graph[0]["hasTopConcept"]) <= ids
    for node in graph[1:]:
        assert node["inScheme"] == graph[0]["@id"]
        assert node.get("broader", graph[0]["@id"]) in ids
        clash = {lang for lang, said in node.get("altLabel", {}).items() if node["prefLabel"].get(lang) == said}
        assert clash == set()  # SKOS S13: no label is both preferred and alternative
