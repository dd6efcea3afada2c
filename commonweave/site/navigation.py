"""What every page's frame needs to know: the name it carries here, and where its reader may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's variables."""
    return {"viewer": getattr(request, "viewer", None)}
