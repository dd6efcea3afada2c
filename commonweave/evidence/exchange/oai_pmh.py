"""The Open Archives Initiative Protocol for Metadata Harvesting 2.0: six verbs, answered without any memory.

Tokens are signed and hold all that is needed to go on, so that no process has to remember a harvest, and none runs out
while somebody's machine is off for the night. Only what anybody may read is told, whoever asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.translation import override

from commonweave.evidence import queries, saying
from commonweave.evidence.exchange import datacite, dublin_core
from commonweave.evidence.exchange.markup import XSI, Maker, written
from commonweave.evidence.models import Direction
from commonweave.evidence.queries import SETS, Key, Since
from commonweave.evidence.rules import STRENGTHS
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from commonweave.evidence.models import Change, Record

PATH = "/oai"
PAGE = 100
VALID = timedelta(days=30)
SALT = "evidence.oai"
NO_CONTACT = "no-contact-is-set@node.invalid"
"""The protocol wants an address; this one says that nobody has set one (RFC 2606 keeps `.invalid` free)."""
NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
DAY, SECOND = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

make = Maker(NAMESPACE, {None: NAMESPACE, "xsi": XSI})
LAST = datetime(9999, 1, 1, tzinfo=UTC)
Given = dict[str, str]


class Format(NamedTuple):
    """A metadata format: where its schema lies, its namespace, and what writes it."""

    schema: str
    namespace: str
    write: Callable[[Record], Any]


FORMATS = {
    "oai_dc": Format(dublin_core.SCHEMA, dublin_core.NAMESPACE, dublin_core.document),
    "datacite": Format(datacite.SCHEMA, datacite.NAMESPACE, datacite.document),
    "oai_datacite": Format(datacite.WRAPPER_SCHEMA, datacite.WRAPPER, datacite.wrapped),
}


class Mistake(Enum):
    """What can be wrong with a request: the protocol's code, and a sentence."""

    VERB = ("badVerb", "The argument verb is missing, or is none of the six.")
    TWICE = ("badArgument", "An argument was given twice.")
    STRANGE = ("badArgument", "An argument that this verb does not take.")
    MISSING = ("badArgument", "An argument that this verb needs is missing.")
    MORE = ("badArgument", "With a resumptionToken nothing else is said.")
    UNEVEN = ("badArgument", "from and until must be equally exact.")
    BACKWARDS = ("badArgument", "until lies before from.")
    TIME = ("badArgument", "Times are written 2026-01-31 or 2026-01-31T23:59:59Z.")
    TOKEN = ("badResumptionToken", "This token was not made here, or it is too old.")
    FORMAT = ("cannotDisseminateFormat", "There are oai_dc, datacite and oai_datacite.")
    NAME = ("idDoesNotExist", "There is nothing of that name.")
    NOTHING = ("noRecordsMatch", "Nothing changed in that time, or there is no such set.")


class OaiError(Exception):
    """One of the protocol's own errors."""

    def __init__(self, mistake: Mistake) -> None:
        """Keep what is wrong."""
        super().__init__(mistake)
        self.code, self.said = mistake.value


@dataclass(frozen=True)
class Place:
    """Where a harvest stands: what was asked for, in which format, and how many were told so far."""

    asked: Since
    prefix: str
    cursor: int = 0

    def token(self) -> str:
        """Write it down, signed."""
        asked = self.asked
        times = [
            each and each.isoformat() for each in (asked.since, asked.before, asked.after and asked.after.changed_at)
        ]
        narrowed, last = asked.narrowed, asked.after and str(asked.after.record)
        return signing.dumps([self.prefix, self.cursor, narrowed, last, *times], salt=SALT)

    @classmethod
    def of(cls, token: str) -> Place:
        """Read it. Raises OaiError."""
        try:
            prefix, cursor, narrowed, last, *times = signing.loads(token, salt=SALT, max_age=VALID)
        except signing.BadSignature:
            raise OaiError(Mistake.TOKEN) from None
        since, before, changed_at = (datetime.fromisoformat(each) if each else None for each in times)
        after = Key(changed_at, UUID(last)) if changed_at else None
        return cls(Since(since, before, tuple(narrowed) if narrowed else None, after), prefix, cursor)


