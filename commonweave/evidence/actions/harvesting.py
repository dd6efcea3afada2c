"""Harvesting others' libraries: a page is one transaction, so whatever dies half-way, the next try goes on from the page that failed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from commonweave.base import journal
from commonweave.base.viewer import Viewer
from commonweave.evidence import oai_client, queries, rules
from commonweave.evidence.actions.drafting import drafted
from commonweave.evidence.actions.importing import facts_of
from commonweave.evidence.models import Harvest, Harvested, HarvestState, Record
from commonweave.evidence.outside import Away, fetch

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.evidence.oai_client import Heard, Page

TURN = 20.0  # seconds; then other work of the worker has its turn


@transaction.atomic
def start_harvest(viewer: Viewer, *, holder: UUID, address: str, oai_set: str) -> Harvest:
    """Harvest a library for one's organisation: from now on, or again since the last time."""
    rules.may_keep(viewer, holder).enforce()
    today = timezone.now().date()
    known = Harvest.objects.select_for_update().filter(holder=holder, address=address, oai_set=oai_set).first()
    harvest = known or Harvest(pk=uuid4(), holder=holder, address=address, oai_set=oai_set, asked_on=today)
    harvest.state, harvest.fault, harvest.asked_on = HarvestState.WAITING, "", today
    harvest.save(force_insert=known is None)
    journal.write(viewer, "harvest.asked", kind="harvest", subject=harvest.pk, harvest=harvest.pk)
    return harvest


@transaction.atomic
def go_on(viewer: Viewer, pk: UUID) -> Harvest:
    """Try again from the page at which a harvest stopped; or, when it was done, ask for what is new."""
    harvest = queries.get_harvest(viewer, pk, lock=True)
    return start_harvest(viewer, holder=harvest.holder, address=harvest.address, oai_set=harvest.oai_set)


def harvest(viewer: Viewer, pk: UUID) -> None:
    """Take the next pages of a harvest, as the worker; what is left afterwards is asked for anew."""
    ends = time.monotonic() + TURN
    while time.monotonic() < ends:
        row = queries.get_harvest(viewer, pk)
        if row.state != HarvestState.WAITING:
            return
        try:
            where = oai_client.address_of(row.address, token=row.token, since=row.since, oai_set=row.oai_set)
            page = oai_client.read_page(fetch(where), after=row.token)
        except Away as away:
            _stop(viewer, pk, away.why)
            return
        _take_page(viewer, pk, row.token, page)
    journal.write(viewer, "harvest.asked", kind="harvest", subject=pk, harvest=pk)


@transaction.atomic
def _stop(viewer: Viewer, pk: UUID, why: str) -> None:
    row = queries.get_harvest(viewer, pk, lock=True)
    row.state, row.fault = HarvestState.STOPPED, why
    if why == oai_client.OLD_TOKEN:  # the run begins anew, and what came is known by its identifier
        row.token = row.newest = ""
    row.save()
    journal.write(viewer, "harvest.stopped", kind="harvest", subject=pk)


@transaction.atomic
def _take_page(viewer: Viewer, pk: UUID, token: str, page: Page) -> None:
    """Take in one page, all of it or nothing, and remember the next."""
    row = queries.get_harvest(viewer, pk, lock=True)
    if row.token != token or row.state != HarvestState.WAITING:
        return  # another worker was quicker
    names = [each.identifier for each in page.heard]
    known = {each.identifier: each for each in Harvested.objects.filter(harvest=row, identifier__in=names)}
    new = list(
        {each.identifier: each for each in page.heard if not each.gone and each.identifier not in known}.values()
    )
    _take_new(row, new)
    back = [known[each.identifier] for each in page.heard if each.gone and each.identifier in known]
    row.gone += sum(not each.gone for each in back)
    Harvested.objects.filter(pk__in=[each.pk for each in back]).update(gone=True)
    row.newest = max([row.newest, *(each.datestamp for each in page.heard)])
    row.pages += 1
    row.token = page.token
    if not page.token:
        row.state, row.since, row.newest = HarvestState.DONE, row.newest or row.since, ""
    row.save()


def _take_new(row: Harvest, new: list[Heard]) -> None:
    fit = [(each, each.row) for each in new if each.row and not each.row.wrong]
    ours = Viewer(organisations=frozenset({row.holder}))
    twins = queries.twins(ours, [found.facts for _each, found in fit])
    made: list[Record] = []
    entries: list[Harvested] = []
    for (each, found), twin in zip(fit, twins, strict=True):
        record = None
        if twin is None:
            record = drafted(ours, row.holder, facts_of(found.facts, _source(row, each)))
            made.append(record)
        entries.append(Harvested(harvest=row, identifier=each.identifier, datestamp=each.datestamp, record=record))
    Record.objects.bulk_create(made)
    Harvested.objects.bulk_create(entries)
    row.taken += len(made)
    row.there += len(fit) - len(made)
    row.unfit += len(new) - len(fit)


def _source(row: Harvest, each: Heard) -> dict[str, Any]:
    where = f"{row.address} {each.identifier}"
    return {"where": where, "facts": "what this library says", "opened_on": timezone.now().date().isoformat()}
