"""Finding: words and meanings, each by what it is good at, in one list that only holds what its viewer may read."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Max, Q

from commonweave.base.lookups import among
from commonweave.base.text import Text
from commonweave.search import asking, carrying, meaning, rules, why
from commonweave.search.asking import Place, Question
from commonweave.search.folders import MEANINGS, MEMBERS, PUBLIC, folder_of
from commonweave.search.index import Reader, Reading
from commonweave.search.languages import words
from commonweave.search.models import Document
from commonweave.search.nearness import Nearest
from commonweave.sharing.lattice import readable
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.search.carrying import Carried
    from commonweave.search.why import Why

BEST = 200  # how many each way of searching may propose
WORDS = 2.0  # how much words weigh beside meanings, where the index knows all of them
LIKE = 10
SUGGESTED = 8
STREAMED = 1000
BESIDE = ThreadPoolExecutor(2, "search")  # the members' index is asked while the public one is

Said = TypeVar("Said")


@dataclass(frozen=True)
class Asked:
    """A question, in any language, and what to keep to: facets by scheme, kinds of things, years from and to."""

    text: str = ""
    facets: Mapping[str, Collection[str]] = field(default_factory=dict)
    kinds: Collection[str] = ()
    years: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True)
class Hit:
    """Something found, and why: its words say so (`words`), or what it means is near (`near`, a cosine)."""

    key: UUID
    subject: UUID
    words: bool
    near: float | None


@dataclass(frozen=True)
class Found:
    """What was found, the best first: the best few hundred of all that answers.

    `near` is what was found by what it means. `carried` are labels of the vocabulary by which the question was asked in
    place of words that nothing here understands. `ready` is False while there is no index yet.
    """

    viewer: Viewer
    hits: Sequence[Hit]
    near: Mapping[UUID, float] = field(default_factory=dict)
    carried: Sequence[Carried] = ()
    asking: Sequence[Question] = ()
    ready: bool = True

    @property
    def meanings(self) -> bool:
        """Say whether meanings were searched, too."""
        return bool(self.near)

    @property
    def total(self) -> int:
        """Return how many answer. Counting takes longer than finding: it is done when somebody asks. One query."""
        return self._counted[0]

    @property
    def facets(self) -> Mapping[str, int]:
        """Return how often each facet stands in all that answers; counted together with `total`.

        Where the index is behind something that fewer people may read now, both are of `hits` alone, which the database
        has checked.
        """
        return self._counted[1]

    @cached_property
    def _counted(self) -> tuple[int, dict[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute("select search_narrowed()")
            narrowed = int(cursor.fetchone()[0])
        if any(each.place.reading.cursor < narrowed for each in self.asking):
            rows = (
                documents_for(self.viewer).filter(among(hit.key for hit in self.hits)).values_list("facets", flat=True)
            )
            return len(rows), dict(Counter(facet for facets in rows for facet in facets))
        total, facets = 0, Counter[str]()
        for there, counts in _at_once(lambda each: each.counts(self.near), self.asking):
            total += there
            facets.update(counts)
        return total, dict(facets)


def documents_for(viewer: Viewer) -> QuerySet[Document]:
    """Return what a viewer may find."""
    if viewer.system:
        return Document.objects.filter(gone=False)
    return Document.objects.filter(readable(viewer), gone=False)


def find(viewer: Viewer, asked: Asked) -> Found:
    """Return what a viewer may read of what was asked for. One query, whatever is found, and one more to count.

    The index filters by who reads, and the database does once more before anything is shown or counted.
    """
    kind = meaning.kind()
    carried = carrying.carried(asked.text, kind.speaks if kind else frozenset())
    labels = [each.label.say("en") for each in carried]
    try:
        places = _places(viewer)
    except FileNotFoundError:
        return Found(viewer, [], ready=False)
    asking_each = [asking.question(place, asked, *labels) for place in places]
    by_words = _by_words(asking_each)
    by_meaning = _by_meaning(viewer, ", ".join(labels) or asked.text) if asked.text.strip() else {}
    known = max(each.known for each in asking_each)
    order = _fused(by_words, by_meaning, known) if asked.text.strip() else list(by_words)
    kept = _kept(documents_for(viewer).filter(among(order)), asked)
    subjects = dict(kept.values_list("pk", "subject"))
    hits = [Hit(key, subjects[key], key in by_words, by_meaning.get(key)) for key in order if key in subjects]
    return Found(viewer, hits, by_meaning, carried, asking_each)


def explain(viewer: Viewer, found: Found, asked: Asked, hits: Sequence[Hit]) -> list[Why]:
    """Return why each of some hits (those of a page) was found. One query."""
    rows = _rows(viewer, hits)
    asking = why.Asking(asked.text, *(label for each in found.carried for label in each.label.texts.values()))
    return [why.explain(rows.get(hit.key, Document(title=Text(), text=Text())), asking) for hit in hits]


def like(viewer: Viewer, kind: str, subject: UUID, limit: int = LIKE) -> list[Hit]:
    """Return what is like a thing that the viewer may read: near in meaning, or where it has none yet by its words."""
    row = documents_for(viewer).filter(kind=kind, subject=subject).first()
    model = meaning.kind()
    if row is None:
        return []
    near: dict[UUID, float] = {}
    if row.vector is not None and model is not None and row.vector_model == model.name:
        near = dict(_nearest(model.name, model.size).to(meaning.unpack(bytes(row.vector)), rules.passes(viewer), BEST))
    order = list(near) or list(_words_like(viewer, row))
    there = dict(documents_for(viewer).filter(among(order)).exclude(pk=row.pk).values_list("pk", "subject"))
    hits = [Hit(key, there[key], key not in near, near.get(key)) for key in order if key in there]
    return hits[:limit]


def suggest(viewer: Viewer, text: str, limit: int = SUGGESTED) -> list[str]:
    """Return what somebody may want to ask who has typed so much: labels of things that the viewer may read, and titles."""
    begun = words(text)
    if not begun:
        return []
    titles, labels = [], []
    hits = find(viewer, Asked(text)).hits[: 5 * limit]
    rows = _rows(viewer, hits)
    for hit, row in ((hit, rows[hit.key]) for hit in hits if hit.key in rows):
        labels += [label for label in row.labels if _goes_on(begun, words(label))]
        if hit.words:
            titles.append(row.title.say())
    return list(dict.fromkeys([*labels[: limit // 2], *titles]))[:limit]


def waiting(viewer: Viewer) -> tuple[int, int]:
    """Return how many things may be found, and how many of them no model has read whole yet."""
    rows = documents_for(viewer)
    kind = meaning.kind()
    return rows.count(), rows.exclude(vector_of="whole", vector_model=kind.name).count() if kind else 0


def newest(viewer: Viewer) -> tuple[int, int]:
    """Return the revision of the last change, and of the last one that words have to follow. For the indexer."""
    found = _followed(viewer).aggregate(revision=Max("revision"), worded=Max("worded"))
    return int(found["revision"] or 0), int(found["worded"] or 0)


def reworded(viewer: Viewer, since: int, limit: int) -> list[Document]:
    """Return what changed after a revision in a way that words have to follow, in order; what is gone as well."""
    return list(_followed(viewer).filter(worded__gt=since).order_by("worded").defer("vector")[:limit])


def standing(viewer: Viewer, until: int, *, public: bool, size: int) -> Iterator[list[Document]]:
    """Return in batches what one of the two indexes holds up to a revision. Each row once: what changes later comes later."""
    label = Q(tlp=Tlp.CLEAR)
    rows, since = documents_for(viewer).filter(label if public else ~label, worded__lte=until), 0
    while batch := list(rows.filter(worded__gt=since).order_by("worded").defer("vector")[:size]):
        yield batch
        since = batch[-1].worded


def changed(viewer: Viewer, since: int, limit: int) -> list[Document]:
    """Return what changed after a revision in any way, in order; what is gone as well."""
    return list(_followed(viewer).filter(revision__gt=since).order_by("revision")[:limit])


def understood(viewer: Viewer, model: str) -> Iterator[Document]:
    """Return everything that a model has read."""
    rows = documents_for(viewer).filter(vector_model=model).order_by("pk")
    return rows.defer("title", "text").iterator(STREAMED)


def not_understood(viewer: Viewer, limit: int) -> list[Document]:
    """Return what no model has read anything of, the newest first."""
    return list(documents_for(viewer).filter(vector_of="").order_by("-revision").defer("vector")[:limit])


def half_understood(viewer: Viewer) -> Document | None:
    """Return the newest thing of which a model has read the title only."""
    return documents_for(viewer).filter(vector_of="title").order_by("-revision").defer("vector").first()


def _followed(viewer: Viewer) -> QuerySet[Document]:
    return Document.objects.all() if viewer.system else documents_for(viewer)


def _places(viewer: Viewer) -> list[Place]:
    public = _reading(PUBLIC)
    readers = rules.passes(viewer)
    places = [Place(public, readers)]
    return [*places, Place(_reading(MEMBERS), readers, public)] if len(readers) > 1 else places


def _by_words(asking_each: Sequence[Question]) -> dict[UUID, float]:
    found = [each for best in _at_once(lambda one: one.best(BEST), asking_each) for each in best]
    return {key: score for score, key in sorted(found, key=lambda each: (-each[0], each[1].int))[:BEST]}


def _at_once(do: Callable[[Question], Said], asking_each: Sequence[Question]) -> list[Said]:
    """Ask each index at the same time as the others. Neither needs the database."""
    waiting = [BESIDE.submit(do, each) for each in asking_each[1:]]
    return [*map(do, asking_each[:1]), *(each.result() for each in waiting)]


def _by_meaning(viewer: Viewer, text: str) -> dict[UUID, float]:
    model = meaning.model()
    if model is None:
        return {}
    near = _nearest(model.name, model.size).to(model.question(text), rules.passes(viewer), BEST)
    best = near[0][1] if near else 0.0
    return {key: score for key, score in near if score >= best - model.far}


def _words_like(viewer: Viewer, row: Document) -> dict[UUID, float]:
    try:
        places = _places(viewer)
    except FileNotFoundError:
        return {}
    text = " ".join([row.title.say(row.title.original), *row.labels])
    return _by_words([asking.question(place, Asked(text)) for place in places])


def _fused(by_words: Mapping[UUID, float], by_meaning: Mapping[UUID, float], known: float) -> list[UUID]:
    """Return one order of two: by words as a share of the best one's weight, by meaning as nearness to the nearest.

    Words weigh by how many of them the index knows: of a question in another language they are chance.
    """
    most, nearest = max(by_words.values(), default=1.0), max(by_meaning.values(), default=0.0)
    spread = kind.spread if (kind := meaning.kind()) else 1.0
    score = {key: WORDS * known * weight / (most or 1.0) for key, weight in by_words.items()}
    for key, near in by_meaning.items():
        score[key] = score.get(key, 0.0) + 1 - (nearest - near) / spread
    return sorted(score, key=lambda key: (-score[key], key.int))


def _kept(rows: QuerySet[Document], asked: Asked) -> QuerySet[Document]:
    """Keep to what was asked, for meanings know nothing of facets."""
    for scheme, codes in asked.facets.items():
        rows = rows.filter(facets__overlap=[f"{scheme}={code}" for code in codes])
    if asked.kinds:
        rows = rows.filter(kind__in=list(asked.kinds))
    first, last = asked.years
    if first is not None:
        rows = rows.filter(on__gte=date(first, 1, 1))
    if last is not None:
        rows = rows.filter(on__lte=date(last, 12, 31))
    return rows


def _rows(viewer: Viewer, hits: Sequence[Hit]) -> dict[UUID, Document]:
    """Return what stands behind some hits, and may still be read."""
    return documents_for(viewer).defer("vector").in_bulk([hit.key for hit in hits])


def _goes_on(begun: Sequence[str], label: Sequence[str]) -> bool:
    return list(label[: len(begun) - 1]) == list(begun[:-1]) and any(
        word.startswith(begun[-1]) for word in label[len(begun) - 1 : len(begun)]
    )


def _reading(name: str) -> Reading:
    """Return what stands now in the index that is used now."""
    folder = folder_of(settings.CONFIG.search, name)
    try:
        return _opened(folder.resolve(strict=True)).look()
    except FileNotFoundError:  # exchanged between the two steps
        return _opened(folder.resolve(strict=True)).look()


@lru_cache(4)  # two, and two that were just exchanged
def _opened(folder: Path) -> Reader:
    return Reader(folder)


@cache
def _nearest(model: str, size: int) -> Nearest:
    return Nearest(folder_of(settings.CONFIG.search, MEANINGS), model, size)