def answer(given: Iterable[tuple[str, str]]) -> bytes:
    """Answer a request: names and values as they came, those that came twice too."""
    said = list(given)
    arguments = dict(said)
    at = queries.now()
    try:
        verb = _verb(said, arguments)
        with override(settings.LANGUAGE_CODE):
            inside = make(arguments["verb"], *verb.answer(arguments, at))
    except OaiError as error:
        inside = make("error", error.said, code=error.code)
        if error.code in {"badVerb", "badArgument"}:
            arguments = {}
    request = make("request", base_url(), **dict(sorted(arguments.items())))
    return written(make.located("OAI-PMH", f"{NAMESPACE} {SCHEMA}", make("responseDate", _time(at)), request, inside))


def base_url() -> str:
    """Return the address that harvesters know us by."""
    return f"{settings.CONFIG.url}{PATH}"


def _verb(said: list[tuple[str, str]], given: Given) -> Verb:
    """Return what was asked; refuse what is missing and what does not belong. Raises OaiError."""
    if len(given) < len(said):
        raise OaiError(Mistake.TWICE)
    verb = VERBS.get(given.get("verb", ""))
    if verb is None:
        raise OaiError(Mistake.VERB)
    names = set(given) - {"verb"}
    if names - verb.needs - verb.takes - ({"resumptionToken"} if verb.pages else set()):
        raise OaiError(Mistake.STRANGE)
    if "resumptionToken" in names and len(names) > 1:
        raise OaiError(Mistake.MORE)
    if "resumptionToken" not in names and verb.needs - names:
        raise OaiError(Mistake.MISSING)
    return verb


def _identify(given: Given, at: datetime) -> list[Any]:
    del given
    told = {
        "repositoryName": "Commonweave",
        "baseURL": base_url(),
        "protocolVersion": "2.0",
        "adminEmail": settings.CONFIG.contact or NO_CONTACT,
        "earliestDatestamp": _time(queries.first_change() or at),
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }
    return [make(name, value) for name, value in told.items()]


def _list_formats(given: Given, at: datetime) -> list[Any]:
    if "identifier" in given:
        _known(given["identifier"], at)
    return [
        make(
            "metadataFormat",
            make("metadataPrefix", prefix),
            make("schema", form.schema),
            make("metadataNamespace", form.namespace),
        )
        for prefix, form in FORMATS.items()
    ]


def _list_sets(given: Given, at: datetime) -> list[Any]:
    del at
    if "resumptionToken" in given:
        raise OaiError(Mistake.TOKEN)
    codes = {
        "kind": vocabulary.labels("evidence-kind"),
        "language": queries.languages_of_changes(),
        "strength": STRENGTHS,
        "found": Direction.values,
    }
    return [
        make("set", make("setSpec", f"{name}.{code}"), make("setName", _name(name, code)))
        for name in SETS
        for code in codes[name]
    ]


def _name(name: str, code: str) -> str:
    return f"{saying.facet_name(name)}: {saying.code_name(name, code)}"


def _get_record(given: Given, at: datetime) -> list[Any]:
    form = _format(given["metadataPrefix"])
    change = _known(given["identifier"], at)
    records = {} if change.gone else queries.public_records([change.record])
    if not change.gone and not records:
        raise OaiError(Mistake.NAME)
    return [_record(change, records, form)]


def _list_records(given: Given, at: datetime) -> list[Any]:
    place, changes, token = _page(given, at)
    records = queries.public_records([change.record for change in changes if not change.gone])
    form = _format(place.prefix)
    # What was taken back since the question before this one comes again, with a later time.
    told = [_record(change, records, form) for change in changes if change.gone or change.record in records]
    return [*told, *token]


