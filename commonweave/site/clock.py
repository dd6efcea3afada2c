"""What happens by the clock. Each task may run late, twice, or on several workers at once."""

from __future__ import annotations

import sys
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from commonweave.base.viewer import SYSTEM
from commonweave.delivery.actions import read_bounces, send_queued
from commonweave.delivery.mailbox import MailboxAway
from commonweave.delivery.rules import fixed_hour
from commonweave.evidence.actions import (
    count_new_records,
    end_embargoes,
    find_as_rated,
    forget_proposals,
    renew_findings,
    sweep_files,
)
from commonweave.evidence.views import read_saved
from commonweave.files.actions import sweep
from commonweave.reports.actions import (
    drop_address,
    erase_closed,
    forget_likeness,
    move_unread,
    send_notices,
    vacuum_reports,
)
from commonweave.reports.counting import close_weeks
from commonweave.site.notices import mail_seal, tell_of_records

TIDY_HOUR = 3
"""A worker that died between erasing and vacuuming, or a backup that still looked at the old rows: then it is done now."""


@app.periodic(cron="7 * * * *")
@app.task(name="deadlines", queueing_lock="deadlines")
def deadlines(timestamp: int) -> None:
    """Remind teams of what they have not opened; pass on what waited on."""
    del timestamp
    move_unread(timezone.now().date())


@app.periodic(cron="23 * * * *")
@app.task(name="weeks", queueing_lock="weeks")
def weeks(timestamp: int) -> None:
    """Release the counts of weeks that have closed."""
    del timestamp
    close_weeks(timezone.now().date())


@app.periodic(cron="52 * * * *")
@app.task(name="retention", queueing_lock="retention")
def retention(timestamp: int) -> None:
    """Take away what closed reports said, and what was sent in, once its time is over; once a day make sure it is freed on the disk, too."""
    del timestamp
    now = timezone.now()
    forget_likeness()
    forget_proposals(SYSTEM)
    if erase_closed(now) or now.hour == TIDY_HOUR:
        vacuum_reports(now.date() - timedelta(days=2))


@app.periodic(cron="34 * * * *")
@app.task(name="files", queueing_lock="files")
def files(timestamp: int) -> None:
    """Remove files that belong to nobody any more, and uploads that nobody finished."""
    del timestamp
    sweep(SYSTEM)
    sweep_files(SYSTEM)


@app.periodic(cron="3 * * * *")
@app.task(name="embargoes", queueing_lock="embargoes")
def embargoes(timestamp: int) -> None:
    """Let records be found by their words, and counted in findings, once their embargo is over."""
    del timestamp
    end_embargoes(SYSTEM)
    find_as_rated(SYSTEM)
    renew_findings(SYSTEM)


@app.periodic(cron="26 4 * * *")
@app.task(name="saved_searches", queueing_lock="saved_searches")
def saved_searches(timestamp: int) -> None:
    """Count what is new for the searches that people saved, and write to those who asked for it."""
    del timestamp
    count_new_records(timezone.now().date(), read_saved, lambda person: tell_of_records(SYSTEM, person))


@app.periodic(cron="41 5 * * *")
@app.task(name="seal", queueing_lock="seal")
def seal(timestamp: int) -> None:
    """Give the newest checkpoint of the journal to people elsewhere."""
    del timestamp
    mail_seal(SYSTEM)


@app.periodic(cron="59 * * * *")
@app.task(name="notices", queueing_lock="notices")
def notices(timestamp: int) -> None:
    """Write to residents who have an answer, just before the hour at which all such mail leaves."""
    del timestamp
    now = timezone.now()
    if fixed_hour(now) - now <= timedelta(minutes=30):
        send_notices(now)


@app.periodic(cron="* * * * *")
@app.task(name="mail", queueing_lock="mail")
def mail(timestamp: int) -> None:
    """Send what waits in the queue."""
    del timestamp
    send_queued(on_failure=drop_address)


@app.periodic(cron="*/5 * * * *")
@app.task(name="bounces", queueing_lock="bounces")
def bounces(timestamp: int) -> None:
    """Read what other servers sent back."""
    del timestamp
    try:
        read_bounces(drop_address)
    except MailboxAway as reason:
        sys.stderr.write(f"The mailbox of what came back cannot be read: {reason}.\n")
