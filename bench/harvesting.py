"""The parts of `bench.harvest`, `bench.gap_map` and the audit (part oai) that run inside Django, each in its own process."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING
from uuid import UUID

from commonweave.site.cli.node import database, settings, start_django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from commonweave.evidence.models import Record

BATCH = 1_000
GONE = 7
"""Of so many records one is gone: half by a label, half withdrawn."""


def writing(count: int) -> Iterator[Record]:
    """Return invented records, the same each time."""
    from commonweave.base.text import Text  # noqa: PLC0415 - Django is set up later
    from commonweave.evidence.models import Record  # noqa: PLC0415 - Django is set up later

    for number in range(count):
        yield Record(
            slug=f"study-{number}",
            holder=UUID(int=1),
            tlp="CLEAR",
            state="published",
            published_on="2026-01-01",
            kind="guide" if number % 10 == 0 else "evaluation",
            titles=Text.of(f"Study {number} of <mentoring> & schools"),
            summary=Text.of("What was done, with whom, and what came of it. " * 10),
            language="fr" if number % 10 == 0 else "en",
            authors=[{"family": "Banda", "given": "T."}, {"organisation": "A university"}],
            year=1990 + number % 36,
            publisher="A journal",
            interventions=["mentoring"],
            outcomes=["prejudice"],
            populations=["youth"],
            countries=["MW", "GB"],
            design="rct",
            direction="helped",
            sources=[{"where": "here", "facts": "all", "opened_on": "2026-01-01"}],
        )


COPY = "insert into evidence_record (id, slug, {0}) select gen_random_uuid(), slug || %s, {0} from evidence_record "
COPY += "where slug !~ '-.*-'"
HIDE = "update evidence_record set tlp = 'GREEN' where split_part(slug, '-', 2)::int %% %s = 0"
WITHDRAW = """
update evidence_record set state = 'withdrawn', withdrawn_on = published_on, titles = '{}', summary = '{}', authors = '[]',
  sources = '[]', words = '' where split_part(slug, '-', 2)::int %% %s = %s
"""


def fill(count: str) -> None:
    """Write a thousand records as an import does, copy them, then take some of them away."""
    from django.db import connection  # noqa: PLC0415 - Django is set up later

    from commonweave.evidence.models import Record  # noqa: PLC0415 - Django is set up later

    Record.objects.bulk_create(writing(min(int(count), BATCH)))
    columns = [str(field.column) for field in Record._meta.concrete_fields if field.column not in {"id", "slug"}]  # noqa: SLF001 Django says so
    with connection.cursor() as cursor:
        for number in range(1, int(count) // BATCH):
            cursor.execute(COPY.format(", ".join(columns)), [f"-{number}"])
        cursor.execute(HIDE, [2 * GONE])
        cursor.execute(WITHDRAW, [2 * GONE, GONE])


def crossed(count: str) -> None:
    """Write records that are spread over the whole map, most of them where others are, as real ones are."""
    from commonweave.evidence.models import Direction, Record  # noqa: PLC0415 - Django is set up later
    from commonweave.vocabulary.queries import labels  # noqa: PLC0415 - Django is set up later

    luck = random.Random(7)  # the same each time
    tried, outcomes, designs = (list(labels(name)) for name in ("intervention", "evidence-outcome", "design"))
    common = {len(each): [1 / (place + 3) for place in range(len(each))] for each in (tried, outcomes)}
    rows = []
    for row in writing(int(count)):
        row.interventions = list(dict.fromkeys(luck.choices(tried, common[len(tried)], k=1 + luck.randrange(2))))
        row.outcomes = list(dict.fromkeys(luck.choices(outcomes, common[len(outcomes)], k=1 + luck.randrange(3))))
        row.design, row.direction = luck.choice(designs), luck.choice(Direction.values)
        rows.append(row)
    Record.objects.bulk_create(rows, batch_size=BATCH)


def one_more() -> None:
    """Write one more record, which others of its kind are not."""
    from commonweave.evidence.models import Record  # noqa: PLC0415 - Django is set up later

    row = next(writing(1))
    row.slug, row.countries = "one-more", ["TV"]
    Record.objects.bulk_create([row])


def told() -> None:
    """Print what a harvest must tell: a line "identifier time gone" of every record, from the tables themselves."""
    from commonweave.evidence.models import Change, Record  # noqa: PLC0415 - Django is set up later

    changed = dict(Change.objects.values_list("record", "changed_at"))
    for row in Record.objects.only("pk", "state", "tlp"):
        gone = int(row.state != "published" or row.tlp != "CLEAR")
        print(row.pk.urn, f"{changed[row.pk]:%Y-%m-%dT%H:%M:%SZ}", gone)


def last() -> None:
    """Print the token of the last whole page of everything."""
    from commonweave.evidence.exchange.oai_pmh import PAGE, Place  # noqa: PLC0415 - Django is set up later
    from commonweave.evidence.models import Change  # noqa: PLC0415 - Django is set up later
    from commonweave.evidence.queries import Key, Since  # noqa: PLC0415 - Django is set up later

    rows = Change.objects.order_by("-changed_at", "-record").values_list("changed_at", "record")
    key = Key(*rows[PAGE])
    print(Place(Since(after=key), "datacite", rows.count() - PAGE).token())


PARTS: dict[str, Callable[..., None]] = {
    "fill": fill,
    "crossed": crossed,
    "one_more": one_more,
    "told": told,
    "last": last,
}


def main(part: str, *words: str) -> None:
    """Run one part."""
    with database(settings(), "bench"):
        start_django("worker")
        PARTS[part](*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
