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
CLEARED = 500  # drafts that are deleted together


@transaction.atomic
def start_harvest(viewer: Viewer, *, holder: UUID, address: str, oai_set: str) -> Harvest:
    """Harvest a library for one's organisation: from now on, or again since the last time."""
    rules.may_keep(viewer, holder).enforce()
    today = timezone.now().date()
    known = Harvest.objects.select_for_update().filter(holder=holder, address=address, oai_set=oai_set).first()
    harvest = known or Harvest(pk=uuid4(), holder=holder, address=address, oai_set=oai_set, asked_on=today)
    if known is None or known.state != HarvestState.WAITING:  # a run that is under way keeps to its limits
        harvest.run_pages = harvest.run_drafts = harvest.run_bytes = 0
        harvest.tokens = rules.mark_of(harvest.token)
    harvest.state, harvest.fault, harvest.asked_on = HarvestState.WAITING, "", today
    harvest.save(force_insert=known is None)
    journal.write(viewer, "harvest.asked", kind="harvest", subject=harvest.pk, harvest=harvest.pk)
    return harvest


@transaction.atomic
def go_on(viewer: Viewer, pk: UUID) -> Harvest:
    """Try again from the page at which a harvest stopped; or, when it was done, ask for what is new."""
    harvest = queries.get_harvest(viewer, pk, lock=True)
    return start_harvest(viewer, holder=harvest.holder, address=harvest.address, oai_set=harvest.oai_set)


@transaction.atomic
def stop_harvest(viewer: Viewer, pk: UUID) -> Harvest:
    """Let no further page of a harvest come; the one that is being read is left out, and comes first when it goes on."""
    row = queries.get_harvest(viewer, pk, lock=True)
    rules.may_keep(viewer, row.holder).enforce()
    if row.state == HarvestState.WAITING:
        _halt(row, rules.Enough.PERSON)
        row.save()
        journal.write(viewer, "harvest.stopped", kind="harvest", subject=pk)
    return row


def harvest(viewer: Viewer, pk: UUID) -> None:
    """Take the next pages of a harvest, as the worker; what is left afterwards is asked for anew."""
    ends = time.monotonic() + TURN
    while time.monotonic() < ends:
        row = queries.get_harvest(viewer, pk)
        if row.state != HarvestState.WAITING:
            return
        try:
            where = oai_client.address_of(row.address, token=row.token, since=row.since, oai_set=row.oai_set)
            data = fetch(where)
            page = oai_client.read_page(data)
        except Away as away:
            _stop(viewer, pk, away.why)
            return
        _take_page(viewer, pk, row.token, page, size=len(data))
    journal.write(viewer, "harvest.asked", kind="harvest", subject=pk, harvest=pk)


@transaction.atomic
def _stop(viewer: Viewer, pk: UUID, why: str) -> None:
    row = queries.get_harvest(viewer, pk, lock=True)
    if row.state != HarvestState.WAITING:
        return  # somebody stopped it meanwhile
    _halt(row, why)
    row.save()
    journal.write(viewer, "harvest.stopped", kind="harvest", subject=pk)


def _halt(row: Harvest, why: str) -> None:
    row.state, row.fault = HarvestState.STOPPED, why
    if why in (
        oai_client.OLD_TOKEN,
        rules.Enough.ROUND,
    ):  # the list begins anew, and what came is known by its identifier
        row.token = row.newest = ""


@transaction.atomic
def _take_page(viewer: Viewer, pk: UUID, token: str, page: Page, *, size: int) -> None:
    """Take in one page, all of it or as much as the run may, and remember the next."""
    row = queries.get_harvest(viewer, pk, lock=True)
    if row.token != token or row.state != HarvestState.WAITING:
        return  # another worker was quicker, or somebody stopped it
    whole = _take_entries(row, page)
    row.pages += 1
    row.run_pages += 1
    row.run_bytes += size
    if whole:
        row.newest = max([row.newest, *(each.datestamp for each in page.heard)])
        row.token = page.token
    if whole and not page.token:
        row.state, row.since, row.newest = HarvestState.DONE, row.newest or row.since, ""
    elif why := _ends(row):
        _halt(row, why)
        journal.write(viewer, "harvest.stopped", kind="harvest", subject=pk)
    else:
        row.tokens = bytes(row.tokens) + rules.mark_of(page.token)
    row.save()


