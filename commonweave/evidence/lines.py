"""Authors and sources as people type them, a line each, and back again. Pure; what cannot be read is named by its line."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from commonweave.base.sorting import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Author = dict[str, str]
Source = dict[str, str]

MOST_LINES = 500
MOST_PLACES, LONGEST_PLACE = 20, 80
LONGEST_VALUE = 100
PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,39}")
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12})?")
BRACED = re.compile(r"\{(.+)\}")
ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE)
ROR = re.compile(r"(https://ror\.org/0[a-z0-9]{6}\d{2})", re.IGNORECASE)
DOI = re.compile(r"10\.\d{4,9}/\S{1,180}")
DOI_BEFORE = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


class Unreadable(ValueError):
    """Lines that cannot be read; `said` holds a sentence for each of them."""

    def __init__(self, said: list[str]) -> None:
        """Keep the sentences."""
        super().__init__("; ".join(said))
        self.said = said


def read_doi(text: str) -> str | None:
    """Return the bare identifier of what somebody pasted, "" for nothing, None for what is no DOI."""
    bare = DOI_BEFORE.sub("", text.strip())
    return bare if not bare or DOI.fullmatch(bare) else None


def read_places(text: str) -> list[str]:
    """Read names of towns or regions, with commas or semicolons between them; each once. Raises Unreadable."""
    parts = [" ".join(part.split()) for part in re.split(r"[,;|\n]", text)]
    names: dict[str, str] = {}
    for part in filter(None, parts):
        names.setdefault(fold(part), part)
    if any(len(name) > LONGEST_PLACE for name in names.values()) or len(names) > MOST_PLACES:
        raise Unreadable([_("At most 20 names of places, each at most 80 signs long.")])
    return list(names.values())


def is_orcid(text: str) -> bool:
    """Say whether the last sign fits the others (ISO 7064 MOD 11-2)."""
    total = 0
    for digit in (sign for sign in text[:-1] if sign.isdigit()):
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == text[-1].upper()


def person(name: str) -> Author:
    """Read a name as it stands on a title page: "Banda, Thoko" or "Thoko Banda"."""
    if "," in name:
        family, _comma, given = (part.strip() for part in name.partition(","))
    else:
        given, _space, family = name.strip().rpartition(" ")
    return {"family": family, **({"given": given} if given else {})}


def read_authors(text: str) -> list[Author]:
    """Read "Family, Given | ORCID" a line; without a comma, or in braces, it is an organisation. Raises Unreadable."""
    found, wrong = [], []
    for line in _lines(text):
        name, _bar, code = (part.strip() for part in line.partition("|"))
        try:
            found.append({**_name(name), **_code(code)})
        except ValueError as fault:
            wrong.append(_("“%(line)s”: %(why)s") % {"line": line[:80], "why": fault})
    if wrong:
        raise Unreadable(wrong)
    return found


def _name(text: str) -> Author:
    if braced := BRACED.fullmatch(text):
        return {"organisation": braced[1].strip()}
    family, comma, given = (part.strip() for part in text.partition(","))
    if not family:
        raise ValueError(_("write the family name, a comma, then the given name."))
    if not comma:
        return {"organisation": family}
    return {"family": family, **({"given": given} if given else {})}


def _code(text: str) -> Author:
    if not text:
        return {}
    if (orcid := ORCID.fullmatch(text)) and is_orcid(orcid[1]):
        return {"orcid": orcid[1].upper()}
    if ror := ROR.fullmatch(text):
        return {"ror": ror[1].lower()}
    raise ValueError(_("after the bar stands an ORCID, such as 0000-0002-1825-0097, or the address of a ROR."))


def write_authors(authors: Iterable[Mapping[str, str]]) -> str:
    """Write authors as `read_authors` reads them."""
    return "\n".join(_written(author) for author in authors)


def _written(author: Mapping[str, str]) -> str:
    if name := author.get("organisation"):
        said = f"{{{name}}}" if "," in name else name
    else:
        said = f"{author.get('family', '')}, {author.get('given', '')}".strip()
    code = author.get("orcid") or author.get("ror") or ""
    return f"{said} | {code}" if code else said


def read_sources(text: str, today: date) -> list[Source]:
    """Read "where | which facts | day" a line; without a day it was today. Raises Unreadable."""
    found, wrong = [], []
    for line in _lines(text):
        where, facts, day = (*(part.strip() for part in line.split("|", 2)), "", "")[:3]
        try:
            opened = date.fromisoformat(day) if day else today
            if not where or not facts or opened > today:
                raise ValueError  # noqa: TRY301 - one sentence for all that can be wrong with a line
        except ValueError:
            wrong.append(
                _("“%(line)s”: write where, then | and which facts, then | and the day, such as 2026-01-31.")
                % {"line": line[:80]}
            )
        else:
            found.append({"where": where, "facts": facts, "opened_on": opened.isoformat()})
    if wrong:
        raise Unreadable(wrong)
    return found


def write_sources(sources: Iterable[Mapping[str, str]]) -> str:
    """Write sources as `read_sources` reads them."""
    return "\n".join(f"{each['where']} | {each['facts']} | {each['opened_on']}" for each in sources)


def read_properties(text: str) -> dict[str, Any]:
    """Read "property: value" a line; what looks like a number is one. Raises Unreadable."""
    found: dict[str, Any] = {}
    wrong = []
    for line in _lines(text):
        name, _colon, value = (part.strip() for part in line.partition(":"))
        code = "_".join(name.lower().split())
        if PROPERTY.fullmatch(code) and 0 < len(value) <= LONGEST_VALUE and code not in {*found, "design"}:
            found[code] = _number(value)
        else:
            wrong.append(
                _("“%(line)s”: write a property, a colon and its value, each property once.") % {"line": line[:80]}
            )
    if wrong:
        raise Unreadable(wrong)
    return found


def write_properties(properties: Mapping[str, Any]) -> str:
    """Write properties as `read_properties` reads them; the design has a field of its own."""
    return "\n".join(f"{name}: {value}" for name, value in properties.items() if name != "design" and value is not None)


def _number(value: str) -> int | float | str:
    if NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value


def _lines(text: str) -> list[str]:
    return [kept for line in text.splitlines() if (kept := " ".join(line.split()))][:MOST_LINES]
