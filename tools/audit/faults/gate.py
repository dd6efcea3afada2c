"""Planted faults of the gate before pages that anybody may use (ADR 26)."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

GATE = (
    Fault(
        "Networks are counted by a plain hash, which is as good as the address",
        "commonweave/base/gate/memory.py",
        "hashlib.blake2b(said, key=self.view[:KEY_BYTES], ",
        "hashlib.blake2b(said, ",
        "commonweave/base/tests/gate/test_memory.py::test_nothing_in_the_memory_can_be_tested_without_its_key",
    ),
    Fault(
        "Web processes do not wait for each other while they count",
        "commonweave/base/gate/memory.py",
        "fcntl.lockf(self.file, fcntl.LOCK_EX)",
        "pass",
        "commonweave/base/tests/gate/test_memory.py::test_processes_lose_no_count",
    ),
    Fault(
        "An address that a client wrote about itself is believed",
        "commonweave/base/gate/networks.py",
        "return told[-hops]",
        "return told[0]",
        "commonweave/base/tests/gate/test_networks.py::test_network",
    ),
    Fault(
        "One solution sends as many reports as one likes",
        "commonweave/base/gate/memory.py",
        "return payload == mark",
        "return True",
        "commonweave/reports/tests/test_gate.py::test_work_sends_once_and_the_same_form_again_gives_the_same_receipt",
    ),
    Fault(
        "Work that was done for another form counts",
        "commonweave/base/gate/proof.py",
        'if found.parameters.data != {"about": about}:',
        "if False:",
        "commonweave/reports/tests/test_gate.py::test_work_for_another_draft_is_none",
    ),
    Fault(
        "Tries at a passphrase are looked at and not counted",
        "commonweave/people/views/sealing.py",
        "knock(request, purpose, whom)",
        "look(request, purpose, whom)",
        "commonweave/people/tests/test_unsealing_tries.py::test_the_sixth_try_waits_even_when_it_is_right",
    ),
    Fault(
        "Every text folds at the same number: a guess can be tested against a stolen database",
        "commonweave/base/gate/folding.py",
        ".stop + tag % VARIES",
        ".stop",
        "commonweave/base/tests/gate/test_folding.py::test_different_texts_begin_to_fold_at_different_numbers",
    ),
    Fault(
        "A flood of one text counts as often as it was sent",
        "commonweave/reports/counting.py",
        "Report.objects.filter(fold=None).exclude",
        "Report.objects.exclude",
        "commonweave/reports/tests/test_folding.py::test_a_flood_moves_numbers_by_no_more_than_its_first_ones",
    ),
    Fault(
        "Reports that say the same are closed together though nobody has read one",
        "commonweave/reports/rules.py",
        "    if not was_read:\n",
        "    if False:\n",
        "commonweave/reports/tests/test_folding.py::test_they_close_together_once_one_was_read",
    ),
)  # fmt: skip
