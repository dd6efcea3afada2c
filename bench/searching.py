"""The parts of `bench.search` that run inside Django, each in a process of its own under one role of the database."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import resource
import sys
import tempfile
import time
from dataclasses import replace
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID, uuid4

import numpy as np

from bench.collections import collections_in, ndcg
from bench.figures import Measure, p95_ms
from commonweave.site.cli.node import database, settings, start_django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.collections import Collection
    from commonweave.evidence.models import Record
    from commonweave.search.meaning import Model, Numbers
    from commonweave.search.models import Document

ORGANISATIONS = [UUID(int=number) for number in range(1, 41)]
SYLLABLES = "ba ce di fo gu ka le mi no pu ra se ti vo wa ze chi sha tra pre con men lo ver sta ing ion er al".split()  # noqa: SIM905 reads best so
VOCABULARY, TEXT, TITLE = 60_000, 120, 10  # words
SHARE_OF_MEMBERS = 0.3
UNREAD = 2_000  # left to the indexer, so that it is busy while something new is published
QUESTIONS, FINDABLE, WARM_UP = 400, 20, 20
BATCH = 1_000
PATIENCE = 60.0
LEVEL = "city"
NO_MODEL = "No model works here: there is nothing to measure but words."
SAVED_EVERY = 200


def report(measure: Measure) -> None:
    """Print a measure."""
    print(measure.line(), flush=True)


def vocabulary() -> list[str]:
    """Return invented words, the same each time; the first ones are common, as in every language."""
    luck = random.Random(4)
    made = ("".join(luck.choices(SYLLABLES, k=luck.randint(2, 5))) for _ in range(3 * VOCABULARY))
    return list(dict.fromkeys(made))[:VOCABULARY]


def writing(count: int) -> Iterator[tuple[Record, Document]]:
    """Return invented records, and what is found of each: Zipf's words, a tenth in French, a third for members.

    Their meanings are numbers without any.
    """
    from commonweave.base.text import Text  # noqa: PLC0415 - Django is set up later
    from commonweave.evidence.actions.findable import findable  # noqa: PLC0415 - Django is set up later
    from commonweave.evidence.models import Direction, Record  # noqa: PLC0415 - Django is set up later
    from commonweave.search.actions import row_of  # noqa: PLC0415 - Django is set up later
    from commonweave.search.meaning import kind, pack  # noqa: PLC0415 - Django is set up later
    from commonweave.vocabulary.queries import labels  # noqa: PLC0415 - Django is set up later

    luck, numbers, known, model = random.Random(5), np.random.default_rng(5), vocabulary(), kind()
    weights = list(accumulate(1 / (place + 10) for place in range(len(known))))
    schemes = ("intervention", "evidence-outcome", "population", "level", "design")
    tried, outcomes, populations, levels, designs = (list(labels(name)) for name in schemes)
    countries = [f"{first}{second}" for first in "ABCDEFGHIJKL" for second in "ABCDEFGHIJKL"]
    for number in range(count):
        said = luck.choices(known, cum_weights=weights, k=TITLE + TEXT)
        language = "fr" if number % 10 == 0 else "en"
        shared = luck.random()
        record = Record(
            slug=f"made-{number}",
            holder=luck.choice(ORGANISATIONS),
            tlp="CLEAR" if shared > SHARE_OF_MEMBERS else "GREEN" if shared > SHARE_OF_MEMBERS / 2 else "AMBER",
            state="published",
            published_on="2026-01-01",
            kind="evaluation",
            titles=Text.of(" ".join(said[:TITLE]), language),
            summary=Text.of(" ".join(said[TITLE:]), language),
            language=language,
            authors=[{"family": "Banda", "given": "T."}],
            year=1990 + number % 36,
            interventions=[luck.choice(tried)],
            outcomes=[luck.choice(outcomes)],
            populations=[luck.choice(populations)],
            levels=[luck.choice(levels)],
            countries=[luck.choice(countries)],
            design=luck.choice(designs),
            direction=luck.choice(Direction.values),
            sources=[{"where": "here", "facts": "all", "opened_on": "2026-01-01"}],
        )
        row = row_of(findable(record))
        if model is not None:
            row.vector = pack(numbers.standard_normal(model.size).astype(np.float32) / np.sqrt(model.size))
            row.vector_of, row.vector_model = "whole", model.name
        yield record, row


def fill(count: str) -> None:
    """Write records, and what is found of them."""
    from commonweave.evidence.models import Record  # noqa: PLC0415 - Django is set up later
    from commonweave.search.models import Document  # noqa: PLC0415 - Django is set up later

    each = writing(int(count))
    while batch := list(islice(each, BATCH)):
        Record.objects.bulk_create([record for record, _row in batch])
        Document.objects.bulk_create([row for _record, row in batch])


def unread() -> None:
    """Forget what some of the texts mean, so that the indexer reads them."""
    from commonweave.search.models import Document  # noqa: PLC0415 - Django is set up later

    some = Document.objects.order_by("-revision").values_list("pk", flat=True)[:UNREAD]
    Document.objects.filter(pk__in=list(some)).update(vector=None, vector_of="", vector_model="")


def follow(seconds: str) -> None:
    """Wait until the node's indexer has seen everything."""
    until = time.monotonic() + float(seconds)
    while time.monotonic() < until:
        if _behind() == 0:
            return
        time.sleep(0.5)
    message = "The indexer did not catch up."
    raise SystemExit(message)


