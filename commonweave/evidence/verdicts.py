"""What raters answered, in the reader's words and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from commonweave.base.formats import say_number
from commonweave.evidence import rules
from commonweave.evidence.models import Interest
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from commonweave.evidence.models import Appraisal, Record, Settlement

LOOSE = {"direction": "direction", "design": "design"}
"""What is judged besides the criteria → its vocabulary."""
VOCABULARIES = (
    "appraisal-criterion",
    "appraisal-answer",
    "appraisal-reason",
    "appraisal-interest",
    "direction",
    "design",
)


def question(what: str) -> str:
    """Name what was judged."""
    if what in LOOSE:
        return {"direction": _("What it found"), "design": _("How it was studied")}[what]
    return vocabulary.label("appraisal-criterion", what).say()


def answer(what: str, value: str) -> str:
    """Say an answer: a level of how many, or the vocabulary's words."""
    if what in LOOSE:
        return vocabulary.label(LOOSE[what], value).say()
    if value.isdecimal():
        most = rules.LEVELS[rules.instrument_of(what)][1]
        return _("%(level)s of %(most)s") % {"level": say_number(int(value)), "most": say_number(most)}
    return vocabulary.label("appraisal-answer", value).say()


def answer_choice(what: str, value: str) -> str:
    """Say an answer as a rater meets it: a level with what it means."""
    if not value.isdecimal():
        return answer(what, value)
    if what == "sms":
        both = [anchor(f"sms_{version}", value) for version in ("wwg", "1997")]
        return _("%(level)s: %(meaning)s (in the version of 1997: %(older)s)") % {
            "level": say_number(int(value)),
            "meaning": both[0],
            "older": both[1],
        }
    return f"{say_number(int(value))}: {anchor(what, value)}"


def anchor(what: str, value: str) -> str:
    """Say what a number means."""
    return vocabulary.label("appraisal-anchor", f"{what}.{value}").say()


def answers(each: Appraisal) -> list[list[str]]:
    """Return what was asked, what was answered, and why, in the order of the criteria."""
    rows = []
    for name in rules.criteria_of(each.design):
        if given := each.answers.get(name):
            label = question(name)
            if name == "sms" and given["value"].isdecimal():
                label = f"{label} ({each.sms_version})"
            why = vocabulary.label("appraisal-reason", given["reason"]).say()
            rows.append([label, answer(name, given["value"]), ". ".join(filter(None, (why, given["note"])))])
    return rows


def compared(first: Appraisal, second: Appraisal, holding: Mapping[str, str]) -> list[list[Any]]:
    """Return each thing that two raters were asked, where they differ first: what either said, and what holds."""
    differing = {each.what for each in rules.differences(first, second)}
    rows: list[list[Any]] = []
    asked = (
        "direction",
        "design",
        *dict.fromkeys((*rules.criteria_of(first.design), *rules.criteria_of(second.design))),
    )
    for what in sorted(asked, key=lambda each: each not in differing):
        said = [_said(each, what) for each in (first, second)]
        if what not in differing:
            holds: Any = next((answer(what, value) for value in said if value), "")
        elif what in holding:
            holds = {"text": answer(what, holding[what]), "tag": "info"}
        else:
            holds = {"text": _("not settled yet"), "tag": "warn"}
        rows.append([question(what), *(answer(what, value) if value else None for value in said), holds])
    return rows


def as_data(record: Record, appraisals: Sequence[Appraisal], settlement: Settlement | None) -> dict[str, Any]:
    """Return the appraisals of a record for programs: codes of published vocabularies, with the reason of each."""
    two = rules.independent(appraisals)
    counting = {each.pk for each in two}
    differing = rules.differences(*two) if len(two) == rules.TWO else []
    return {
        "record": f"urn:uuid:{record.pk}",
        "rating": record.rating,
        "direction": record.direction,
        "strength": rules.strength_of(record.design),
        "risk_of_bias": record.bias or None,
        "appraisals": [_one(each, counts=each.pk in counting) for each in appraisals],
        "differences": [each._asdict() for each in differing],
        "settlement": _settled(settlement) if settlement else None,
    }


def _said(each: Appraisal, what: str) -> str:
    return str(getattr(each, what) if what in LOOSE else each.answers.get(what, {}).get("value", ""))


def _one(each: Appraisal, *, counts: bool) -> dict[str, Any]:
    return {
        "id": f"urn:uuid:{each.pk}",
        "replaces": f"urn:uuid:{each.follows_id}" if each.follows_id else None,
        "rater": {"organisation": each.organisation.names.say("en"), "name": each.name or None},
        "interest": {"code": each.interest, "words": each.interest_words or None},
        "self_rating": each.interest == Interest.RAN,
        "counts": counts,
        "knew_other_ratings": each.seen_others,
        "done_on": each.done_at.date().isoformat(),
        "design": each.design,
        "direction": each.direction,
        "sms_version": each.sms_version or None,
        "answers": [{"criterion": name, **given} for name, given in each.answers.items()],
        "words": each.words or None,
        "language": each.language,
    }


def _settled(each: Settlement) -> dict[str, Any]:
    return {
        "id": f"urn:uuid:{each.pk}",
        "by": {"organisation": each.organisation.names.say("en"), "name": each.name or None, "third": each.third},
        "holds": rules.holds(each),
        "choices": each.choices,
        "reason": each.reason,
        "language": each.language,
        "done_on": each.done_at.date().isoformat(),
    }
