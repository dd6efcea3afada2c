"""Accounts, the only table of organisations, memberships, teams and what they cover, and second-person approvals."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from commonweave.base.text import TextField
from commonweave.places.defaults import ACKNOWLEDGE_DAYS, ANSWER_DAYS, LONGEST_DEADLINE
from commonweave.places.models import Area, Place


class Demonstration(models.Model):
    """One row, present only in a demonstration. Its people go with it: they cannot exist outside."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="demonstration_single"),)


class PersonManager(BaseUserManager["Person"]):
    """Addresses are kept in lower case, so that one mailbox is one person."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find a person by address however it was typed."""
        return super().get_by_natural_key((username or "").lower())

    def create_user(self, email: str, password: str | None = None, **facts: Any) -> Person:
        """Make a person whose password is hashed."""
        person = self.model(email=email.strip().lower(), **facts)
        person.set_password(password)
        person.save(force_insert=True)
        return person


class Person(AbstractBaseUser):
    """An account of someone who works here; residents have none.

    `made_by` is who invited them: nobody approves what came from somebody whom they made, or who made them.
    `sessions` counts how often all sessions of this person were ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=12, blank=True)
    is_active = models.BooleanField(default=True)
    demonstration = models.ForeignKey(Demonstration, null=True, on_delete=models.CASCADE)
    made_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="made")
    sessions = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = PersonManager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(email__endswith=".invalid") | Q(demonstration__isnull=False),
                name="person_invalid_only_in_demonstration",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="person_email_lower_case"),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to the password and to `sessions`: counting up ends them all."""
        salt = "commonweave.people.sessions"
        return salted_hmac(salt, f"{self.sessions}:{self.password}", secret=secret, algorithm="sha256").hexdigest()


class RecipientKind(models.TextChoices):
    """Kinds of recipient that a resident consents to, each on its own."""

    CITY_SUPPORT = "city_support"
    CIVIL_SOCIETY = "civil_society"
    POLICE = "police"


class OrganisationKind(models.TextChoices):
    """What an organisation is. Only the first three may hold a team that reads reports."""

    CITY_SUPPORT = "city_support"
    CIVIL_SOCIETY = "civil_society"
    POLICE = "police"
    MINISTRY = "ministry"
    FUNDER = "funder"
    RESEARCH = "research"
    OTHER = "other"


class Organisation(models.Model):
    """A body of any size, with or without sign-ins. `signed_on`: when it signed the node's agreement."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    names = TextField()
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="organisations")
    website = models.URLField(blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    about = TextField()
    sort_key = models.CharField(max_length=200)
    signed_on = models.DateField(null=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["sort_key", "id"], name="organisation_sort"),)
        constraints = (models.UniqueConstraint(fields=["id", "kind"], name="organisation_kind_key"),)


class ProposalState(models.TextChoices):
    """Where a proposal stands."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


class ProposalVerb(models.TextChoices):
    """What needs a second person from another organisation."""

    NEW_TEAM = "new_team"
    COVER = "cover"
    END_COVERAGE = "end_coverage"
    GRANT = "grant"
    KEY = "key"
    TRUST = "trust"
    CREDENTIAL = "credential"


class Proposal(models.Model):
    """A change to who may read reports; nothing happens until a second person elsewhere agrees."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verb = models.CharField(max_length=20, choices=ProposalVerb)
    payload = models.JSONField()
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposals_made")
    proposed_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="proposals_made")
    proposed_on = models.DateField()
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="proposals_decided")
    decided_for = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="proposals_decided")
    decided_on = models.DateField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = (models.Index(fields=["state", "proposed_on", "id"], name="proposal_state"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=ProposalState.APPROVED)
                | (
                    Q(decided_by__isnull=False)
                    & Q(decided_for__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                    & ~Q(decided_for=F("proposed_for"))
                ),
                name="proposal_second_person_elsewhere",
            ),
        )


class Team(models.Model):
    """The people of one organisation who receive reports. The database ties its kind to the organisation's.

    `acknowledge_days` and `answer_days` are its own clocks, in working days of the place; else the place's count.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    kind = models.CharField(max_length=20, choices=RecipientKind)
    names = TextField()
    telephone = models.CharField(max_length=40, blank=True)
    hours = TextField()
    acknowledge_days = models.PositiveSmallIntegerField(null=True)
    answer_days = models.PositiveSmallIntegerField(null=True)
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.PROTECT, related_name="team")
    founding = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=RecipientKind.values), name="team_kind_known"),
            models.UniqueConstraint(fields=["id", "kind", "organisation"], name="team_kind_key"),
            models.CheckConstraint(condition=Q(founding=True) | Q(proposal__isnull=False), name="team_approved"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{clock}__isnull": True}) | Q(**{f"{clock}__range": (1, LONGEST_DEADLINE)}),
                    name=f"team_{clock}_in_reason",
                )
                for clock in (ACKNOWLEDGE_DAYS, ANSWER_DAYS)
            ),
        )


class Coverage(models.Model):
    """Which reports a team takes: kinds of report, at a place or in an area, while `during` holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="coverages")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="coverages")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="coverages")
    report_kinds = ArrayField(models.CharField(max_length=40))
    during = DateRangeField()
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="coverages")
    founding = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(place__isnull=True) ^ Q(area__isnull=True),
                name="coverage_place_or_area",
            ),
            models.CheckConstraint(condition=Q(founding=True) | Q(proposal__isnull=False), name="coverage_approved"),
            ExclusionConstraint(
                name="coverage_no_overlap_place",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(place__isnull=False),
            ),
            ExclusionConstraint(
                name="coverage_no_overlap_area",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    ("area", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(area__isnull=False),
            ),
        )


class Trust(models.Model):
    """An organisation whose members write down what somebody tells them, while `during` holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="trusts")
    during = DateRangeField()
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.PROTECT, related_name="trust")
    founding = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(founding=True) | Q(proposal__isnull=False), name="trust_approved"),
            ExclusionConstraint(
                name="trust_no_overlap",
                expressions=[("organisation", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
        )


class Role(models.TextChoices):
    """What a member may do. Readers belong to a team; only they open reports."""

    MEMBER = "member"
    READER = "reader"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Membership(models.Model):
    """A person in an organisation. Reading reports and administering need a second person's approval."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="memberships")
    during = DateRangeField()
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="grants")
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="memberships")
    founding = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(role=Role.READER, team__isnull=False) | (~Q(role=Role.READER) & Q(team__isnull=True)),
                name="membership_reader_has_team",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[Role.MEMBER, Role.COORDINATOR]) | Q(founding=True) | Q(proposal__isnull=False),
                name="membership_approved",
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(team__isnull=True),
            ),
            ExclusionConstraint(
                name="membership_no_overlap_team",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("team", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(team__isnull=False),
            ),
        )


class Invitation(models.Model):
    """A promise of a membership, redeemed once with a link that only its receiver has."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=20, choices=Role)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="invitations_made")
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="invitations")
    founding = models.BooleanField(default=False)
    token_hash = models.BinaryField(unique=True)
    expires_on = models.DateField()
    accepted_on = models.DateField(null=True)
