"""The demonstration's library: real publications as facts, all of them in one go.

Each fact stands in a source that was opened (`verified_from`); what nobody could read there is left empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commonweave.base.text import Text
from commonweave.base.viewer import SYSTEM
from commonweave.evidence import actions, rules
from commonweave.evidence.models import Direction, Effect, Rating, Record
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

SAID = {"study", "outcome", "measure", "yi", "vi", "positive_is", "moderators", "source", "interventions", "sample"}
LISTS = ("countries", "interventions", "outcomes", "populations", "levels")


def load(entries: Iterable[dict[str, Any]], holder: UUID) -> int:
    """Put the library's records into the catalogue of an organisation; a few statements, however many there are."""
    records, effects = [], []
    for entry in entries:
        record = _record(entry, holder)
        records.append(record)
        effects += [_effect(record, position, each) for position, each in enumerate(entry["effects"])]
    many = actions.import_records(SYSTEM, records, effects)
    actions.renew_findings(SYSTEM)
    return many


def _record(entry: dict[str, Any], holder: UUID) -> Record:
    design = entry["design"] or "none_stated"
    sms = rules.SMS_OF.get(design)
    return Record(
        slug=entry["slug"],
        tlp=Tlp.CLEAR,
        holder=holder,
        kind=entry["kind"],
        titles=Text(entry["titles"], original=entry["language"]),
        summary=Text(entry["summary"]),
        language=entry["language"],
        authors=entry["authors"],
        year=entry["year"],
        publisher=entry["publisher"] or "",
        doi=entry["doi"] or "",
        url=entry["url"] or "",
        design=design,
        direction=entry["direction"] or Direction.UNKNOWN,
        sms=sms,
        sms_version=rules.SMS_VERSION if sms else "",
        coded_by=entry["coded_by"],
        rating=Rating.ONE,
        sources=entry["verified_from"],
        sample=entry.get("sample", ""),
        **{name: entry[name] for name in LISTS},
    )


def _effect(record: Record, position: int, said: dict[str, Any]) -> Effect:
    return Effect(
        record=record,
        position=position,
        study=said["study"],
        outcome=said["outcome"],
        measure=said["measure"],
        yi=said.get("yi"),
        vi=said.get("vi"),
        raw={name: value for name, value in said.items() if name not in SAID},
        positive_is=said["positive_is"],
        moderators=said["moderators"],
        source=said["source"],
        interventions=said.get("interventions", []),
        sample=said.get("sample", ""),
    )
