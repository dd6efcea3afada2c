"""Builds the Viewer of a request: sharing is the first floor that knows people and the lattice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.base.viewer import NOBODY, Viewer, tell_database
from commonweave.people import tokens
from commonweave.people.actions import note_use
from commonweave.people.queries import facts_about
from commonweave.people.queries.credentials import program_of
from commonweave.people.sign_in import used_second_factor

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commonweave.people.queries.credentials import Program


def build_viewer(request: HttpRequest) -> Viewer:
    """Say who asks, to the page and to the database.

    Memberships stand behind a row policy too: the database first learns the person, then the rest.
    """
    if not request.user.is_authenticated:
        tell_database(NOBODY)
        return NOBODY
    person = request.user.pk
    tell_database(Viewer(person=person))
    viewer = facts_about(person, second_factor=used_second_factor(request))
    tell_database(viewer)
    return viewer


def let_program_in(text: str) -> Program | None:
    """Say which program sent this token, to us and to the database; None when nobody may use it today."""
    token = tokens.read(text)
    program = program_of(token) if token else None
    if program is not None:
        note_use(program.credential)
    tell_database(program.viewer if program else NOBODY)
    return program
