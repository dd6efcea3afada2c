"""Who a page of "Manage" opens for."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login

from commonweave.people import rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from commonweave.base.viewer import ViewerRequest

P = ParamSpec("P")


def for_administrators(
    page: Callable[Concatenate[ViewerRequest, P], HttpResponse],
) -> Callable[Concatenate[ViewerRequest, P], HttpResponse]:
    """Ask a stranger to sign in, and refuse whoever administers nothing (with the reason)."""

    @wraps(page)
    def opened(request: ViewerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.viewer.person is None:
            return redirect_to_login(request.get_full_path())
        rules.may_manage(request.viewer).enforce()
        return page(request, *args, **kwargs)

    return cast("Callable[Concatenate[ViewerRequest, P], HttpResponse]", opened)
