"""POST requests: a partner's app hands a report in for somebody, with their consent in so many words."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import QueryDict

from commonweave.places.atlas import atlas
from commonweave.reports import queries
from commonweave.reports.actions import NobodyTakesIt, Submission, submit_report
from commonweave.reports.draft import Draft
from commonweave.reports.forms import WhoForm
from commonweave.reports.models import ReportKind
from commonweave.reports.routing import Consent

if TYPE_CHECKING:
    from commonweave.places.atlas import Spot

NOT_KEPT = ("email", "device_id", "account_id", "first_name", "last_name", "phone", "media_url", "media")
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")
ATTRIBUTE = re.compile(r"attribute\[([a-z]+)\](\[\d*\])?")
BORDER = 50  # metres
SIDES = 6
AS_SENT = {"what": "description"}


class Mistakes(Exception):
    """What was sent cannot be taken; every reason, for a person who reads it."""

    def __init__(self, found: list[str]) -> None:
        """Keep them all."""
        super().__init__()
        self.found = found


@dataclass
class HandedIn:
    """What became of it: the report's identifier, the receipt for its resident, and what was not kept."""

    pk: UUID
    digits: str
    not_kept: list[str] = field(default_factory=list)


def hand_in(sent: QueryDict, program: UUID, once: str) -> HandedIn:
    """Take a report as a resident's own form would be taken. Raises Mistakes with everything that is wrong at once.

    `once` is what the app calls this report: the same words sent again under the same name give the same receipt.
    """
    mistakes: list[str] = []
    answers = _attributes(sent, mistakes)
    kind = sent.get("service_code", "")
    if kind not in ReportKind.values:
        mistakes.append("service_code: is missing or unknown. GET services lists them.")
    spot, point = _where(sent, mistakes)
    language = answers.get("language", "en")
    if not LANGUAGE.fullmatch(language):
        mistakes.append("attribute[language]: is no language tag (BCP 47), such as en or ar.")
    options = queries.takers_at(spot, kind) if spot and kind in ReportKind.values else None
    if options is not None and not any(options.values()):
        mistakes.append("Nobody in this network takes such a report at this place.")
    form = WhoForm(answers, options=options or {}, report_kind=kind)
    if options is None:  # then nothing can be said of who may read, but of the rest
        form.fields["who"].choices = [(each, each) for each in answers.getlist("who")]  # type: ignore[attr-defined]
        form.options = {each: _Anybody() for each in answers.getlist("who")}  # type: ignore[misc]
    if not form.is_valid() and (options is None or any(options.values())):
        mistakes += [
            f"{AS_SENT.get(name, f'attribute[{name}]')}: {error}"
            for name, errors in form.errors.items()
            for error in errors
        ]
    if mistakes or spot is None:
        raise Mistakes(mistakes)
    given = form.cleaned_data
    consent = Consent(frozenset(given["who"]), climb=bool(given.get("climb")))
    said = {
        "v": 1,
        "kind": kind,
        "place": str(spot.id),
        "point": point,
        "language": language,
        **{name: given.get(name, "") for name in ("what", "address", "where", "when")},
    }
    draft = Draft(begun=0, seed="", digits=f"{program} {once or secrets.token_hex(16)}")
    pk, digits = draft.numbers({**said, "who": sorted(consent.kinds), "climb": consent.climb})
    try:
        submit_report(Submission(pk, digits, kind, spot, consent, said))
    except NobodyTakesIt as refusal:
        raise Mistakes([f"attribute[who]: {refusal}"]) from refusal
    return HandedIn(pk, digits, [name for name in NOT_KEPT if name in sent])


class _Anybody:
    direct, above = True, False


def _attributes(sent: QueryDict, mistakes: list[str]) -> QueryDict:
    """Return what the form reads: attribute[who]=… once or several times, attribute[when]=…, and the description."""
    answers = QueryDict(mutable=True)
    for name in sent:
        if found := ATTRIBUTE.fullmatch(name):
            for value in sent.getlist(name):
                answers.appendlist(found.group(1), value)
        elif name.startswith("attribute"):
            mistakes.append("An attribute is not written as attribute[code].")
    answers["what"] = sent.get("description", "")
    return answers


def _where(sent: QueryDict, mistakes: list[str]) -> tuple[Spot | None, tuple[float, float] | None]:
    """Return the place, and the exact point that will be sealed. Near a border it asks, as everywhere."""
    point = _point(sent, mistakes)
    if given := sent.get("address_id", ""):
        spot = _named(given)
        if spot is None:
            mistakes.append("address_id: is no place of this network. Give its code or its urn:uuid.")
        return spot, point
    if point is not None:
        sides = atlas().near_border(*point, metres=BORDER)
        if len(sides) == 1:
            return sides[0], point
        said = (
            f"near a border; choose with address_id, one of: {_codes(sides)}." if sides else "nowhere in this network."
        )
        mistakes.append(f"lat, long: {said}")
        return None, point
    if name := sent.get("address_string", "")[:80]:
        found = atlas().find(name, limit=SIDES)
        if len(found) == 1:
            return found[0], None
        said = (
            f"could be several; choose with address_id, one of: {_codes(found)}." if found else "is no place we know."
        )
        mistakes.append(f"address_string: {said}")
        return None, None
    if "lat" not in sent and "long" not in sent:
        mistakes.append(
            "Say where: address_id, or lat and long, or address_string with the name of a city or district."
        )
    return None, None


def _point(sent: QueryDict, mistakes: list[str]) -> tuple[float, float] | None:
    if "lat" not in sent and "long" not in sent:
        return None
    try:
        latitude, longitude = float(sent.get("lat", "")), float(sent.get("long", ""))
    except ValueError:
        latitude = longitude = float("nan")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 degrees
        mistakes.append("lat, long: both are needed, in degrees (WGS 84).")
        return None
    return longitude, latitude


def _named(text: str) -> Spot | None:
    try:
        return atlas().by_id(UUID(text))
    except ValueError:
        return atlas().by_code(text)


def _codes(spots: list[Spot]) -> str:
    return ", ".join(spot.code for spot in spots)
