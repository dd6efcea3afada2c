"""Residents' reports. In the clear stands only what routing and counting need; the rest is sealed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commonweave.people.models import Team
from commonweave.places.models import Place
from commonweave.sharing.models import Protected

if TYPE_CHECKING:
    from datetime import date


class ReportKind(models.TextChoices):
    """What a report is about (vocabulary scheme `report-kind`)."""

    ONLINE = "online"
    HAPPENED = "happened"
    NEIGHBOURHOOD = "neighbourhood"


class Told(models.TextChoices):
    """How somebody told it to whoever wrote it down; sealed with the report."""

    PHONE = "phone"
    PAPER = "paper"
    IN_PERSON = "in_person"


class State(models.TextChoices):
    """Where a report stands."""

    ROUTED = "routed"
    OPENED = "opened"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


GONE = Q(state="withdrawn") | Q(erased_on__isnull=False)


class Report(Protected):
    """One report. `locator` is derived from the receipt; `receipt_key` lets us seal to whoever holds it.

    `team_kind` and `holder` repeat the team's kind and organisation; a composite foreign key keeps them true (the
    only one on `team`: one look-up less for each report), and a constraint says that the kind must be consented.
    `body` is the sealed document, `keys` its data key wrapped per recipient (base64). `erased_on` is the day on
    which the clock took both away from a closed report.
    `fold` is the report that was there when this text had come too often (base/gate/folding.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    locator = models.UUIDField(unique=True)
    receipt_key = models.BinaryField()
    kind = models.CharField(max_length=20, choices=ReportKind)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    received_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.ROUTED)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    team_kind = models.CharField(max_length=20)
    consents = ArrayField(models.CharField(max_length=20))
    may_climb = models.BooleanField(default=False)
    climbed = models.BooleanField(default=False)
    reminded_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    erased_on = models.DateField(null=True)
    fold = models.UUIDField(null=True)
    body = models.BinaryField(null=True)
    keys = models.JSONField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["team", "state", "due_on", "id"], name="report_queue"),
            models.Index(
                fields=["team", "due_on", "id"],
                condition=Q(state__in=["routed", "opened", "answered"], fold__isnull=True),
                name="report_team_open",
            ),
            models.Index(fields=["team", "fold"], condition=Q(fold__isnull=False), name="report_folded"),
            models.Index(fields=["received_on", "place", "kind"], name="report_counts"),
            models.Index(fields=["due_on", "id"], condition=Q(state__in=["routed", "opened"]), name="report_waiting"),
            models.Index(fields=["closed_on"], condition=Q(state="closed"), name="report_closed"),
            models.Index(
                fields=["closed_on", "id"], condition=Q(state="closed", erased_on__isnull=True), name="report_to_erase"
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["id", "team", "locator"], name="report_thread_key"),
            models.CheckConstraint(condition=Q(holder__isnull=False), name="report_holder_known"),
            models.CheckConstraint(condition=Q(consents__contains=[F("team_kind")]), name="report_team_consented"),
            models.CheckConstraint(condition=Q(climbed=False) | Q(may_climb=True), name="report_climb_consented"),
            models.CheckConstraint(
                condition=Q(GONE, body__isnull=True, keys__isnull=True)
                | Q(~GONE, body__isnull=False, keys__isnull=False),
                name="report_sealed_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(erased_on__isnull=True) | Q(state="closed", closed_on__lt=F("erased_on")),
                name="report_erased_after_closing",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn")
                | Q(state="closed", closed_on__isnull=False)
                | Q(state__in=["routed", "opened", "answered"], closed_on__isnull=True, outcome=""),
                name="report_closed_has_day",
            ),
        )


class FromWhom(models.TextChoices):
    """Who wrote a message of the thread."""

    RESIDENT = "resident"
    TEAM = "team"


class ThreadRow(models.Model):
    """Columns that row policies of the thread's tables read; composite keys keep them like the report's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+")
    locator = models.UUIDField()
    on = models.DateField()

    class Meta:
        abstract = True


class Message(ThreadRow):
    """One sealed message. Its place in the thread stands inside the seal."""

    sender = models.CharField(max_length=10, choices=FromWhom)
    body = models.BinaryField()
    keys = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=["report"], name="message_report"),)


class Movement(ThreadRow):
    """What happened to a report, as its resident and its team may see it: a date, a word, a team's name."""

    step = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=20)
    from_team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    to_team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = (models.Index(fields=["report"], condition=Q(verb="reopened"), name="movement_reopened"),)
        constraints = (models.UniqueConstraint(fields=["report", "step"], name="movement_step"),)


class Hold(ThreadRow):
    """A closed report is kept longer: one member of its team asked (`on`), another agreed. Until then it holds nothing.

    `reason` is a code of the vocabulary scheme `hold-reason`, `until` the last day on which it holds, unless a member
    ended it early: then it held to the end of `ended_on`.
    """

    reason = models.CharField(max_length=40)
    until = models.DateField()
    asked_by = models.UUIDField()
    agreed_by = models.UUIDField(null=True)
    agreed_on = models.DateField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report"], condition=Q(agreed_by__isnull=True), name="hold_asked_once"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_on__isnull=True)
                | Q(agreed_by__isnull=False, agreed_on__isnull=False) & ~Q(agreed_by=F("asked_by")),
                name="hold_agreed_by_another",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("on")), name="hold_ends_later"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_on__isnull=True)
                | Q(ended_by__isnull=False, ended_on__isnull=False, agreed_on__isnull=False),
                name="hold_ended_by_somebody",
            ),
        )

    @property
    def holds_until(self) -> date:
        """Return the last day on which it holds."""
        return min(self.until, self.ended_on) if self.ended_on else self.until


class NoticeAddress(ThreadRow):
    """Where a resident wants to hear that there is something new: a sealed letter that only the worker opens.

    `told` counts the team's messages that need no notice any more, `told_on` is the day of the last notice and `mail`
    its number in the queue. Without a letter: the address took no mail and was deleted.
    """

    letter = models.BinaryField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    told_on = models.DateField(null=True)
    mail = models.UUIDField(null=True)

    class Meta:
        indexes = (models.Index(fields=["mail"], condition=Q(mail__isnull=False), name="notice_mail"),)
        constraints = (
            models.UniqueConstraint(fields=["report"], name="notice_one_address"),
            models.CheckConstraint(
                condition=Q(letter__isnull=False) | Q(mail__isnull=False), name="notice_gone_when_refused"
            ),
        )


class Likeness(ThreadRow):
    """One keyed token of what a report says; `on` is the day it came. Only an organisation's private key makes tokens.

    `key` is the organisation's key it was made under, `lane` what it is of (reports/likeness.py).
    """

    key = models.UUIDField()
    lane = models.PositiveSmallIntegerField()
    token = models.UUIDField()

    class Meta:
        indexes = (models.Index(fields=["token", "-on"], name="likeness_token"),)
        constraints = (models.UniqueConstraint(fields=["report", "lane"], name="likeness_lane"),)


class Repeat(ThreadRow):
    """A member's word on two reports: the same thing, or not. It stands there twice, once for each of them."""

    other = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    same = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "other"], name="repeat_once"),
            models.CheckConstraint(condition=~Q(report=F("other")), name="repeat_of_another"),
        )


class Gap(models.Model):
    """Somebody wanted to report where nobody takes it: a fact without text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ReportKind)
    on = models.DateField()
