"""What people do with records: one verb, one function, one transaction."""

from commonweave.evidence.actions.drafting import Facts, change_record, drafted, put_in, start_record, start_version
from commonweave.evidence.actions.findable import end_embargoes, findable, let_be_found
from commonweave.evidence.actions.findings import renew_findings
from commonweave.evidence.actions.publishing import import_records, publish_record, withdraw_record, words_of
from commonweave.evidence.actions.saved import (
    change_search,
    count_new_records,
    forget_search,
    look_at_search,
    save_search,
)

__all__ = [
    "Facts",
    "change_record",
    "change_search",
    "count_new_records",
    "drafted",
    "end_embargoes",
    "findable",
    "forget_search",
    "import_records",
    "let_be_found",
    "look_at_search",
    "publish_record",
    "put_in",
    "renew_findings",
    "save_search",
    "start_record",
    "start_version",
    "withdraw_record",
    "words_of",
]
