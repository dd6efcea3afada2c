"""For whom a report and its thread are sealed: the receipt, and every organisation that the consent reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.people.coverage import book
from commonweave.places.atlas import atlas
from commonweave.reports import queries
from commonweave.reports.routing import Consent, candidates
from commonweave.sharing.envelopes import RECEIPT, rewrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from nacl.public import PrivateKey

    from commonweave.files.models import File
    from commonweave.reports.models import Message, Report
    from commonweave.reports.routing import Choice


def recipients(choices: Iterable[Choice]) -> dict[str, bytes]:
    """Return the keys of the organisations these teams belong to, by the names they have in envelopes."""
    known = book().keys
    keys = (known.get(choice.cover.organisation) for choice in choices)
    return {key.name: key.public for key in keys if key is not None}


def recipients_of(report: Report) -> dict[str, bytes]:
    """Return for whom to seal what is said now: everybody the report may still go to, its holder, its resident."""
    spot = atlas().by_id(report.place_id)
    consent = Consent(frozenset(report.consents), climb=report.may_climb)
    choices = candidates(queries.options_at(spot, report.kind), consent) if spot else []
    found = {RECEIPT: bytes(report.receipt_key), **recipients(choices)}
    holder = book().keys.get(report.holder)
    return found | ({holder.name: holder.public} if holder else {})


def is_sealed_for(report: Report, held: Mapping[str, UUID], choice: Choice) -> bool:
    """Say whether a team's organisation could read a report as it is. `held`: names of keys that somebody holds."""
    return any(held.get(name) == choice.cover.organisation for name in report.keys or {})


def widen(
    report: Report, beside: Iterable[Message | File], ring: Mapping[str, PrivateKey], retired: Mapping[str, UUID]
) -> bool:
    """Wrap a report, its thread and its files for everybody whom the consent reaches now, and for no retired key.

    Where the organisation that holds it has no key in use, its retired one stays: else nobody there could read. So does
    every key that this process still takes for one in use, because it has not heard of the exchange yet.
    Returns whether every retired key is off. Raises CannotOpen.
    """
    wanted = recipients_of(report)
    known = book().keys
    unheard = {body for body, key in known.items() if key.name in retired}
    kept = unheard if report.holder in known else unheard | {report.holder}
    gone = {name for name, body in retired.items() if body not in kept}
    rows: list[Report | Message | File] = [report, *beside]
    for row in rows:
        keys = {name: wrap for name, wrap in rewrap(row.keys or {}, ring, wanted).items() if name not in gone}
        if keys != row.keys:
            row.keys = keys
            row.save(update_fields=["keys"])
    return retired.keys().isdisjoint(report.keys or {})
