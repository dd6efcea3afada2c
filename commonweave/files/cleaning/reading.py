"""What a PDF says of itself: title, authors, language, abstract, identifier, and its text. Runs in the shut-in child.

What its makers wrote into it (XMP, then the older document information) comes first; else the largest words of the first
page. All of it is a guess that a person checks.
"""

from __future__ import annotations

import codecs
import json
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2

from commonweave.files.cleaning.clean import Clean
from commonweave.files.cleaning.unfit import Unfit, Why

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_PAGES = 2_000
MOST_TEXT = 1_500_000
FIRST_SIGNS = 4_000
LONGEST = {"title": 600, "abstract": 4_000, "author": 120}
MOST_AUTHORS = 60
SHORTEST_TITLE = 8
JUNK = re.compile(
    r"^(?:untitled|microsoft word|powerpoint|slide \d|layout \d|document\d*)|\.(?:docx?|pdf|indd|rtf|tex|qxp|pptx?)$",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"^(?:user|admin|administrator|author|owner|unknown|windows user|microsoft office user|default)$", re.IGNORECASE
)
DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>{}|\\^`]{1,150})")
YEAR = re.compile(r"(?<![\d.,/-])((?:19|20)\d\d)(?![\d.,/-])")
ABSTRACT = re.compile(
    r"^[ \t]*(?:abstract|executive summary|summary|résumé|resumen|zusammenfassung|sommario|resumo|përmbledhje|ملخص|الملخص)[ \t]*[:.–-]?[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
AFTER = re.compile(
    r"^[ \t]*(?:key ?words?|mots[- ]clés|palabras clave|schlüsselwörter|\d?\.?[ \t]*introduction|introducción|einleitung|background|contents|table of contents)\b|©",
    re.IGNORECASE | re.MULTILINE,
)
WORDS = {
    "en": "the of and to in that was for with were",
    "fr": "les des une dans est pour que qui avec sont",
    "es": "los las una del por con que para como más",
    "de": "der die und das von mit nicht eine den ist",
    "sq": "dhe të në për një me nga është që si",
    "ny": "ndi kuti pa mu anthu ya za kwa ndipo ku",
    "pt": "os uma das não com para dos como mais são",
    "it": "gli una che per con della del sono nel come",
    "nl": "het een van en dat niet met voor zijn op",
}
MIXED = 3  # signs of the script in a text before its script decides


def warm() -> None:
    """Load now what is loaded when first needed: later nothing can be opened."""
    for name in ("utf-16-le", "utf-16-be", "utf-8", "latin-1", "cp1252", "ascii"):
        codecs.lookup(name)
    small = BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        with made.open_metadata() as told:
            told["dc:title"] = "A title"
        made.docinfo["/Title"] = "A title"
        made.save(small)
    clean(small.getvalue(), "pdf-text")


def clean(data: bytes, kind: str) -> Clean:
    """Return what a PDF says, as JSON: the shape of `Read` in ask.py."""
    del kind
    said = _made_known(data)
    text = _text(data, said)
    said.setdefault("doi", _first(DOI, text[:20_000]).rstrip(".,;)"))
    said.setdefault("year", _year(text[:3_000]))
    said.setdefault("language", _language(text[:20_000]))
    said.setdefault("authors", _authors(text, said.get("title", "")))
    said["abstract"] = said.get("abstract") or _abstract(text)
    said["text"] = text
    return Clean(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"), "pdf-text")


def _made_known(data: bytes) -> dict[str, Any]:
    """Read XMP, then the document information."""
    try:
        with pikepdf.open(BytesIO(data)) as given:
            if given.is_encrypted:
                raise Unfit(Why.ENCRYPTED)
            if not 0 < len(given.pages) <= MOST_PAGES:
                raise Unfit(Why.BROKEN)
            return _told(_xmp(given), given)
    except pikepdf.PasswordError:
        raise Unfit(Why.ENCRYPTED) from None
    except pikepdf.PdfError:
        raise Unfit(Why.BROKEN) from None


def _xmp(given: pikepdf.Pdf) -> dict[str, Any]:
    names = {
        "title": "dc:title",
        "authors": "dc:creator",
        "abstract": "dc:description",
        "doi": "prism:doi",
        "language": "dc:language",
    }
    try:
        with given.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as found:
            return {name: found[key] for name, key in names.items() if found.get(key)}
    except Exception:  # noqa: BLE001 - XML of any maker; without it the rest is read
        return {}


def _told(xmp: dict[str, Any], given: pikepdf.Pdf) -> dict[str, Any]:
    info = {name: _plain(given.docinfo.get(f"/{name}", "")) for name in ("Title", "Author", "Subject", "doi")}
    said: dict[str, Any] = {}
    for title in (_plain(xmp.get("title", "")), info["Title"]):
        if len(title) >= SHORTEST_TITLE and not JUNK.search(title):
            said.setdefault("title", title[: LONGEST["title"]])
    creators = xmp.get("authors", [])
    names = _names([creators] if isinstance(creators, str) else creators) or _names([info["Author"]])
    if names:
        said["authors"] = names
    if doi := _first(DOI, f"{_plain(xmp.get('doi', ''))} {info['doi']} {info['Subject']}"):
        said["doi"] = doi.rstrip(".,;)")
    if len(about := _plain(xmp.get("abstract", ""))) > 200:
        said["abstract"] = about[: LONGEST["abstract"]]
    language = _plain(given.Root.get("/Lang", "")) or _plain(xmp.get("language", ""))
    if (code := language.replace("_", "-").partition("-")[0].lower()).isalpha() and len(code) == 2:
        said["language"] = code
    return said


def _plain(value: Any) -> str:  # noqa: ANN401 - whatever a PDF holds there
    if isinstance(value, (list, set, tuple)):
        value = "; ".join(map(str, value))
    return " ".join(str(value).replace("\0", "").split())


def _names(given: Iterable[Any]) -> list[str]:
    parts = [part for name in given for part in re.split(r"\s*(?:;|\band\b|&|\bet\b)\s*", _plain(name))]
    if len(parts) == 1 and parts[0].count(",") > 1:
        parts = parts[0].split(",")
    return [name[: LONGEST["author"]] for part in parts if (name := part.strip(" ,")) and not NOBODY.match(name)][
        :MOST_AUTHORS
    ]


def _text(data: bytes, said: dict[str, Any]) -> str:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise Unfit(Why.BROKEN) from None
    said["pages"] = len(document)
    pages, length = [], 0
    for number in range(len(document)):
        page = document[number]
        shown = page.get_textpage()
        if number == 0 and "title" not in said:
            said["title"] = _largest(shown)
        text = shown.get_text_range().replace("\r\n", "\n").replace("\0", "").replace("\x02", "")
        pages.append(text)
        length += len(text)
        shown.close()
        page.close()
        if length > MOST_TEXT:
            break
    return "\n".join(pages)[:MOST_TEXT]


def _largest(page: Any) -> str:  # noqa: ANN401 - the library has no types
    """Return the words of the first page that are set largest."""
    many = min(page.count_chars(), FIRST_SIGNS)
    signs = page.get_text_range(0, many) if many else ""
    if len(signs) != many:  # signs beyond the basic plane: then places and heights do not fit together
        return ""
    heights = []
    for at, sign in enumerate(signs):
        left, bottom, right, top = page.get_charbox(at, loose=True) if sign.strip() else (0, 0, 0, 0)
        del left, right
        heights.append(round(top - bottom, 1))
    for size in sorted({each for each in heights if each > 0}, reverse=True)[:4]:
        said = "".join(
            sign if height == size else " " if not sign.strip() else ""
            for sign, height in zip(signs, heights, strict=True)
        )
        title = " ".join(said.split())
        if len(title) >= SHORTEST_TITLE and sum(sign.isalpha() for sign in title) > len(title) / 2:
            return title[: LONGEST["title"]]
    return ""


def _abstract(text: str) -> str:
    begins = ABSTRACT.search(text[:30_000])
    if not begins:
        return ""
    rest = text[begins.end() : begins.end() + 2 * LONGEST["abstract"]]
    ends = AFTER.search(rest, 100)
    said = rest[: ends.start()] if ends else rest[: LONGEST["abstract"] // 2]
    return " ".join(re.sub(r"(?<=\w)-\n(?=\w)", "", said).split())[: LONGEST["abstract"]]


def _authors(text: str, title: str) -> list[str]:
    """Return the names in the line after the title: words with capitals, without numbers."""
    flat = [" ".join(line.split()) for line in text[:4_000].splitlines()]
    last = next((at for at, line in enumerate(flat) if line and title.endswith(line)), None)
    line = next((line for line in flat[last + 1 :] if line), "") if last is not None else ""
    line = re.sub(r"(?<=[^\W\d])[\d*†‡]+(?:,[\d*†‡]+)*|(?<=[^\W\d])\s[*†‡]", "", line)
    words = line.replace(",", " ").split()
    if not words or len(line) > 300 or any(sign.isdigit() for sign in line) or line.endswith("."):
        return []
    names = [name for part in re.split(r",|;|\band\b|&|\bet\b|\by\b|\bund\b", line) if (name := part.strip())]
    fits = all(
        1 < len(name.split()) <= 5 and all(word[0].isupper() or word.islower() for word in name.split())
        for name in names
    )
    return names[:MOST_AUTHORS] if fits and sum(word[0].isupper() for word in words) > len(words) / 2 else []


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _year(text: str) -> int | None:
    years = [int(each) for each in YEAR.findall(text)]
    return max(years) if years else None


def _language(text: str) -> str:
    if sum("\u0600" <= sign <= "\u06ff" for sign in text) > len(text) / MIXED:
        return "ar"
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {code: sum(words.count(word) for word in known.split()) for code, known in WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] > len(words) / 50 else ""
