"""Why a file was not taken, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.files.cleaning.unfit import Why

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

SENTENCES: dict[Why, _StrOrPromise] = {
    Why.EMPTY: _("It is empty."),
    Why.LARGE: _("It is larger than 25 MB. Send a shorter or smaller copy."),
    Why.POINTS: _("The picture is too large for us to open. Send a smaller copy."),
    Why.MOVING: _("The moving picture is too long. Send single pictures of it."),
    Why.PAGES: _("It has several pages. Save it as a PDF and send that."),
    Why.BOMB: _("We could not open it safely. Take a photo or a screenshot of it and send that."),
    Why.BROKEN: _("It is damaged, or not what it says it is. Take a photo or a screenshot of it and send that."),
    Why.ENCRYPTED: _("It is locked with a password. Save it without one and send that."),
    Why.MACRO: _("It holds a program (a macro). Save it without macros, or as a PDF, and send that."),
    Why.PROGRAM: _("It is a program. We take photos, documents and sound, no programs."),
    Why.ARCHIVE: _("It is a packed folder. Send the files in it one by one."),
    Why.PAGE: _("It is a web page or a drawing that can act by itself. Take a screenshot and send that."),
    Why.VIDEO: _("We cannot take videos yet. Send pictures from it, or its sound."),
    Why.OLD: _("It is in an old office format. Save it as a PDF and send that."),
    Why.UNKNOWN: _("We do not know this kind of file. Take a photo or a screenshot of it, or save it as a PDF."),
}


def sentence(why: Why) -> _StrOrPromise:
    """Return the sentence for a code."""
    return SENTENCES[why]
