"""Words for codes. They change only when the program is upgraded, so a process reads them once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from commonweave.base.text import Text
from commonweave.vocabulary.documents import Term, Words, read_all
from commonweave.vocabulary.models import Concept, Scheme

if TYPE_CHECKING:
    from collections.abc import Collection


@functools.cache
def schemes() -> dict[str, Words]:
    """Return every scheme; where the tables were not filled yet, as the program's own files have it."""
    terms: dict[str, dict[str, Term]] = {}
    rows = Concept.objects.order_by("scheme", "position", "code").values_list(
        "scheme__code", "code", "public_label", "working_label", "definition", "broader__code", "position", "retired_on"
    )
    for scheme, code, *rest in rows:
        terms.setdefault(scheme, {})[code] = Term(code, *rest)
    names = dict(Scheme.objects.values_list("code", "names"))
    stored = {code: Words(code, names[code], found) for code, found in terms.items()}
    return read_all() | stored


def forget() -> None:
    """Read the words again at the next question."""
    schemes.cache_clear()


def labels(scheme: str) -> dict[str, Term]:
    """Return code → term of a scheme, in its order; retired ones too, for old rows still carry them."""
    return dict(schemes()[scheme].terms)


def label(scheme: str, code: str) -> Text:
    """Return what residents read; an unknown code answers with itself."""
    term = schemes()[scheme].terms.get(code)
    return term.public if term else Text.of(code)


def working(scheme: str, code: str) -> Text:
    """Return the exact label staff work with; an unknown code answers with itself."""
    term = schemes()[scheme].terms.get(code)
    return term.working if term else Text.of(code)


def choices(scheme: str, *, exact: bool = False, without: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return (code, words) for a form in the reader's language, without the retired."""
    return [
        (term.code, str(term.working if exact else term.public))
        for term in schemes()[scheme].terms.values()
        if term.retired_on is None and term.code not in without
    ]
