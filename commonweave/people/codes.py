"""Codes of an app or recovery codes, typed while signing in: each opens once, whichever process is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator

from commonweave.people import actions, queries

if TYPE_CHECKING:
    from commonweave.people.models import Person

WRONG = "incorrect_code"  # allauth's word for it


class _Once:
    """Replaces how allauth checks a code: it keeps used ones in the cache, and each process has its own."""

    user: Person
    cleaned_data: dict[str, str]

    def clean_code(self) -> str:
        """Take a code that was not used before; attempts are counted, and forgotten only after a good one."""
        forget_attempts = check_rate_limit(self.user)
        code = self.cleaned_data["code"]
        for factor in queries.factors_with_codes(self.user.pk):
            if factor.type == Authenticator.Type.TOTP:
                good = actions.use_code(factor, code)
            else:
                good = factor.wrap().validate_code(code)
            if good:
                factor.user = self.user
                self.authenticator = factor
                forget_attempts()
                return code
        raise get_adapter().validation_error(WRONG)


class SignInForm(_Once, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ProveAgainForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    """The second step again, before something important."""
