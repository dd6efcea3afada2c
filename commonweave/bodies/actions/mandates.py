"""Saying on what a body rests, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import get_language

from commonweave.base import journal
from commonweave.bodies import queries, rules
from commonweave.bodies.models import Mandate

if TYPE_CHECKING:
    from datetime import date

    from commonweave.base.viewer import Viewer


@transaction.atomic
def give_mandate(  # the answers of one form
    viewer: Viewer,
    slug: str,
    *,
    starts_on: date,
    ends_on: date | None,
    review_on: date | None = None,
    legal_basis: str = "",
    legal_url: str = "",
    terms: str = "",
) -> Mandate:
    """Put down a mandate, its last day included. One without an end that ran until now ends the day before."""
    body = queries.get_body(viewer, slug, lock=True)
    rules.may_keep(viewer, body).enforce()
    earlier = Mandate.objects.filter(body=body, during__upper_inf=True, during__startswith__lt=starts_on).first()
    if earlier is not None:
        earlier.during = DateRange(earlier.during.lower, starts_on)
        earlier.save(update_fields=["during"])
    rules.may_follow(Mandate.objects.filter(body=body), starts_on, ends_on).enforce()
    mandate = Mandate(
        body=body,
        during=DateRange(starts_on, ends_on + timedelta(days=1) if ends_on else None),
        review_on=review_on,
        legal_basis=legal_basis,
        legal_url=legal_url,
        terms=terms,
        language=get_language() or "en",
    )
    mandate.save(force_insert=True)
    journal.write(viewer, "body.mandated", kind="body", subject=body.pk, mandate=mandate.pk)
    return mandate
