"""Which Chromium drives the journeys, and how it is started."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
"""The journeys visit only our own pages on this machine, also as root in CI, where Chromium's sandbox refuses to start."""


def find_chromium() -> str | None:
    """Return the program, the one named by COMMONWEAVE_TEST_CHROMIUM first."""
    named = os.environ.get("COMMONWEAVE_TEST_CHROMIUM", "")
    return next((found for name in (named, *NAMES) if name and (found := shutil.which(name))), None)


def journeys_required() -> bool:
    """Say whether a missing Chromium is a failure (CI) or a reason to skip."""
    return os.environ.get("COMMONWEAVE_JOURNEYS", "") == "required"
