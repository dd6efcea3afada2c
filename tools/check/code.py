"""Rules about Python that no general tool knows: they are this house's own."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.check.sources import Fault, Source

LONGEST_FUNCTION = 60
FLOORS = ("base", "vocabulary", "places", "people", "sharing", "referral", "files", "reports", "site")

LATE_IMPORTS = ("Django is set up later", "slow to load", "an optional part")
"""The only reasons for an import inside a function."""

READS_ROWS = (
    "queries",
    "actions",
    "cleaning",
    "journal",
    "atlas",
    "coverage",
    "counting",
    "mail",
    "demo",
    "tests",
    "migrations",
    "bench",
    "tools",
)
"""Where `.objects` may stand. The journal and the mail queue are query and action of their own rows; the
atlas and the book of coverage hold in memory what is public; counting runs in the worker, over rows nobody is shown;
the cleaner of files has no database, and a PDF has objects, too."""

SIGNALS = {"receiver", "Signal", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "post_migrate"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
NOQA = re.compile(r"#\s*(?:ruff:\s*)?noqa\b(?P<codes>:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(?P<reason>.*)", re.IGNORECASE)
MIGRATIONS = "migrations"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def no_signals(source: Source) -> Iterator[Fault]:
    """What follows from what stands in one table (site/bells.py), not in receivers strewn about."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            signals = (node.module or "").endswith(("signals", "dispatch"))
            if signals or {name.name for name in node.names} & (SIGNALS | {"signals"}):
                yield source.fault(node.lineno, "no signals: write the journal and ring a bell (site/bells.py).")


def no_get_model(source: Source) -> Iterator[Fault]:
    """A model is imported, so that the layers can be checked. Migrations have to ask for it by name."""
    if source.is_in(MIGRATIONS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "get_model":
            yield source.fault(node.lineno, "no apps.get_model: import the model, or move what you need a floor down.")


def imports_at_the_top(source: Source) -> Iterator[Fault]:
    """An import inside a function hides what depends on what."""
    for function in _functions(source.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                line = source.lines[node.lineno - 1]
                if not any(reason in line for reason in LATE_IMPORTS):
                    words = "; ".join(LATE_IMPORTS)
                    yield source.fault(node.lineno, f"an import inside a function needs one of these reasons: {words}.")


def rows_through_queries(source: Source) -> Iterator[Fault]:
    """Only queries and actions ask for rows: there the viewer is always the first argument."""
    if source.is_in(*READS_ROWS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            yield source.fault(node.lineno, f"'.{node.attr}' belongs in queries or actions.")


def short_functions(source: Source) -> Iterator[Fault]:
    """A function that does not fit on a screen does more than one thing."""
    for function in _functions(source.tree):
        lines = (function.end_lineno or function.lineno) - function.body[0].lineno + 1
        if lines > LONGEST_FUNCTION:
            yield source.fault(function.lineno, f"'{function.name}' has {lines} lines; at most {LONGEST_FUNCTION}.")


def noqa_with_reason(source: Source) -> Iterator[Fault]:
    """Whoever switches a rule off says which and why."""
    for number, line in enumerate(source.lines, 1):
        found = NOQA.search(line)
        if found is None or '"' in line[found.start() :]:
            continue
        if not found["codes"] or len(re.sub(r"\W", "", found["reason"])) < len("because"):
            yield source.fault(number, "a 'noqa' names its rule and gives a reason.")


def no_relation_upwards(source: Source) -> Iterator[Fault]:
    """A key by name to a higher floor would be an import that no tool sees."""
    floor = _floor(source)
    if floor is None or source.is_in(MIGRATIONS):
        return
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Call) and _name(node.func) in RELATIONS):
            continue
        for argument in (*node.args[:1], *(word.value for word in node.keywords if word.arg == "to")):
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                target = argument.value.split(".")[0]
                if target in FLOORS and FLOORS.index(target) > floor:
                    yield source.fault(node.lineno, f"'{argument.value}' is a higher floor.")


def _floor(source: Source) -> int | None:
    parts = source.path.parts
    return FLOORS.index(parts[1]) if len(parts) > 1 and parts[0] == "commonweave" and parts[1] in FLOORS else None


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


RULES = (
    no_signals,
    no_get_model,
    imports_at_the_top,
    rows_through_queries,
    short_functions,
    noqa_with_reason,
    no_relation_upwards,
)
