"""Pages: thin, each calls one query or action and shows."""

from commonweave.people.views.entry import (
    accept,
    account,
    open_invitation,
    refused,
    second_factor,
    start,
    start_page,
)
from commonweave.people.views.organisations import (
    cover,
    edit_organisation,
    end_coverage,
    end_membership,
    invite,
    manage,
    new_organisation,
    new_team,
    organisation,
    organisations,
    withdraw_invitation,
)
from commonweave.people.views.proposals import approve, decline, proposal, proposals

__all__ = [
    "accept",
    "account",
    "approve",
    "cover",
    "decline",
    "edit_organisation",
    "end_coverage",
    "end_membership",
    "invite",
    "manage",
    "new_organisation",
    "new_team",
    "open_invitation",
    "organisation",
    "organisations",
    "proposal",
    "proposals",
    "refused",
    "second_factor",
    "start",
    "start_page",
    "withdraw_invitation",
]
