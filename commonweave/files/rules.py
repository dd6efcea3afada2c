"""How much may be kept. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.files.sealing import CHUNK

MOST_FILES = 20
MOST_CHUNKS = 200_000_000 // CHUNK


def may_keep(files: int, chunks: int) -> Verdict:
    """A subject has room for so many files and so many bytes: the disk belongs to everybody who reports."""
    if files > MOST_FILES:
        return no(_("A report can have %(most)s files. Delete one first.") % {"most": MOST_FILES})
    if chunks > MOST_CHUNKS:
        return no(_("Together the files of a report can have 200 MB. Delete one first."))
    return YES
