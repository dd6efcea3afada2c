"""Builds the Viewer of a request: sharing is the first floor that knows people and the lattice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.base.viewer import NOBODY, Viewer, tell_database
from commonweave.people.queries import facts_about
from commonweave.people.sign_in import used_second_factor

if TYPE_CHECKING:
    from django.http import HttpRequest


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
