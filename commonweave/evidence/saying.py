"""Codes of records in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweave.base.formats import digits, locale_for
from commonweave.base.viewer import NOBODY
from commonweave.evidence import rules
from commonweave.evidence.queries import FACETS
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from typing import Any

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record

MOST_NAMES = 3


def facet_name(name: str) -> str:
    """Name a facet."""
    if scheme := FACETS[name].scheme:
        return vocabulary.schemes()[scheme].names.say()
    return {"country": _("Country"), "place": _("Place"), "language": _("Language"), "year": _("Year")}[name]


def code_name(name: str, code: str) -> str:
    """Say a code of a facet: the vocabulary's words, a country, a language, or what stands for itself."""
    if scheme := FACETS[name].scheme:
        return vocabulary.label(scheme, code).say()
    if name in ("place", "year"):
        return code if name == "place" or not code.isdecimal() else digits(int(code))
    locale = locale_for()
    return str((locale.territories if name == "country" else locale.languages).get(code) or code)


def is_known(name: str, code: str) -> bool:
    """Say whether a code stands in the vocabulary of a facet."""
    return code in vocabulary.schemes()[FACETS[name].scheme].terms


def authors(record: Record) -> str:
    """Name the first authors; where there are more, say so."""
    names = [author.get("organisation") or author.get("family", "") for author in record.authors]
    if len(names) > MOST_NAMES:
        return _("%(names)s and others") % {"names": names[0]}
    return ", ".join(names)


def outline(record: Record) -> dict[str, Any]:
    """Return what a list shows of a record."""
    strength = rules.strength_of(record.design)
    return {
        "record": record,
        "url": reverse("evidence:record", args=[record.slug]),
        "kind": code_name("kind", record.kind),
        "authors": authors(record),
        "foreign": code_name("language", record.language) if record.language != get_language() else "",
        "direction": record.direction,
        "found": code_name("found", record.direction),
        "strength": strength,
        "sure": code_name("strength", strength),
    }


def direction_of(kind: str) -> str:
    """Return the mark under which a finding stands; "works" and "helped so far" share one, their words differ."""
    return {
        "works": "helped",
        "helped_so_far": "helped",
        "counter_productive": "made_worse",
        "too_little": "unknown",
    }.get(kind, kind)


def tabs(current: str, viewer: Viewer = NOBODY) -> list[dict[str, Any]]:
    """Return the ways between the pages of this floor; who signed in has more, members most."""
    ways = [
        ("find", _("Find")),
        ("findings", _("Studies together")),
        ("gap_map", _("What is known")),
        ("assumptions", _("Assumptions")),
        ("due", _("Due")),
    ]
    if viewer.person:
        ways.append(("saved", _("Saved searches")))
    if viewer.organisations:
        ways.append(("ours", _("Our records")))
    return [{"url": reverse(f"evidence:{name}"), "label": label, "current": name == current} for name, label in ways]
