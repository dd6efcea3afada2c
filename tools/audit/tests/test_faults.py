"""The list of faults stays true to the code: each still has its place, its test, and its row in the document."""

from __future__ import annotations

import ast
import shutil
from typing import TYPE_CHECKING

import pytest

from tools.audit.faults import plant
from tools.audit.faults.known import FAULTS
from tools.audit.parts import AuditError
from tools.node import TOP

if TYPE_CHECKING:
    from pathlib import Path


def test_each_fault_has_its_place_and_its_test() -> None:
    """A fault that can no longer be planted would count as noticed by nobody."""
    for fault in FAULTS:
        assert (TOP / fault.path).read_text(encoding="utf-8").count(fault.before) == 1, fault.what
        path, name = fault.test.split("::")
        tree = ast.parse((TOP / path).read_text(encoding="utf-8"))
        assert name.partition("[")[0] in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


def test_each_fault_stands_in_the_document() -> None:
    """Whoever reads it learns what is noticed today, not what once was."""
    rows = (TOP / "docs" / "planted-faults.md").read_text(encoding="utf-8").splitlines()
    told = [row.split(" | ")[0].removeprefix("| ") for row in rows if row.startswith("| ") and "test_" in row]
    assert told == [fault.what for fault in FAULTS]


def test_plant_changes_one_place_and_gives_back_what_was_there(tmp_path: Path) -> None:
    """The next fault must meet a healthy tree."""
    fault = FAULTS[0]
    copy = tmp_path / fault.path
    copy.parent.mkdir(parents=True)
    shutil.copy(TOP / fault.path, copy)
    healthy = copy.read_text(encoding="utf-8")
    assert plant(fault, tmp_path) == healthy
    assert copy.read_text(encoding="utf-8") == healthy.replace(fault.before, fault.after)
    with pytest.raises(AuditError):
        plant(fault, tmp_path)
