"""Who may save a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer

MOST_SAVED = 50


def may_save_search(viewer: Viewer, saved: int) -> Verdict:
    """Say whether a person may save one more."""
    if viewer.person is None:
        return no(_("Sign in to save a search."))
    if saved >= MOST_SAVED:
        return no(_("You have saved 50 searches. Delete one first."))
    return YES
