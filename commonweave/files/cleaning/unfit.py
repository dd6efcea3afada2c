"""Why a file is not taken; the sentence for each stands in `refusals.py`."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """What is the matter with a file."""

    EMPTY = "empty"
    LARGE = "large"
    POINTS = "points"
    MOVING = "moving"
    PAGES = "pages"
    BOMB = "bomb"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    MACRO = "macro"
    PROGRAM = "program"
    ARCHIVE = "archive"
    PAGE = "page"
    VIDEO = "video"
    OLD = "old"
    UNKNOWN = "unknown"


class Unfit(Exception):
    """A file that is not taken."""

    def __init__(self, why: Why) -> None:
        """Keep the reason."""
        super().__init__(why)
        self.why = why
