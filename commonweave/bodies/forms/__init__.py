"""What is asked of whoever keeps a body."""

from commonweave.bodies.forms.bodies import BodyForm, MeetingForm, PeopleForm

__all__ = ["BodyForm", "MeetingForm", "PeopleForm"]
