"""What is said of an evaluation that is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.base.editing import EditForm
from commonweave.evidence import queries
from commonweave.evidence.models import State
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import DueEvaluation


class DueForm(EditForm):
    """Which programme, who pays, who writes, by when; then what fulfils it, or why nothing will."""

    programme = forms.CharField(label=_("Which programme?"), max_length=200)
    funder = forms.CharField(label=_("Who pays for it?"), max_length=200)
    runner = forms.CharField(label=_("Who has to publish?"), max_length=200)
    due_on = forms.DateField(label=_("By when?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    public = forms.BooleanField(
        label=_("The funder agreed that everybody may see this"),
        help_text=_("Otherwise your organisation alone sees it."),
        required=False,
    )
    record = forms.CharField(
        label=_("Address of the published record"),
        max_length=600,
        required=False,
        help_text=_("A record under embargo counts as published later."),
    )
    excuse = forms.CharField(label=_("If nothing will be published: why?"), max_length=500, required=False)

    def __init__(
        self, *args: Any, viewer: Viewer, organisations: Iterable[tuple[UUID, str]] = (), **kwargs: Any
    ) -> None:
        """Ask for the organisation where there are several to choose from."""
        super().__init__(*args, **kwargs)
        self.viewer, own = viewer, list(organisations)
        if self.initial.get("taken_back"):
            self.fields["record"].help_text = _("This record was taken back. It counts as not published.")
        self.only = own[0][0] if len(own) == 1 else None
        if len(own) > 1:
            field = forms.TypedChoiceField(label=_("For which organisation?"), choices=own, coerce=UUID)
            self.fields = {"organisation": field, **self.fields}

    def clean_record(self) -> str:
        """Find the record."""
        address = str(self.cleaned_data["record"])
        if (
            address != self.initial.get("record", "")
            and address
            and queries.record_to_link(self.viewer, address) is None
        ):
            raise forms.ValidationError(_("There is no published record at this address."))
        return address

    def clean(self) -> dict[str, Any]:
        """Add the only organisation; strangers see a public promise, so only what strangers can read keeps it."""
        cleaned: dict[str, Any] = super().clean() or {}
        found = queries.record_to_link(self.viewer, cleaned.get("record", "")) if cleaned.get("public") else None
        if found and found.tlp != Tlp.CLEAR:
            self.add_error("record", _("Not everybody may read this record, but everybody sees this promise."))
        return cleaned if self.only is None else cleaned | {"organisation": self.only}

    @classmethod
    def starting_with(cls, row: DueEvaluation) -> dict[str, Any]:
        """Return what the form shows first."""
        kept = {name: getattr(row, name) for name in ("programme", "funder", "runner", "due_on", "excuse")}
        record = {"record": "", "taken_back": False}
        if row.record:
            record = {"record": row.record.slug, "taken_back": row.record.state == State.WITHDRAWN}
        return kept | record | {"public": row.tlp == Tlp.CLEAR}
