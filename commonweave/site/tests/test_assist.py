"""Writing down for somebody: a helper types, the person decides, and afterwards the helper is a stranger to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.gate.limits import Limit
from commonweave.base.gate.memory import memory
from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.people.models import Role, Trust
from commonweave.people.tests import factories as people
from commonweave.places.atlas import expire
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, queries
from commonweave.reports.draft import begin, lock
from commonweave.reports.forms import RECIPIENT_WORDS, AskedForm
from commonweave.reports.models import Report
from commonweave.reports.routing import Reach
from commonweave.reports.tests.factories import make_team, ring_of
from commonweave.sharing import receipts
from commonweave.site.tests.signed_in import sign_in
from tools.visitor import Answer, Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.conf import LazySettings
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from commonweave.people.models import Organisation, Team

WORDS = "They shouted at us at the bus stop."


def form_of(response: Response, field: str) -> Form:
    """Return the form that has this field."""
    forms = Answer(200, {}, response.content, 0.0, "").forms
    return next(form for form in forms if field in form.names | form.choices.keys())


class Office:
    """A place with a support team and a police team, and a group that both sides trust to help."""

    def __init__(self) -> None:
        self.city = make_place("as-city", make_place("as", type="country"), name="City")
        self.support, self.police = make_team(self.city), make_team(self.city, "police")
        self.group = people.make_organisation("other", "Corner shop", self.city)
        self.helper = people.make_member(Role.MEMBER, self.group)
        self.client = sign_in(self.helper)
        trust(self.group)

    def begin(self, client: WebClient, **said: str) -> Response:
        return client.post(reverse("reports:assist"), {"told": "phone", "spoken": "ny", **said})

    def last_step(self, client: WebClient) -> Form:
        """Come as far as the questions that are asked aloud."""
        shown = self.begin(client)
        shown = self.press(client, form_of(shown, "kind"), kind="happened", next="1")
        shown = self.press(client, form_of(shown, "q"), choose=self.city.code)
        return form_of(shown, "agreed")

    def press(self, client: WebClient, form: Form, **said: str) -> Response:
        pairs = form.filled(**said) if set(said) <= form.names | form.choices.keys() else [*form.values, *said.items()]
        sent: dict[str, list[str]] = {}
        for name, value in pairs:
            sent.setdefault(name, []).append(value)
        return client.post(form.action, sent)

    def send(self, client: WebClient, form: Form, **said: str) -> Response:
        told = {"what": WORDS, "ask_city_support": "yes", "ask_police": "no", "agreed": "on", "send": "1"}
        return self.press(client, form, **{**told, **said})


def trust(group: Organisation) -> None:
    """Let the members of an organisation help, as if two had agreed."""
    Trust.objects.create(organisation=group, during=("2026-01-01", None), founding=True)
    expire()


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def number_on(response: Response) -> str | None:
    """Return the digits of the receipt that a page shows."""
    found = re.search(r'class="digits">(.*?)</ol>', response.content.decode(), re.DOTALL)
    return receipts.read(re.sub(r"<.*?>", "", found[1])) if found else None


def test_what_a_helper_sends_is_the_persons_own_report(office: Office) -> None:
    """The person reads it with the number they were told; the team learns how it came, and not through whom."""
    answer = office.send(office.client, office.last_step(office.client))
    digits = number_on(answer)
    assert digits is not None
    opened = actions.read_own_report(digits)
    assert opened is not None
    assert opened.document["what"] == WORDS
    assert opened.document["assisted"] == {"told": "phone", "spoken": "ny"}
    assert opened.report.consents == ["city_support"]
    assert str(office.helper.pk) not in str(opened.document)
    assert str(office.group.pk) not in str(opened.document)


def test_a_helpers_page_leads_nowhere_near_the_thread(office: Office) -> None:
    """The number is shown once: neither a button, nor the back button, nor sending again brings it back."""
    form = office.last_step(office.client)
    first = office.send(office.client, form)
    assert number_on(first) is not None
    assert b'name="visit"' not in first.content
    assert first.headers["Cache-Control"] == "no-store"
    again = office.send(office.client, form)
    assert number_on(again) is None
    assert WORDS.encode() not in first.content + again.content
    assert Report.objects.count() == 1


def test_the_journal_says_that_somebody_helped_and_not_with_what(office: Office) -> None:
    """Whoever presses a helper, or reads the journal, must not find the person by it."""
    office.send(office.client, office.last_step(office.client))
    (helped,) = JournalEntry.objects.filter(actor=office.helper.pk)
    assert (helped.verb, helped.at, helped.subject, helped.facts) == ("report.assisted", None, None, {"told": "phone"})
    report = Report.objects.get()
    (received,) = JournalEntry.objects.filter(verb="report.received")
    assert (received.actor, received.at, received.organisations) == (None, None, [])
    assert not JournalEntry.objects.exclude(actor=None).filter(subject=report.pk).exists()


@pytest.mark.parametrize("verb", ["report.opened", "report.answered"])
def test_only_helping_is_written_without_a_time(office: Office, verb: str) -> None:
    """An opening without a time would be sealed a day later, and could be taken out until then."""
    entry = JournalEntry(on="2026-01-01", at=None, verb=verb, actor=office.helper.pk, kind="report")
    with pytest.raises(Exception, match="row-level security"), as_viewer(people.viewer_of(office.helper)):
        entry.save(force_insert=True)


def reader_of(team: Team) -> WebClient:
    """Return a client of somebody who reads for a team."""
    person = people.make_member(Role.READER, team.organisation, team)
    people.give_second_factor(person)
    return sign_in(person)


def test_a_helper_reads_it_only_where_the_person_agreed_to_their_team(office: Office) -> None:
    """Queryset and row policy, each read alone, for the trusted group, a team that was refused and one that was agreed to."""
    office.send(office.client, office.last_step(office.client))
    seen = {}
    for name, team in (("agreed", office.support), ("refused", office.police), ("group", None)):
        person = people.make_member(Role.READER, team.organisation, team) if team else office.helper
        viewer = people.viewer_of(person)
        with as_viewer(viewer):
            by_policy = Report.objects.count()
        seen[name] = (queries.reports_for(viewer).count(), by_policy)
    assert seen == {"agreed": (1, 1), "refused": (0, 0), "group": (0, 0)}
    viewer = people.viewer_of(people.make_member(Role.READER, office.support.organisation, office.support))
    with as_viewer(viewer):
        opened = actions.open_report(viewer, Report.objects.get().pk, ring=ring_of(office.support))
    assert opened.document["what"] == WORDS


def test_a_reader_helps_too_and_without_second_factor_does_not(office: Office) -> None:
    """A password alone lets nobody act for a team."""
    client = reader_of(office.police)
    assert number_on(office.send(client, office.last_step(client))) is not None
    person = people.make_member(Role.READER, office.police.organisation, office.police)
    assert sign_in(person, "password").get(reverse("reports:assist")).status_code == 302


def test_a_draft_of_a_helper_is_worth_nothing_to_anybody_else(office: Office) -> None:
    """Signing out ends it; somebody else at the same computer does not go on where they were."""
    form = office.last_step(office.client)
    stranger = sign_in(people.make_member(Role.MEMBER, people.make_organisation()))
    for client in (WebClient(), stranger):
        assert office.send(client, form).status_code == 400
    assert not Report.objects.exists()
    assert WebClient().post(form.action, {"draft": lock(begin())}).status_code == 200, "a resident's own goes on"


def test_no_longer_trusted_no_longer_helps(office: Office) -> None:
    """It ends for whoever is in the middle of it, too."""
    form = office.last_step(office.client)
    Trust.objects.update(during=("2026-01-01", "2026-01-02"))
    expire()
    assert office.send(office.client, form).status_code == 400
    assert office.client.get(reverse("reports:assist")).status_code == 403


def test_one_member_writes_down_only_so_many(office: Office, settings: LazySettings) -> None:
    """A password is all that a member of a trusted group signs in with: whoever has it must not flood a team with it."""
    settings.LIMITS = {**settings.LIMITS, "assist": Limit(stop=2)}
    memory().clear()
    answers = [office.send(office.client, office.last_step(office.client), what=f"{WORDS} {n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert Report.objects.count() == 2
    assert f"{WORDS} 2" in answers[2].content.decode(), "what was typed stays"


def test_each_consent_is_asked_and_answered(office: Office) -> None:
    """What was not asked is not agreed to."""
    form = office.last_step(office.client)
    for missing in ("ask_city_support", "ask_police", "agreed"):
        told = {"ask_city_support": "yes", "ask_police": "yes", "agreed": "on", missing: ""}
        office.send(office.client, form, **told)
        assert not Report.objects.exists()
    office.send(office.client, form, ask_city_support="no", ask_police="no")
    assert not Report.objects.exists()


ANSWERS = st.dictionaries(st.sampled_from([*map(str, RECIPIENT_WORDS)]), st.sampled_from(["yes", "no", ""]))


@given(answers=ANSWERS, agreed=st.booleans())
def test_the_form_passes_on_exactly_what_was_said_yes_to(answers: Mapping[str, str], *, agreed: bool) -> None:
    """Every question needs an answer, one of them yes, and the word to send it."""
    options = {kind: Reach(direct=(object(),), above=()) for kind in answers}  # type: ignore[arg-type]  # only asked whether there is any
    sent = {f"ask_{kind}": said for kind, said in answers.items()} | ({"agreed": "on"} if agreed else {})
    form = AskedForm(sent, options=options, report_kind="happened")
    told = {kind for kind, said in answers.items() if said == "yes"}
    assert form.is_valid() == (agreed and bool(told) and all(answers.values()))
    assert set(form.cleaned_data.get("who", [])) == told
