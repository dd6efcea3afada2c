"""Addresses for programs: no cookie is read or set, and whatever goes wrong is a document that programs read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from commonweave.base.api import problem
from commonweave.base.gate.doors import knock
from commonweave.base.viewer import NOBODY
from commonweave.sharing.viewer import let_program_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from commonweave.base.viewer import Viewer

PREFIXES = ("/api/", "/open311/", "/oai")
OK, FAILED = 200, 400


def is_for_programs(request: HttpRequest) -> bool:
    """Say whether an address is for programs."""
    return request.path_info.startswith(PREFIXES)


def viewer_of_program(request: HttpRequest) -> Viewer:
    """Say who sent the token in the header Authorization; what a token opens is kept for this request only.

    Counts each request, of a program by itself, of nobody by its network. Raises TooMany.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    program = let_program_in(token.strip()) if scheme.lower() == "bearer" else None
    request.program = program  # type: ignore[attr-defined]
    if program is None:
        knock(request, "pages")
        return NOBODY
    knock(request, "program", str(program.credential.pk))
    return program.viewer


class Programs:
    """Stands before sessions. Every request of a program passes here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next step."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take cookies away, and turn pages of errors into problem documents."""
        if not is_for_programs(request):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        answer = self.get_response(request)
        if answer.status_code >= FAILED and answer.headers.get("Content-Type", "text/html").startswith("text/html"):
            kept = {name: answer.headers[name] for name in ("Allow", "Retry-After") if name in answer.headers}
            answer = problem(answer.status_code)
            for name, value in kept.items():
                answer.headers[name] = value
        if answer.status_code == OK and answer.headers.get("Cache-Control", "").startswith("public"):
            etag = quote_etag(hashlib.blake2b(answer.content, digest_size=16).hexdigest())
            answer.headers["ETag"] = etag
            answer = get_conditional_response(request, etag=etag, response=answer) or answer
        return answer