def _ends(row: Harvest) -> str:
    """Say why a run ends here although its library goes on, or ""."""
    if why := rules.enough(row):
        return why
    return rules.Enough.ROUND if rules.goes_round(bytes(row.tokens), row.token) else ""


def _take_entries(row: Harvest, page: Page) -> bool:
    """Take in what is new on a page and mark what was taken back; say whether that was all of it."""
    names = [each.identifier for each in page.heard]
    known = {each.identifier: each for each in Harvested.objects.filter(harvest=row, identifier__in=names)}
    new = list(
        {each.identifier: each for each in page.heard if not each.gone and each.identifier not in known}.values()
    )
    whole = _take_new(row, new)
    back = [known[each.identifier] for each in page.heard if each.gone and each.identifier in known]
    row.gone += sum(not each.gone for each in back)
    Harvested.objects.filter(pk__in=[each.pk for each in back]).update(gone=True)
    return whole


def _take_new(row: Harvest, new: list[Heard]) -> bool:
    fit = [(each, each.row) for each in new if each.row and not each.row.wrong]
    ours = Viewer(organisations=frozenset({row.holder}))
    twins = queries.twins(ours, [found.facts for _each, found in fit])
    made: list[Record] = []
    entries: list[Harvested] = []
    for (each, found), twin in zip(fit, twins, strict=True):
        record = None
        if twin is None:
            if len(made) == rules.drafts_left(row):
                break
            record = drafted(ours, row.holder, facts_of(found.facts, _source(row, each)))
            record.untouched = True
            made.append(record)
        entries.append(Harvested(harvest=row, identifier=each.identifier, datestamp=each.datestamp, record=record))
    Record.objects.bulk_create(made)
    Harvested.objects.bulk_create(entries)
    row.taken += len(made)
    row.run_drafts += len(made)
    row.there += len(entries) - len(made)
    if whole := len(entries) == len(fit):  # else the page comes once more, and they are counted then
        row.unfit += len(new) - len(fit)
    return whole


@transaction.atomic
def ask_to_clear(viewer: Viewer, pk: UUID) -> int:
    """Have the drafts deleted that came from a library and that nobody has worked on; return how many there are."""
    row = queries.get_harvest(viewer, pk, lock=True)
    rules.may_keep(viewer, row.holder).enforce()
    rules.may_clear(row).enforce()
    count = queries.untouched_drafts(viewer, row).count()
    journal.write(viewer, "harvest.clearing", kind="harvest", subject=pk, harvest=pk, drafts=count)
    return count


def clear_harvest(viewer: Viewer, pk: UUID) -> int:
    """Delete them, as the worker, some at a time; return how many. What of each is known at its source stays, so it comes no more."""
    rules.may_sweep(viewer).enforce()
    row, count, ends = queries.get_harvest(viewer, pk), 0, time.monotonic() + TURN
    while removed := _clear_some(viewer, row):
        count += removed
        if time.monotonic() > ends:
            journal.write(viewer, "harvest.clearing", kind="harvest", subject=pk, harvest=pk)
            break
    journal.write(viewer, "harvest.cleared", kind="harvest", subject=pk, drafts=count)
    return count


@transaction.atomic
def _clear_some(viewer: Viewer, row: Harvest) -> int:
    """Delete some drafts; whoever is just working on one has locked it, and what they save is asked for afterwards."""
    some = queries.untouched_drafts(viewer, row).values("pk")[:CLEARED]
    locked = list(Record.objects.select_for_update().filter(pk__in=some, untouched=True).values_list("pk", flat=True))
    still = queries.untouched_drafts(viewer, row).filter(pk__in=locked)
    return still.delete()[1].get("evidence.Record", 0)


def _source(row: Harvest, each: Heard) -> dict[str, Any]:
    where = f"{row.address} {each.identifier}"
    return {"where": where, "facts": "what this library says", "opened_on": timezone.now().date().isoformat()}
