"""What people do with records: one verb, one function, one transaction."""

from commonweave.evidence.actions.drafting import Facts, change_record, drafted, put_in, start_record, start_version
from commonweave.evidence.actions.publishing import import_records, publish_record, withdraw_record, words_of

__all__ = [
    "Facts",
    "change_record",
    "drafted",
    "import_records",
    "publish_record",
    "put_in",
    "start_record",
    "start_version",
    "withdraw_record",
    "words_of",
]
