"""Effects as people enter them: one by one or a table in a file, all of it or nothing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY
from commonweave.evidence import actions, queries
from commonweave.evidence.forms import EffectForm, TableForm
from commonweave.evidence.forms.effects import LARGEST
from commonweave.evidence.models import Effect, Record, State
from commonweave.evidence.tests.factories import add_effect, make_record
from commonweave.evidence.tests.test_walls import OURS, member
from commonweave.files.uploads import TooLarge

pytestmark = pytest.mark.django_db
HEAD = "study,outcome,measure,positive_is,source,interventions,moderators,ratio,low,high\n"
GOOD = "A,prejudice,odds_ratio,bad,Table 2,sport,mean_age: 14.5; country: MW,0.5,0.4,0.625\n"


def draft() -> Record:
    return make_record(state=State.DRAFT, holder=OURS, interventions=["mentoring", "sport"])


def table(record: Record, text: str, encoding: str = "utf-8") -> TableForm:
    sent = SimpleUploadedFile("effects.csv", text.encode(encoding))
    return TableForm(QueryDict("table="), MultiValueDict({"file": [sent]}), record=record)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_says_what_was_tried_and_what_goes_with_it(encoding: str) -> None:
    record = draft()
    form = table(record, HEAD + "\n" + GOOD, encoding)
    assert form.is_valid(), form.errors
    with as_viewer(member()):
        actions.add_effects(member(), record.pk, form.found)
    row = Effect.objects.get()
    assert (row.interventions, row.moderators) == (["sport"], {"mean_age": 14.5, "country": "MW"})


def test_every_mistake_is_named_by_line_and_column_and_nothing_is_kept() -> None:
    wrong = HEAD.replace("source", "sauce") + GOOD + GOOD.replace("0.625", "0.2").replace("sport", "football")
    wrong += GOOD.replace("odds_ratio", "luck") + GOOD.strip() + ",7\n" + GOOD.replace("mean_age: 14.5", "fourteen")
    form = table(draft(), wrong)
    assert not form.is_valid()
    assert form.found == []
    said = " | ".join(map(str, form.errors["file"]))
    for each in ("Line 1, sauce", "Line 2, source", "Line 3, interventions", "Line 4, measure", "Line 5, It has"):
        assert each in said
    assert "Line 3, high" in said or "Line 3, low" in said or "Line 3, ratio" in said
    assert "Line 6, moderators: “fourteen”" in said


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (TooLarge("x.csv", b""), "500 kB"),
        (SimpleUploadedFile("x.csv", b"a" * (LARGEST + 1)), "500 kB"),
        (SimpleUploadedFile("x.xlsx", b"PK\0\3"), "Save it as CSV"),
        (SimpleUploadedFile("x.csv", b'study,"outcome\n'), "cannot be read as CSV"),
        (SimpleUploadedFile("x.csv", HEAD.encode()), "no line under the first"),
        (SimpleUploadedFile("x.csv", (HEAD + GOOD * 501).encode()), "At most 500"),
    ],
)
def test_what_is_no_table_is_refused(sent: SimpleUploadedFile, said: str) -> None:
    form = TableForm(QueryDict("table="), MultiValueDict({"file": [sent]}), record=draft())
    assert not form.is_valid()
    assert said in " ".join(map(str, form.errors["file"]))


def test_what_stands_there_is_shown_and_kept_when_it_is_changed() -> None:
    """Also a property that only the demonstration or a program wrote, and a design of its own."""
    record = draft()
    kept = {"design": "rct", "n_treatment": 12.0, "country": "MW"}
    row = add_effect(record, moderators=kept, interventions=["sport"], sample="kiva")
    now = EffectForm.starting_with(row)
    sent = QueryDict(mutable=True)
    sent.update({name: str(value) for name, value in now.items() if name != "interventions"})
    sent.setlist("interventions", now["interventions"])
    sent["seen"] = EffectForm(measure="smd", record=record, now=now).marks()
    form = EffectForm(sent, measure="smd", record=record, now=now)
    assert form.is_valid(), form.errors
    with as_viewer(member()):
        actions.change_effect(member(), record.pk, row.pk, form.stated())
    row.refresh_from_db()
    assert (row.moderators, row.interventions, row.sample) == (kept, ["sport"], "kiva")
    assert queries.measured(NOBODY) == []
