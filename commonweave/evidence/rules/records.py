"""What a design can carry, and who may change a record. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.evidence.models import Direction, State
from commonweave.evidence.rules.wholeness import may_stand
from commonweave.people.rules import administered

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record

STRENGTHS = ("many", "strong", "fair", "weak", "other", "unknown")
"""How sure a design can make us that a programme caused what changed; codes of the vocabulary `evidence-strength`."""

STRENGTH_OF = {
    "meta_analysis": "many",
    "systematic_review": "many",
    "rct": "strong",
    "quasi_experiment": "fair",
    "before_after_controlled": "fair",
    "before_after": "weak",
    "cross_section": "weak",
    "qualitative": "other",
    "process": "other",
    "contribution": "other",
    "mixed": "other",
}

SMS_OF = {"rct": 5, "before_after_controlled": 3, "before_after": 1, "cross_section": 1}
"""Maryland Scientific Methods Scale where the design alone decides. A quasi-experiment may be 2, 3 or 4."""
SMS_VERSION = "What Works Growth"  # whatworksgrowth.org/resources/the-scientific-maryland-scale


def strength_of(design: str) -> str:
    """Return how sure a design can make us; what states none cannot be told."""
    return STRENGTH_OF.get(design, "unknown")


def designs_of(strength: str) -> list[str]:
    """Return the designs behind a strength; of "unknown" those that state none."""
    return [design for design, known in STRENGTH_OF.items() if known == strength] or ["none_stated", ""]


def direction_for(record: Record, outcome: str) -> str:
    """Return what a record found about one outcome: what was coded for it, else what it found as a whole."""
    return str(record.directions.get(outcome, record.direction or Direction.UNKNOWN))


def may_keep(viewer: Viewer, holder: UUID) -> Verdict:
    """Administrators keep the records of their own organisation."""
    if viewer.system or holder in administered(viewer):
        return YES
    return no(_("Only an administrator of the organisation that holds this record can change it."))


def may_publish(viewer: Viewer, record: Record) -> Verdict:
    """A draft is published once, and only when it is whole: it says where its facts were read, too."""
    if not (allowed := may_keep(viewer, record.holder)):
        return allowed
    if record.state != State.DRAFT:
        return no(_("This record is not a draft."))
    return may_stand(record)


def may_renew(viewer: Viewer) -> Verdict:
    """Findings are reckoned by the system alone: nobody writes down what studies say together."""
    return YES if viewer.system else no(_("Findings are reckoned, not written."))


def may_withdraw(viewer: Viewer, record: Record) -> Verdict:
    """What was published can be taken back; that it was there stays visible."""
    if not (allowed := may_keep(viewer, record.holder)):
        return allowed
    if record.state != State.PUBLISHED:
        return no(_("Only a published record can be withdrawn."))
    return YES
