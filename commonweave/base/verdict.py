"""What a rule answers: yes, or no with the reason a person will read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Refused(PermissionDenied):
    """A rule said no; the text is the reason, in words for the person who asked."""


@dataclass(frozen=True)
class Verdict:
    """A rule's answer. Truthy means yes; otherwise `reason` says why not."""

    reason: _StrOrPromise = ""
    allowed: bool = True

    def __bool__(self) -> bool:
        return self.allowed

    def enforce(self) -> None:
        """Raise Refused with the reason unless the answer is yes."""
        if not self.allowed:
            raise Refused(self.reason)


YES = Verdict()


def no(reason: _StrOrPromise) -> Verdict:
    """Return a refusal with the reason a person will read."""
    return Verdict(reason=reason, allowed=False)
