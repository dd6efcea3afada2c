"""Effects entered as data: shown before they are saved, all of a table or nothing, changed by whoever may change the record."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.evidence.models import Effect, Record, State
from commonweave.evidence.rules import MEASURES, effect_from, reckon
from commonweave.evidence.tests.factories import add_effect, make_record
from commonweave.people.models import Role
from commonweave.people.tests import factories as people
from commonweave.site.tests.signed_in import sign_in

if TYPE_CHECKING:
    from commonweave.base.tests.roles import WebClient
    from commonweave.people.models import Organisation, Person

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {"study": "Study A", "outcome": "prejudice", "positive_is": "good", "source": "Table 2, page 5"}
MEANS: dict[str, Any] = SAID | {"m1": "103", "sd1": "5.5", "n1": "50", "m2": "100", "sd2": "4.5", "n2": "50"}
TABLE = "study,outcome,measure,positive_is,source,a,b,c,d\nA,violence,counts,bad,T1,5,45,10,40\nB,violence,counts,bad,T1,{b},45,10,40\n{more}"


@pytest.fixture
def body() -> Organisation:
    return people.make_organisation()


def person_of(body: Organisation, role: str = Role.MEMBER) -> Person:
    person = people.make_member(role, body)
    people.give_second_factor(person)
    return person


def draft(body: Organisation, **columns: Any) -> Record:
    return make_record(holder=body.pk, **({"state": State.DRAFT, "outcomes": ["prejudice", "violence"]} | columns))


def add(client: WebClient, record: Record, measure: str, said: dict[str, Any]) -> str:
    """Send what was said, then what the page showed of it; return the page in between."""
    address = reverse("evidence:add_effect", args=[record.pk, measure])
    page = client.post(address, said)
    assert page.status_code == 200
    if "shown" in page.context:
        assert client.post(address, said | {"shown": page.context["shown"]}).status_code == 302
    return html.unescape(page.content.decode())


def test_what_is_entered_is_shown_with_its_formula_before_it_is_saved(body: Organisation) -> None:
    """The example of Borenstein et al. (2009, page 27): g is 0.5924."""
    client, record = sign_in(person_of(body)), draft(body)
    address = reverse("evidence:add_effect", args=[record.pk, "means"])
    page = client.post(address, MEANS).content.decode()
    assert "yi = 0.5924" in page
    assert "Hedges, Olkin (1985)" in page
    assert not Effect.objects.exists()
    unseen = {"shown": "0.5 0.04"}
    assert client.post(address, MEANS | unseen).status_code == 200
    assert not Effect.objects.exists()
    add(client, record, "means", MEANS)
    row = Effect.objects.get()
    assert (row.measure, row.raw["m1"], row.source) == ("means", 103, "Table 2, page 5")
    assert row.yi == pytest.approx(0.5924, abs=1e-4)
    assert row.vi == pytest.approx(0.0418, abs=1e-4)
    assert JournalEntry.objects.filter(verb="record.effects_changed", subject=record.pk).count() == 1


@pytest.mark.parametrize(
    ("measure", "numbers", "field"),
    [
        ("means", MEANS | {"sd1": "0"}, "sd1"),
        ("means", MEANS | {"source": ""}, "source"),
        ("odds_ratio", SAID | {"ratio": "3", "low": "1", "high": "2"}, "ratio"),
        ("counts", SAID | {"a": "0", "b": "9", "c": "0", "d": "9"}, "a"),
        ("pre_post", SAID | {"before": "1", "after": "2", "sd_before": "1", "n": "30", "together": "1.5"}, "together"),
        ("correlation", SAID | {"r": "x", "n": "30"}, "r"),
        ("smd", SAID | {"yi": "0.2", "vi": "-1"}, "vi"),
    ],
)
def test_what_cannot_be_is_said_at_its_number(
    body: Organisation, measure: str, numbers: dict[str, Any], field: str
) -> None:
    client, record = sign_in(person_of(body)), draft(body)
    page = client.post(reverse("evidence:add_effect", args=[record.pk, measure]), numbers)
    assert list(page.context["form"].errors) == [field]
    assert not Effect.objects.exists()


@pytest.mark.parametrize("measure", MEASURES)
def test_every_way_leads_to_an_effect_that_can_be_reckoned_again(measure: str) -> None:
    usual = {"high": 2.5, "low": 1.5, "ratio": 2, "r": 0.4, "together": 0.5, "error": 0.1, "vi": 0.04}
    numbers = {name: usual.get(name, 20.0 + at) for at, name in enumerate(MEASURES[measure].numbers)}
    found = reckon(measure, numbers)
    assert found.scale == MEASURES[measure].scale
    assert effect_from(measure, None, None, numbers) == found


def test_of_a_table_with_mistakes_nothing_is_saved_and_each_is_named(body: Organisation) -> None:
    client, record = sign_in(person_of(body)), draft(body)
    address = reverse("evidence:effects", args=[record.pk])
    more = "C,violence,nonsense,bad,T1,1,2,3,4\n,violence,counts,bad,T1,1,2,3,4\n"
    said = " ".join(client.post(address, {"table": TABLE.format(b="many", more=more)}).context["form"].errors["table"])
    for named in ("Line 3, a:", "Line 4, measure:", "Line 5, study:"):
        assert named in said
    assert "Line 2" not in said
    assert not Effect.objects.exists()
    wide = client.post(address, {"table": "study," * 20_000 + "\nx"}).context["form"].errors["table"]
    assert len(wide) == 1, "columns are counted before they are looked at"
    assert client.post(address, {"table": TABLE.format(b="7", more="").replace(",", "\t")}).status_code == 302
    assert [row.position for row in record.effects.order_by("position")] == [0, 1]


def test_an_effect_is_stated_anew_and_removed(body: Organisation) -> None:
    client, record = sign_in(person_of(body)), draft(body)
    add(client, record, "means", MEANS)
    row = Effect.objects.get()
    address = reverse("evidence:edit_effect", args=[record.pk, row.pk])
    seen = client.get(address).context["form"]["seen"].value()
    page = client.post(address, MEANS | {"n1": "60", "seen": seen})
    assert client.post(address, MEANS | {"n1": "60", "seen": seen, "shown": page.context["shown"]}).status_code == 302
    assert Effect.objects.get(pk=row.pk).raw["n1"] == 60
    assert "Somebody else has changed this" in client.post(address, MEANS | {"n1": "70", "seen": seen}).content.decode()
    assert client.post(reverse("evidence:remove_effect", args=[record.pk, row.pk]), {}).status_code == 302
    assert not Effect.objects.exists()


def test_effects_of_what_is_published_are_for_administrators(body: Organisation) -> None:
    """The rule says so, and the database does where a rule was forgotten."""
    record = draft(body, state=State.PUBLISHED)
    row = add_effect(record)
    member, administrator = person_of(body), person_of(body, Role.ADMINISTRATOR)
    address = reverse("evidence:add_effect", args=[record.pk, "means"])
    assert sign_in(member).post(address, MEANS).status_code == 403
    viewer = people.viewer_of(member)
    with as_viewer(viewer):
        assert Effect.objects.filter(pk=row.pk).update(yi=9) == 0
        assert Effect.objects.filter(pk=row.pk).delete()[0] == 0
    with as_viewer(viewer), pytest.raises(DatabaseError), transaction.atomic():
        add_effect(record, position=7)
    add(sign_in(administrator), record, "means", MEANS)
    assert record.effects.count() == 2


def test_strangers_learn_nothing_of_a_draft_and_its_effects(body: Organisation) -> None:
    record = draft(body)
    row = add_effect(record)
    stranger = person_of(people.make_organisation(), Role.ADMINISTRATOR)
    client = sign_in(stranger)
    for name, more in (("effects", []), ("add_effect", ["means"]), ("edit_effect", [row.pk])):
        assert client.get(reverse(f"evidence:{name}", args=[record.pk, *more])).status_code == 404
    assert client.post(reverse("evidence:remove_effect", args=[record.pk, row.pk])).status_code == 404
    with as_viewer(people.viewer_of(stranger)):
        assert Effect.objects.filter(pk=row.pk).update(yi=9) == 0
    assert Effect.objects.filter(pk=row.pk).exists()
