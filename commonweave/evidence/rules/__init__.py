"""Pure decisions, a file for each subject."""

from commonweave.evidence.rules.combining import Body, Measured, bodies, crossed
from commonweave.evidence.rules.drafting import may_change, may_contribute, may_draft, may_follow
from commonweave.evidence.rules.effects import effect_from
from commonweave.evidence.rules.records import (
    SMS_OF,
    SMS_VERSION,
    STRENGTH_OF,
    STRENGTHS,
    designs_of,
    direction_for,
    may_keep,
    may_publish,
    may_renew,
    may_withdraw,
    strength_of,
)
from commonweave.evidence.rules.saved import may_save_search
from commonweave.evidence.rules.wholeness import lacking, lacking_for_doi, may_be_alone, may_stand

__all__ = [
    "SMS_OF",
    "SMS_VERSION",
    "STRENGTHS",
    "STRENGTH_OF",
    "Body",
    "Measured",
    "bodies",
    "crossed",
    "designs_of",
    "direction_for",
    "effect_from",
    "lacking",
    "lacking_for_doi",
    "may_be_alone",
    "may_change",
    "may_contribute",
    "may_draft",
    "may_follow",
    "may_keep",
    "may_publish",
    "may_renew",
    "may_save_search",
    "may_stand",
    "may_withdraw",
    "strength_of",
]
