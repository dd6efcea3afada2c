"""API credentials: members without hands, for another product of the same organisation."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commonweave.people.models.bodies import Organisation, Person, Team


class Right(models.TextChoices):
    """What a credential may do. There is no right to administer, propose, agree, give keys or hand on."""

    COUNTS = "counts"
    SUBMIT = "submit"
    FACTS = "facts"
    OPEN = "open"
    ANSWER = "answer"


READING = (Right.FACTS, Right.OPEN, Right.ANSWER)
"""Rights about a team's reports: they need the agreement of a second person elsewhere, as a reader does."""


class Credential(models.Model):
    """A token with which a program acts for an organisation, and for one of its teams where it may read.

    `person` is an account that nobody can sign in to; key and memberships hang on it as on anybody's. `name` is the
    hash of the token's first half, `lock` the private key under its second half: nothing else of the token is kept.
    """

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="credential")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="credentials")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="credentials")
    purpose = models.CharField(max_length=120)
    rights = ArrayField(models.CharField(max_length=10))
    name = models.BinaryField(unique=True)
    lock = models.BinaryField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="credentials_made")
    made_on = models.DateField()
    ends_on = models.DateField()
    ended_on = models.DateField(null=True)
    used_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(rights__len__gt=0, rights__contained_by=Right.values), name="credential_rights_known"
            ),
            models.CheckConstraint(
                condition=Q(rights__overlap=READING, team__isnull=False)
                | ~Q(rights__overlap=READING) & Q(team__isnull=True),
                name="credential_team_to_read",
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("made_on")), name="credential_ends_later"),
        )
