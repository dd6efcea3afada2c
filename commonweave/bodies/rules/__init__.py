"""What may be done with bodies, and where their mandates stand."""

from commonweave.bodies.rules.bodies import may_be_part_of, may_keep, may_keep_for, may_meet, may_start
from commonweave.bodies.rules.mandates import SOON, Standing, last_day, may_follow, standing

__all__ = [
    "SOON",
    "Standing",
    "last_day",
    "may_be_part_of",
    "may_follow",
    "may_keep",
    "may_keep_for",
    "may_meet",
    "may_start",
    "standing",
]
