"""Accounts: made when an invitation is accepted, or with a demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction

from commonweave.people.models import Demonstration, Person

if TYPE_CHECKING:
    from uuid import UUID


@transaction.atomic
def make_person(
    *,
    email: str,
    name: str,
    password: str | None,
    language: str = "",
    made_by: UUID | None = None,
    demonstration: bool = False,
) -> Person:
    """Make an account whose address is known to be its owner's (a link sent there was used).

    `demonstration` people are invented and go with the demonstration.
    """
    person = Person.objects.create_user(
        email,
        password,
        name=name,
        language=language,
        made_by_id=made_by,
        demonstration=Demonstration.objects.get() if demonstration else None,
    )
    # Without a verified row a person could later make any unproved address their own.
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
