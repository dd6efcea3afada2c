"""Rules about pages: nothing that the content security policy would refuse, and nothing from anywhere else."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.check.sources import Fault, Source

REFUSED = (
    (re.compile(r"<[\w:-]+[^>]*\sstyle\s*=", re.IGNORECASE), "a style attribute; give it a class"),
    (re.compile(r"<style\b", re.IGNORECASE), "a style element; put it into the stylesheet"),
    (re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE), "a script in the page; put it into a static file"),
    (re.compile(r"<[\w:-]+[^>]*\son[a-z]+\s*=", re.IGNORECASE), "an event attribute; listen in a static file"),
    (re.compile(r"javascript:", re.IGNORECASE), "a script in an address"),
)
FETCHED = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio|image|use|object|embed)\b[^>]*"
    r"\b(?:src|href|srcset|data)\s*=\s*[\"'](?:https?:)?//",
    re.IGNORECASE,
)
FETCHED_BY_STYLE = re.compile(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", re.IGNORECASE)


def templates(source: Source) -> Iterator[Fault]:
    """A page carries no style or script of its own and fetches nothing from another server."""
    if source.path.suffix == ".html":
        yield from _look(source, source.text, 1)


def pictures(source: Source) -> Iterator[Fault]:
    """A picture in a file may carry its style (the browser shows it apart from the page) but no script."""
    if source.path.suffix == ".svg":
        for fault in _look(source, source.text, 1):
            if "style" not in fault.words:
                yield fault


def styles(source: Source) -> Iterator[Fault]:
    """A stylesheet fetches nothing from another server."""
    if source.path.suffix == ".css":
        for found in FETCHED_BY_STYLE.finditer(source.text):
            yield source.fault(source.text.count("\n", 0, found.start()) + 1, "fetches something from another server.")


def markup_in_code(source: Source) -> Iterator[Fault]:
    """Markup that Python writes (charts, for instance) keeps the same rules."""
    if source.path.suffix == ".py" and source.path.parts[0] == "commonweave" and not source.is_in("tests"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" in node.value:
                yield from _look(source, node.value, node.lineno)


def _look(source: Source, text: str, first: int) -> Iterator[Fault]:
    for pattern, what in REFUSED:
        for found in pattern.finditer(text):
            yield source.fault(first + text.count("\n", 0, found.start()), f"{what}.")
    for found in FETCHED.finditer(text):
        yield source.fault(first + text.count("\n", 0, found.start()), "fetches something from another server.")


RULES = (templates, pictures, styles, markup_in_code)
