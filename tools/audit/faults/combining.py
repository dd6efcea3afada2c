"""Planted faults of findings: what is weighed together (ADR 39)."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

COMBINING = (
    Fault(
        "What studies say together counts what only its holder may read",
        "commonweave/evidence/queries/findings.py",
        "Effect.objects.filter(record__in=published_for(NOBODY))",
        "Effect.objects.filter(record__in=published_for(_viewer))",
        "commonweave/evidence/tests/test_combining.py::test_only_what_is_public_is_weighed_whoever_asks[kept3]",
    ),
    Fault(
        "Two editions of one review are counted as two",
        "commonweave/evidence/rules/combining.py",
        "        if row.sample and (",
        "        if row.own_sample and (",
        "commonweave/evidence/tests/test_combining.py::test_publications_about_the_same_people_count_once",
    ),
    Fault(
        "A study in a review may claim what the design of its review does",
        "commonweave/evidence/rules/combining.py",
        "        if self.review:\n            return Design.UNKNOWN\n",
        "        if self.review:\n            return Design.RANDOMISED\n",
        "commonweave/evidence/tests/test_combining.py::test_a_review_lends_its_studies_no_design_and_each_says_what_was_tried",
    ),
    Fault(
        "Whoever ran a programme says for a finding that nothing bent its result",
        "commonweave/evidence/rules/combining.py",
        "self.rating != Rating.SELF and ",
        "",
        "commonweave/evidence/tests/test_combining.py::test_only_who_did_not_run_it_says_that_a_result_is_not_bent[said1-unknown]",
    ),
    Fault(
        "Less of what is bad counts as harm",
        "commonweave/evidence/rules/combining.py",
        'turn = helpful if row.positive_is == "good" else -helpful',
        "turn = helpful",
        "commonweave/evidence/tests/test_combining.py::test_everything_points_one_way",
    ),
    Fault(
        "The pages write what studies say together, says the row policy",
        "commonweave/evidence/migrations/0006_findings.py",
        'protect("evidence_finding", select="true")',
        'protect("evidence_finding", select="true", update="true")',
        "commonweave/evidence/tests/test_combining.py::test_nobody_writes_down_what_studies_say",
    ),
    Fault(
        "A finding that changed takes the place of what it was",
        "commonweave/evidence/actions/findings.py",
        "update(latest=False)",
        "delete()",
        "commonweave/evidence/tests/test_combining.py::test_a_finding_is_kept_as_it_was_when_it_changes",
    ),
    Fault(
        "Of a table of effects with a mistake the good lines are saved",
        "commonweave/evidence/forms/effects.py",
        "        if wrong:\n            self.found = []\n",
        "        if wrong and not self.found:\n            self.found = []\n",
        "commonweave/site/tests/test_effects_pages.py::test_of_a_table_with_mistakes_nothing_is_saved_and_each_is_named",
    ),
    Fault(
        "An effect is saved that nobody was shown",
        "commonweave/evidence/views/effects.py",
        'return str(request.POST.get("shown")) == _mark(form)',
        'return bool(request.POST.get("shown"))',
        "commonweave/site/tests/test_effects_pages.py::test_what_is_entered_is_shown_with_its_formula_before_it_is_saved",
    ),
    Fault(
        "Every member changes the effects of what is published, says the row policy",
        "commonweave/evidence/migrations/0019_administered.py",
        "or r.holder = any({ADMINISTERED}) and r.state = 'published'",
        "or r.holder = any({MY_ORGANISATIONS}) and r.state = 'published'",
        "commonweave/site/tests/test_effects_pages.py::test_effects_of_what_is_published_are_for_administrators",
    ),
)
