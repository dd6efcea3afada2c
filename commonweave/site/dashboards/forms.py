"""What a coordinator chooses above the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonweave.reports.forms import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise

WEEKS = {4: _("Last 4 weeks"), 13: _("Last 13 weeks"), 52: _("Last 52 weeks")}
USUAL_WEEKS = 13


class PictureForm(forms.Form):
    """Which place, weeks and kind. Choosing selects what was released; it never counts anew."""

    use_required_attribute = False
    place = forms.ChoiceField(label=_("Place"), required=False)
    weeks = forms.TypedChoiceField(
        label=_("Weeks"),
        choices=list(WEEKS.items()),
        coerce=int,
        empty_value=USUAL_WEEKS,  # type: ignore[arg-type]  # any value may stand for nothing
        required=False,
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *KIND_WORDS.items()], required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[str, _StrOrPromise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)  # noqa: S101 for the type checker
        place.choices = places
