"""How allauth behaves here: accounts come from invitations, and addresses never tell whether one exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest


def used_second_factor(request: HttpRequest) -> bool:
    """Say whether this session was opened with a second factor, not merely whether the person owns one."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up without an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no: an invitation makes the account."""
        del request
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors are encrypted at rest under a key of their own."""
