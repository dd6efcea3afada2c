"""What people do with records: one verb, one function, one transaction."""

from commonweave.evidence.actions.assumptions import (
    add_bearing,
    call_assumption,
    rely,
    state_assumption,
)
from commonweave.evidence.actions.beside import (
    decide_adaptation,
    make_reply_link,
    note_adaptation,
    refuse_reply,
    reply,
    reply_by_link,
)
from commonweave.evidence.actions.drafting import Facts, change_record, drafted, put_in, start_record, start_version
from commonweave.evidence.actions.due import (
    edit_due,
    register_due,
)
from commonweave.evidence.actions.effects import add_effects, change_effect, remove_effect
from commonweave.evidence.actions.files import attach_file, read_pdf, remove_file, sweep_files
from commonweave.evidence.actions.findable import end_embargoes, findable, let_be_found
from commonweave.evidence.actions.findings import renew_findings
from commonweave.evidence.actions.harvesting import (
    ask_to_clear,
    clear_harvest,
    go_on,
    harvest,
    start_harvest,
    stop_harvest,
)
from commonweave.evidence.actions.importing import keep_batch, take_in_batch
from commonweave.evidence.actions.judging import (
    agree_to_settlement,
    begin_appraisal,
    find_as_rated,
    finish_appraisal,
    give_up_appraisal,
    settle,
)
from commonweave.evidence.actions.proposals import (
    decline_proposal,
    forget_proposals,
    send_in,
    take_over,
)
from commonweave.evidence.actions.publishing import Pointing, import_records, publish_record, withdraw_record, words_of
from commonweave.evidence.actions.saved import (
    change_search,
    count_new_records,
    forget_search,
    look_at_search,
    save_search,
)
from commonweave.evidence.actions.wishes import wish

__all__ = [
    "Facts",
    "Pointing",
    "add_bearing",
    "add_effects",
    "agree_to_settlement",
    "ask_to_clear",
    "attach_file",
    "begin_appraisal",
    "call_assumption",
    "change_effect",
    "change_record",
    "change_search",
    "clear_harvest",
    "count_new_records",
    "decide_adaptation",
    "decline_proposal",
    "drafted",
    "edit_due",
    "end_embargoes",
    "find_as_rated",
    "findable",
    "finish_appraisal",
    "forget_proposals",
    "forget_search",
    "give_up_appraisal",
    "go_on",
    "harvest",
    "import_records",
    "keep_batch",
    "let_be_found",
    "look_at_search",
    "make_reply_link",
    "note_adaptation",
    "publish_record",
    "put_in",
    "read_pdf",
    "refuse_reply",
    "register_due",
    "rely",
    "remove_effect",
    "remove_file",
    "renew_findings",
    "reply",
    "reply_by_link",
    "save_search",
    "send_in",
    "settle",
    "start_harvest",
    "start_record",
    "start_version",
    "state_assumption",
    "stop_harvest",
    "sweep_files",
    "take_in_batch",
    "take_over",
    "wish",
    "withdraw_record",
    "words_of",
]
