"""Pages of bodies."""

from commonweave.bodies.views.bodies import (
    add_people,
    bodies,
    body,
    edit_body,
    give_mandate,
    plan_meeting,
    start_body,
)

__all__ = ["add_people", "bodies", "body", "edit_body", "give_mandate", "plan_meeting", "start_body"]