def _behind() -> int:
    from django.db.models import Max  # noqa: PLC0415 - Django is set up later

    from commonweave.search import queries  # noqa: PLC0415 - Django is set up later
    from commonweave.search.models import Document  # noqa: PLC0415 - Django is set up later

    newest = int(Document.objects.aggregate(newest=Max("worded"))["newest"] or 0)
    try:
        return newest - min(queries._reading(name).cursor for name in ("public", "members"))  # noqa: SLF001 how far it is
    except FileNotFoundError:
        return newest


def build() -> None:
    """Write both indexes anew in this process."""
    from django.conf import settings as django_settings  # noqa: PLC0415 - Django is set up later

    from commonweave.search import indexer  # noqa: PLC0415 - Django is set up later

    began = time.monotonic()
    for name in indexer.NAMES:
        indexer.build(django_settings.CONFIG.search, name)
    report(Measure("search_build_s", time.monotonic() - began, 1))


def questions() -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Return what is asked: one word to five, some half, some mistyped, some kept to a level; those that warm up first."""
    luck, known = random.Random(6), vocabulary()
    weights = list(accumulate(1 / (place + 10) for place in range(len(known))))
    for number in range(WARM_UP + QUESTIONS):
        said = luck.choices(known, cum_weights=weights, k=1 + number % 5)
        if number % 4 == 1:
            said[-1] = said[-1][: max(3, len(said[-1]) // 2)]
        if number % 4 == 2:  # noqa: PLR2004 every fourth
            said[0] = said[0][:2] + "x" + said[0][3:]
        yield " ".join(said), {"level": [LEVEL]} if number % 3 == 0 else {}


def ask(how: str) -> None:
    """Ask as a member of one organisation, in a transaction as a page does."""
    from commonweave.base.viewer import Viewer, seen_by  # noqa: PLC0415 - Django is set up later
    from commonweave.search import meaning, queries  # noqa: PLC0415 - Django is set up later
    from commonweave.search.queries import Asked  # noqa: PLC0415 - Django is set up later

    if how == "words":
        meaning.kind = meaning.model = lambda: None  # type: ignore[assignment]
    elif meaning.model() is None:
        raise SystemExit(NO_MODEL)
    viewer = Viewer(person=uuid4(), organisations=frozenset(ORGANISATIONS[:1]), signed=True)
    times, counting = [], []
    for text, facets in questions():
        began = time.perf_counter()
        with seen_by(viewer):
            found = queries.find(viewer, Asked(text, facets))
            times.append(time.perf_counter() - began)
            found.total  # noqa: B018 counted when asked for
            counting.append(time.perf_counter() - began)
    report(Measure(f"search_{how}_p95_ms", p95_ms(times[WARM_UP:]), QUESTIONS))
    report(Measure(f"search_{how}_counted_p95_ms", p95_ms(counting[WARM_UP:]), QUESTIONS))
    if how == "fused":
        report(Measure("search_rss_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1))


def page() -> None:
    """Ask for the whole page, with facets, counts and why, as anybody does."""
    times = []
    for text, facets in questions():
        connection = http.client.HTTPConnection("localhost", int(os.environ["COMMONWEAVE_PORT"]), timeout=60)
        began = time.perf_counter()
        connection.request("GET", "/en/evidence/?" + urlencode({"q": text, **facets}, doseq=True))
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - began)
        connection.close()
        if answer.status != http.client.OK:
            message = f"{text!r} was answered with {answer.status}."
            raise SystemExit(message)
    report(Measure("search_page_p95_ms", p95_ms(times[WARM_UP:]), QUESTIONS))


def findable() -> None:
    """Publish one thing after the other, and look how long the node's own indexer takes while it is busy."""
    from commonweave.base.text import Text  # noqa: PLC0415 - Django is set up later
    from commonweave.base.viewer import NOBODY  # noqa: PLC0415 - Django is set up later
    from commonweave.search import actions, queries  # noqa: PLC0415 - Django is set up later
    from commonweave.search.queries import Asked  # noqa: PLC0415 - Django is set up later

    times = []
    for number in range(FINDABLE):
        word, subject = f"unheardof{number}", uuid4()
        thing = actions.Findable(kind="new", subject=subject, title=Text.of(word), tlp="CLEAR", holder=subject)
        actions.put(thing)
        began = time.monotonic()
        asking = Asked(word, kinds=["new"])
        while not any(hit.subject == subject for hit in queries.find(NOBODY, asking).hits):
            if time.monotonic() - began > PATIENCE:
                raise SystemExit(word)
            time.sleep(0.01)
        times.append(time.monotonic() - began)
    report(Measure("search_findable_p95_s", p95_ms(times) / 1000, FINDABLE))


