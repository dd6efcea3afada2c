"""Faults in the statistics and in what may be said of evidence: a wrong number, or a word that is too large."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

FINDINGS = "commonweave/evidence/synthesis/findings.py"
TESTS = "commonweave/evidence/tests/test_findings.py"

STATISTICS = (
    Fault(
        "Two studies are pooled",
        "commonweave/evidence/synthesis/pooling.py",
        "FEWEST = 3\n",
        "FEWEST = 2\n",
        "commonweave/evidence/tests/test_pooling.py::test_fewer_than_three_are_never_pooled[2]",
    ),
    Fault(
        "Many results of two studies count as many studies",
        "commonweave/evidence/synthesis/three_levels.py",
        "if len(places) < max(FEWEST, x.shape[1] + FEWEST - 1):",
        "if len(y) < max(FEWEST, x.shape[1] + FEWEST - 1):",
        "commonweave/evidence/tests/test_pooling.py::test_two_studies_with_many_results_are_still_two",
    ),
    Fault(
        '"Works" is said without the prediction interval',
        FINDINGS,
        "    if side(average.prediction(), helpful) != 1:\n",
        "    if side(average.interval(), helpful) != 1:\n",
        f"{TESTS}::test_each_of_the_four_is_needed[results0-elsewhere]",
    ),
    Fault(
        '"Works" is said of studies that nobody appraised',
        FINDINGS,
        "self.design >= Design.COMPARED and self.risk in {Risk.LOW, Risk.SOME}",
        "self.design >= Design.COMPARED and self.risk != Risk.HIGH",
        f"{TESTS}::test_each_of_the_four_is_needed[results1-few_sound]",
    ),
    Fault(
        '"Works" is said of studies without a comparison',
        FINDINGS,
        "self.design >= Design.COMPARED and self.risk",
        "self.design >= Design.BEFORE_AFTER and self.risk",
        f"{TESTS}::test_each_of_the_four_is_needed[results3-few_sound]",
    ),
    Fault(
        '"Works" is said where small studies say more than large ones',
        FINDINGS,
        "    if small.lean.p < LEANS and small.lean.slope * helpful > 0:\n        return True\n",
        "",
        f"{TESTS}::test_a_large_literature_of_which_half_was_never_published_does_not_work",
    ),
    Fault(
        "Harm has to be proven as well as help before it is said",
        FINDINGS,
        "    if where == -1:\n",
        "    if where == -1 and len(results) >= ENOUGH:\n",
        f"{TESTS}::test_harm_needs_nothing_but_the_interval",
    ),
    Fault(
        "Words claim what the strongest design allows",
        FINDINGS,
        "design = min((each.design for each in results)",
        "design = max((each.design for each in results)",
        f"{TESTS}::test_words_claim_no_more_than_the_weakest_design[2-cannot say why-did better than]",
    ),
    Fault(
        "A cell of zero is helped alone",
        "commonweave/evidence/synthesis/effects.py",
        "a, b, c, d = a + HELP, b + HELP, c + HELP, d + HELP\n",
        "a, b, c, d = (each or HELP for each in (a, b, c, d))\n",
        "commonweave/evidence/tests/test_effects.py::test_an_empty_cell_is_helped_with_a_half[log_or]",
    ),
)
