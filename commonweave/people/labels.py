"""The words people read for the codes of this floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.people.models import OrganisationKind, ProposalState, ProposalVerb, RecipientKind, Right, Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ORGANISATION_KINDS: dict[str, _StrPromise] = {
    OrganisationKind.CITY_SUPPORT: _("City support"),
    OrganisationKind.CIVIL_SOCIETY: _("Civil-society support"),
    OrganisationKind.POLICE: _("Police"),
    OrganisationKind.MINISTRY: _("Ministry or coordinating office"),
    OrganisationKind.FUNDER: _("Funder"),
    OrganisationKind.RESEARCH: _("Research"),
    OrganisationKind.OTHER: _("Something else"),
}

RECIPIENT_KINDS: dict[str, _StrPromise] = {
    RecipientKind.CITY_SUPPORT: _("City support team"),
    RecipientKind.CIVIL_SOCIETY: _("Civil-society support"),
    RecipientKind.POLICE: _("Police"),
}

REPORT_KINDS: dict[str, _StrPromise] = {
    "online": _("Something online"),
    "happened": _("Something that happened at a place"),
    "neighbourhood": _("Something the neighbourhood needs or worries about"),
}
"""The codes are those of a report; this floor stands beneath the reports and only passes them on."""

ROLES: dict[str, _StrPromise] = {
    Role.MEMBER: _("Member"),
    Role.READER: _("Reads and answers reports"),
    Role.COORDINATOR: _("Coordinator"),
    Role.ADMINISTRATOR: _("Administrator"),
}

ROLE_HINTS: dict[str, _StrPromise] = {
    Role.MEMBER: _("Belongs to the organisation. Sees what partners share, no report."),
    Role.READER: _("Opens the reports of one team. A second person has to agree."),
    Role.COORDINATOR: _("Sees counts and gaps, no report."),
    Role.ADMINISTRATOR: _("Makes organisations and invites people, reads no report. A second person has to agree."),
}

VERBS: dict[str, _StrPromise] = {
    ProposalVerb.NEW_TEAM: _("A new team"),
    ProposalVerb.COVER: _("New coverage"),
    ProposalVerb.END_COVERAGE: _("End of coverage"),
    ProposalVerb.GRANT: _("Access for a person"),
    ProposalVerb.KEY: _("A key to seal reports to"),
    ProposalVerb.TRUST: _("A trusted group"),
    ProposalVerb.CREDENTIAL: _("Access for a program"),
}

RIGHTS: dict[str, _StrPromise] = {
    Right.COUNTS: _("See released counts, as members do"),
    Right.SUBMIT: _("Hand in reports for residents; it cannot read them back"),
    Right.FACTS: _("See what waits in a team’s queue: kind, place, dates. No words of residents"),
    Right.OPEN: _("Open a team’s reports"),
    Right.ANSWER: _("Answer and close a team’s reports"),
}

STATES: dict[str, _StrPromise] = {
    ProposalState.OPEN: _("Waiting for a second person"),
    ProposalState.APPROVED: _("Approved"),
    ProposalState.DECLINED: _("Declined"),
}
