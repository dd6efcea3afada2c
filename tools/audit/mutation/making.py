"""Mutants of a file: mutmut says what to change; here each becomes the changed code of one function.

Not changed are words that people read: a test that repeats a sentence guards nothing.
"""

from __future__ import annotations

import difflib
import textwrap
from dataclasses import dataclass
from functools import cached_property
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import libcst
from libcst import matchers
from mutmut.mutation.file_mutation import create_mutations, deep_replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

WORDS = ("_", "no", "say", "CannotOpen", "Refused", "NotAFact", "ValueError")
"""What these are given is read by people."""


@dataclass(frozen=True)
class Mutant:
    """One small fault: its name tells function and change, and stays the same while other lines come and go."""

    name: str
    function: str
    code: CodeType


def mutants_of(path: str, source: str) -> Iterator[Mutant]:
    """Return every mutant of a file whose changed function compiles to something else."""
    bare = libcst.parse_module(source).visit(_Bare())
    assert isinstance(bare, libcst.Module)  # noqa: S101 it was one before
    module, mutations, _classes, _functions = create_mutations(path, bare.code)
    places = dict(_functions_in(module.body, ()))
    for mutation in mutations:
        function = mutation.contained_by_top_level_function
        if not isinstance(function, libcst.FunctionDef) or _is_wording(mutation.original_node):
            continue
        made = deep_replace(function, mutation.original_node, mutation.mutated_node)
        if not isinstance(made, libcst.FunctionDef):
            continue
        before, after = module.code_for_node(function), module.code_for_node(made)
        name, code = _compiled(path, places[function], after)
        if code != _compiled(path, places[function], before)[1]:
            yield Mutant(f"{path} {name}: {_difference(before, after)}", name, code)


def _functions_in(
    body: Sequence[libcst.CSTNode], classes: tuple[str, ...]
) -> Iterator[tuple[libcst.FunctionDef, tuple[str, ...]]]:
    """Return every function and method with the classes it stands in."""
    for node in body:
        if isinstance(node, libcst.FunctionDef):
            yield node, classes
        elif isinstance(node, libcst.ClassDef):
            yield from _functions_in(node.body.body, (*classes, node.name.value))


def _compiled(path: str, classes: tuple[str, ...], text: str) -> tuple[str, CodeType]:
    """Compile one function as it stands in its classes; return its qualified name and its code."""
    for name in reversed(classes):
        text = f"class {name}:\n" + textwrap.indent(text.strip("\n"), "    ")
    code = compile("from __future__ import annotations\n" + text, path, "exec")
    for _depth in range(len(classes) + 1):
        code = next(each for each in code.co_consts if isinstance(each, CodeType))
    return code.co_qualname, code


def functions_of(module: ModuleType) -> dict[str, FunctionType]:
    """Return the live functions and methods of a module by their qualified names, unwrapped; not what a dataclass is given."""
    found: dict[str, FunctionType] = {}
    own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
    for value in own:
        for each in vars(value).values() if isinstance(value, type) else (value,):
            bare: Any = each
            while not isinstance(bare, FunctionType) or hasattr(bare, "__wrapped__"):
                inner = [getattr(bare, name, None) for name in ("__wrapped__", "fget", "func", "__func__")]
                bare = next((each for each in inner if each is not None), None)
                if bare is None:
                    break
            if bare is not None and bare.__code__.co_filename == module.__file__:
                found[bare.__qualname__] = bare
    return found


def _difference(before: str, after: str) -> str:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    changed = [line[2:].strip() for line in lines if line.startswith(("-", "+"))]
    return " → ".join(changed)


def _is_wording(node: libcst.CSTNode) -> bool:
    if isinstance(node, libcst.SimpleString):
        return " " in node.value
    if isinstance(node, libcst.Call):
        return isinstance(node.func, (libcst.Name, libcst.Attribute)) and _name(node.func) in WORDS
    return bool(matchers.matches(node, matchers.Assign([matchers.AssignTarget(matchers.Name("message"))])))


def _name(node: libcst.Name | libcst.Attribute) -> str:
    return node.value if isinstance(node, libcst.Name) else node.attr.value


class _Bare(libcst.CSTTransformer):
    """Take off decorators: mutmut leaves decorated functions alone, and here only their code is changed."""

    @cached_property
    def nothing(self) -> list[libcst.Decorator]:
        return []

    def leave_FunctionDef(  # noqa: N802 the library's name
        self, original_node: libcst.FunctionDef, updated_node: libcst.FunctionDef
    ) -> libcst.FunctionDef:
        del original_node
        return updated_node.with_changes(decorators=self.nothing)
