"""Pure decisions, a file for each subject."""

from commonweave.evidence.rules.records import (
    SMS_OF,
    SMS_VERSION,
    STRENGTH_OF,
    STRENGTHS,
    designs_of,
    direction_for,
    may_keep,
    may_publish,
    may_withdraw,
    strength_of,
)

__all__ = [
    "SMS_OF",
    "SMS_VERSION",
    "STRENGTHS",
    "STRENGTH_OF",
    "designs_of",
    "direction_for",
    "may_keep",
    "may_publish",
    "may_withdraw",
    "strength_of",
]
