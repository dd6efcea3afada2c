"""Editing what somebody else may be editing, too: nobody's change is lost without a word.

A form carries a mark of each value it showed. What is sent later is compared, under the row's lock, with what stands
there now; where somebody was quicker nothing is saved, and the page shows both and asks again.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

MARK = 8  # characters: 6 bytes, for telling a change from none, not for keeping a secret


@dataclass(frozen=True)
class Clash:
    """What a page says when somebody was quicker. `rows` are label, what stands there now, what was sent."""

    rows: list[list[str]] = field(default_factory=list)
    taken_over: list[str] = field(default_factory=list)

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        return ["", _("What it says now"), _("What you wrote")]


class EditForm(forms.Form):
    """A form that changes what is there. `now` is what it shows of it; on sending, read it with the row locked.

    Without `now` it is about something new, and nobody can be quicker.
    """

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    clash: Clash | None = None

    def __init__(self, data: QueryDict | None = None, *, now: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """Show `now`, or take what was sent on the strength of what was shown then."""
        super().__init__(data, initial=dict(now or {}), **kwargs)
        self.now = self.initial
        self.guarded = now is not None
        if not self.guarded:
            del self.fields["seen"]

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:  # noqa: ANN401 Django's own signature
        """Let every form begin with the marks of what it shows, however late its fields were put together."""
        return self.marks() if field_name == "seen" else super().get_initial_for_field(field, field_name)

    def marks(self) -> str:
        """Return one mark for each value that stands there now, in the order of the fields."""
        return "".join(_mark(_plain(self.now.get(name))) for name in self._names())

    def full_clean(self) -> None:
        """Look for a clash before anything else: a stale answer is not worth correcting."""
        super().full_clean()
        getattr(self, "cleaned_data", {}).pop("seen", None)  # about the form, not about what it changes
        if self.is_bound and self.guarded and str(self["seen"].data or "") != self.marks():
            self._show_both()

    def _names(self) -> list[str]:
        asked = [name for name in self.fields if name != "seen"]
        return asked or sorted(self.now)  # a form that only asks "are you sure" is about all that it shows

    def _show_both(self) -> None:
        """Refuse, take over what only the others changed, and show what both did."""
        names, seen = self._names(), str(self["seen"].data or "")
        known = len(seen) == MARK * len(names)
        marks = {name: seen[at * MARK : (at + 1) * MARK] if known else "" for at, name in enumerate(names)}
        rows, taken = [], []
        merged: QueryDict = self.data.copy()  # type: ignore[attr-defined]  # what a browser sent
        for name in (name for name in names if name in self.fields):
            bound, sent, now = self[name], _plain(self[name].data), _plain(self.now.get(name))
            if sent == now or _mark(now) == marks[name]:
                continue
            if _mark(sent) == marks[name]:
                taken.append(str(bound.label))
                _put(merged, self.add_prefix(name), self.now.get(name))
            else:
                rows.append([str(bound.label), self._say(name, now), self._say(name, sent)])
        merged[self.add_prefix("seen")] = self.marks()
        self.data = merged
        self.clash = Clash(rows, taken)
        self._errors = ErrorDict(renderer=self.renderer)
        self.add_error(None, _("Somebody else has changed this meanwhile. Nothing of yours is saved yet."))

    def _say(self, name: str, plain: tuple[str, ...]) -> str:
        """Return a value in the words of the form."""
        told = {str(key): str(label) for key, label in getattr(self.fields[name], "choices", ())}
        if isinstance(self.fields[name], forms.BooleanField):
            return _("Yes") if plain else _("No")
        return ", ".join(told.get(each, each) for each in plain) or "–"


def _plain(value: Any) -> tuple[str, ...]:  # noqa: ANN401 whatever a field shows or a browser sends
    """Return what a person would call the same: 4 and "4", no text and none, ticks in any order."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(sorted(str(each) for each in value))
    if value is None or value is False or value == "":
        return ()
    return ("on",) if value is True else (str(value).replace("\r\n", "\n").strip(),)


def _mark(plain: tuple[str, ...]) -> str:
    return b64encode(hashlib.blake2b("\0".join(plain).encode(), digest_size=6).digest()).decode()


def _put(data: QueryDict, name: str, value: Any) -> None:  # noqa: ANN401 as above
    data.setlist(name, list(_plain(value)))
