"""One verb, one function, one transaction."""

from commonweave.people.actions.credentials import end_credential, make_credential, note_use
from commonweave.people.actions.invitations import (
    accept_invitation,
    found_invitation,
    invite_person,
    withdraw_invitation,
)
from commonweave.people.actions.keys import (
    give_key,
    lock_own_key,
    make_own_key,
    note_wrong_passphrases,
    propose_key,
)
from commonweave.people.actions.memberships import end_membership, end_sessions
from commonweave.people.actions.organisations import change_organisation, make_organisation
from commonweave.people.actions.people import make_person
from commonweave.people.actions.proposals import (
    approve_proposal,
    decline_proposal,
    end_trust,
    propose_coverage,
    propose_end_of_coverage,
    propose_grant,
    propose_team,
    propose_trust,
)
from commonweave.people.actions.signing_in import as_person, tell_change, use_code
from commonweave.people.actions.teams import set_team_clocks

__all__ = [
    "accept_invitation",
    "approve_proposal",
    "as_person",
    "change_organisation",
    "decline_proposal",
    "end_credential",
    "end_membership",
    "end_sessions",
    "end_trust",
    "found_invitation",
    "give_key",
    "invite_person",
    "lock_own_key",
    "make_credential",
    "make_organisation",
    "make_own_key",
    "make_person",
    "note_use",
    "note_wrong_passphrases",
    "propose_coverage",
    "propose_end_of_coverage",
    "propose_grant",
    "propose_key",
    "propose_team",
    "propose_trust",
    "set_team_clocks",
    "tell_change",
    "use_code",
    "withdraw_invitation",
]
