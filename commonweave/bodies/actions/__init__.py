"""What is done with bodies."""

from commonweave.bodies.actions.bodies import add_people, plan_meeting, start_body

__all__ = ["add_people", "plan_meeting", "start_body"]
