"""Faults that let others keep a node busy, count twice, or hear too much."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

LIMITING = (
    Fault(
        "A library without end is harvested for ever",
        "commonweave/evidence/rules/harvesting.py",
        'return Enough.PAGES if run.run_pages >= MOST_PAGES else ""',
        'return ""',
        "commonweave/evidence/tests/test_harvesting.py::test_a_run_ends_at_its_limits_and_the_next_goes_on[MOST_PAGES-1-faults0]",
    ),
    Fault(
        "One page of a library brings more drafts than a run may",
        "commonweave/evidence/actions/harvesting.py",
        "if len(made) == rules.drafts_left(row):",
        "if False:",
        "commonweave/evidence/tests/test_harvesting.py::test_a_run_ends_at_its_limits_and_the_next_goes_on[MOST_DRAFTS-1-faults1]",
    ),
    Fault(
        "A page that was read while somebody stopped its harvest is taken in",
        "commonweave/evidence/actions/harvesting.py",
        "if row.token != token or row.state != HarvestState.WAITING:",
        "if row.token != token:",
        "commonweave/evidence/tests/test_harvesting.py::test_who_keeps_a_library_stops_its_harvest_even_while_a_page_is_read",
    ),
    Fault(
        "A draft that somebody worked on is deleted with those that nobody read",
        "commonweave/evidence/actions/drafting.py",
        "    record.untouched = False\n",
        "",
        "commonweave/evidence/tests/test_harvesting.py::test_drafts_that_nobody_worked_on_are_deleted_and_nothing_else",
    ),
    Fault(
        "A page of a library asks for everything of its years",
        "commonweave/evidence/queries/importing.py",
        ".filter(marks__overlap=sorted(marks))",
        "",
        "commonweave/evidence/tests/test_harvesting.py::test_only_what_could_be_the_same_is_looked_at",
    ),
    Fault(
        "Two editions of one record count the same people twice",
        "commonweave/evidence/queries/findings.py",
        "if row.record in followed",
        "if False",
        "commonweave/evidence/tests/test_combining.py::test_editions_of_one_record_count_once_whatever_they_say_of_their_people",
    ),
    Fault(
        "Whoever rated anything hears of every reply",
        "commonweave/evidence/queries/beside.py",
        'Appraisal.objects.filter(record=record).values_list("person"',
        'Appraisal.objects.values_list("person"',
        "commonweave/site/tests/test_notices.py::test_raters_and_keepers_hear_that_there_is_a_reply_and_not_what",
    ),
    Fault(
        "The list of replies holds those on records of others",
        "commonweave/evidence/queries/beside.py",
        "replies_for(viewer).filter(Q(record__in=rated) | Q(record__holder__in=administered(viewer)))",
        "replies_for(viewer)",
        "commonweave/site/tests/test_evidence_judging.py"
        "::test_replies_are_listed_for_who_keeps_the_record_with_as_many_questions_for_thirty_as_for_one",
    ),
)
