"""Forms shaped like the actions they feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonweave.base.editing import EditForm
from commonweave.base.text import Text
from commonweave.people import locks, queries, rules
from commonweave.people.actions.organisations import OrganisationFacts
from commonweave.people.labels import ORGANISATION_KINDS, REPORT_KINDS, ROLES
from commonweave.people.models import Person, Role
from commonweave.places.atlas import atlas
from commonweave.places.defaults import LONGEST_DEADLINE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from nacl.public import PrivateKey

    from commonweave.people.locks import Lock
    from commonweave.people.models import Organisation, Team

CHOICES = 12
SHORTEST_PASSPHRASE = 16


class PlaceField(forms.CharField):
    """A place by name: the typed name must be one place, else the error lists those it could be.

    Each place is also understood by its full line, "Leeds, England, United Kingdom".
    """

    def clean(self, value: Any) -> UUID | None:  # noqa: ANN401 Django's own signature
        """Return the place's id."""
        words = super().clean(value)
        if not words:
            return None
        book = atlas()
        found = book.find(words.split(",")[0], limit=CHOICES)
        lines = {place_line(spot.id): spot for spot in found}
        if words in lines:
            return lines[words].id
        own = [spot for spot in found if words.casefold() in {name.casefold() for name in spot.names.texts.values()}]
        if len(own or found) == 1:
            return (own or found)[0].id
        if not found:
            raise ValidationError(_("We do not know a place of this name. Try the name of the city or region."))
        raise ValidationError(
            _("More than one place could be meant. Write one of these: %(places)s.") % {"places": "; ".join(lines)},
        )


def place_line(place: UUID) -> str:
    """Return "Leeds, England, United Kingdom"."""
    book = atlas()
    spot = book.by_id(place)
    return ", ".join(str(above) for above in reversed(book.lineage(spot))) if spot else ""


def place_name(place: UUID) -> str:
    """Return "Leeds, United Kingdom": enough for a list."""
    book = atlas()
    spot = book.by_id(place)
    if spot is None:
        return ""
    country = book.country(spot)
    return str(spot) if spot == country else f"{spot}, {country}"


class SearchForm(forms.Form):
    """Find an organisation by a part of its name."""

    use_required_attribute = False
    q = forms.CharField(label=_("Name"), required=False, max_length=80)


