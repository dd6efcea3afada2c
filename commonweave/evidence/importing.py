"""Lists of publications that other programs wrote (RIS, BibTeX, CSV) as facts, row by row, with all that is wrong named by row and field."""

from __future__ import annotations

import csv
import io
import logging
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from commonweave.base.formats import locale_for
from commonweave.base.sorting import fold
from commonweave.base.text import Text
from commonweave.evidence import lines
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what is wrong is told to whoever sent it, not to a log

MOST_ROWS = 5_000
MOST_BYTES = 5_000_000
OLDEST, NEWEST = 1500, 2200
CODED = {
    "interventions": "intervention",
    "outcomes": "evidence-outcome",
    "populations": "population",
    "levels": "level",
}
SINGLE = {"kind": "evidence-kind", "design": "design", "direction": "direction"}
LONGEST = {
    "title": 600,
    "publisher": 300,
    "url": 600,
    "licence": 100,
    "edition": 60,
    "funder": 200,
    "project": 200,
    "summary": 6_000,
}
COLUMNS = (
    "title",
    "authors",
    "year",
    "kind",
    "language",
    "summary",
    "publisher",
    "doi",
    "url",
    "licence",
    "edition",
    "funder",
    "project",
    *CODED,
    "countries",
    "places",
    "design",
    "direction",
)
RIS_KINDS = {"DATA": "data_set", "RPRT": "evaluation", "MPCT": "training", "VIDEO": "training"}
BIB_KINDS = {"manual": "guide", "misc": "evaluation"}


