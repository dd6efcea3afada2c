"""Three answers and a list of people: what a body starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.base.editing import EditForm
from commonweave.bodies import people_list, queries, rules
from commonweave.people.forms import PlaceField, place_line
from commonweave.places.atlas import atlas
from commonweave.places.defaults import TIME_ZONE
from commonweave.sharing.models import Tlp
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from commonweave.base.viewer import Viewer
    from commonweave.bodies.models import Body

WHO_SEES = ((Tlp.CLEAR, _("Anyone")), (Tlp.GREEN, _("Partners")), (Tlp.AMBER, _("My organisation")))


class PeopleField(forms.CharField):
    """A table of people, pasted."""

    def __init__(self, **kwargs: Any) -> None:
        """Leave room for some."""
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), max_length=200_000, strip=False, **kwargs)

    def clean(self, value: Any) -> list[people_list.Somebody]:  # noqa: ANN401 Django's own signature
        """Return the people; say every mistake at once."""
        text = super().clean(value)
        if not text.strip():
            return []
        try:
            return people_list.read(text)
        except people_list.UnfitError as unfit:
            raise forms.ValidationError(unfit.wrong) from None


class MeetingForm(forms.Form):
    """When, in the time of the body's place, and where."""

    use_required_attribute = False
    meets_at = forms.DateTimeField(
        label=_("When does it meet next?"),
        help_text=_("In the local time of its place. Leave it empty if you do not know yet."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def there(self, place: UUID) -> datetime | None:
        """Return the moment that was meant."""
        said: datetime | None = self.cleaned_data.get("meets_at")
        book = atlas()
        spot = book.by_id(place)
        zone = str(book.setting(spot, TIME_ZONE)) if spot else "UTC"
        return said.replace(tzinfo=ZoneInfo(zone)) if said else None


class BodyForm(MeetingForm):
    """What a body is called, where it is, when it meets; the rest when it starts to matter."""

    name = forms.CharField(label=_("What is it called?"), max_length=200)
    kind = forms.ChoiceField(label=_("What is it?"), initial="working_group")
    place = PlaceField(label=_("For which place?"), help_text=_("A ward, a city, a region or a whole country."))
    people = PeopleField(
        label=_("Who is on it?"),
        required=False,
        help_text=_(
            "Paste a table: name, organisation, whom they speak for, seat. One line each. You can add them later."
        ),
    )
    tlp = forms.ChoiceField(label=_("Who sees it?"), choices=WHO_SEES, initial=Tlp.CLEAR)
    field_order = ("organisation", "name", "kind", "place", "meets_at", "people", "tlp")

    def __init__(self, *args: Any, organisations: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        """Ask for the organisation where there are several."""
        super().__init__(*args, **kwargs)
        own = list(organisations)
        self.only = own[0][0] if len(own) == 1 else None
        if self.only is None:
            self.fields["organisation"] = forms.TypedChoiceField(
                label=_("For which organisation?"), choices=own, coerce=UUID
            )
        self.fields["kind"].choices = vocabulary.choices("body-kind")  # type: ignore[attr-defined]  # a choice field
        self.order_fields(self.field_order)

    def to_action(self) -> dict[str, Any]:
        """Return the action's arguments."""
        said = self.cleaned_data
        given = {name: said[name] for name in ("name", "kind", "place", "people", "tlp")}
        return {**given, "holder": self.only or said["organisation"], "meets_at": self.there(said["place"])}


class PeopleForm(forms.Form):
    """More people."""

    use_required_attribute = False
    people = PeopleField(
        label=_("Who is on it?"),
        help_text=_("Paste a table: name, organisation, whom they speak for, seat. One line each."),
    )


class EditBodyForm(EditForm):
    """What a body is called, what it is for, what it is part of, who sees it, and whether it has ended."""

    name = forms.CharField(label=_("What is it called?"), max_length=200)
    kind = forms.ChoiceField(label=_("What is it?"))
    place = PlaceField(label=_("For which place?"))
    purpose = forms.CharField(
        label=_("What is it for?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    parent = forms.CharField(
        label=_("Part of which other body?"),
        max_length=600,
        required=False,
        help_text=_("Its name or address on this node. Leave it empty if it stands alone."),
    )
    tlp = forms.ChoiceField(label=_("Who sees it?"), choices=WHO_SEES)
    ended_on = forms.DateField(
        label=_("Has it ended? On which day?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, viewer: Viewer, body: Body, **kwargs: Any) -> None:
        """Know whom to ask for the other body."""
        super().__init__(*args, **kwargs)
        self.viewer, self.body = viewer, body
        self.fields["kind"].choices = vocabulary.choices("body-kind")  # type: ignore[attr-defined]  # a choice field

    def clean_parent(self) -> Body | None:
        """Find it, and see that no circle comes of it."""
        said = str(self.cleaned_data["parent"])
        if not said:
            return None
        found = queries.find_body(self.viewer, said)
        if found is None:
            raise forms.ValidationError(_("We do not know this body, or more than one has this name: use its address."))
        if not (verdict := rules.may_be_part_of(self.body, found, queries.line(self.viewer, found))):
            raise forms.ValidationError(verdict.reason)
        return found

    def clean_ended_on(self) -> date | None:
        """A body ends after it began."""
        day: date | None = self.cleaned_data["ended_on"]
        if day is not None and day < self.body.began_on:
            raise forms.ValidationError(_("It began later than that."))
        return day

    @classmethod
    def starting_with(cls, body: Body) -> dict[str, Any]:
        """Return what the form shows first."""
        kept = {name: getattr(body, name) for name in ("kind", "tlp", "ended_on")}
        said = {"name": body.names.say(), "purpose": body.purpose.say(), "place": place_line(body.place_id)}
        return {**said, **kept, "parent": body.parent.slug if body.parent else ""}