class OrganisationForm(EditForm):
    """What is said about an organisation."""

    name = forms.CharField(label=_("Name"), max_length=160)
    kind = forms.ChoiceField(label=_("What is it?"), choices=list(ORGANISATION_KINDS.items()), widget=forms.RadioSelect)
    place = PlaceField(
        label=_("Where does it work?"),
        help_text=_("A country, region, city or district."),
        max_length=300,
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    telephone = forms.CharField(label=_("Telephone"), required=False, max_length=40)
    about = forms.CharField(
        label=_("About"),
        help_text=_("One or two sentences that anybody may read."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    signed_on = forms.DateField(
        label=_("Signed the agreement on"),
        help_text=_("From this day its members see what is shared among partners."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @staticmethod
    def starting_with(organisation: Organisation) -> dict[str, Any]:
        """Return what the form shows of an organisation."""
        return {
            "name": organisation.names.say(),
            "kind": organisation.kind,
            "place": place_line(organisation.place_id),
            "website": organisation.website,
            "telephone": organisation.telephone,
            "about": organisation.about.say(),
            "signed_on": organisation.signed_on,
        }

    def facts(self, organisation: Organisation | None = None) -> OrganisationFacts:
        """Return what was said; other languages of an existing name stay."""
        data = self.cleaned_data
        return OrganisationFacts(
            names=_said(data["name"], organisation.names if organisation else Text()),
            kind=data["kind"],
            place=data["place"],
            website=data["website"],
            telephone=data["telephone"],
            about=_said(data["about"], organisation.about if organisation else Text()),
            signed_on=data["signed_on"],
        )


def _said(text: str, before: Text) -> Text:
    """Put a text in place of the one that was shown; the same text changes nothing."""
    if text == before.say():
        return before
    language = before.language_for() or get_language() or "en"
    kept = {code: words for code, words in before.texts.items() if code != language}
    original = before.original if before else language
    return Text({**kept, **({language: text} if text else {})}, original, before.machine - {language})


class _Reasoned(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("The second person reads this before deciding. Do not write about residents or reports."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TeamForm(_Reasoned):
    """A team that would receive reports."""

    name = forms.CharField(label=_("Name of the team"), max_length=160)
    telephone = forms.CharField(label=_("Telephone"), required=False, max_length=40)
    hours = forms.CharField(label=_("When can it be reached?"), required=False, max_length=200)
    field_order = ("name", "telephone", "hours", "reason")

    def facts(self) -> dict[str, Any]:
        """Return the arguments of `propose_team` except the organisation."""
        language = get_language() or "en"
        return {
            "names": Text.of(self.cleaned_data["name"], language),
            "telephone": self.cleaned_data["telephone"],
            "hours": Text.of(self.cleaned_data["hours"], language),
            "reason": self.cleaned_data["reason"],
        }


class TeamClocksForm(EditForm):
    """How long a team has."""

    acknowledge_days = forms.IntegerField(
        label=_("Working days until a report is opened"), required=False, min_value=1, max_value=LONGEST_DEADLINE
    )
    answer_days = forms.IntegerField(
        label=_("Working days until it is answered"), required=False, min_value=1, max_value=LONGEST_DEADLINE
    )


class CoverageForm(_Reasoned):
    """What a team would take, and where."""

    place = PlaceField(
        label=_("Place"),
        help_text=_("Everything beneath it too. Leave empty when you choose an area."),
        required=False,
        max_length=300,
    )
    area = forms.ChoiceField(label=_("Or an area"), required=False)
    report_kinds = forms.MultipleChoiceField(
        label=_("Which reports?"),
        choices=list(REPORT_KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("place", "area", "report_kinds", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """List the areas there are now."""
        super().__init__(*args, **kwargs)
        zones = sorted((zone.names.say(), str(zone.id)) for zone in atlas().zones.values())
        self.fields["area"].choices = [("", _("No area")), *((own, name) for name, own in zones)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Insist on a place or an area, not both."""
        data = super().clean() or {}
        if "place" in data and bool(data["place"]) == bool(data.get("area")):
            self.add_error("place", _("Name a place or choose an area, one of the two."))
        return data


class TrustForm(_Reasoned):
    """Why the members of an organisation may write down what somebody tells them."""


class EndCoverageForm(_Reasoned):
    """Why a team should stop taking reports somewhere."""


class InviteForm(forms.Form):
    """Who is invited, and to what."""

    use_required_attribute = False
    email = forms.EmailField(label=_("Email address"), max_length=254)
    role = forms.ChoiceField(
        label=_("What will this person do?"),
        choices=list(ROLES.items()),
        widget=forms.RadioSelect,
    )
    team = forms.ChoiceField(
        label=_("Which team?"),
        help_text=_("Only for somebody who reads and answers reports."),
        required=False,
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Needed where a second person has to agree. Do not write about residents or reports."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, teams: Sequence[Team], direct: bool, **kwargs: Any) -> None:
        """List the organisation's teams. `direct`: it is the viewer's own organisation."""
        super().__init__(*args, **kwargs)
        self.direct = direct
        self.fields["reason"].required = not direct
        listed = [(str(team.pk), team.names.say()) for team in teams]
        self.fields["team"].choices = [("", _("No team")), *listed]  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """Refuse addresses that no mail can reach; a demonstration invents such people."""
        email: str = self.cleaned_data["email"].strip().lower()
        if email.endswith(".invalid") and not queries.demonstration():
            raise ValidationError(_("No mail can reach this address."))
        return email

    def at_once(self) -> bool:
        """Say whether no second person is needed."""
        return self.direct and self.cleaned_data["role"] in rules.DIRECT

    def clean(self) -> dict[str, Any]:
        """Insist on a team for readers and on a reason for a proposal."""
        data = super().clean() or {}
        reading = data.get("role") == Role.READER
        if reading and not data.get("team"):
            self.add_error("team", _("Choose the team whose reports this person will read."))
        if "role" in data and not reading:
            data["team"] = ""
        if "role" in data and not self.at_once() and not data.get("reason"):
            self.add_error("reason", _("Say why, so that the second person can decide."))
        return data


class DecisionForm(forms.Form):
    """Why a proposal is approved or declined."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("Your reason"),
        help_text=_("The person who proposed this reads it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AcceptForm(forms.Form):
    """The name and password of a new account."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("People you work with see it. Residents never do."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters. Three or four words that do not belong together work well."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        """Keep the address: a password must not resemble it."""
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Apply the node's rules for passwords."""
        data = super().clean() or {}
        if password := data.get("password"):
            try:
                validate_password(password, Person(email=self.email, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data


class PassphraseForm(forms.Form):
    """A new unsealing passphrase, typed twice."""

    use_required_attribute = False
    passphrase = forms.CharField(
        label=_("Unsealing passphrase"),
        help_text=_("At least 16 characters: five words that do not belong together work well. Not your password."),
        max_length=locks.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    lost = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        """Keep whose it is: it must not be what they sign in with."""
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_passphrase(self) -> str:
        """Count what is stretched: blanks around it are not. It can be guessed by whoever has the database."""
        passphrase: str = self.cleaned_data["passphrase"]
        if len(locks.plain(passphrase)) < SHORTEST_PASSPHRASE:
            raise ValidationError(_("This is too short: it needs at least 16 characters."))
        validate_password(passphrase, self.person)
        if self.person is not None and self.person.check_password(passphrase):
            raise ValidationError(_("This is your password. Choose something else here."))
        return passphrase

    def clean(self) -> dict[str, Any]:
        """Compare both."""
        cleaned = super().clean() or {}
        if "again" in cleaned and "passphrase" in cleaned and cleaned["again"] != cleaned["passphrase"]:
            self.add_error("again", _("The two are not the same."))
        return cleaned


class UnsealForm(forms.Form):
    """The passphrase, or the recovery code in its place."""

    use_required_attribute = False
    passphrase = forms.CharField(
        label=_("Unsealing passphrase, or your recovery code"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def open(self, locked: Lock) -> PrivateKey:
        """Return the private key. Raises WrongKey."""
        typed = self.cleaned_data["passphrase"]
        try:
            return locks.open_with_code(locked, locks.read_code(typed))
        except locks.WrongKey:
            return locks.open_with_passphrase(locked, typed)


class KeyReasonForm(_Reasoned):
    """Why an organisation needs a key now."""
