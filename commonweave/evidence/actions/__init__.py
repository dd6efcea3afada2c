"""What people do with records: one verb, one function, one transaction."""

from commonweave.evidence.actions.publishing import import_records, publish_record, withdraw_record, words_of

__all__ = ["import_records", "publish_record", "withdraw_record", "words_of"]
