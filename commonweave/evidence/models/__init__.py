"""Rows of the floor `evidence`, a file for each subject."""

from commonweave.evidence.models.assumptions import (
    Assumption,
    AssumptionEvidence,
    AssumptionState,
    AssumptionStep,
    Reliance,
    Side,
)
from commonweave.evidence.models.batches import Batch
from commonweave.evidence.models.beside import (
    Adaptation,
    Reply,
    ReplyLink,
)
from commonweave.evidence.models.changes import Change
from commonweave.evidence.models.due import (
    DueEvaluation,
)
from commonweave.evidence.models.files import RecordFile
from commonweave.evidence.models.findings import Finding
from commonweave.evidence.models.harvests import Harvest, Harvested, HarvestState
from commonweave.evidence.models.judging import (
    Appraisal,
    AppraisalDraft,
    Interest,
    Settlement,
    SmsVersion,
)
from commonweave.evidence.models.proposals import Proposal
from commonweave.evidence.models.records import Direction, Effect, Rating, Record, State, codes
from commonweave.evidence.models.saved import SavedSearch
from commonweave.evidence.models.wishes import Wish

__all__ = [
    "Adaptation",
    "Appraisal",
    "AppraisalDraft",
    "Assumption",
    "AssumptionEvidence",
    "AssumptionState",
    "AssumptionStep",
    "Batch",
    "Change",
    "Direction",
    "DueEvaluation",
    "Effect",
    "Finding",
    "Harvest",
    "HarvestState",
    "Harvested",
    "Interest",
    "Proposal",
    "Rating",
    "Record",
    "RecordFile",
    "Reliance",
    "Reply",
    "ReplyLink",
    "SavedSearch",
    "Settlement",
    "Side",
    "SmsVersion",
    "State",
    "Wish",
    "codes",
]
