"""How tests make a body in one line."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db.backends.postgresql.psycopg_any import DateRange

from commonweave.base.sorting import sort_key
from commonweave.base.text import Text
from commonweave.bodies.models import Body, Sitting
from commonweave.places.tests.factories import make_place
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from commonweave.places.models import Place

_numbers = itertools.count(1)


def make_body(name: str = "", *, holder: UUID | None = None, place: Place | None = None, **columns: Any) -> Body:
    """Make a body that everybody sees."""
    number = next(_numbers)
    name = name or f"Body {number}"
    said: dict[str, Any] = {
        "slug": f"body-{number}",
        "kind": "working_group",
        "tlp": Tlp.CLEAR,
        "began_on": "2026-01-01",
        "purpose": Text(),
    }
    return Body.objects.create(
        names=Text.of(name),
        sort_key=sort_key(name),
        holder=holder or uuid4(),
        place=place or make_place(),
        **(said | columns),
    )


def seat(body: Body, name: str = "", **columns: Any) -> Sitting:
    """Put somebody on it, since its first day."""
    name = name or f"Person {next(_numbers)}"
    said: dict[str, Any] = {"constituency": "police", "during": DateRange(body.began_on, None)}
    return Sitting.objects.create(body=body, name=name, sort_key=sort_key(name), **(said | columns))
