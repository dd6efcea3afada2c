"""What in a text could point to a person: names, addresses, numbers, very small groups. Pure: asks nothing, changes nothing.

It is a net with holes and with by-catch; a person looks at each passage and decides. What is a publication's own (its
authors, places, publisher) is `known` and left out, and so are links and identifiers of publications.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from heapq import merge
from itertools import islice, tee
from typing import TYPE_CHECKING, NamedTuple

from commonweave.base.sorting import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

NAME, MAIL, PHONE, NUMBER, FEW = "name", "mail", "telephone", "number", "few"
AROUND = 40  # characters of a passage before and after
MOST = 60  # passages of one text that are shown; more of them say that the text as a whole is not fit
LONGEST = 2_000_000
FEWEST_DIGITS, MOST_DIGITS = 9, 15
LETTERS = 3  # shorter words are abbreviations, or names of villages somewhere

WORD = r"[^\W\d_]"
CAPITAL = r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]{0,30}(?:['’-][^\W\d_]{1,30}){0,3})"
GAP = r"\s{1,4}"
MASKED = re.compile(
    r"(?:https?://|www\.)\S+|\b10\.\d{4,9}/\S+|\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b|\bISBN[:\s-]*[\dX-]{10,17}|urn:\S+",
    re.IGNORECASE,
)
MAILS = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
PHONES = re.compile(r"(?<![\w.,/+-])(?:\+|00|\(0|0)[\d][\d ()./–-]{6,22}\d(?!\w|[.,]\d)")
SAID_PHONE = re.compile(
    r"\b(?:tel|phone|telephone|mobile|whatsapp|tél|téléphone)\b[.:\s]{1,3}(\+?[\d][\d ()./–-]{5,20}\d)", re.IGNORECASE
)
NUMBERS = (
    re.compile(
        r"\b(?:passport|national id|identity(?: card)?|id (?:no|number|card)|social security|insurance number|case (?:no|number|file)|"
        r"file (?:no|number)|prisoner (?:no|number)|passeport|pièce d['’]identité|numéro de dossier)\b[\s.:#n°o]{0,6}((?=[\w/-]{0,19}\d)[\w/-]{4,20})",
        re.IGNORECASE,
    ),
    re.compile(r"\b([A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])\b"),  # United Kingdom: National Insurance
    re.compile(r"\b(\d{3}-\d{2}-\d{4})\b"),  # United States: Social Security
    re.compile(r"\b([A-T]\d{8}[A-W])\b"),  # Albania: NID
    re.compile(r"\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)\b"),  # IBAN
)
TITLED = re.compile(
    rf"\b(?:Mrs|Mr|Ms|Miss|Mx|Madame|Monsieur|Mme|Mlle|Herr|Frau|Zoti|Zonja|Bambo|Mayi|Inmate|Prisoner|Detainee)\.?{GAP}"
    rf"{CAPITAL}(?:{GAP}{CAPITAL}){{0,2}}|(?:السيدة|السيد|الآنسة){GAP}{WORD}{{1,30}}(?:{GAP}{WORD}{{1,30}})?"
)
CLIENT = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur|[Oo]ne|[Aa]|[Tt]he|[Hh]is|[Hh]er){GAP}(?:client|pupil|student|patient|participant|mentee|inmate|prisoner|offender|"
    rf"victim|witness|girl|boy|son|daughter|neighbour|case){GAP}(?:(?:called|named){GAP})?"
    rf"{CAPITAL}(?:{GAP}{CAPITAL}\.?){{0,2}}|\b(?:called|named|prénommée?|nommée?){GAP}{CAPITAL}(?:{GAP}{CAPITAL})?"
)
FULL = re.compile(rf"\b{CAPITAL}(?:{GAP}(?:{CAPITAL}|[A-Z]\.|bin|ibn|al|el|van|von|de|da|dos)){{0,2}}{GAP}{CAPITAL}\b")
WHO = (
    r"(?:participants?|people|persons?|individuals?|women|woman|men|man|girls?|boys?|children|child|pupils?|students?|respondents?|"
    r"interviewees?|families|victims?|offenders?|prisoners?|detainees?|refugees?|migrants?|returnees?|clients?|cases|teachers?|officers?|"
    r"participantes?|personnes?|femmes?|hommes?|élèves?|enfants?|répondants?|familles?|détenus?)"
)
SMALL = (
    re.compile(r"\b[nN]\s*(?:=|<|≤)\s*[1-4]\b(?![.,]?\d)"),
    re.compile(
        rf"\b(?:only{GAP}|seulement{GAP})?(?:one|two|three|four|un|une|deux|trois|quatre|[1-4]){GAP}(?:\w+{GAP})?{WHO}\b",
        re.IGNORECASE,
    ),
)
TITLES = frozenset(["mrs", "mr", "ms", "miss", "mx", "madame", "monsieur", "mme", "mlle", "herr", "frau", "dr", "prof"])
COMMON = frozenset(
    [
        "the",
        "a",
        "an",
        "in",
        "on",
        "at",
        "of",
        "for",
        "to",
        "from",
        "with",
        "and",
        "or",
        "but",
        "not",
        "by",
        "as",
        "is",
        "are",
        "was",
        "were",
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "he",
        "she",
        "they",
        "we",
        "i",
        "you",
        "our",
        "their",
        "his",
        "her",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "university",
        "college",
        "school",
        "institute",
        "ministry",
        "department",
        "government",
        "council",
        "commission",
        "committee",
        "centre",
        "center",
        "agency",
        "organisation",
        "organization",
        "association",
        "foundation",
        "trust",
        "fund",
        "bank",
        "police",
        "court",
        "prison",
        "service",
        "services",
        "programme",
        "program",
        "project",
        "study",
        "studies",
        "report",
        "review",
        "journal",
        "press",
        "unit",
        "group",
        "network",
        "forum",
        "north",
        "south",
        "east",
        "west",
        "northern",
        "southern",
        "eastern",
        "western",
        "central",
        "new",
        "united",
        "kingdom",
        "states",
        "republic",
        "state",
        "national",
        "international",
        "european",
        "african",
        "american",
        "asian",
        "british",
        "english",
        "french",
        "german",
        "muslim",
        "christian",
        "islamic",
        "jewish",
        "catholic",
        "table",
        "figure",
        "appendix",
        "chapter",
        "section",
        "part",
        "annex",
        "references",
        "introduction",
        "conclusion",
        "discussion",
        "results",
        "methods",
        "abstract",
        "summary",
        "background",
        "funding",
        "acknowledgements",
        "randomised",
        "randomized",
        "controlled",
        "trial",
        "control",
        "systematic",
        "meta",
        "analysis",
        "intervention",
        "outcome",
        "outcomes",
        "evaluation",
        "evidence",
        "social",
        "mental",
        "health",
        "public",
        "community",
        "youth",
        "family",
        "peace",
        "violence",
        "crime",
        "hate",
        "speech",
        "human",
        "rights",
        "education",
        "development",
        "prevention",
        "security",
        "justice",
        "safety",
        "data",
        "policy",
        "research",
        "science",
        "sciences",
        "law",
        "studies",
        "training",
        "media",
        "online",
        "likert",
        "scale",
        "inventory",
        "questionnaire",
        "index",
        "test",
        "model",
        "theory",
        "brothers",
        "sisters",
        "big",
        "street",
        "city",
        "town",
        "county",
        "district",
        "province",
        "region",
    ]
)
BEYOND = re.compile(
    r"^[ \t]{0,9}(?:\d+\.?[ \t]{0,9})?(?:references|bibliography|literature|works cited|références|bibliographie)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


class Passage(NamedTuple):
    """One passage that could point to a person: what kind of sign, in which text, the words, and what stands around them."""

    kind: str
    where: str
    words: str
    passage: str

    @property
    def key(self) -> str:
        """Name the words in their text, so that what a person has let pass is not asked for again."""
        return blake2b("\0".join((self.kind, self.where, self.words)).encode(), digest_size=10).hexdigest()


def look_over(
    texts: Mapping[str, str], *, known: Iterable[str] = (), is_place: Callable[[str], bool] = lambda _name: False
) -> list[Passage]:
    """Return what could point to a person in texts by their names, each passage of a text once, in its order."""
    own = {fold(name) for name in known} - {""}
    found: dict[str, Passage] = {}
    for where, text in texts.items():
        for kind, start, end in islice(_signs(text[:LONGEST], own, is_place), MOST):
            words = " ".join(text[start:end].split())
            passage = " ".join(text[max(0, start - AROUND) : end + AROUND].split())
            finding = Passage(kind, where, words, passage)
            found.setdefault(finding.key, finding)
    return list(found.values())


Sign = tuple[str, int, int]


def _signs(text: str, own: Collection[str], is_place: Callable[[str], bool]) -> Iterator[Sign]:
    """Return signs in the order in which they stand, each looked for when it is asked for and no sooner."""
    bare = MASKED.sub(_blank, MAILS.sub(_blank, text))
    titled, before_names = tee(_in_order(_titled(pattern, bare, own) for pattern in (TITLED, CLIENT)))
    phones = (match.span() for match in PHONES.finditer(bare) if _could_ring(match[0]))
    said = (match.span(1) for match in SAID_PHONE.finditer(bare) if not PHONES.search(match[1]))
    yield from _in_order(
        [
            _named(MAIL, (match.span() for match in MAILS.finditer(text))),
            _named(PHONE, phones),
            _named(PHONE, said),
            *(_named(NUMBER, _spans(pattern, bare, 1)) for pattern in NUMBERS),
            *(_named(FEW, _spans(pattern, bare, 0)) for pattern in SMALL),
            titled,
            _full_names(bare, own, is_place, before_names),
        ]
    )


def _in_order(signs: Iterable[Iterator[Sign]]) -> Iterator[Sign]:
    return merge(*signs, key=lambda each: each[1:])


def _named(kind: str, spans: Iterable[tuple[int, int]]) -> Iterator[Sign]:
    return ((kind, *span) for span in spans)


def _spans(pattern: re.Pattern[str], text: str, group: int) -> Iterator[tuple[int, int]]:
    return (match.span(group) for match in pattern.finditer(text))


def _titled(pattern: re.Pattern[str], text: str, own: Collection[str]) -> Iterator[Sign]:
    return _named(NAME, (match.span() for match in pattern.finditer(text) if not _is_own(match[0], own)))


def _full_names(
    text: str, own: Collection[str], is_place: Callable[[str], bool], titled: Iterator[Sign]
) -> Iterator[Sign]:
    """Two or three capitalised words that stand nowhere else in small letters, and are no place and nobody's who wrote it.

    What lies over one of the names in `titled` was found already.
    """
    end = BEYOND.search(text)
    body = text[: end.start()] if end else text
    small = {fold(word) for word in set(re.findall(rf"{WORD}+", body)) if word[0].islower()}
    covered, ahead = 0, next(titled, None)
    for match in FULL.finditer(body):
        while ahead and ahead[1] < match.end():
            covered, ahead = max(covered, ahead[2]), next(titled, None)
        words = match[0].split()
        folded = [fold(word) for word in words]
        if covered > match.start() or _is_own(match[0], own):
            continue
        if any(word in COMMON or word in small for word in folded) or any(
            word.isupper() and len(word) > LETTERS for word in words
        ):
            continue
        if is_place(match[0]) or any(is_place(word) for word in words if len(word) > LETTERS):
            continue
        yield (NAME, *match.span())


def _is_own(said: str, own: Collection[str]) -> bool:
    """Say whether the words of a name, without its title, all belong to one name that is known."""
    words = set(fold(said).split()) - TITLES
    return any(words <= set(name.split()) for name in own)


def _could_ring(said: str) -> bool:
    digits = sum(sign.isdigit() for sign in said)
    return FEWEST_DIGITS <= digits <= MOST_DIGITS and not re.match(r"0[.,]", said)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
