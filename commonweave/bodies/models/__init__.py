"""Bodies, on what they rest, who sits on them, and when they meet."""

from commonweave.bodies.models.bodies import Body, Seat, Sitting
from commonweave.bodies.models.mandates import Mandate
from commonweave.bodies.models.meetings import Meeting

__all__ = ["Body", "Mandate", "Meeting", "Seat", "Sitting"]