def quality(data: str, vectors: str) -> None:
    """Judge every collection by words alone and by all that there is, through the same door as a page."""
    from commonweave.search import meaning  # noqa: PLC0415 - Django is set up later

    model = meaning.model()
    if model is None:
        raise SystemExit(NO_MODEL)
    remembering = Remembering(model, Path(vectors)) if vectors else None
    if remembering:
        meaning.model = lambda: remembering  # type: ignore[assignment]  # one that remembers
    means: dict[str, list[float]] = {}
    for each in collections_in(Path(data)):
        for how, gained in _judged(each).items():
            name, _, language = each.name.partition("_")
            report(Measure(f"ndcg_{each.name}_{how}", float(np.mean(gained)), len(gained)))
            if language not in {"", "en"}:
                means.setdefault(f"ndcg_{name}_others_{how}", []).append(float(np.mean(gained)))
    if remembering:
        remembering.save()
    for name, values in means.items():
        report(Measure(name, float(np.mean(values)), len(values)))


def _judged(collection: Collection) -> dict[str, list[float]]:
    from django.conf import settings as django_settings  # noqa: PLC0415 - Django is set up later

    from commonweave.base.text import Text  # noqa: PLC0415 - Django is set up later
    from commonweave.base.viewer import NOBODY  # noqa: PLC0415 - Django is set up later
    from commonweave.search import actions, meaning, queries  # noqa: PLC0415 - Django is set up later
    from commonweave.search.indexer import Indexer  # noqa: PLC0415 - Django is set up later
    from commonweave.search.models import Document  # noqa: PLC0415 - Django is set up later
    from commonweave.search.queries import Asked  # noqa: PLC0415 - Django is set up later

    kinds: dict[str, Callable[[], type[meaning.E5 | meaning.Use] | None]] = {
        "words": lambda: None,
        "fused": meaning.kind,
    }
    models = {"words": lambda: None, "fused": meaning.model}
    gained: dict[str, list[float]] = {}
    Document.objects.all().delete()
    for number, (title, text) in collection.texts.items():
        said = Text.of(title, collection.language), Text.of(text, collection.language)
        subject = UUID(int=number)
        actions.put(
            actions.Findable(kind="text", subject=subject, title=said[0], text=said[1], tlp="CLEAR", holder=subject)
        )
    with tempfile.TemporaryDirectory() as folder:
        django_settings.CONFIG = replace(django_settings.CONFIG, data=Path(folder))
        queries._nearest.cache_clear()  # noqa: SLF001 another folder
        indexer = Indexer(Path(folder) / "search", meaning.kind())
        while indexer.step():
            pass
        for how in ("words", "fused"):
            meaning.kind, meaning.model = kinds[how], models[how]  # type: ignore[assignment]
            found = (queries.find(NOBODY, Asked(question)).hits for question in collection.asked)
            pairs = zip(found, collection.answers, strict=True)
            gained[how] = [ndcg([hit.subject.int for hit in hits], best) for hits, best in pairs if best]
        indexer.close()
    return gained


class Remembering:
    """A model that keeps in a file what it read."""

    def __init__(self, model: Model, path: Path) -> None:
        """Open the file, if there is one."""
        self.model, self.path = model, path
        self.name, self.size, self.speaks = model.name, model.size, model.speaks
        self.far, self.spread = model.far, model.spread
        self.kept: dict[str, Numbers] = dict(np.load(path)) if path.exists() else {}

    def question(self, text: str) -> Numbers:
        """Return what was kept, or what the model says."""
        return self._read("?", text, self.model.question)

    def texts(self, texts: Sequence[str]) -> Numbers:
        """Return what was kept, or what the model says."""
        return np.stack([self._read("", text, lambda text: self.model.texts([text])[0]) for text in texts])

    def save(self) -> None:
        """Write the file."""
        np.savez(self.path, **self.kept)  # type: ignore[arg-type]  # its words are all names of ours

    def _read(self, sort: str, text: str, read: Callable[[str], Numbers]) -> Numbers:
        name = hashlib.sha256(f"{self.name} {sort} {text}".encode()).hexdigest()
        if name not in self.kept:
            self.kept[name] = read(text)
            if len(self.kept) % SAVED_EVERY == 0:
                self.save()
        return self.kept[name]


PARTS: dict[str, Callable[..., None]] = {
    "fill": fill,
    "follow": follow,
    "build": build,
    "ask": ask,
    "findable": findable,
    "page": page,
    "unread": unread,
    "quality": quality,
}


def main(part: str, *words: str) -> None:
    """Run one part."""
    with database(settings(), "bench"):
        start_django(os.environ["COMMONWEAVE_ROLE"])
        PARTS[part](*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
