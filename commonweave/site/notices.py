"""Mails that say that something waits, never what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commonweave.base.journal.verify import newest_checkpoint
from commonweave.evidence.queries import concerned
from commonweave.people.queries import (
    administrators,
    administrators_of,
    members_of_team,
    people_to_write_to,
    person_to_write_to,
)

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.models import Person


def tell_team_of_reports(viewer: Viewer, team: UUID) -> None:
    """Mail the members of a team that something new waits for them."""
    for person in members_of_team(viewer, team, timezone.now().date()):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            _send(person, _("Something new is waiting for your team"), _("Please sign in to see it:"))


def remind_team_of_reports(viewer: Viewer, team: UUID) -> None:
    """Mail the members of a team that something has waited too long."""
    for person in members_of_team(viewer, team, timezone.now().date()):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            _send(
                person,
                _("Something has waited longer than promised"),
                _("If nobody opens or answers it, it goes on as far as the person has allowed. Please sign in:"),
            )


def tell_of_records(viewer: Viewer, person: UUID) -> None:
    """Mail somebody that a search they saved found something new; not which, not what."""
    found = person_to_write_to(viewer, person)
    if found is None:
        return
    with translation.override(found.language or settings.LANGUAGE_CODE):
        text = _("There are new records that answer a search you saved. You can stop these mails on the same page:")
        _send(found, _("Something new for a search you saved"), text, "evidence:saved")


def tell_of_what_was_sent_in(viewer: Viewer, organisation: UUID) -> None:
    """Mail the administrators of an organisation that somebody sent it something; not what, nor from whom."""
    for person in administrators_of(viewer, organisation, timezone.now().date()):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            text = _("Somebody sent something in. Please sign in to decide about it:")
            _send(person, _("Something new is waiting for your organisation"), text, "evidence:proposals")


def tell_of_notes(viewer: Viewer, organisation: UUID) -> None:
    """Mail the administrators of an organisation that somebody wrote a note on one of its records; not which, nor what."""
    for person in administrators_of(viewer, organisation, timezone.now().date()):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            text = _("Somebody wrote a note on one of your records. Please sign in to decide about it:")
            _send(person, _("Something new is waiting for your organisation"), text, "evidence:notes")


def tell_of_replies(viewer: Viewer, record: UUID) -> None:
    """Mail those who rated a record and the administrators of its holder that a programme replied; not which, nor what."""
    if (found := concerned(viewer, record)) is None:
        return
    holder, raters = found
    people = {each.pk: each for each in administrators_of(viewer, holder, timezone.now().date())}
    people |= {each.pk: each for each in people_to_write_to(viewer, raters)}
    for person in people.values():
        with translation.override(person.language or settings.LANGUAGE_CODE):
            text = _("Somebody replied to a rating. Please sign in to read it:")
            _send(person, _("Something new is waiting for you"), text, "evidence:replies")


def mail_seal(viewer: Viewer) -> None:
    """Mail the newest checkpoint of the journal to every administrator: what they keep, nobody here can change."""
    seal = newest_checkpoint()
    if not seal:
        return
    for person in administrators(viewer, timezone.now().date()):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            text = _("Keep this. With it anybody can check later that nothing before it was changed:")
            command = f"commonweave journal verify {seal}"
            EmailMessage(
                subject=_("Today's seal of the record"), body=f"{text}\n\n{seal}\n\n{command}\n", to=[person.email]
            ).send()


def _send(person: Person, subject: str, text: str, page: str = "reports:queue") -> None:
    address = settings.CONFIG.url + reverse(page)
    EmailMessage(subject=subject, body=f"{text}\n\n{address}\n", to=[person.email]).send()