def _list_identifiers(given: Given, at: datetime) -> list[Any]:
    _place, changes, token = _page(given, at)
    return [*map(_header, changes), *token]


def _page(given: Given, at: datetime) -> tuple[Place, list[Change], list[Any]]:
    """Return where we stand, a page of changes, and the token that goes on. Raises OaiError."""
    resumed = "resumptionToken" in given
    place = Place.of(given["resumptionToken"]) if resumed else Place(_asked(given), given["metadataPrefix"])
    _format(place.prefix)
    found = queries.changed(place.asked, at, PAGE)
    if not found.changes and not resumed:
        raise OaiError(Mistake.NOTHING)
    if not found.next:
        return place, found.changes, [make("resumptionToken", cursor=str(place.cursor))] if resumed else []
    asked = Since(place.asked.since, place.asked.before, place.asked.narrowed, found.next)
    token = Place(asked, place.prefix, place.cursor + PAGE).token()
    until = _time(at + VALID - timedelta(minutes=1))
    return place, found.changes, [make("resumptionToken", token, cursor=str(place.cursor), expirationDate=until)]


def _asked(given: Given) -> Since:
    """Read from, until and set. Raises OaiError."""
    since, until = given.get("from"), given.get("until")
    if since and until and len(since) != len(until):
        raise OaiError(Mistake.UNEVEN)
    start = _read(since) if since is not None else None
    end = _read(until) if until is not None else None
    if start and end and start > end:
        raise OaiError(Mistake.BACKWARDS)
    if end:  # until is in it: all of that day, or of that second
        end = min(end, LAST) + (timedelta(days=1) if DAY.fullmatch(until or "") else timedelta(seconds=1))
    name, _, code = given.get("set", "").partition(".")
    if "set" in given and (name not in SETS or not code or "\0" in code):
        raise OaiError(Mistake.NOTHING)
    return Since(start, end, (name, code) if code else None)


def _read(text: str) -> datetime:
    try:
        if SECOND.fullmatch(text) or DAY.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        pass
    raise OaiError(Mistake.TIME)


def _format(prefix: str) -> Format:
    if prefix not in FORMATS:
        raise OaiError(Mistake.FORMAT)
    return FORMATS[prefix]


def _known(identifier: str, at: datetime) -> Change:
    try:
        pk = UUID(identifier.removeprefix("urn:uuid:"))
    except ValueError:
        raise OaiError(Mistake.NAME) from None
    change = queries.change_of(pk, at) if identifier == pk.urn else None
    if change is None:
        raise OaiError(Mistake.NAME)
    return change


def _record(change: Change, records: Mapping[UUID, Record], form: Format) -> Any:  # noqa: ANN401 lxml has no types
    if change.gone:
        return make("record", _header(change))
    return make("record", _header(change), make("metadata", form.write(records[change.record])))


def _header(change: Change) -> Any:  # noqa: ANN401 lxml has no types
    sets = (make("setSpec", f"{name}.{code}") for name, code in queries.sets_of(change).items())
    told = (make("identifier", change.record.urn), make("datestamp", _time(change.changed_at)), *sets)
    return make("header", *told, status="deleted" if change.gone else None)


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Verb(NamedTuple):
    """What answers a verb, what it needs, what it takes, and whether it may come in pages."""

    answer: Callable[[Given, datetime], list[Any]]
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    pages: bool = False


LISTED = (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}), True)
VERBS = {
    "Identify": Verb(_identify),
    "ListMetadataFormats": Verb(_list_formats, takes=frozenset({"identifier"})),
    "ListSets": Verb(_list_sets, pages=True),
    "GetRecord": Verb(_get_record, needs=frozenset({"identifier", "metadataPrefix"})),
    "ListIdentifiers": Verb(_list_identifiers, *LISTED),
    "ListRecords": Verb(_list_records, *LISTED),
}
