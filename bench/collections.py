"""Test collections that others judged: texts, questions, and which text answers which question how well."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

DEPTH = 10
FIELD = re.compile(r"^\.([A-Z])\s*$")


@dataclass(frozen=True)
class Collection:
    """Texts as (title, text) by number, questions, and the numbers that answer each with how well."""

    name: str
    language: str
    texts: Mapping[int, tuple[str, str]]
    asked: Sequence[str]
    answers: Sequence[Mapping[int, int]] = field(repr=False)


def collections_in(top: Path) -> Iterator[Collection]:
    """Return every collection in the folders of a folder."""
    for folder in sorted(path for path in top.iterdir() if path.is_dir()):
        for path in sorted(folder.glob("*.all")):
            yield cranfield(path)
        for path in sorted(folder.glob("*.en.json")):
            yield from squad(path)


def cranfield(path: Path) -> Collection:
    """Read Cranfield's format. Questions are numbered in their order; a grade above 0 is an answer."""
    texts = {int(number): (_line(said["T"]), _line(said["W"])) for number, said in _records(path)}
    asked = [_line(said["W"]) for _number, said in _records(path.with_suffix(".qry"))]
    judged: dict[int, dict[int, int]] = defaultdict(dict)
    for line in path.with_suffix(".rel").read_text("ascii").splitlines():
        question, text, grade, *_ = [*line.split(), "1"]
        if int(grade) > 0:
            judged[int(question)][int(text)] = 1
    return Collection(path.stem, "en", texts, asked, [judged[place] for place in range(1, len(asked) + 1)])


def squad(path: Path) -> Iterator[Collection]:
    """Read SQuAD's format: paragraphs in English, and the same questions in each language there is."""
    paragraphs = _paragraphs(path)
    texts = {number: ("", each["context"]) for number, each in enumerate(paragraphs)}
    name = path.name.removesuffix(".en.json")
    for other in sorted(path.parent.glob(f"{name}.*.json")):
        pairs = [(ask["question"], {place: 1}) for place, each in enumerate(_paragraphs(other)) for ask in each["qas"]]
        asked, answers = zip(*pairs, strict=True)
        language = other.name.removesuffix(".json").rsplit(".", 1)[1]
        yield Collection(f"{name}_{language}", "en", texts, asked, answers)


def ndcg(found: Sequence[int], answers: Mapping[int, int]) -> float:
    """Return the normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002)."""
    ideal = sum(
        gain / math.log2(place + 2) for place, gain in enumerate(sorted(answers.values(), reverse=True)[:DEPTH])
    )
    gained = sum(answers.get(text, 0) / math.log2(place + 2) for place, text in enumerate(found[:DEPTH]))
    return gained / ideal if ideal else 0.0


def _records(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    number, said, part = "", defaultdict[str, str](str), ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(".I"):
            if number:
                yield number, said
            number, said, part = line.split()[1], defaultdict(str), ""
        elif match := FIELD.match(line):
            part = match[1]
        elif part:
            said[part] += f"{line}\n"
    yield number, said


def _paragraphs(path: Path) -> list[dict[str, Any]]:
    return [each for article in json.loads(path.read_text("utf-8"))["data"] for each in article["paragraphs"]]


def _line(text: str) -> str:
    return " ".join(text.split())
