"""Whom a page for people who work here opens for."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login

from commonweave.people import rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from commonweave.base.verdict import Verdict
    from commonweave.base.viewer import Viewer, ViewerRequest

P = ParamSpec("P")


def opens_for(
    rule: Callable[[Viewer], Verdict],
) -> Callable[
    [Callable[Concatenate[ViewerRequest, P], HttpResponse]], Callable[Concatenate[ViewerRequest, P], HttpResponse]
]:
    """Ask a stranger to sign in, and refuse whom the rule refuses (with its reason)."""

    def guarded(
        page: Callable[Concatenate[ViewerRequest, P], HttpResponse],
    ) -> Callable[Concatenate[ViewerRequest, P], HttpResponse]:
        @wraps(page)
        def opened(request: ViewerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.viewer.person is None:
                return redirect_to_login(request.get_full_path())
            rule(request.viewer).enforce()
            return page(request, *args, **kwargs)

        return cast("Callable[Concatenate[ViewerRequest, P], HttpResponse]", opened)

    return guarded


def for_administrators(
    page: Callable[Concatenate[ViewerRequest, P], HttpResponse],
) -> Callable[Concatenate[ViewerRequest, P], HttpResponse]:
    """Open for whoever administers something."""
    return opens_for(rules.may_manage)(page)


def for_readers(
    page: Callable[Concatenate[ViewerRequest, P], HttpResponse],
) -> Callable[Concatenate[ViewerRequest, P], HttpResponse]:
    """Open for whoever reads reports."""
    return opens_for(rules.may_read)(page)
