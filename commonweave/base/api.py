"""What every floor's JSON interface is made of: problems (RFC 9457), tokens, identifiers, words, pages of lists.

Annotations here and in every `api.py` are read while the program runs, so these files do without `from __future__`.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.errors import AuthorizationError, HttpError
from ninja.security import HttpBearer
from pydantic import Field

from commonweave.base.text import Text
from commonweave.base.viewer import Viewer

PROBLEM = "application/problem+json"
PUBLIC = "public, max-age=60"
"""For what is the same for everybody; the entity tag is made from the answer (`site/middleware.py`)."""

Urn = Annotated[str, Field(pattern=r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Words = Annotated[dict[str, str], Field(description="Text by language code (BCP 47).")]
Key = Annotated[
    str, Field(pattern=r"^(\d{4}-\d{2}-\d{2}_[0-9a-f-]{36})?$", description="`next` of the page before; empty: begin.")
]


class Mistake(Schema):
    """One thing that is wrong with what was sent."""

    detail: str
    where: str = Field(description="body, query, path or form")
    pointer: str = Field(description="JSON Pointer into the body, or the parameter's name")


class Problem(Schema):
    """RFC 9457: what went wrong, with all mistakes at once."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[Mistake] = []


class Wrong(HttpError):
    """What was sent is well-formed and cannot be done as it is; tells every mistake."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = list(mistakes)
        super().__init__(HTTPStatus.UNPROCESSABLE_ENTITY, "What was sent has mistakes.")


def problem(status: int, detail: str = "", mistakes: Iterable[Mistake] = ()) -> HttpResponse:
    """Answer with a problem document."""
    said = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(mistakes))
    answer = HttpResponse(json.dumps(said.model_dump()), content_type=PROBLEM, status=status)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def problems(*statuses: int) -> dict[int, Any]:
    """Return what an operation declares beside its good answer."""
    return dict.fromkeys(sorted(statuses), Problem)


class Token(HttpBearer):
    """Open for a program whose credential has a right; who asks was found out before (`site/middleware.py`)."""

    def __init__(self, right: str = "") -> None:
        super().__init__()
        self.right = right

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        """Return the viewer. Raises AuthorizationError where the right is missing."""
        del token
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware
        if viewer.rights is None:
            return None
        if self.right and viewer.lacks(self.right):
            message = f"This credential has no right '{self.right}', or nobody has agreed to it yet."
            raise AuthorizationError(message=message)
        return viewer


def words(text: Text) -> dict[str, str]:
    """Return a text in every language there is."""
    return {language: said for language, said in text.texts.items() if said}


def urn(pk: UUID) -> str:
    """Return the public name of a thing."""
    return pk.urn


def key_of(on: date, pk: UUID) -> str:
    """Return the key of a list's last row."""
    return f"{on}_{pk}"


def mistakes_of(errors: Iterable[Mapping[str, Any]]) -> list[Mistake]:
    """Return what a schema found, as this interface says it. `loc` is (where, name of the argument, path…)."""
    found = []
    for error in errors:
        where, *path = (str(step) for step in error["loc"])
        pointer = "/".join(["#", *path[1:]]) if where == "body" else "/".join(path[-1:])
        found.append(Mistake(detail=str(error["msg"]), where=where, pointer=pointer))
    return found
