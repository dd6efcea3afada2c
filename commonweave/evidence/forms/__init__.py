"""What people fill in, a file for each subject."""

from commonweave.evidence.forms.assumptions import (
    AssumptionForm,
    BearingForm,
    CallForm,
    RelyForm,
)
from commonweave.evidence.forms.beside import (
    AdaptationForm,
    DecideForm,
    MemberReplyForm,
    RefuseForm,
    ReplyForm,
)
from commonweave.evidence.forms.due import (
    DueForm,
)
from commonweave.evidence.forms.effects import EffectForm, TableForm
from commonweave.evidence.forms.gaps import GapForm
from commonweave.evidence.forms.harvests import HarvestForm
from commonweave.evidence.forms.judging import (
    BeginForm,
    OwnForm,
    RateForm,
    SettleForm,
)
from commonweave.evidence.forms.proposals import CodeForm, DeclineForm, SendForm
from commonweave.evidence.forms.records import RecordForm, blank, showing
from commonweave.evidence.forms.saved import SaveForm
from commonweave.evidence.forms.steps import PublishForm, StartForm, WithdrawForm
from commonweave.evidence.forms.wishes import AskedForForm, MemberWishForm, WishForm

__all__ = [
    "AdaptationForm",
    "AskedForForm",
    "AssumptionForm",
    "BearingForm",
    "BeginForm",
    "CallForm",
    "CodeForm",
    "DecideForm",
    "DeclineForm",
    "DueForm",
    "EffectForm",
    "GapForm",
    "HarvestForm",
    "MemberReplyForm",
    "MemberWishForm",
    "OwnForm",
    "PublishForm",
    "RateForm",
    "RecordForm",
    "RefuseForm",
    "RelyForm",
    "ReplyForm",
    "SaveForm",
    "SendForm",
    "SettleForm",
    "StartForm",
    "TableForm",
    "WishForm",
    "WithdrawForm",
    "blank",
    "showing",
]
