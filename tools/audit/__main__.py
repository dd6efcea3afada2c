"""Run the audit: `python -m tools.audit [PART...] [--rounds N] [--anew]`; without parts, all of them.

Stop it with Ctrl-C whenever you like; the next call goes on where it was. It ends with a line of JSON for each part,
to be dated in docs/measurements.md. Exits with 1 when a promise did not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime

from commonweave.site.config import load_config
from tools.audit import (
    canaries,
    edits,
    faults,
    harvests,
    intervals,
    kills,
    metadata,
    mutants,
    pages,
    restore,
    tested,
    uploads,
)
from tools.audit.parts import AuditError, Part, State, work

PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        faults.PART,
        tested.JOURNAL,
        tested.POINTS,
        tested.DELIVERIES,
        tested.LIFE,
        tested.API,
        edits.PART,
        restore.PART,
        kills.PART,
        canaries.PART,
        metadata.PART,
        uploads.PART,
        pages.PART,
        intervals.PART,
        harvests.PART,
        mutants.PART,
    )
}


def say(text: str) -> None:
    """Tell the story."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def main(words: list[str]) -> int:
    """Do the parts that were named."""
    parser = argparse.ArgumentParser(prog="audit", description="Everything at full size, in parts that can be resumed.")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="; ".join(f"{p.name}: {p.about}" for p in PARTS.values())
    )
    parser.add_argument("--rounds", type=int, help="fewer or more rounds than the full size")
    parser.add_argument("--anew", action="store_true", help="forget what was done before")
    wanted = parser.parse_args(words)
    if unknown := set(wanted.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    state = State.read(load_config().data / "audit" / "state.json")
    good = True
    for name in wanted.parts or PARTS:
        if wanted.anew:
            state.forget(name)
        try:
            counts = work(PARTS[name], state, say, rounds=wanted.rounds)
            print(
                json.dumps({"audit": name, "held": True, "on": f"{datetime.now(UTC):%Y-%m-%d}", **counts}), flush=True
            )
        except AuditError as error:
            good = False
            print(json.dumps({"audit": name, "held": False, "why": str(error)[:4000]}), flush=True)
        except KeyboardInterrupt:
            say("Stopped; the next call goes on from here.")
            return 130
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
