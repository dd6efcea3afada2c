"""What others write beside a record: who reads it, who takes it away, and what the database lets nobody do."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.utils import timezone

from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.evidence import actions, queries
from commonweave.evidence.models import (
    Adaptation,
    Appraisal,
    AppraisalDraft,
    Assumption,
    AssumptionEvidence,
    Record,
    Reply,
    ReplyLink,
    Settlement,
)
from commonweave.evidence.tests.factories import add_adaptation, add_reply, make_due, make_record
from commonweave.evidence.tests.test_judging import rated
from commonweave.people.models import Role
from commonweave.people.tests.factories import join, make_member, viewer_of
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Callable

    from commonweave.people.models import Membership

pytestmark = pytest.mark.django_db


def member(role: str = Role.MEMBER) -> Membership:
    return make_member(role).memberships.get()


def seen(membership: Membership) -> Viewer:
    return viewer_of(membership.person)


def test_queryset_equals_policy() -> None:
    """Each wall alone shows the same: notes that wait only to their author and the holder, nothing of what is hidden."""
    keeper, author, other = member(Role.ADMINISTRATOR), member(), member(Role.ADMINISTRATOR)
    for tlp in (Tlp.CLEAR, Tlp.AMBER):
        record = make_record(holder=keeper.organisation_id, tlp=tlp)
        add_reply(record, author)
        for state in Adaptation.State.values:
            add_adaptation(record, author, state=state, reason="Why" if state == "declined" else "")
    for viewer in (NOBODY, seen(keeper), seen(author), seen(other)):
        replies = set(queries.replies_for(viewer).values_list("pk", flat=True))
        notes = set(queries.adaptations_for(viewer).values_list("pk", flat=True))
        with as_viewer(viewer):
            assert set(Reply.objects.values_list("pk", flat=True)) == replies
            assert set(Adaptation.objects.values_list("pk", flat=True)) == notes
        assert replies
    assert len(queries.adaptations_for(NOBODY)) == 1
    assert len(queries.adaptations_for(seen(keeper))) == 6


def test_who_administers_another_organisation_holds_nothing_here() -> None:
    """A role counts where it was given: an administrator of one organisation is a member of the other like anybody."""
    keeper, both = member(Role.ADMINISTRATOR), member(Role.ADMINISTRATOR)
    join(both.person, keeper.organisation, Role.MEMBER)
    record = make_record(holder=keeper.organisation_id)
    reply, note = add_reply(record, member()), add_adaptation(record, member(), state=Adaptation.State.WAITING)
    viewer = seen(both)
    with as_viewer(viewer):
        assert not queries.waiting_notes(viewer).exists()
        assert not Adaptation.objects.exists()
        assert not Adaptation.objects.update(state="shown") + Reply.objects.update(refused="abuse")
        for deed in (
            partial(actions.decide_adaptation, viewer, note.pk, show=True, reason=""),
            partial(actions.make_reply_link, viewer, record.pk),
            partial(actions.refuse_reply, viewer, reply.pk, refused="abuse", refused_words="x"),
        ):
            with pytest.raises((Refused, Http404)):
                deed()
    assert queries.waiting_notes(seen(keeper)).get() == note


def test_a_link_writes_one_reply_to_its_own_record() -> None:
    """Without it nobody writes one without an account, whatever a page forgets."""
    keeper = member(Role.ADMINISTRATOR)
    record, another = make_record(holder=keeper.organisation_id), make_record()
    with as_viewer(seen(keeper)):
        token = actions.make_reply_link(seen(keeper), record.pk)
    assert token.encode() not in bytes(ReplyLink.objects.get().token_hash)
    said = {"programme": "Bridges", "words": "We disagree.", "language": "en", "on": "2026-01-01"}
    for wrong in (record, another):
        with as_viewer(NOBODY), pytest.raises(DatabaseError), transaction.atomic():
            _write(wrong, **said)
    with as_viewer(NOBODY):
        queries.link_with(token)
        with pytest.raises(DatabaseError), transaction.atomic():
            _write(another, **said)
        actions.reply_by_link(NOBODY, token, programme="Bridges", words="We disagree.")
        with pytest.raises(Http404):
            queries.link_with(token)
    assert [each.record for each in queries.replies_for(NOBODY)] == [record]


def _write(record: Record, **said: str) -> None:
    Reply(record=record, link=ReplyLink.objects.first(), **said).save(force_insert=True)


def test_only_the_holder_takes_a_reply_away_and_says_why() -> None:
    keeper, author, other = member(Role.ADMINISTRATOR), member(), member(Role.ADMINISTRATOR)
    reply = add_reply(make_record(holder=keeper.organisation_id), author)
    for viewer in (seen(author), seen(other)):
        with as_viewer(viewer), pytest.raises(Refused):
            actions.refuse_reply(viewer, reply.pk, refused="abuse", refused_words="No")
        with as_viewer(viewer):
            assert Reply.objects.update(words="", refused="law", refused_words="x", refused_on="2026-01-01") == 0
    with as_viewer(seen(keeper)), pytest.raises(DatabaseError), transaction.atomic():
        Reply.objects.update(words="We were wrong")
    with as_viewer(seen(keeper)), pytest.raises(DatabaseError), transaction.atomic():
        actions.refuse_reply(seen(keeper), reply.pk, refused="law", refused_words="")
    with as_viewer(seen(keeper)):
        actions.refuse_reply(seen(keeper), reply.pk, refused="law", refused_words="It names a child.")
    (left,) = queries.replies_for(NOBODY)
    assert (left.words, left.refused_words) == ("", "It names a child.")


def test_a_note_is_shown_when_the_holder_has_looked() -> None:
    keeper, author = member(Role.ADMINISTRATOR), member()
    note = add_adaptation(make_record(holder=keeper.organisation_id), author)
    with as_viewer(seen(author)), pytest.raises(Refused):
        actions.decide_adaptation(seen(author), note.pk, show=True, reason="")
    with as_viewer(seen(author)):
        assert Adaptation.objects.update(state="shown") == 0
    with as_viewer(seen(keeper)):
        actions.decide_adaptation(seen(keeper), note.pk, show=True, reason="")
    assert [each.happened for each in queries.adaptations_for(NOBODY)] == ["made_worse"]


def test_what_could_point_to_a_person_is_looked_at_before_it_stands_beside_a_record() -> None:
    """A reply is shown to everybody at once; the same net and the same ticks as for a record."""
    keeper, author = member(Role.ADMINISTRATOR), member()
    record = make_record(holder=keeper.organisation_id, authors=[{"family": "Banda", "given": "Thoko"}])
    with as_viewer(seen(keeper)):
        token = actions.make_reply_link(seen(keeper), record.pk)
    said: dict[str, Any] = {"words": "Mr Phiri told Thoko Banda of it.", "programme": "Green Valley Circle"}
    used: dict[str, Any] = {
        "place": "Green Valley",
        "country": "MW",
        "year": 2024,
        "changed": "Much.",
        "happened": "helped",
    }
    own = seen(author)
    us: dict[str, Any] = {"organisation": author.organisation_id}
    ways: list[tuple[Viewer, Callable[..., object]]] = [
        (own, partial(actions.reply, own, record.pk, **us, **said)),
        (own, partial(actions.note_adaptation, own, record.pk, **us, **used, words=said["words"])),
        (NOBODY, partial(actions.reply_by_link, NOBODY, token, **said)),
    ]
    for viewer, write in ways:
        with as_viewer(viewer):
            with pytest.raises(actions.Pointing) as asked:
                write()
            assert [each.words for each in asked.value.findings] == ["Mr Phiri"]
            write(cleared=[each.key for each in asked.value.findings])
    assert (Reply.objects.count(), Adaptation.objects.count()) == (2, 1)


def test_withdrawing_leaves_nothing_that_anybody_wrote_beside_it() -> None:
    """A name in a reply or a note would otherwise outlive the record that was taken back because of it."""
    keeper, author = member(Role.ADMINISTRATOR), member()
    record = make_record(holder=keeper.organisation_id)
    due = make_due(author.organisation_id, record=record, fulfilled_on=date(2026, 1, 1))
    ada, ben = (rated(viewer_of(member().person), record, direction=said) for said in ("helped", "mixed"))
    by: dict[str, Any] = {"person_id": author.person_id, "organisation_id": author.organisation_id, "record": record}
    draft = {"interest": "none", "seen_others": False, "design": "rct", "began_on": "2026-01-01"}
    settled = {"reason": "Read.", "language": "en", "choices": {}, "third": True, "done_at": timezone.now()}
    Settlement.objects.create(**by, first=ada, second=ben, **settled)
    AppraisalDraft.objects.create(**by, **draft)
    add_reply(record, author)
    add_adaptation(record, author, state="shown")
    said = Text.of("Youth are the group at risk")
    assumption = Assumption.objects.create(slug="a", statement=said, on="2026-01-01", organisation=author.organisation)
    AssumptionEvidence.objects.create(**by, assumption=assumption, side="for", note="x", language="en", on="2026-01-01")
    with as_viewer(seen(keeper)):
        actions.make_reply_link(seen(keeper), record.pk)
    beside: list[Any] = [Appraisal, AppraisalDraft, Settlement, Reply, ReplyLink, Adaptation, AssumptionEvidence]
    assert all(each.objects.filter(record=record).exists() for each in beside)
    with as_viewer(seen(keeper)):
        actions.withdraw_record(seen(keeper), record.pk)
    connection.check_constraints()
    assert not [each for each in beside if each.objects.filter(record=record).exists()]
    due.refresh_from_db()
    assert (due.record, due.fulfilled_on) == (record, None)
