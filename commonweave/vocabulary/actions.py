"""Filling the tables from the program's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from commonweave.vocabulary import queries
from commonweave.vocabulary.documents import Term, Words, read_all
from commonweave.vocabulary.models import Concept, Scheme

if TYPE_CHECKING:
    from typing import Any


@transaction.atomic
def load_vocabulary() -> int:
    """Make the tables say what the program's files say; run after every migration, as the worker.

    A concept that left the files is retired, never deleted: old reports carry its code. Returns how many rows changed.
    """
    changed = sum(_load(words) for words in read_all().values())
    queries.forget()
    return changed


def _load(words: Words) -> int:
    scheme, made = Scheme.objects.get_or_create(code=words.code, defaults={"names": words.names})
    changed = int(made)
    if scheme.names.to_json() != words.names.to_json():
        scheme.names = words.names
        scheme.save(update_fields=["names"])
        changed += 1
    have = {concept.code: concept for concept in Concept.objects.filter(scheme=scheme)}
    for term in words.terms.values():
        changed += _put(scheme, have, term)
    for code in have.keys() - words.terms.keys():
        if have[code].retired_on is None:
            have[code].retired_on = timezone.now().date()
            have[code].save(update_fields=["retired_on"])
            changed += 1
    return changed


def _put(scheme: Scheme, have: dict[str, Concept], term: Term) -> int:
    concept = have.get(term.code)
    wanted: dict[str, Any] = {
        "public_label": term.public,
        "working_label": term.working,
        "definition": term.definition,
        "broader": have[term.broader] if term.broader else None,
        "position": term.position,
        "retired_on": None,
    }
    if concept is None:
        have[term.code] = Concept.objects.create(scheme=scheme, code=term.code, **wanted)
        return 1
    differing = [name for name, value in wanted.items() if _plain(getattr(concept, name)) != _plain(value)]
    for name in differing:
        setattr(concept, name, wanted[name])
    if differing:
        concept.save(update_fields=differing)
    return int(bool(differing))


def _plain(value: Any) -> Any:  # noqa: ANN401 a column's value of any type
    return value.to_json() if hasattr(value, "to_json") else value
