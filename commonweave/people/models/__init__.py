"""Accounts, the only table of organisations, memberships, teams and what they cover, second-person approvals, and keys."""

from commonweave.people.models.bodies import (
    Coverage,
    Demonstration,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    PersonManager,
    Proposal,
    ProposalState,
    ProposalVerb,
    RecipientKind,
    Role,
    Team,
    Trust,
)
from commonweave.people.models.credentials import Credential, Right
from commonweave.people.models.keys import HeldKey, MemberKey, MemberLock, OrganisationKey

__all__ = [
    "Coverage",
    "Credential",
    "Demonstration",
    "HeldKey",
    "Invitation",
    "MemberKey",
    "MemberLock",
    "Membership",
    "Organisation",
    "OrganisationKey",
    "OrganisationKind",
    "Person",
    "PersonManager",
    "Proposal",
    "ProposalState",
    "ProposalVerb",
    "RecipientKind",
    "Right",
    "Role",
    "Team",
    "Trust",
]
