"""Pages of the floor `evidence`: find, one record, the map of what is known, our own records."""

from commonweave.evidence.views.assumptions import (
    add_bearing,
    assumption,
    assumptions,
    call_assumption,
    rely,
    state_assumption,
)
from commonweave.evidence.views.beside import (
    decide_adaptation,
    note_adaptation,
    notes,
    refuse_reply,
    replies,
    reply,
    reply_by_link,
    reply_link,
)
from commonweave.evidence.views.documents import attach, detach, document, read_pdf
from commonweave.evidence.views.due import due, due_table, edit_due, register_due
from commonweave.evidence.views.effects import add_effect, edit_effect, effects, remove_effect
from commonweave.evidence.views.exchange import feed, oai, robots, sitemap, sitemap_part
from commonweave.evidence.views.finding import find
from commonweave.evidence.views.findings import finding, finding_table, finding_then, findings
from commonweave.evidence.views.gaps import gap_list, gap_map, gap_table
from commonweave.evidence.views.harvesting import harvest, harvest_clear, harvest_on, harvest_stop, harvests
from commonweave.evidence.views.importing import import_list, take_in
from commonweave.evidence.views.judging import agree, appraisals, appraise, criteria, give_up, rate, settle
from commonweave.evidence.views.ours import edit_record, new_version, ours, publish, start_record, withdraw
from commonweave.evidence.views.proposals import proposal, proposals, send_in, sent_in_answer
from commonweave.evidence.views.record import citation, record
from commonweave.evidence.views.saved import change_saved, forget_saved, open_saved, read_saved, saved
from commonweave.evidence.views.wishes import ask_for, asked_for, asked_for_table

__all__ = [
    "add_bearing",
    "add_effect",
    "agree",
    "appraisals",
    "appraise",
    "ask_for",
    "asked_for",
    "asked_for_table",
    "assumption",
    "assumptions",
    "attach",
    "call_assumption",
    "change_saved",
    "citation",
    "criteria",
    "decide_adaptation",
    "detach",
    "document",
    "due",
    "due_table",
    "edit_due",
    "edit_effect",
    "edit_record",
    "effects",
    "feed",
    "find",
    "finding",
    "finding_table",
    "finding_then",
    "findings",
    "forget_saved",
    "gap_list",
    "gap_map",
    "gap_table",
    "give_up",
    "harvest",
    "harvest_clear",
    "harvest_on",
    "harvest_stop",
    "harvests",
    "import_list",
    "new_version",
    "note_adaptation",
    "notes",
    "oai",
    "open_saved",
    "ours",
    "proposal",
    "proposals",
    "publish",
    "rate",
    "read_pdf",
    "read_saved",
    "record",
    "refuse_reply",
    "register_due",
    "rely",
    "remove_effect",
    "replies",
    "reply",
    "reply_by_link",
    "reply_link",
    "robots",
    "saved",
    "send_in",
    "sent_in_answer",
    "settle",
    "sitemap",
    "sitemap_part",
    "start_record",
    "state_assumption",
    "take_in",
    "withdraw",
]
