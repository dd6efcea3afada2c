"""What residents, teams and the clock do with reports: one verb, one function, one transaction."""

from commonweave.reports.actions.address import forget_address, keep_address
from commonweave.reports.actions.asking import answer_question, ask_consent
from commonweave.reports.actions.assist import begin_assisting
from commonweave.reports.actions.clock import move_unread
from commonweave.reports.actions.files import (
    Added,
    add_file,
    answer_with_files,
    clean_for_answer,
    finish_upload,
    has_file,
    may_add_file,
    open_file,
    read_own_file,
    remove_file,
)
from commonweave.reports.actions.folded import close_folded
from commonweave.reports.actions.handover import accept_report, decline_report, hand_on_report, point_outside
from commonweave.reports.actions.hold import ask_hold, decide_hold, end_hold
from commonweave.reports.actions.notice import drop_address, send_notices
from commonweave.reports.actions.repeats import forget_likeness, tell_repeat
from commonweave.reports.actions.resident import (
    NobodyTakesIt,
    Submission,
    add_to_report,
    note_gap,
    read_own_report,
    submit_report,
    widen_consent,
    withdraw_report,
)
from commonweave.reports.actions.retention import erase_closed, vacuum_reports
from commonweave.reports.actions.rewrap import rewrap_reports
from commonweave.reports.actions.team import answer_report, close_report, open_report
from commonweave.reports.actions.thread import Opened, Said

__all__ = [
    "Added",
    "NobodyTakesIt",
    "Opened",
    "Said",
    "Submission",
    "accept_report",
    "add_file",
    "add_to_report",
    "answer_question",
    "answer_report",
    "answer_with_files",
    "ask_consent",
    "ask_hold",
    "begin_assisting",
    "clean_for_answer",
    "close_folded",
    "close_report",
    "decide_hold",
    "decline_report",
    "drop_address",
    "end_hold",
    "erase_closed",
    "finish_upload",
    "forget_address",
    "forget_likeness",
    "hand_on_report",
    "has_file",
    "keep_address",
    "may_add_file",
    "move_unread",
    "note_gap",
    "open_file",
    "open_report",
    "point_outside",
    "read_own_file",
    "read_own_report",
    "remove_file",
    "rewrap_reports",
    "send_notices",
    "submit_report",
    "tell_repeat",
    "vacuum_reports",
    "widen_consent",
    "withdraw_report",
]
