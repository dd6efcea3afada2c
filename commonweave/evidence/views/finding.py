"""The page that finds: one box, facets with counts, results that say what was found and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonweave.base.sorting import fold
from commonweave.evidence import queries, rules, saying
from commonweave.evidence.models import Direction
from commonweave.evidence.queries import FACETS, Asked
from commonweave.evidence.rules import STRENGTHS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import QueryDict

    from commonweave.base.viewer import ViewerRequest
    from commonweave.evidence.models import Record
    from commonweave.evidence.queries import Found

OPEN = ("strength", "tried")
ORDER = {"found": Direction.values, "strength": STRENGTHS}
CROSSED = ("tried", "outcome")
MOST_CODES = 40
LONGEST = 200
YEAR = 4


@require_safe
def find(request: ViewerRequest) -> TemplateResponse:
    """Look for records."""
    asked = read_question(request.GET)
    found = queries.find(request.viewer, asked)
    crossed = [next(iter(codes)) for name in CROSSED if len(codes := asked.facets.get(name, ())) == 1]
    context = {
        "asked": asked,
        "total": found.total,
        "results": [_result(record, asked, found) for record in found.page.records],
        "carried": found.carried,
        "next": _address(request.GET, after=[found.page.next]) if found.page.next else "",
        "directions": [_tile(request.GET, found.counts, asked, code) for code in Direction.values],
        "groups": [_group(found.counts, asked, name) for name in FACETS if name != "found"],
        "chosen": _chosen(request.GET, asked),
        "tabs": saying.tabs("find", request.viewer),
        "save": _save(request),
        "feed": _feed(request.GET),
        "gap": len(crossed) == len(CROSSED),
        "together": _together(crossed),
        "ask": _to_ask(crossed) if rules.is_thin(found.total) else "",
    }
    return TemplateResponse(request, "evidence/find.html", context)


def read_question(given: QueryDict) -> Asked:
    """Read what was asked for; what cannot be read is left out."""
    facets = {name: [_plain(code) for code in given.getlist(name)[:MOST_CODES]] for name in FACETS}
    return Asked(
        text=_plain(given.get("q", "")),
        facets={name: kept for name, codes in facets.items() if (kept := [code for code in codes if code])},
        since=_year(given.get("since", "")),
        until=_year(given.get("until", "")),
        after=given.get("after", ""),
    )


def words_of_question(asked: Asked) -> str:
    """Say a question in words, such as to a person who saved it."""
    said = [f"“{asked.text}”"] if asked.text else []
    said += [saying.code_name(name, code) for name, codes in asked.facets.items() for code in codes]
    said += [f"{asked.since or '…'}–{asked.until or '…'}"] if asked.since or asked.until else []
    return ", ".join(said)


def _together(crossed: Sequence[str]) -> str:
    """Return the address of what studies say together, where the list is about one thing tried for one outcome."""
    known = [code for name, code in zip(CROSSED, crossed, strict=False) if saying.is_known(name, code)]
    return reverse("evidence:finding", args=known) if len(known) == len(CROSSED) else ""


def _to_ask(crossed: Sequence[str]) -> str:
    """Return where more studies of one thing tried for one outcome are asked for."""
    return _together(crossed) and reverse("evidence:ask_for", args=list(crossed))


def _plain(text: str) -> str:
    """Return what the database can be asked for: no NUL, and not without end."""
    return text.replace("\0", "").strip()[:LONGEST]


def _year(text: str) -> int | None:
    return (int(text) or None) if text.isdecimal() and len(text) == YEAR else None


def _result(record: Record, asked: Asked, found: Found) -> dict[str, Any]:
    says = {"title": _("the title"), "text": _("the text"), "near": _("what it is about")}
    why = [says.get(name) or saying.code_name(name, code) for name, code in queries.reasons(record, asked)]
    said = found.why.get(record.pk) if found.why else None
    excerpt = said.excerpt if said and any(piece.answers for piece in said.excerpt) else ()
    return {**saying.outline(record), "why": why[:4], "excerpt": excerpt}


def _save(request: ViewerRequest) -> str:
    """Return where somebody who is signed in saves this search; nobody saves the whole library."""
    kept = request.GET.copy()
    kept.pop("after", None)
    return f"{reverse('evidence:saved')}?{kept.urlencode()}" if request.viewer.person and kept else ""


def _feed(given: QueryDict) -> str:
    """Return where a reader of feeds follows this list."""
    kept = given.copy()
    kept.pop("after", None)
    return f"{reverse('evidence:feed')}?{kept.urlencode()}" if kept else reverse("evidence:feed")


def _choice(counts: Mapping[tuple[str, str], int], asked: Asked, name: str, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "label": saying.code_name(name, code),
        "number": counts.get((name, code), 0),
        "chosen": code in asked.facets.get(name, ()),
    }


def _tile(given: QueryDict, counts: Mapping[tuple[str, str], int], asked: Asked, code: str) -> dict[str, Any]:
    """Return what was found how often, with the address of the list with or without it."""
    tile = _choice(counts, asked, "found", code)
    chosen = asked.facets.get("found", ())
    kept = [each for each in chosen if each != code] if tile["chosen"] else [*chosen, code]
    return {**tile, "url": _address(given, found=kept)}


def _group(counts: Mapping[tuple[str, str], int], asked: Asked, name: str) -> dict[str, Any]:
    chosen = list(asked.facets.get(name, ()))
    codes = dict.fromkeys([code for facet, code in counts if facet == name and code] + chosen)
    choices = [_choice(counts, asked, name, code) for code in codes]
    if name == "year":
        choices.sort(key=lambda each: str(each["code"]), reverse=True)
    elif order := ORDER.get(name):
        choices.sort(key=lambda each: order.index(each["code"]) if each["code"] in order else len(order))
    else:
        choices.sort(key=lambda each: (-each["number"], fold(each["label"])))
    return {
        "name": name,
        "label": saying.facet_name(name),
        "choices": choices,
        "open": bool(chosen) or name in OPEN,
        "chosen": len(chosen),
    }


def _chosen(given: QueryDict, asked: Asked) -> list[dict[str, str]]:
    """Return what narrows the list, each with the address of the list without it."""
    found = []
    for name, codes in asked.facets.items():
        for code in codes:
            url = _address(given, **{name: [each for each in codes if each != code]})
            found.append({"label": saying.code_name(name, code), "facet": saying.facet_name(name), "url": url})
    return found


def _address(given: QueryDict, **instead: Sequence[str]) -> str:
    """Return the address of this list with something else in place of what it says, from its beginning."""
    kept = given.copy()
    for name, values in {"after": [], **instead}.items():
        kept.setlist(name, list(values))
    return f"?{kept.urlencode()}"
