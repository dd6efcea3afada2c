"""The general tools are set up so that they refuse what this house refuses."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tools.check.__main__ import TOP, main
from tools.check.sources import ours

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = """
[importlinter]
root_package = house
exclude_type_checking_imports = true
[importlinter:contract:floors]
name = floors
type = layers
layers =
    upper
    lower
containers = house
[importlinter:contract:circles]
name = circles
type = acyclic_siblings
ancestors =
    house
    house.**
"""


def _layers(folder: Path, **modules: str) -> subprocess.CompletedProcess[str]:
    for name, text in {"__init__": "", "upper": "", "lower": "", **modules}.items():
        path = folder.joinpath("house", *name.split("__", 1) if not name.startswith("__") else [name])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(text, encoding="utf-8")
    (folder / ".importlinter").write_text(LAYERS, encoding="utf-8")
    words = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run(
        [*words, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_layers_refuse_an_import_upwards(tmp_path: Path) -> None:
    assert _layers(tmp_path, upper="import house.lower").returncode == 0
    done = _layers(tmp_path, lower="import house.upper")
    assert done.returncode == 1
    assert "house.lower -> house.upper" in done.stdout


def test_layers_refuse_a_circle(tmp_path: Path) -> None:
    done = _layers(tmp_path, upper="", lower="", one="import house.two", two="import house.one")
    assert done.returncode == 1
    assert "circles BROKEN" in done.stdout


def test_our_contracts_name_every_floor_there_is() -> None:
    text = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    floors = {path.parent.name for path in (TOP / "commonweave").glob("*/apps.py")}
    assert floors
    assert all(f'"commonweave.{floor}"' in text for floor in floors)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("import os\n", "F401"),
        ("def f(x):\n    return x\n", "ANN001"),
        ("assert 1\n", "S101"),
        ("x = 1  # noqa: S101 nothing here asserts\n", "RUF100"),
    ],
)
def test_lint_refuses(tmp_path: Path, text: str, rule: str) -> None:
    path = tmp_path / "planted.py"
    path.write_text(f'"""Planted."""\n{text}', encoding="utf-8")
    words = ["check", "--no-cache", "--config", str(TOP / "pyproject.toml"), "--output-format", "concise", str(path)]
    done = subprocess.run([sys.executable, "-m", "ruff", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert rule in done.stdout


def test_sources_are_the_files_git_would_keep() -> None:
    paths = {str(source.path) for source in ours(TOP)}
    assert "pyproject.toml" in paths
    assert not any(path.startswith((".venv", ".git/")) for path in paths)


def test_unknown_step_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    assert capsys.readouterr().err.startswith("There is no step speed")
