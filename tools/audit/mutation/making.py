"""Mutants of a file: mutmut says what to change; here each becomes the changed code of one function.

Not changed are words that people read: a test that repeats a sentence guards nothing.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import libcst
from libcst import matchers
from mutmut.mutation.file_mutation import create_mutations, deep_replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

WORDS = ("_", "no", "say", "CannotOpen", "Refused", "ValueError")
"""What these are given is read by people."""


@dataclass(frozen=True)
class Mutant:
    """One small fault: its name tells function and change, and stays the same while other lines come and go."""

    name: str
    changed: Mapping[str, CodeType]


def mutants_of(path: str, source: str) -> Iterator[Mutant]:
    """Return every mutant of a file whose changed functions compile to something else."""
    bare = libcst.parse_module(source).visit(_Bare())
    assert isinstance(bare, libcst.Module)  # noqa: S101 it was one before
    healthy = codes(compile(bare.code, path, "exec"))
    module, mutations, _classes, _functions = create_mutations(path, bare.code)
    for mutation in mutations:
        if _is_wording(mutation.original_node):
            continue
        made = deep_replace(module, mutation.original_node, mutation.mutated_node)
        assert isinstance(made, libcst.Module)  # noqa: S101 it was one before
        changed = {
            name: code for name, code in codes(compile(made.code, path, "exec")).items() if code != healthy[name]
        }
        if changed:
            yield Mutant(f"{path} {min(changed)}: {_difference(module.code, made.code)}", changed)


def codes(module: CodeType) -> dict[str, CodeType]:
    """Return the code of every function and method by its qualified name."""
    found: dict[str, CodeType] = {}
    for each in module.co_consts:
        if isinstance(each, CodeType):
            is_class = "__qualname__" in each.co_names and not each.co_flags & 0x1  # not optimised: a class's body
            found |= codes(each) if is_class else {each.co_qualname: each}
    return found


def functions_of(module: ModuleType) -> dict[str, FunctionType]:
    """Return the live functions and methods of a module by their qualified names, unwrapped."""
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
            if bare is not None:
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
