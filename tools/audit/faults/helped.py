"""Faults of writing down for somebody, of proofs and of likely repeats."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

HELPED = (
    Fault(
        "A group is trusted although nobody else agreed, says the database",
        "commonweave/people/migrations/0011_trust_policies.py",
        "    raise exception 'people_trust_not_approved' using errcode = 'check_violation';",
        "    null;",
        "commonweave/people/tests/test_trust.py::test_the_database_trusts_nobody_whom_one_alone_wanted",
    ),
    Fault(
        "A helper's draft goes on for anybody who has it",
        "commonweave/reports/views/steps.py",
        "if draft.helped and not may_assist(",
        "if False and not may_assist(",
        "commonweave/site/tests/test_assist.py::test_a_draft_of_a_helper_is_worth_nothing_to_anybody_else",
    ),
    Fault(
        "A helper who sends again is shown the number again",
        "commonweave/reports/views/receipt.py",
        '"code": "".join(receipts.show(digits)) if report else "",',
        '"code": "".join(receipts.show(digits)),',
        "commonweave/site/tests/test_assist.py::test_a_helpers_page_leads_nowhere_near_the_thread",
    ),
    Fault(
        "The journal says at what time a member wrote something down for somebody",
        "commonweave/base/journal/write.py",
        "if staffed and viewer.person and not dated else None",
        "if staffed and viewer.person else None",
        "commonweave/site/tests/test_assist.py::test_the_journal_says_that_somebody_helped_and_not_with_what",
    ),
    Fault(
        "The digest in the journal is not keyed by the receipt",
        "commonweave/sharing/envelopes.py",
        "return hashlib.blake2b(text, key=key, digest_size=28",
        "return hashlib.blake2b(text, digest_size=28",
        "commonweave/sharing/tests/test_proofs.py::test_without_the_receipt_a_guess_at_the_words_is_not_confirmed",
    ),
    Fault(
        "Anybody is told the journal's entry of any report",
        "commonweave/reports/migrations/0011_proof.py",
        "for select to {OWNER} using (locator = {MY_RECEIPT});",
        "for select to {OWNER} using (true);",
        "commonweave/site/tests/test_proof.py::test_the_owner_of_the_function_sees_no_other_report",
    ),
    Fault(
        "A proof's signature is not looked at",
        "commonweave/sharing/proofs.py",
        "    VerifyKey(bytes.fromhex(proof.key)).verify(proof.said, bytes.fromhex(proof.signature))\n",
        "",
        "commonweave/sharing/tests/test_proofs.py::test_each_step_is_looked_at",
    ),
    Fault(
        "Tokens of likely repeats are the same for every organisation",
        "commonweave/reports/likeness.py",
        'hashlib.blake2b(b"", key=bytes(private), digest_size=32',
        'hashlib.blake2b(b"", digest_size=32',
        "commonweave/reports/tests/test_likeness.py::test_another_organisation_never_matches",
    ),
    Fault(
        "Tokens of likely repeats may be read by every team",
        "commonweave/reports/migrations/0014_repeats_policies.py",
        '*protect("reports_likeness", select=f"{TEAMS} or {MINE}"',
        '*protect("reports_likeness", select="true"',
        "commonweave/reports/tests/test_repeats.py::test_queryset_equals_policy",
    ),
    Fault(
        "Tokens of a retired key stay",
        "commonweave/reports/actions/repeats.py",
        "Likeness.objects.filter(key__in=retired).delete()",
        "Likeness.objects.filter(key__in=[]).delete()",
        "commonweave/reports/tests/test_repeats.py::test_after_a_new_key_tokens_are_made_anew_and_old_ones_thrown_away",
    ),
    Fault(
        "A process that has not heard of a new key takes the old one off",
        "commonweave/reports/sealing.py",
        "unheard = {body for body, key in known.items() if key.name in retired}",
        "unheard = set[UUID]()",
        "commonweave/reports/tests/test_rewrap.py::test_a_process_that_has_not_heard_of_the_new_key_takes_no_old_one_off",
    ),
)
