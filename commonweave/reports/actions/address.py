"""The address at which a resident wants to hear that there is something new.

The letter that will be sent is written once, in the resident's language, and sealed for the worker together with the
address. So nobody who answers handles the address, and nothing beside the report says which language somebody reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from commonweave.base import journal
from commonweave.delivery.sealing import seal_letter
from commonweave.delivery.server import Letter
from commonweave.places.atlas import atlas
from commonweave.reports import queries, rules
from commonweave.reports.actions.resident import locked_own, resident
from commonweave.reports.models import NoticeAddress

if TYPE_CHECKING:
    from commonweave.places.atlas import Spot


@transaction.atomic
def keep_address(digits: str, *, address: str) -> None:
    """Keep an address for one report, in the place of one that was left before."""
    _keys, viewer = resident(digits)
    report = locked_own(viewer)
    rules.may_keep_address(viewer, report).enforce()
    queries.thread_rows(viewer, report, NoticeAddress).delete()
    NoticeAddress(
        report=report,
        team_id=report.team_id,
        locator=report.locator,
        on=queries.today_at(report),
        letter=seal_letter(_letter(address, atlas().by_id(report.place_id))),
        told=queries.answers_in(viewer, report),
    ).save(force_insert=True)
    journal.write(viewer, "notice.asked", kind="report", subject=report.pk)


@transaction.atomic
def forget_address(digits: str) -> None:
    """Delete the address of a report."""
    _keys, viewer = resident(digits)
    report = locked_own(viewer)
    if queries.thread_rows(viewer, report, NoticeAddress).delete()[0]:
        journal.write(viewer, "notice.ended", kind="report", subject=report.pk)


def _letter(address: str, spot: Spot | None) -> Letter:
    """Write what every mail to this address will say: that there is something new, and where the door is."""
    name = " ".join(atlas().public_name(spot).say().split()) if spot else ""
    lines = (
        _("There is something new for you. Come back to the page you know to see it:"),
        f"{settings.CONFIG.url}/",
        _("You get this mail because this address was left to be told. If it was not you, you can throw it away."),
    )
    subject = _("%(name)s: there is something new for you") % {"name": name} if name else lines[0]
    return Letter(address, subject, "\n\n".join(lines) + "\n")
