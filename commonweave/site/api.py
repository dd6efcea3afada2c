"""Every floor's JSON interface under one address, and one document (OpenAPI 3.1) that describes it."""

from __future__ import annotations

import functools
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from commonweave.base.api import PROBLEM, PUBLIC, Wrong, mistakes_of, problem
from commonweave.base.verdict import Refused
from commonweave.evidence.api import router as evidence
from commonweave.people.api import router as people
from commonweave.places.api import router as places
from commonweave.referral.api import router as referral
from commonweave.reports.api import router as reports
from commonweave.sharing.api import router as sharing
from commonweave.vocabulary.api import router as vocabulary

if TYPE_CHECKING:
    from django.http import HttpRequest

ABOUT = """What a node tells anybody (places, who takes reports, who else can help, what was found to work, the words for codes), and what an
organisation's own products do with a credential: see and answer their team's reports. Errors are problem documents (RFC 9457)
that name every mistake at once. No cookie is read. Tokens travel in the header `Authorization: Bearer`, never in an address."""

DETAILS = {
    HTTPStatus.UNAUTHORIZED: "Send a token in the header Authorization: Bearer. This one is missing, wrong, ended or over.",
    HTTPStatus.BAD_REQUEST: "The body could not be read as JSON.",
}


class Api(NinjaAPI):
    """Problems in place of plain errors, in what is answered and in what is described."""

    def get_openapi_schema(self, **words: Any) -> Any:  # noqa: ANN401 ninja's own type is a dictionary
        """Describe errors as what they are."""
        document = super().get_openapi_schema(**words)
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= HTTPStatus.BAD_REQUEST:
                        answer["content"] = {PROBLEM: next(iter(answer["content"].values()))}
        return document


api = Api(title="Commonweave", version="1", description=ABOUT, openapi_url=None, docs_url=None, urls_namespace="api")
for router in (places, vocabulary, referral, evidence, reports, sharing, people):
    api.add_router("", router)


@api.exception_handler(HttpError)
def _known(request: HttpRequest, error: HttpError) -> HttpResponse:
    del request
    mistakes = error.mistakes if isinstance(error, Wrong) else ()
    status = HTTPStatus(error.status_code)
    return problem(status, DETAILS.get(status, error.message), mistakes)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    del request
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "What was sent has mistakes.", mistakes_of(error.errors))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    del request, error
    return problem(HTTPStatus.NOT_FOUND, "There is nothing here, or nothing for this token.")


@api.exception_handler(PermissionDenied)
def _refused(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    del request
    return problem(HTTPStatus.FORBIDDEN, str(error) if isinstance(error, Refused) else "")


@api.exception_handler(RequestDataTooBig)
def _too_much(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    del request, error
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@api.exception_handler(SuspiciousOperation)
def _suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    del request, error
    return problem(HTTPStatus.BAD_REQUEST)


@functools.cache
def _document() -> str:
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe the whole interface."""
    del request
    return HttpResponse(_document(), content_type="application/json", headers={"Cache-Control": PUBLIC})
