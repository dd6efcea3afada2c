"""What people fill in, a file for each subject."""

from commonweave.evidence.forms.gaps import GapForm
from commonweave.evidence.forms.judging import (
    BeginForm,
    OwnForm,
    RateForm,
    SettleForm,
)
from commonweave.evidence.forms.records import RecordForm, blank, showing
from commonweave.evidence.forms.saved import SaveForm
from commonweave.evidence.forms.steps import PublishForm, StartForm, WithdrawForm

__all__ = [
    "BeginForm",
    "GapForm",
    "OwnForm",
    "PublishForm",
    "RateForm",
    "RecordForm",
    "SaveForm",
    "SettleForm",
    "StartForm",
    "WithdrawForm",
    "blank",
    "showing",
]