@dataclass
class Row:
    """One publication of a list: where it stands, its facts as `Facts` takes them (JSON only), what is wrong by field."""

    number: int
    facts: dict[str, Any] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Return what to call it."""
        return str(next(iter(self.facts.get("titles", {}).get("texts", {}).values()), ""))


class Unfit(ValueError):
    """The whole file cannot be read; the text is the reason."""


def read_list(data: bytes) -> list[Row]:
    """Read a list by what it holds, whatever it is called. Raises Unfit."""
    if len(data) > MOST_BYTES:
        raise Unfit(_("It is larger than 5 MB. Send it in parts."))
    text = decoded(data)
    if re.search(r"^TY {2}-", text, re.MULTILINE):
        rows = list(_ris(text))
    elif re.search(r"^\s*@\w+\s*[{(]", text, re.MULTILINE):
        rows = list(_bibtex(text))
    else:
        rows = list(_csv(text))
    if not rows:
        raise Unfit(_("There is no publication in it."))
    if len(rows) > MOST_ROWS:
        raise Unfit(_("It holds more than 5,000 publications. Send it in parts."))
    return rows


def decoded(data: bytes) -> str:
    """Return text in the encodings of spreadsheets. Raises Unfit for what is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").replace("\0", "")
    if b"\0" in data[:4096]:
        raise Unfit(_("This is no list of publications. Send RIS, BibTeX or CSV."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _ris(text: str) -> Iterator[Row]:
    """A row is named by the line on which it begins."""
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("TY  -")]
    ends = sum(line.startswith("ER  -") for line in text.splitlines())
    for at, found in enumerate(rispy.loads("\n".join(text.splitlines()))):
        one = {name: value for name, value in found.items() if isinstance(value, str)}
        names = [*found.get("authors", []), *found.get("first_authors", [])]
        yield checked(
            starts[at],
            {
                "title": one.get("title") or one.get("primary_title", ""),
                "authors": "\n".join(_as_line(name) for name in names),
                "year": (one.get("year") or one.get("publication_year") or one.get("date", ""))[:4],
                "kind": RIS_KINDS.get(one.get("type_of_reference", ""), "evaluation"),
                "language": one.get("language", ""),
                "summary": one.get("abstract") or one.get("notes_abstract", ""),
                "publisher": one.get("journal_name")
                or one.get("secondary_title")
                or one.get("alternate_title3")
                or one.get("publisher", ""),
                "doi": one.get("doi", ""),
                "url": next(iter(found.get("urls", [])), ""),
                "edition": one.get("edition", ""),
            },
        )
    if ends < len(starts):
        yield Row(starts[ends], wrong=[("ER", _("It has no end: a line “ER  - ” is missing."))])


def _bibtex(text: str) -> Iterator[Row]:
    plain = LatexDecodingMiddleware(keep_braced_groups=True)
    found = parse_string(text, append_middleware=[plain])
    said = _("It cannot be read as BibTeX, or its key stands there twice.")
    rows = [Row((block.start_line or 0) + 1, wrong=[("@", said)]) for block in found.failed_blocks]
    for entry in found.entries:
        one = {name.lower(): " ".join(str(each.value).split()) for name, each in entry.fields_dict.items()}
        bare = {name: value.replace("{", "").replace("}", "") for name, value in one.items()}
        rows.append(
            checked(
                (entry.start_line or 0) + 1,
                {
                    "title": bare.get("title", ""),
                    "authors": "\n".join(_bib_names(one.get("author", ""))),
                    "year": (bare.get("year") or bare.get("date", ""))[:4],
                    "kind": BIB_KINDS.get(entry.entry_type.lower(), "evaluation"),
                    "language": bare.get("langid") or bare.get("language", ""),
                    "summary": bare.get("abstract", ""),
                    "publisher": bare.get("journal")
                    or bare.get("journaltitle")
                    or bare.get("publisher")
                    or bare.get("institution", ""),
                    "doi": bare.get("doi", ""),
                    "url": bare.get("url", ""),
                    "edition": bare.get("edition", ""),
                },
            )
        )
    yield from sorted(rows, key=lambda row: row.number)


def _bib_names(text: str) -> Iterator[str]:
    for name in split_multiple_persons_names(text) if text else ():
        if name.startswith("{") and name.endswith("}"):
            yield name
            continue
        parts = parse_single_name_into_parts(name, strict=False)
        family = " ".join((*parts.von, *parts.last))
        yield f"{family}, {' '.join((*parts.first, *parts.jr))}".strip().replace("{", "").replace("}", "")


def _as_line(name: str) -> str:
    return name if "," in name else f"{{{name}}}"


def _csv(text: str) -> Iterator[Row]:
    """A row is named as a spreadsheet numbers it: the names of the columns are row 1."""
    head = text.splitlines()[0] if text.strip() else ""
    mark = max(",;\t", key=head.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        names = [fold(name).replace(" ", "_") for name in next(table, [])]
        if "title" not in names or "year" not in names:
            raise Unfit(
                _("This is no list of publications. Send RIS, BibTeX or CSV with columns such as title and year.")
            )
        if unknown := [name for name in names if name and name not in COLUMNS]:
            yield Row(1, wrong=[(name, _("We do not know this column.")) for name in unknown])
        for number, cells in enumerate(table, 2):
            if not any(cells):
                continue
            if len(cells) > len(names):
                yield Row(number, wrong=[("", _("It has more cells than there are columns."))])
                continue
            given = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name in COLUMNS}
            given["authors"] = "\n".join(part.strip() for part in given.get("authors", "").split(";"))
            yield checked(number, given)
    except csv.Error as fault:
        yield Row(table.line_num, wrong=[("", _("It cannot be read as CSV: %(fault)s.") % {"fault": fault})])


def checked(number: int, given: dict[str, str]) -> Row:
    """Return a row's facts, or everything that is wrong with it."""
    row = Row(number)
    given = {name: value.replace("\0", "") for name, value in given.items()}

    def read(name: str, reader: Callable[[str], Any]) -> Any:  # noqa: ANN401 - whatever the column holds
        try:
            return reader(given.get(name, ""))
        except lines.Unreadable as fault:
            row.wrong.extend((name, said) for said in fault.said)
        except ValueError as fault:
            row.wrong.append((name, str(fault)))
        return None

    for name, most in LONGEST.items():
        if len(given.get(name, "")) > most:
            row.wrong.append((name, _("It is too long. At most %(most)s signs.") % {"most": most}))
    language = read("language", _language) or "en"
    facts = {
        "year": read("year", _year),
        "language": language,
        "authors": read("authors", lines.read_authors),
        "doi": read("doi", _doi),
        "url": read("url", _url),
        "countries": read("countries", _countries),
        "places": read("places", lines.read_places),
        **{name: read(name, _one_of(scheme, SINGLE_BEGINS[name])) for name, scheme in SINGLE.items()},
        **{name: read(name, _some_of(scheme)) for name, scheme in CODED.items()},
        **{
            name: " ".join(given.get(name, "").split())
            for name in ("publisher", "licence", "edition", "funder", "project")
        },
    }
    if title := " ".join(given.get("title", "").split()):
        facts["titles"] = Text.of(title, language).to_json()
    else:
        row.wrong.append(("title", _("It has no title.")))
    facts["summary"] = Text.of(given.get("summary", ""), language).to_json()
    row.facts = facts
    return row


SINGLE_BEGINS = {"kind": "evaluation", "design": "none_stated", "direction": "unknown"}


def _year(text: str) -> int:
    if not (text.isdecimal() and OLDEST <= int(text) <= NEWEST):
        raise ValueError(_("It has no year of four digits."))
    return int(text)


def _doi(text: str) -> str:
    if (doi := lines.read_doi(text)) is None:
        raise ValueError(_("This is no DOI. It begins with 10. and a number, then a slash."))
    return doi


def _url(text: str) -> str:
    if text:
        try:
            URLValidator(schemes=["http", "https"])(text)
        except ValidationError:
            raise ValueError(_("This is no address of a page.")) from None
    return text


def _language(text: str) -> str:
    """Take a code of two or three letters (ISO 639), or a language's name in English."""
    names = locale_for("en").languages
    code = text.strip().lower().replace("_", "-").partition("-")[0]
    code = {
        "eng": "en",
        "fra": "fr",
        "fre": "fr",
        "spa": "es",
        "ger": "de",
        "deu": "de",
        "ara": "ar",
        "por": "pt",
        "sqi": "sq",
        "alb": "sq",
        "nya": "ny",
        "ita": "it",
    }.get(code, code)
    if not code or code in names:
        return code
    named = next((known for known, name in names.items() if fold(str(name)) == fold(text)), "")
    if not named:
        raise ValueError(_("We do not know this language. Write a code such as en or fr."))
    return str(named)


def _countries(text: str) -> list[str]:
    known = _territories()
    parts = [part.strip() for part in re.split(r"[;,|]", text) if part.strip()]
    codes = [known.get(fold(part), "") for part in parts]
    if unknown := [part for part, code in zip(parts, codes, strict=True) if not code]:
        raise ValueError(_("We do not know these countries: %(names)s.") % {"names": ", ".join(unknown)})
    return list(dict.fromkeys(codes))


@cache
def _territories() -> dict[str, str]:
    """Return the codes of countries by their folded names in English, and by themselves."""
    names = {str(code): str(name) for code, name in locale_for("en").territories.items() if str(code).isalpha()}
    return {fold(words): code for code, name in names.items() for words in (name, code)}


def _one_of(scheme: str, begins: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        return (_codes(scheme, [text]) or [begins])[0]

    return read


def _some_of(scheme: str) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        return _codes(scheme, re.split(r"[;,|]", text))

    return read


def _codes(scheme: str, parts: list[str]) -> list[str]:
    """Take codes, and words in any language."""
    given = [part.strip() for part in parts if part.strip()]
    named = _named(scheme) if given else {}
    if unknown := [part for part in given if fold(part) not in named]:
        known = ", ".join(vocabulary.labels(scheme))
        raise ValueError(
            _("We do not know: %(names)s. Possible are: %(codes)s.") % {"names": ", ".join(unknown), "codes": known}
        )
    return list(dict.fromkeys(named[fold(part)] for part in given))


@cache
def _named(scheme: str) -> dict[str, str]:
    """Return the codes of a vocabulary by all that they are called; words change only with the program."""
    return {
        fold(words): code
        for code, term in vocabulary.labels(scheme).items()
        for words in (*term.working.texts.values(), *term.public.texts.values(), code)
    }
