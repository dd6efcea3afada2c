"""What is done with bodies."""

from commonweave.bodies.actions.bodies import add_people, edit_body, plan_meeting, start_body
from commonweave.bodies.actions.mandates import give_mandate

__all__ = ["add_people", "edit_body", "give_mandate", "plan_meeting", "start_body"]
