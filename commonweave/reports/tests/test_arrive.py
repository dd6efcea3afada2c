"""A report that arrives outside any other work is its own transaction."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from commonweave.base import journal
from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import web
from commonweave.base.viewer import Viewer
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries
from commonweave.reports.actions.arrive import arrive
from commonweave.reports.models import Report
from commonweave.reports.tests.factories import make_report, make_submission, make_team

pytestmark = pytest.mark.django_db(transaction=True)


def test_report_is_kept_as_soon_as_the_action_returns() -> None:
    """A fault while the receipt page is made must not take the report back: the same form gives the same receipt."""
    city = make_place("xx-city", make_place("xx", type="country"))
    make_team(city)
    wanted = make_submission(city)
    make_report(city)  # so that places are read and the statement is known: nothing but the report is asked for then
    with web(), transaction.atomic():
        report, _resident = actions.submit_report(wanted)
        transaction.set_rollback(True)
    assert report is not None
    assert Report.objects.filter(pk=report.pk).exists()
    assert JournalEntry.objects.filter(verb="report.received", subject=report.pk).count() == 1
    with web(), transaction.atomic():
        again, resident = actions.submit_report(wanted)
        own = queries.own_report(resident)
    assert again is None
    assert own is not None
    assert own.pk == report.pk
    assert JournalEntry.objects.filter(verb="report.received").count() == 2  # with the first one


def test_refused_report_leaves_nothing_and_a_connection_that_works() -> None:
    """Neither half of it is kept, and what comes next is not lost in a broken transaction."""
    city = make_place("xx-city", make_place("xx", type="country"))
    make_team(city)
    report, _digits = make_report(city)
    Report.objects.all().delete()
    report.consents = ["police"]
    viewer = Viewer(receipt=report.locator)
    entry = journal.entry(viewer, "report.received", kind="report", subject=report.pk, team=report.team_id)
    with web(), transaction.atomic():
        with pytest.raises(IntegrityError, match="report_team_consented"):
            arrive(viewer, report, entry)
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            assert cursor.fetchone() == (1,)
    assert not Report.objects.exists()
    assert not JournalEntry.objects.filter(pk=entry.pk).exists()
