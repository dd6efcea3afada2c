"""docs/api.md is true: its examples are called, and what comes back looks as it says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from commonweave.base.tests.roles import WebClient
from commonweave.evidence.tests.factories import make_record
from commonweave.people.models import Organisation, Right
from commonweave.people.tests.programs import READS, make_program
from commonweave.places.tests.factories import make_place
from commonweave.reports.tests.factories import make_report, make_team

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
BLOCK = re.compile(r"```sh\n(?P<call>.+?)```(?:\s+```json\n(?P<said>.+?)```)?", re.DOTALL)
EXAMPLES = [(found["call"].strip(), found["said"]) for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]


def call(line: str, words: dict[str, str]) -> Response:
    """Do what curl would do."""
    for name, value in words.items():
        line = line.replace(f"${name}", value)
    program, *rest = shlex.split(line)
    assert program == "curl"
    method, headers, body, address = "GET", {}, "", ""
    pairs: list[tuple[str, str]] = []
    while rest:
        word = rest.pop(0)
        if word == "-X":
            method = rest.pop(0)
        elif word == "-H":
            name, _, value = rest.pop(0).partition(": ")
            headers[name] = value
        elif word == "--data":
            method, body = "POST", rest.pop(0)
        elif word == "--data-urlencode":
            method = "POST"
            name, _, value = rest.pop(0).partition("=")
            pairs.append((name, value))
        else:
            address = word
    kind = headers.pop("Content-Type", "application/x-www-form-urlencoded")
    return WebClient(headers=headers).generic(method, address, body or urlencode(pairs), content_type=kind)


def alike(said: Any, found: Any, where: str = "") -> None:  # noqa: ANN401 any JSON
    """See that an example has the same names and kinds of value as what came; "{}" and "[]" stand for anything inside."""
    assert type(said) is type(found) or said is None or found is None, where
    if isinstance(said, dict) and said:
        if not where.endswith("names"):
            assert said.keys() == found.keys(), where
            for name in said:
                alike(said[name], found[name], f"{where}/{name}")
    elif isinstance(said, list) and said:
        assert found, where
        alike(said[0], found[0], f"{where}/0")


def test_every_example_works_and_answers_as_shown() -> None:
    assert len(EXAMPLES) > 10
    city = make_place("gb-leeds", make_place("gb", type="country"), name="Leeds", type="city")
    team = make_team(city)
    Organisation.objects.update(signed_on="2026-01-01")
    make_record(direction="made_worse")
    report, _digits = make_report(city, what="Example words.", where="Here", when="Now")
    words = {
        "NODE": "",
        "TOKEN": make_program(team, *READS, Right.COUNTS).token.text,
        "APP": make_program(team, Right.SUBMIT).token.text,
        "REPORT": str(report.pk),
    }
    for line, said in EXAMPLES:
        answer = call(line, words)
        wanted = 422 if said and '"status": 422' in said else 200
        assert answer.status_code == wanted, (line, answer.content)
        if said:
            alike(json.loads(said), json.loads(answer.content), line)
