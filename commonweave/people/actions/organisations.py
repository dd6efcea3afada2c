"""Organisations: made and changed by administrators. It opens nothing to anybody by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from commonweave.base import journal
from commonweave.base.sorting import sort_key
from commonweave.base.text import Text
from commonweave.people import queries, rules
from commonweave.people.models import Organisation

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class OrganisationFacts:
    """What an administrator says about an organisation. The kind is fixed once it has teams (the database insists)."""

    names: Text
    kind: str
    place: UUID
    website: str = ""
    telephone: str = ""
    about: Text = field(default_factory=Text)
    signed_on: date | None = None


@transaction.atomic
def make_organisation(viewer: Viewer, facts: OrganisationFacts) -> Organisation:
    """Add a body to the network."""
    rules.may_manage(viewer).enforce()
    organisation = Organisation(**_columns(facts))
    organisation.save(force_insert=True)
    journal.write(viewer, "organisation.made", kind="organisation", subject=organisation.pk, body=facts.kind)
    return organisation


@transaction.atomic
def change_organisation(viewer: Viewer, pk: UUID, facts: OrganisationFacts) -> Organisation:
    """Correct what is said about a body."""
    organisation = queries.organisations_for(viewer).select_for_update(of=("self",)).get(pk=pk)
    rules.may_change_organisation(viewer, organisation, facts.kind, has_teams=organisation.teams.exists()).enforce()
    signed = organisation.signed_on
    for column, value in _columns(facts).items():
        setattr(organisation, column, value)
    organisation.save(force_update=True)
    journal.write(viewer, "organisation.changed", kind="organisation", subject=organisation.pk, body=facts.kind)
    if signed != facts.signed_on:
        journal.write(
            viewer,
            "organisation.signed" if facts.signed_on else "organisation.unsigned",
            kind="organisation",
            subject=organisation.pk,
        )
    return organisation


def _columns(facts: OrganisationFacts) -> dict[str, object]:
    return {
        "names": facts.names,
        "kind": facts.kind,
        "place_id": facts.place,
        "website": facts.website,
        "telephone": facts.telephone,
        "about": facts.about,
        "signed_on": facts.signed_on,
        "sort_key": sort_key(facts.names.say(facts.names.original)),
    }
