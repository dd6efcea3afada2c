"""What is sent in without an account: read by those it was sent to and by whoever has its code, published by nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.evidence import actions, queries, rules
from commonweave.evidence.models import Proposal, State
from commonweave.evidence.models.proposals import MOST_WAITING
from commonweave.evidence.tests.factories import make_record
from commonweave.people.models import Role
from commonweave.people.tests.factories import make_member, viewer_of

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {
    "title": "Mentoring in Zomba",
    "language": "en",
    "kind": "evaluation",
    "year": 2024,
    "authors": [{"family": "Banda", "given": "T."}],
    "url": "https://example.org/zomba",
    "words": "Nothing changed.",
}


def keeper(role: str = Role.ADMINISTRATOR) -> tuple[Viewer, UUID]:
    """Return somebody of an organisation with a published record."""
    membership = make_member(role).memberships.get()
    make_record(holder=membership.organisation_id)
    return viewer_of(membership.person), membership.organisation_id


def send(holder: UUID, seed: UUID | None = None, **said: Any) -> str:
    with as_viewer(NOBODY):
        return actions.send_in(seed=seed or uuid4(), holder=holder, **(SAID | said))


def test_queryset_equals_policy() -> None:
    """Each wall alone shows the same: administrators of the chosen organisation, whoever has the code, nobody else."""
    (ours, here), (theirs, there), (member, third) = keeper(), keeper(), keeper(Role.MEMBER)
    codes = {holder: send(holder) for holder in (here, there, third)}
    sent = {holder: Proposal.objects.get(holder=holder).pk for holder in codes}
    both = replace(ours, organisations=ours.organisations | {there}, roles={**ours.roles, there: frozenset({"member"})})
    nothing: set[UUID] = set()
    for viewer, seen in ((NOBODY, nothing), (ours, {here}), (theirs, {there}), (member, nothing), (both, {here})):
        assert set(queries.proposals_for(viewer).values_list("holder", flat=True)) == seen
        with as_viewer(viewer):
            assert set(Proposal.objects.values_list("holder", flat=True)) == seen
    for holder, code in codes.items():
        with as_viewer(NOBODY):
            found = queries.proposal_with(code)
            assert found is not None
            assert [each.pk for each in Proposal.objects.all()] == [found.pk] == [sent[holder]]
        assert bytes(found.code_hash) == queries.code_hash(code)
    with as_viewer(NOBODY):
        assert queries.proposal_with("1" * 28) is None


def test_strangers_send_in_and_do_nothing_else() -> None:
    """Not to somebody without a library; and only administrators of the chosen organisation decide."""
    (ours, here), (theirs, _there), (plain, third) = keeper(), keeper(), keeper(Role.MEMBER)
    hidden = make_member(Role.ADMINISTRATOR).memberships.get().organisation_id
    make_record(holder=hidden, state=State.DRAFT)
    with pytest.raises(DatabaseError), transaction.atomic():
        send(hidden)
    for holder in (here, third):
        code = send(holder, contact="+265 1 234")
    row, other = Proposal.objects.get(holder=here), Proposal.objects.get(holder=third)
    for viewer in (NOBODY, theirs, plain):
        with as_viewer(viewer):
            queries.proposal_with(code)  # also with the code of the other
            assert Proposal.objects.update(state="declined", reason="other", reason_words="x", place=None) == 0
        for pk in (row.pk, other.pk):
            with as_viewer(viewer), pytest.raises(Http404):
                actions.take_over(viewer, pk)
    with as_viewer(ours), pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=row.pk).update(title="Ours now")
    with as_viewer(ours), pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=row.pk).update(state="taken", place=None)


def test_what_was_decided_is_bare_and_nothing_is_published() -> None:
    """The way to reach somebody is sealed while it waits and gone with the decision; the journal knows nobody."""
    ours, here = keeper()
    first = send(here, contact="ada@example.org")
    assert b"ada" not in bytes(Proposal.objects.get().contact)
    with as_viewer(ours):
        record = actions.take_over(ours, Proposal.objects.get().pk)
    assert (record.state, record.titles.say(), record.summary.say()) == ("draft", SAID["title"], SAID["words"])
    assert (record.sources, record.authors, record.url) == ([], SAID["authors"], SAID["url"])
    second = send(here, contact="ada@example.org")
    pk = queries.waiting_proposals(ours).get().pk
    with as_viewer(ours):
        actions.decline_proposal(ours, pk, reason="here", reason_words="See our list.")
        with pytest.raises((Refused, Http404)):
            actions.take_over(ours, pk)
    for code, state in ((first, "taken"), (second, "declined")):
        with as_viewer(NOBODY):
            left = queries.proposal_with(code)
        assert left is not None
        assert (left.state, bytes(left.contact), left.words, left.authors) == (state, b"", "", [])
    entries = JournalEntry.objects.filter(kind="study").order_by("verb")
    assert {each.verb for each in entries} == {"study.sent_in", "study.taken", "study.declined"}
    assert {each.actor for each in entries.filter(verb="study.sent_in")} == {None}
    assert {str(each.facts) for each in entries} == {"{}", str({"holder": str(here)})}


def test_no_more_wait_than_an_organisation_can_look_at() -> None:
    """Whoever floods one keeps nobody from sending to another; each decision makes room."""
    (ours, here), (_theirs, there) = keeper(), keeper()
    for number in range(MOST_WAITING):
        send(here, title=f"Number {number}")
    with pytest.raises(Refused, match="as many studies"):
        send(here)
    send(there)
    pk = queries.waiting_proposals(ours)[0].pk
    with as_viewer(ours):
        actions.decline_proposal(ours, pk, reason="no_study", reason_words="An advertisement.")
    send(here)
    assert queries.waiting_proposals(ours).count() == MOST_WAITING


def test_the_same_twice_waits_once() -> None:
    """A second click gets the number of the first; another form that says the same is told so; each decision makes room."""
    ours, here = keeper()
    form = uuid4()
    codes = [send(here, form), send(here, form)]
    assert codes[0] == codes[1]
    assert send(here, form, title="Something else") != codes[0]
    with pytest.raises(Refused, match="Exactly this"):
        send(here)
    waiting = queries.waiting_proposals(ours)
    assert waiting.count() == JournalEntry.objects.filter(verb="study.sent_in").count() == 2
    with as_viewer(ours):
        actions.decline_proposal(ours, waiting.get(title=SAID["title"]).pk, reason="here", reason_words="See our list.")
    assert send(here, form) == codes[0]
    assert waiting.count() == 1
    assert send(here) != codes[0]
    assert waiting.count() == 2


def test_what_was_decided_is_deleted_after_its_days() -> None:
    """What the page promises its sender; what waits for somebody stays a year."""
    ours, here = keeper()
    today = timezone.now().date()
    for number, (state, ago) in enumerate((("declined", 91), ("declined", 90), ("waiting", 366), ("waiting", 365))):
        send(here, title=f"Number {number}")
        row = queries.waiting_proposals(ours).get(title=f"Number {number}")
        if state == "declined":
            with as_viewer(ours):
                actions.decline_proposal(ours, row.pk, reason="here", reason_words="See our list.")
        name = "decided_on" if state == "declined" else "on"
        Proposal.objects.filter(pk=row.pk).update(**{name: today - timedelta(days=ago)})
    with pytest.raises(Refused):
        actions.forget_proposals(ours)
    assert (rules.DECIDED_DAYS, actions.forget_proposals(SYSTEM)) == (90, 2)
    assert set(Proposal.objects.values_list("title", flat=True)) == {"Number 1", "Number 3"}


def test_a_study_that_shows_somebody_is_looked_at_by_its_sender() -> None:
    """As with a record: what was ticked may stand there, nothing else."""
    _ours, here = keeper()
    words = "Mr Phiri was unhappy. Ring +265 999 12 34 56."
    with pytest.raises(actions.Pointing) as asked:
        send(here, words=words)
    first, second = (each.key for each in asked.value.findings)
    with pytest.raises(actions.Pointing):
        send(here, words=words, cleared=[first])
    assert not Proposal.objects.exists()
    send(here, words=words, cleared=[first, second])
    assert Proposal.objects.count() == 1
