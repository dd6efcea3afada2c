"""What may be done with bodies."""

from commonweave.bodies.rules.bodies import may_keep, may_keep_for, may_meet, may_start

__all__ = ["may_keep", "may_keep_for", "may_meet", "may_start"]
