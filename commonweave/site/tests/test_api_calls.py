"""Whatever a program sends, well-formed or not, the JSON interface keeps its own description and never breaks.

Schemathesis makes the calls from the OpenAPI document, through the real WSGI application and the real database, as the
web server's role. `make audit` (part api) makes many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from schemathesis import checks, openapi
from schemathesis.specs.openapi import checks as described

from commonweave.base.tests.roles import web
from commonweave.base.tests.sizes import luck, size, tell
from commonweave.people.models import Organisation, Right
from commonweave.people.tests.programs import READS, make_program
from commonweave.places.tests.factories import make_place
from commonweave.reports.tests.factories import make_report, make_team
from commonweave.site.api import api
from commonweave.site.wsgi import application

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from schemathesis import APIOperation

    Operation = APIOperation[Any, Any, Any, Any]

CALLS = size(12)  # of each operation and kind
MADE = {"calls answered as described": 0}
CHECKS: list[Any] = [
    checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_headers_conformance,
    described.response_schema_conformance,
    described.missing_required_header,
    described.unsupported_method,
    described.allow_header_conformance,
    described.ignored_auth,
]
"""All that can be said of one call. Not here: what compares calls of a stateful run, and whether the description is
as strict as we are about words (a text of blanks only, an unknown code of the vocabulary)."""

SCHEMA = openapi.from_dict(api.get_openapi_schema())
KINDS = list(schemathesis.GenerationMode)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}  # type: ignore[union-attr]  # our own document


def said(operation: Operation) -> dict[str, Any]:
    """Return what the document says of an operation."""
    return dict(operation.definition.raw)


def as_web(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as the web server, and leave nothing behind: each call finds the same reports."""
    with transaction.atomic(), web():
        answer = list(application(environ, start_response))
        transaction.set_rollback(True)
    return answer


@dataclass
class World:
    """What the calls find: a token with every right, and a report in each state in which something may be done."""

    token: str
    reports: list[str]


@pytest.fixture
def world(db: None) -> World:
    city = make_place("xx-city", make_place("xx", type="country"), name="City")
    team = make_team(city)
    Organisation.objects.update(signed_on="2026-01-01")
    admitted = make_program(team, *READS, Right.COUNTS)
    return World(admitted.token.text, [str(make_report(city)[0].pk) for _ in range(2)])


def make_calls(operation: Operation, mode: schemathesis.GenerationMode, world: World) -> None:
    """Make many calls of one operation, about reports that are there as well as others."""
    token = {"Authorization": f"Bearer {world.token}"} if "401" in said(operation)["responses"] else None

    @seed(luck("calls").randrange(2**32))
    @settings(
        max_examples=CALLS,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy(mode), known=strategies.sampled_from(["", *world.reports]))
    def call(case: Any, known: str) -> None:  # noqa: ANN401 a Case of any operation
        if known and "pk" in (case.path_parameters or {}):
            case.path_parameters["pk"] = known
        case.call_and_validate(headers=token, checks=CHECKS)
        MADE["calls answered as described"] += 1

    call()


@pytest.fixture(autouse=True)
def _through_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the test's own connection between calls, as Django's test client does."""
    SCHEMA.app = as_web
    for operation in OPERATIONS.values():
        operation.app = as_web
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_call_is_answered_as_described(world: World, label: str) -> None:
    operation = OPERATIONS[label]
    for mode in KINDS:
        if mode.is_positive or said(operation)["parameters"] or "requestBody" in said(operation):
            make_calls(operation, mode, world)
    tell(MADE)
