"""What is asked of whoever keeps a body."""

from commonweave.bodies.forms.bodies import BodyForm, EditBodyForm, MeetingForm, PeopleForm
from commonweave.bodies.forms.mandates import MandateForm

__all__ = ["BodyForm", "EditBodyForm", "MandateForm", "MeetingForm", "PeopleForm"]
