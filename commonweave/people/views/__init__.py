"""Pages: thin, each calls one query or action and shows."""

from commonweave.people.views.credentials import end_credential, new_credential
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
    end_trust,
    invite,
    manage,
    new_organisation,
    new_team,
    organisation,
    organisations,
    trust,
    withdraw_invitation,
)
from commonweave.people.views.proposals import approve, decline, proposal, proposals
from commonweave.people.views.sealing import give_key, make_key, reseal, sealing, set_passphrase, unseal

__all__ = [
    "accept",
    "account",
    "approve",
    "cover",
    "decline",
    "edit_organisation",
    "end_coverage",
    "end_credential",
    "end_membership",
    "end_trust",
    "give_key",
    "invite",
    "make_key",
    "manage",
    "new_credential",
    "new_organisation",
    "new_team",
    "open_invitation",
    "organisation",
    "organisations",
    "proposal",
    "proposals",
    "refused",
    "reseal",
    "sealing",
    "second_factor",
    "set_passphrase",
    "start",
    "start_page",
    "trust",
    "unseal",
    "withdraw_invitation",
]
