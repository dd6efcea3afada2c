"""When a run of harvesting has had enough, and when its drafts may go. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.evidence.models import HarvestState

if TYPE_CHECKING:
    from commonweave.evidence.models import Harvest

MOST_PAGES = 1_000
"""Of one run. At the usual hundred entries a page that is a large library; one that makes up pages keeps nobody busy for ever."""
MOST_DRAFTS = 5_000
"""Of one run. More than an organisation reads through in a year, and as many as a list that is taken in."""
MOST_BYTES = 500_000_000
"""Of one run. Five thousand long entries fit a hundred times over; a node on a thin line is not read empty by one library."""
MARK = 8  # bytes of a token's hash


class Enough(StrEnum):
    """Why a run ends before its library does."""

    PAGES = "pages"
    DRAFTS = "drafts"
    BYTES = "bytes"
    ROUND = "round"
    PERSON = "person"


def drafts_left(run: Harvest) -> int:
    """Return how many more drafts a run may make."""
    return max(0, MOST_DRAFTS - run.run_drafts)


def enough(run: Harvest) -> str:
    """Say which limit a run has reached, or ""."""
    if not drafts_left(run):
        return Enough.DRAFTS
    if run.run_bytes >= MOST_BYTES:
        return Enough.BYTES
    return Enough.PAGES if run.run_pages >= MOST_PAGES else ""


def mark_of(token: str) -> bytes:
    """Return what is kept of a token to know it again."""
    return blake2b(token.encode(), digest_size=MARK).digest() if token else b""


def goes_round(tokens: bytes, token: str) -> bool:
    """Say whether a token was given before in this run: the pages after it would come again and again."""
    known = {tokens[at : at + MARK] for at in range(0, len(tokens), MARK)}
    return mark_of(token) in known


def may_clear(harvest: Harvest) -> Verdict:
    """Drafts are deleted when no more of them come."""
    if harvest.state == HarvestState.WAITING:
        return no(_("It is under way. Stop it first."))
    return YES
