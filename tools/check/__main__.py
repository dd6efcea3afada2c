"""Say in seconds whether the house is in order: format, lint, types, layers, templates, migrations, our own rules.

    python -m tools.check              everything
    python -m tools.check NAME...      only these steps

Exits with 1 when something is broken and prints what.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tools.check import catalogues, code, files, pages
from tools.check.sources import ours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.check.sources import Fault, Source

TOP = Path(__file__).resolve().parents[2]
PROGRAMS = {
    "types": ["-m", "mypy"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-logo"],
    "migrations": ["-m", "django", "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
    "format": ["-m", "ruff", "format", "--quiet", "--check", "."],
    "lint": ["-m", "ruff", "check", "--quiet", "--output-format", "concise", "."],
    "templates": ["-m", "djlint", "--quiet", "--lint", "commonweave"],
}
ANY_FILE = (*files.RULES, *pages.RULES, *catalogues.RULES)


def rules(sources: list[Source]) -> list[Fault]:
    """Hold every file against our own rules."""
    found: list[Fault] = []
    for source in sources:
        if fault := source.broken():
            found.append(fault)
            continue
        for rule in ANY_FILE:
            found.extend(rule(source))
        if source.path.suffix == ".py":
            for rule in code.RULES:
                found.extend(rule(source))
    return found


def _own_rules() -> tuple[bool, str]:
    found = rules(ours(TOP))
    return not found, "\n".join(map(str, found))


def _program(words: list[str], env: Mapping[str, str]) -> tuple[bool, str]:
    done = subprocess.run([sys.executable, *words], cwd=TOP, env=env, capture_output=True, text=True, check=False)
    output = (done.stdout + done.stderr).strip()
    if words[1:3] == ["ruff", "format"]:
        output = "\n".join(line.strip() for line in output.splitlines() if "-->" in line) + "\nRun: ruff format"
    return done.returncode == 0, output


def _step(name: str, env: Mapping[str, str]) -> bool:
    began = time.monotonic()
    good, output = _own_rules() if name == "rules" else _program(PROGRAMS[name], env)
    line = f"{'ok  ' if good else 'FAIL'} {name:<11} {time.monotonic() - began:5.1f} s"
    print(line if good else f"{line}\n{output}", flush=True)
    return good


def main(names: list[str]) -> int:
    """Run the steps, the slow ones first, two at a time."""
    steps = [*PROGRAMS, "rules"]
    if unknown := set(names) - set(steps):
        print(f"There is no step {', '.join(sorted(unknown))}; there are {', '.join(steps)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="cw-check-") as folder:
        # Reading the settings needs a secret; nothing is connected to.
        secret = Path(folder, "secret")
        secret.write_text("0" * 64, encoding="ascii")
        ours_only = {name: value for name, value in os.environ.items() if not name.startswith("COMMONWEAVE_")}
        env = ours_only | {
            "COMMONWEAVE_DATA": folder,
            "COMMONWEAVE_SECRET_FILE": str(secret),
            "COMMONWEAVE_ROLE": "owner",
            "DJANGO_SETTINGS_MODULE": "commonweave.site.settings",
            "NO_COLOR": "1",
        }
        with ThreadPoolExecutor(2) as pool:
            good = list(pool.map(lambda name: _step(name, env), [step for step in steps if not names or step in names]))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
