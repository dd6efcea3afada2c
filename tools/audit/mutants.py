"""Faults made by a machine in what guards people: at least 85 of 100 must turn a test red, in each area by itself."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from commonweave.site.postgres import temporary_cluster
from tools.audit.mutation.policies import POLICIES
from tools.audit.mutation.running import WHAT, WHERE
from tools.audit.parts import AuditError, Found, Part
from tools.node import TOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.audit.parts import Round

LEAST = 85  # of 100
SAME = TOP / "tools" / "audit" / "same.json"
"""Mutants that change nothing a person could notice, each with the reason, by file."""

FLOOR = "commonweave/{}/tests/test_{}.py".format


def _tests(floor: str, names: str) -> tuple[str, ...]:
    return tuple(FLOOR(floor, name) for name in names.split())


KEYS = _tests("people", "key_queries keys sealing_pages")
SEALED = (*_tests("reports", "sealing rewrap handover"), FLOOR("files", "sealing"))
JOURNAL = _tests("base", "journal")
PROOFS = (FLOOR("sharing", "proofs"), FLOOR("site", "proof"))

GUARDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "envelopes",
        "commonweave/sharing/envelopes.py",
        (*_tests("sharing", "envelopes proofs"), FLOOR("reports", "sealing")),
    ),
    ("envelopes", "commonweave/sharing/receipts.py", _tests("sharing", "receipts")),
    ("envelopes", "commonweave/sharing/intake.py", (FLOOR("sharing", "intake"), FLOOR("reports", "waiting"))),
    ("envelopes", "commonweave/sharing/proofs.py", PROOFS),
    ("envelopes", "commonweave/reports/sealing.py", SEALED),
    ("keys", "commonweave/people/locks.py", _tests("people", "locks")),
    ("keys", "commonweave/people/unsealing.py", _tests("people", "sealing_pages unsealing_tries")),
    ("keys", "commonweave/people/queries/keys.py", KEYS),
    ("keys", "commonweave/people/actions/keys.py", KEYS),
    ("consent", "commonweave/reports/rules.py", _tests("reports", "rules")),
    ("consent", "commonweave/reports/routing.py", _tests("reports", "routing")),
    ("consent", "commonweave/reports/lasting.py", _tests("reports", "lasting retention")),
    ("consent", "commonweave/people/rules.py", _tests("people", "rules")),
    ("consent", "commonweave/referral/rules.py", _tests("referral", "handover referral")),
    ("consent", "commonweave/sharing/lattice.py", _tests("reports", "lattice")),
    (
        "policies",
        POLICIES,
        (
            *_tests("reports", "rows_of_a_report second_wall lattice programs queries"),
            *_tests("people", "keys_wall own_rows trust credentials"),
            *_tests("referral", "handover referral"),
            *_tests("base", "journal"),
            *_tests("delivery", "bounces"),
            *_tests("places", "actions"),
            *_tests("site", "administrators_rows picture"),
        ),
    ),
    ("journal", "commonweave/base/merkle.py", JOURNAL),
    ("journal", "commonweave/base/journal/seal.py", JOURNAL),
    ("journal", "commonweave/base/journal/verify.py", JOURNAL),
    ("journal", "commonweave/base/journal/write.py", JOURNAL),
)


def run_mutants(what: str, tests: tuple[str, ...], data: str) -> list[tuple[str, str]]:
    """Return (name, what became of it) of every mutant of a file, or of the policies."""
    with tempfile.TemporaryDirectory(prefix="cw-mutants-") as folder:
        out = Path(folder) / "mutants"
        env = os.environ | {"COMMONWEAVE_TEST_DATA": data, "COMMONWEAVE_TEST_SIZE": "26", WHAT: what, WHERE: str(out)}
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tools.audit.mutation.running"]
        words += ["--assert=plain", "--capture=no", "-p", "no:logging"]  # nobody reads why a test is red
        words.append("--create-db" if what == POLICIES else "--reuse-db")
        done = subprocess.run([*words, *tests], cwd=TOP, env=env, capture_output=True, text=True, check=False)
        if done.returncode or not out.exists():
            message = f"Mutants of {what} could not be tried: {done.stdout[-3000:]}{done.stderr[-1500:]}"
            raise AuditError(message)
        return [tuple(json.loads(line)) for line in out.read_text(encoding="utf-8").splitlines()]


def same() -> dict[str, str]:
    """Return the mutants that are known to change nothing, with the reasons."""
    return dict(json.loads(SAME.read_text(encoding="utf-8"))) if SAME.exists() else {}


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Each round takes one file, or the policies."""
    with temporary_cluster() as server:
        known = same()

        def one_round(number: int) -> Found:
            area, what, tests = GUARDS[number]
            found = run_mutants(what, tests, str(server.data))
            (TOP / ".mutants").mkdir(exist_ok=True)
            told = "\n".join(f"{became}\t{name}" for name, became in found)
            (TOP / ".mutants" / f"{what.replace('/', '.')}.txt").write_text(told, encoding="utf-8")
            counted = [(name, became) for name, became in found if name not in known]
            noticed = sum(became == "noticed" for _name, became in counted)
            return Found(
                {
                    f"{area}: mutants": len(counted),
                    f"{area}: noticed": noticed,
                    f"{area}: change nothing": len(found) - len(counted),
                }
            )

        yield one_round


def judge(counts: dict[str, int]) -> None:
    """Raise AuditError where fewer than 85 of 100 were noticed in an area."""
    for area in dict.fromkeys(area for area, _what, _tests in GUARDS):
        made, noticed = counts.get(f"{area}: mutants", 0), counts.get(f"{area}: noticed", 0)
        if noticed * 100 < made * LEAST:
            message = f"{area}: {noticed} of {made} mutants were noticed; {LEAST} of 100 are wanted (see .mutants/)"
            raise AuditError(message)


PART = Part("mutants", "85 of 100 small faults in what guards people are noticed", len(GUARDS), prepare, judge)
