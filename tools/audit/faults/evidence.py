"""Planted faults of evidence (ADR 34)."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

EVIDENCE = (
    Fault(
        "A draft of evidence is read by everybody, says its row policy",
        "commonweave/evidence/migrations/0002_policies.py",
        "SHOWN = f\"state <> 'draft' and ",
        'SHOWN = f"',
        "commonweave/evidence/tests/test_walls.py::test_queryset_equals_policy",
    ),
    Fault(
        "An embargo holds back nothing",
        "commonweave/evidence/queries/records.py",
        "return free if viewer.system else readable(viewer) & free",
        "return readable(viewer)",
        "commonweave/evidence/tests/test_walls.py::test_only_what_is_out_stands_in_lists_counts_and_maps",
    ),
    Fault(
        "Lists, counts and the map of evidence hold what its label keeps back",
        "commonweave/evidence/queries/records.py",
        "return free if viewer.system else readable(viewer) & free",
        "return free",
        "commonweave/evidence/tests/test_walls.py::test_only_what_is_out_stands_in_lists_counts_and_maps",
    ),
    Fault(
        "Lists, counts and the map of evidence hold drafts",
        "commonweave/evidence/queries/records.py",
        "return Record.objects.filter(shown(viewer), state=State.PUBLISHED)",
        "return Record.objects.filter(shown(viewer))",
        "commonweave/evidence/tests/test_walls.py::test_only_what_is_out_stands_in_lists_counts_and_maps",
    ),
    Fault(
        "A withdrawn record is handed out as a citation",
        "commonweave/evidence/views/record.py",
        "citation not in FORMS or row.state == State.WITHDRAWN",
        "citation not in FORMS",
        "commonweave/site/tests/test_evidence_pages.py::test_a_withdrawn_record_is_gone_and_says_so",
    ),
    Fault(
        "The address of a draft of evidence opens it",
        "commonweave/evidence/queries/records.py",
        ".exclude(state=State.DRAFT)",
        "",
        "commonweave/site/tests/test_evidence_pages.py::test_what_is_not_out_stands_on_no_page[kept0]",
    ),
    Fault(
        "Harvesters are told of records that only members may read",
        "commonweave/evidence/migrations/0003_changes.py",
        " or r.tlp <> 'CLEAR' then",
        " then",
        "commonweave/evidence/tests/test_harvest.py::test_what_is_not_public_is_never_told_and_what_was_is_gone",
    ),
    Fault(
        "The time of a change is taken before it is committed",
        "commonweave/evidence/migrations/0003_changes.py",
        "deferrable initially deferred",
        "deferrable initially immediate",
        "commonweave/evidence/tests/test_harvest.py"
        "::test_what_was_written_before_a_question_and_committed_after_it_is_told_next_time",
    ),
    Fault(
        "Whoever asks the database sees which record an embargo holds back",
        "commonweave/evidence/migrations/0003_changes.py",
        'SEEN = "changed_at <= (select clock_timestamp()) and ',
        'SEEN = "',
        "commonweave/evidence/tests/test_harvest.py::test_queryset_equals_policy_for_changes",
    ),
    Fault(
        "A token that somebody made up goes on with a harvest",
        "commonweave/evidence/exchange/oai_pmh.py",
        "signing.loads(token, salt=SALT, max_age=VALID)",
        'signing.loads(token, salt="something else")',
        "commonweave/evidence/tests/test_harvest.py::test_a_token_of_somebody_else_is_refused_and_an_old_one_too",
    ),
    Fault(
        "Saved searches are read by everybody, says their row policy",
        "commonweave/evidence/migrations/0005_saved_searches.py",
        "select=MINE",
        'select="true"',
        "commonweave/evidence/tests/test_saved.py::test_queryset_equals_policy",
    ),
    Fault(
        "What the index proposes is shown without asking who may read it",
        "commonweave/evidence/queries/indexed.py",
        "rows = published_for(viewer).defer",
        "rows = published_for(viewer).model.objects.defer",
        "commonweave/evidence/tests/test_finding.py::test_the_index_forgives_what_was_mistyped_and_decides_nothing",
    ),
    Fault(
        "The database shows a second rater what the first said",
        "commonweave/evidence/migrations/0007_judging.py",
        'OPEN = f"{MINE} or ({OF_ITS_RECORD} and {NOT_RATING})"',
        'OPEN = f"{MINE} or {OF_ITS_RECORD}"',
        "commonweave/evidence/tests/test_judging.py::test_second_rater_does_not_see_the_first_until_theirs_is_done",
    ),
    Fault(
        "A second rater's pages show what the first said",
        "commonweave/evidence/queries/judging.py",
        " | readable & Q(~Exists(rating))",
        " | readable",
        "commonweave/evidence/tests/test_judging.py::test_queryset_equals_policy",
    ),
    Fault(
        "A member changes what any record says",
        "commonweave/evidence/migrations/0005_judging.py",
        "then return null; end if;",
        "then return new; end if;",
        "commonweave/evidence/tests/test_judging.py::test_nobody_writes_for_somebody_else",
    ),
    Fault(
        "A self-rating writes over what others coded",
        "commonweave/evidence/actions/judging.py",
        "if not two and (not own or (record.coded_by and record.rating != Rating.SELF)):",
        "if not two and not own:",
        "commonweave/evidence/tests/test_judging.py::test_record_says_what_its_raters_say",
    ),
    Fault(
        "One of two raters settles alone",
        "commonweave/evidence/rules/judging.py",
        "return settlement.third or settlement.agreed_by_id is not None",
        "return True",
        "commonweave/evidence/tests/test_judging.py::test_record_says_what_its_raters_say",
    ),
    Fault(
        "A link for a reply to one record writes to another",
        "commonweave/evidence/migrations/0008_beside.py",
        "where l.record_id = evidence_reply.record_id ",
        "where true ",
        "commonweave/evidence/tests/test_beside.py::test_a_link_writes_one_reply_to_its_own_record",
    ),
    Fault(
        "A note of use elsewhere is shown before anybody has looked",
        "commonweave/evidence/queries/beside.py",
        "shown = _readable(viewer) & Q(state=Adaptation.State.SHOWN)",
        "shown = _readable(viewer)",
        "commonweave/evidence/tests/test_beside.py::test_queryset_equals_policy",
    ),
    Fault(
        "Whoever holds a record writes replies anew",
        "commonweave/evidence/migrations/0008_beside.py",
        "update_check=\"refused <> ''\",",
        'update_check="true",',
        "commonweave/evidence/tests/test_beside.py::test_only_the_holder_takes_a_reply_away_and_says_why",
    ),
)
