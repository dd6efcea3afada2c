"""Keys of members and organisations, and for whom they are locked."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from commonweave.people.locks import Cost, Lock
from commonweave.people.models.bodies import Organisation, Person, Proposal


class MemberKey(models.Model):
    """A member's public key: what colleagues wrap the organisation's key for."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="key")
    public = models.BinaryField()
    made_on = models.DateField()


class MemberLock(models.Model):
    """The private half, locked under the unsealing passphrase and the recovery code; signing in never opens it."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="lock")
    salt = models.BinaryField()
    passes = models.PositiveIntegerField()
    memory = models.PositiveBigIntegerField()
    by_passphrase = models.BinaryField()
    by_code = models.BinaryField()

    @classmethod
    def of(cls, person: Person, lock: Lock) -> MemberLock:
        """Return the row for a locked key, not yet saved."""
        return cls(
            person=person,
            salt=lock.salt,
            passes=lock.cost.passes,
            memory=lock.cost.memory,
            by_passphrase=lock.by_passphrase,
            by_code=lock.by_code,
        )

    def lock(self) -> Lock:
        """Return the locked key."""
        cost = Cost(self.passes, self.memory)
        return Lock(bytes(self.salt), cost, bytes(self.by_passphrase), bytes(self.by_code))


class OrganisationKey(models.Model):
    """The public key to which reports for an organisation are sealed, from its approval until it is retired.

    `left_on`: since when somebody who held it reads there no longer, so that a new one should be made.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="keys")
    public = models.BinaryField(unique=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_on = models.DateField()
    approved_on = models.DateField(null=True)
    retired_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.PROTECT, related_name="key")
    founding = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(approved_on__isnull=False, retired_on__isnull=True),
                name="organisation_key_one",
            ),
            models.CheckConstraint(
                condition=Q(approved_on__isnull=True) | Q(founding=True) | Q(proposal__isnull=False),
                name="organisation_key_approved",
            ),
        )


class HeldKey(models.Model):
    """An organisation's private key, wrapped for one member."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(OrganisationKey, on_delete=models.CASCADE, related_name="held")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="held_keys")
    wrapped = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key", "person"], name="held_key_once"),)
