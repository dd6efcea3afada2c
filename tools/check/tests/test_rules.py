"""Each rule finds the fault planted for it, and leaves a sound file alone."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from tools.check import catalogues, code, files, pages
from tools.check.__main__ import rules
from tools.check.sources import Source

if TYPE_CHECKING:
    from tools.check.sources import Rule

VIEWS = "commonweave/reports/views.py"
PAGE = "commonweave/reports/templates/reports/start.html"
LONG = "def long(\n    x,\n):\n" + "    x = 1\n" * 61
CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

#, python-format
msgid "%(count)s reports"
msgstr "{}"
"""
HOME = "/" + "home/somebody/checkout"
ROOT = "/" + "root/.venv"
DISK = "file:" + "///opt/packages"
INDEX = "--index" + "-url x"
REGISTRY = "https://" + "pypi.org/simple"
PRIVATE = "10." + "1.2.3"
QUIET = "# no" + "qa"

PLANTED = [
    (files.length, "commonweave/base/text.py", "x = 1\n" * 401),
    (files.length, "commonweave/base/static/commonweave/style.css", "a {}\n" * 401),
    (files.names, "commonweave/base/utils.py", ""),
    (files.names, "commonweave/common/text.py", ""),
    (files.names, "commonweave/base/signals.py", ""),
    *((files.elsewhere, "docs/operations.md", f"see {text}") for text in (HOME, ROOT, DISK, INDEX, REGISTRY, PRIVATE)),
    (code.no_signals, VIEWS, "from django.db.models.signals import post_save\n"),
    (code.no_signals, VIEWS, "from django.dispatch import receiver\n"),
    (code.no_signals, VIEWS, "from django.db.models import signals\n"),
    (code.no_get_model, VIEWS, "apps.get_model('reports', 'Report')\n"),
    (code.imports_at_the_top, VIEWS, "def f():\n    import json\n"),
    (code.imports_at_the_top, VIEWS, "def f():\n    import json  # I like it here\n"),
    (code.rows_through_queries, VIEWS, "Report.objects.all()\n"),
    (code.rows_through_queries, "commonweave/reports/rules.py", "Report._default_manager.get()\n"),
    (code.short_functions, VIEWS, LONG),
    (code.noqa_with_reason, VIEWS, f"x = 1  {QUIET}\n"),
    (code.noqa_with_reason, VIEWS, f"x = 1  {QUIET}: S101\n"),
    (code.noqa_with_reason, VIEWS, f"x = 1  {QUIET}: S101 ok\n"),
    (code.no_relation_upwards, "commonweave/places/models.py", "ForeignKey('people.Team', CASCADE)\n"),
    (code.no_relation_upwards, "commonweave/places/models.py", "models.ManyToManyField(to='reports.Report')\n"),
    (pages.templates, PAGE, '<p style="color: red">'),
    (pages.templates, PAGE, "<style>p {}</style>"),
    (pages.templates, PAGE, "<script>let x</script>"),
    (pages.templates, PAGE, '<a onclick="x()">'),
    (pages.templates, PAGE, '<a href="javascript:x()">'),
    (pages.templates, PAGE, '<img src="https://example.org/x.png">'),
    (pages.templates, PAGE, '<link rel="stylesheet"\n href="//example.org/x.css">'),
    (pages.pictures, "commonweave/base/static/commonweave/weave.svg", "<svg onload='x()'></svg>"),
    (pages.styles, "commonweave/base/static/commonweave/style.css", "@import 'https://example.org/x.css';"),
    (pages.styles, "commonweave/base/static/commonweave/style.css", "a { background: url(//example.org/x) }"),
    (pages.markup_in_code, "commonweave/base/charts.py", "x = '<rect style=\"fill: red\">'\n"),
    (catalogues.compiles, "commonweave/locale/fr/LC_MESSAGES/django.po", CATALOGUE),
    (catalogues.compiles, "commonweave/locale/fr/LC_MESSAGES/django.po", 'msgid "open\n'),
]

SOUND = [
    (files.length, "commonweave/base/text.py", "x = 1\n" * 400),
    (files.length, "commonweave/base/migrations/0001_initial.py", "x = 1\n" * 900),
    (files.names, "commonweave/base/text.py", ""),
    (files.elsewhere, "docs/operations.md", "/var/lib/commonweave on 127.0.0.1, https://reports.example.org"),
    (code.no_signals, VIEWS, "import signal\nfrom commonweave.base import journal\n"),
    (code.no_get_model, "commonweave/base/migrations/0001_initial.py", "apps.get_model('base', 'Entry')\n"),
    (code.imports_at_the_top, VIEWS, "def f():\n    import json  # slow to load\n"),
    (code.rows_through_queries, "commonweave/reports/queries.py", "Report.objects.all()\n"),
    (code.rows_through_queries, "commonweave/reports/actions/team.py", "Report.objects.all()\n"),
    (code.short_functions, VIEWS, LONG.replace("    x = 1\n", "", 1)),
    (code.noqa_with_reason, VIEWS, f"x = 1  {QUIET}: S101 the tool's own promise\n"),
    (code.no_relation_upwards, "commonweave/reports/models.py", "ForeignKey('people.Team', CASCADE)\n"),
    (
        pages.templates,
        PAGE,
        '<a href="https://example.org"><img src="{% static "x.svg" %}"></a><script src="/x.js"></script>',
    ),
    (pages.pictures, "commonweave/base/static/commonweave/weave.svg", "<svg><style>path {}</style></svg>"),
    (pages.markup_in_code, "commonweave/base/charts.py", "x = '<rect class=\"bar\">'\n"),
    (
        catalogues.compiles,
        "commonweave/locale/fr/LC_MESSAGES/django.po",
        CATALOGUE.replace("{}", "%(count)s signalements"),
    ),
]


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_rule_finds_its_planted_fault(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(PurePosixPath(path), text)))


@pytest.mark.parametrize(("rule", "path", "text"), SOUND)
def test_rule_leaves_a_sound_file_alone(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(PurePosixPath(path), text))) == []


def test_every_rule_has_a_planted_fault() -> None:
    every = {*files.RULES, *code.RULES, *pages.RULES, *catalogues.RULES}
    assert {rule for rule, _, _ in PLANTED} == every == {rule for rule, _, _ in SOUND} | {pages.styles}


def test_file_that_cannot_be_read_is_a_fault_and_not_a_traceback() -> None:
    assert len(rules([Source(PurePosixPath(VIEWS), "def (:\n")])) == 1
