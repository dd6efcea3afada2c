"""What time takes away: the body, the data keys and the thread of a report that was closed long enough ago."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from commonweave.base import journal
from commonweave.base.viewer import SYSTEM
from commonweave.files.actions import remove_files_of
from commonweave.places.atlas import atlas
from commonweave.places.defaults import TIME_ZONE
from commonweave.reports import queries, rules
from commonweave.reports.actions.thread import note
from commonweave.reports.lasting import DAY
from commonweave.reports.models import Hold, Message, NoticeAddress, Report, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

BATCH = 200
KNOWS_MAINTAIN = 170_000
TABLES = "reports_report, reports_message, files_file"


def erase_closed(now: datetime) -> int:
    """Erase what was kept long enough by the day and the setting of its own place; return how many reports.

    Safe to run at any time, any number of times, by several workers at once.
    """
    done = 0
    for (today, days), places in _grounds(now).items():
        while batch := _batch(today, days, places):
            done += batch
    return done


def _grounds(now: datetime) -> Mapping[tuple[date, int], list[UUID]]:
    """Return the places by what day it is there and how long they keep."""
    found: dict[tuple[date, int], list[UUID]] = defaultdict(list)
    places = atlas()
    for spot in places.spots:
        today = now.astimezone(ZoneInfo(places.setting(spot, TIME_ZONE))).date()
        found[today, queries.retention_days(spot)].append(spot.id)
    return found


@transaction.atomic
def _batch(today: date, days: int, places: list[UUID]) -> int:
    old = Report.objects.filter(state=State.CLOSED, erased_on=None, closed_on__lte=today - days * DAY, place__in=places)
    held = Hold.objects.filter(report=OuterRef("pk"), agreed_on__isnull=False, until__gte=today).exclude(
        ended_on__lt=today
    )
    rows = old.exclude(Exists(held)).select_for_update(skip_locked=True).order_by("closed_on", "pk")
    found = list(rows.defer("body", "keys", "receipt_key")[:BATCH])
    # Asked again under the locks: somebody may have agreed to a hold while this waited for nobody.
    kept = defaultdict(list)
    for hold in Hold.objects.filter(report__in=found):
        kept[hold.report_id].append(hold)
    due = [report for report in found if _is_due(report, kept[report.pk], today)]
    Message.objects.filter(report__in=due).delete()
    NoticeAddress.objects.filter(report__in=due).delete()
    remove_files_of(SYSTEM, queries.FILES, [report.pk for report in due])
    for report in due:
        report.body = report.keys = None
        report.erased_on = today
        report.save(update_fields=["body", "keys", "erased_on"])
        note(SYSTEM, report, "erased", on=today)
        journal.write(SYSTEM, "report.erased", kind="report", subject=report.pk, team=report.team_id)
    return len(due)


def _is_due(report: Report, holds: list[Hold], today: date) -> bool:
    until = queries.lasting_of(report, holds)
    return until is not None and bool(rules.may_erase(report, until, today))


def vacuum_reports(since: date) -> bool:
    """Free what was erased since a day inside the database's files, too; say whether that was done.

    Only outside of a transaction. Before PostgreSQL 17 only the owner may, so there autovacuum does it in its time.
    """
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int")
        if cursor.fetchone()[0] < KNOWS_MAINTAIN or not Report.objects.filter(erased_on__gte=since).exists():
            return False
        cursor.execute("select has_table_privilege('reports_report', 'maintain')")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(f"vacuum {TABLES}")
    return True
