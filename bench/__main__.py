"""Measure a node that is started as anybody starts one; a line of JSON each on standard output, the story on the other.

python -m bench [--reports 100000] [--only start,resident,staff,search,quality,harvest,map]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from typing import TYPE_CHECKING

from bench import gap_map, harvest, resident, search, staff
from bench.baseline import PATH, bare_server
from bench.figures import Measure, median, p95_ms
from bench.load import BenchError, Shot, fire
from tools.node import Node, NodeError, free_port, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.visitor import Visitor

IN_ONE_NODE = ("start", "resident", "staff")
PARTS = (*IN_ONE_NODE, "search", "quality", "harvest", "map")
WARM_STARTS = 3
ROUNDS = 8  # short ones in turns: a machine that others use changes its speed by the second
SUBMISSIONS = 200
INSERTS = 600
FORMS = 400
PAGES = 100
WARM_UP = 40
OK = 200


def say(text: str) -> None:
    """Tell the story, apart from the measures."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def start(node: Node) -> Iterator[Measure]:
    """Measure how soon a stopped node is ready again."""
    times: list[float] = []
    for _ in range(WARM_STARTS):
        node.stop()
        times.append(node.start())
    yield Measure("warm_start_s", median(times), len(times))


async def residents(node: Node) -> list[Measure]:
    """Measure the resident's pages and the sending of a report, in turns with the bare yardstick."""
    size, requests = await resident.first_load(node.port)
    measures = [
        Measure("resident_first_load_bytes", size, 1),
        Measure("resident_first_load_requests", requests, 1),
    ]
    ways, steps = await resident.find_ways(node.port)
    say(f"{len(ways)} towns take reports")
    shots = [steps[number % len(steps)] for number in range(FORMS)]
    forms = await fire(node.port, shots, lambda answer: answer.status == OK)
    measures.append(Measure("form_p95_ms", p95_ms(forms.seconds), len(forms.seconds)))
    with bare_server(node) as port:
        rows = [Shot(PATH, resident.WORDS.encode())] * INSERTS
        await fire(port, rows[:WARM_UP], lambda answer: answer.status == OK)
        await fire(node.port, await resident.prepare(node.port, ways, WARM_UP), resident.is_receipt)
        sent, kept, seconds = [], [], []
        prepared = await resident.prepare(node.port, ways, ROUNDS * SUBMISSIONS)
        for number in range(ROUNDS):
            kept.append((await fire(port, rows, lambda answer: answer.status == OK)).per_second)
            shots = prepared[number * SUBMISSIONS :][:SUBMISSIONS]
            volley = await fire(node.port, shots, resident.is_receipt)
            sent.append(volley.per_second)
            seconds += volley.seconds
            say(f"round {number + 1}: {kept[-1]:.0f} bare inserts/s, {sent[-1]:.0f} submissions/s")
    ratio = median([a / b for a, b in zip(sent, kept, strict=True)])
    measures += [
        Measure("submission_p95_ms", p95_ms(seconds), len(seconds)),
        Measure("submissions_per_s", median(sent), len(seconds)),
        Measure("durable_insert_per_s", median(kept), ROUNDS * INSERTS),
        Measure("submission_ratio", ratio, ROUNDS),
        Measure("sealed_submission_ratio", ratio, ROUNDS),  # each of these reports is sealed to people
    ]
    return measures


async def staff_pages(node: Node) -> list[Measure]:
    """Measure the queue of the fullest team there is a sign-in for, opening its reports, and the coordinator's page."""
    measures: list[Measure] = []
    for name, path, marks in (
        ("queue", staff.QUEUE, ("reads reports",)),
        ("coordinator", staff.OVERVIEW, ("coordinator",)),
    ):
        async with await staff.sign_in(node, staff.one_who(node, *marks)) as visitor:
            shots = [Shot(path, method="GET")] * PAGES
            cookies = visitor.cookies
            await fire(node.port, shots[:10], lambda answer: answer.status == OK, concurrent=1, cookies=cookies)
            volley = await fire(node.port, shots, lambda answer: answer.status == OK, concurrent=1, cookies=cookies)
            measures.append(Measure(f"{name}_p95_ms", p95_ms(volley.seconds), PAGES))
            measures.append(Measure(f"{name}_queries", staff.count_queries(node, visitor, path), 1))
            if name == "queue":
                measures.append(await opening(node, visitor))
    return measures


async def opening(node: Node, visitor: Visitor) -> Measure:
    """Measure how long a member whose session is unsealed waits for a report that nobody has opened yet."""
    await staff.unseal(visitor, staff.password(node))
    shots = await staff.openings(visitor, PAGES + 10)
    cookies = visitor.cookies
    await fire(node.port, shots[:10], staff.is_opened, concurrent=1, cookies=cookies)
    volley = await fire(node.port, shots[10:], staff.is_opened, concurrent=1, cookies=cookies)
    return Measure("open_p95_ms", p95_ms(volley.seconds), len(volley.seconds))


def run(reports: int, parts: Sequence[str]) -> None:
    """Start a node, fill it, measure it, remove it."""
    with temporary_folder("cw-bench-") as folder:
        node = Node(folder / "data", free_port())
        try:
            say("starting a node in a new folder (fsync on)")
            say(f"first start: {node.start():.1f} s")
            if reports:
                began = time.monotonic()
                node.command("demo", "--reports", str(reports))
                say(f"{reports:,} reports written in {time.monotonic() - began:.0f} s")
            if "start" in parts:
                report(start(node))
            if "resident" in parts:
                report(asyncio.run(residents(node)))
            if "staff" in parts:
                report(asyncio.run(staff_pages(node)))
        finally:
            node.stop()


def report(measures: Iterator[Measure] | list[Measure]) -> None:
    """Print the measures."""
    for measure in measures:
        print(measure.line(), flush=True)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure a node of its own.")
    parser.add_argument("--reports", type=int, default=100_000, help="how many reports it holds (default: 100000)")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of: {', '.join(PARTS)}")
    words = parser.parse_args()
    parts = words.only.split(",")
    try:
        if set(parts) & set(IN_ONE_NODE):
            run(words.reports, parts)
        if "search" in parts:
            search.speed(search.RECORDS)
        if "quality" in parts:
            search.quality(search.collections())
        if "harvest" in parts:
            harvest.run(harvest.RECORDS)
        if "map" in parts:
            gap_map.run(gap_map.RECORDS)
    except (BenchError, NodeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
