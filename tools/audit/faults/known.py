"""The list: what goes wrong, where, and the test that is there to notice it."""

from __future__ import annotations

from tools.audit.faults.breaking import BREAKING
from tools.audit.faults.combining import COMBINING
from tools.audit.faults.evidence import EVIDENCE
from tools.audit.faults.fault import Fault
from tools.audit.faults.files import FILES
from tools.audit.faults.gate import GATE
from tools.audit.faults.handover import HANDOVER
from tools.audit.faults.helped import HELPED
from tools.audit.faults.hostile import HOSTILE
from tools.audit.faults.limiting import LIMITING
from tools.audit.faults.meeting import MEETING
from tools.audit.faults.programs import PROGRAMS
from tools.audit.faults.searching import SEARCHING
from tools.audit.faults.statistics import STATISTICS
from tools.audit.faults.withdrawing import WITHDRAWING

FAULTS = (
    Fault(
        "A row policy loses its condition: reports of the whole organisation, not only of the own teams",
        "commonweave/reports/migrations/0002_policies.py",
        'restrict=f"{TEAMS} or {MINE}"',
        'restrict="true"',
        "commonweave/reports/tests/test_queries.py::test_queryset_equals_policy",
    ),
    Fault(
        "The row policy of messages lets everybody read",
        "commonweave/reports/migrations/0002_policies.py",
        '*protect("reports_message", select=f"{TEAMS} or {MINE}"',
        '*protect("reports_message", select="true"',
        "commonweave/reports/tests/test_queries.py::test_thread_queryset_equals_policy",
    ),
    Fault(
        "`reports_for` returns all reports",
        "commonweave/reports/queries.py",
        "return Report.objects.filter(own | Q(team__in=viewer.teams) & readable(viewer))",
        "return Report.objects.all()",
        "commonweave/reports/tests/test_queries.py::test_queryset_equals_policy",
    ),
    Fault(
        "Routing ignores which kinds of recipient were ticked",
        "commonweave/reports/routing.py",
        "*sorted(set(options) - set(order))) if kind in consent.kinds]",
        "*sorted(set(options) - set(order)))]",
        "commonweave/reports/tests/test_routing.py::test_route_never_leaves_the_consent",
    ),
    Fault(
        "A report climbs without the consent to climb",
        "commonweave/reports/routing.py",
        "if choice.cover.team not in seen] if consent.climb else [])",
        "if choice.cover.team not in seen])",
        "commonweave/reports/tests/test_routing.py::test_team_above_is_reached_by_climbing_only",
    ),
    Fault(
        "The clock passes an unread report to a team above without that consent",
        "commonweave/reports/deadlines.py",
        "climb=report.may_climb)",
        "climb=True)",
        "commonweave/reports/tests/test_actions.py::test_clock_never_climbs_without_that_consent",
    ),
    Fault(
        "A receipt with wrong check digits is taken",
        "commonweave/sharing/receipts.py",
        "return digits if check == check_digits(digits) else None",
        "return digits",
        "commonweave/sharing/tests/test_envelopes.py::test_receipt_notices_one_wrong_digit",
    ),
    Fault(
        "Envelopes use one data key again and again",
        "commonweave/sharing/envelopes.py",
        "data_key = secrets.token_bytes(SecretBox.KEY_SIZE)",
        "data_key = settings.CONFIG.derive('data-key')",
        "commonweave/sharing/tests/test_envelopes.py::test_the_key_of_one_envelope_opens_no_other",
    ),
    Fault(
        "The journal leaves out an organisation of whoever acted",
        "commonweave/base/journal/write.py",
        "organisations=sorted(str(value) for value in viewer.organisations)",
        "organisations=sorted(str(value) for value in viewer.organisations)[:1]",
        "commonweave/base/tests/test_journal.py::test_entry_names_who_acted_with_every_organisation",
    ),
    Fault(
        "The web server's role may change the journal",
        "commonweave/base/migrations/0002_policies.py",
        '''select=f"actor = {ME} or {ADMINISTRATOR}", insert="true"''',
        '''select=f"actor = {ME} or {ADMINISTRATOR}", insert="true", update="true"''',
        "commonweave/site/tests/test_tables.py::test_nobody_rewrites_the_journal",
    ),
    Fault(
        "Handing on asks no rule",
        "commonweave/reports/actions/handover.py",
        "    rules.may_hand_on(viewer, report, choice).enforce()\n",
        "",
        "commonweave/reports/tests/test_actions.py::test_hand_on_refuses_what_the_resident_did_not_allow",
    ),
    Fault(
        "A proposal's own proposer may agree, says the rule",
        "commonweave/people/rules.py",
        "if proposal.proposed_by_id == viewer.person:",
        "if False:",
        "commonweave/people/tests/test_rules.py::test_may_approve_never_lets_the_proposer_agree",
    ),
    Fault(
        "Accounts of one origin may agree with each other, says the database",
        "commonweave/people/migrations/0003_second_person.py",
        "raise exception 'proposal_same_origin' using errcode = 'check_violation';",
        "null;",
        "commonweave/people/tests/test_actions.py::test_the_database_refuses_an_approval_by_the_wrong_person",
    ),
    Fault(
        "A number one below the smallest is told",
        "commonweave/sharing/counts/rules.py",
        "if value > most and _room(period, place, value):",
        "if value >= most and _room(period, place, value):",
        "commonweave/sharing/tests/test_counts_rules.py::test_no_told_number_is_small",
    ),
    Fault(
        "The smallest number that is told is four",
        "commonweave/sharing/counts/rules.py",
        "SMALLEST = 5\n",
        "SMALLEST = 4\n",
        "commonweave/sharing/tests/test_counts_rules.py::test_the_smallest_number_is_five",
    ),
    Fault(
        "The hidden field of the steps never expires",
        "commonweave/reports/draft.py",
        "    if not 0 <= time.time() - draft.begun <= lasts:\n        raise DraftLost\n",
        "",
        "commonweave/reports/tests/test_draft.py::test_draft_lasts_two_hours",
    ),
    Fault(
        "A visit to a thread never expires",
        "commonweave/reports/draft.py",
        "    if not 0 <= time.time() - begun <= LASTS:\n        raise DraftLost\n",
        "",
        "commonweave/reports/tests/test_draft.py::test_visit_lasts_two_hours",
    ),
    Fault(
        "A member belongs to their teams without a second factor",
        "commonweave/people/queries/__init__.py",
        "if team and second_factor:",
        "if team:",
        "commonweave/people/tests/test_queries.py::test_without_second_factor_a_reader_has_no_team",
    ),
    Fault(
        "Owning a second factor counts as having used it",
        "commonweave/people/sign_in.py",
        'return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))',
        "return request.user.is_authenticated",
        "commonweave/site/tests/test_access.py::test_everybody_gets_what_the_table_says[password]",
    ),
    Fault(
        "Withdrawing leaves the thread",
        "commonweave/reports/actions/resident.py",
        "    queries.thread_rows(viewer, report, Message).delete()\n",
        "",
        "commonweave/reports/tests/test_actions.py::test_resident_adds_corrects_and_withdraws",
    ),
    Fault(
        "A resident's words stand in the trail, which is not sealed",
        "commonweave/reports/actions/resident.py",
        'note(viewer, report, "corrected" if correction else "added", on=today)',
        'note(viewer, report, "corrected" if correction else "added", on=today, reason=text[:40])',
        "commonweave/site/tests/test_no_traces.py::test_nothing_of_a_resident_is_left_outside_the_seal",
    ),
    Fault(
        "A receipt page opens a session, and with it a cookie",
        "commonweave/reports/views/receipt.py",
        '    begun = spot_at(code)\n    if request.method != "POST"',
        '    begun = spot_at(code)\n    request.session["seen"] = True\n    if request.method != "POST"',
        "commonweave/site/tests/test_no_traces.py::test_residents_pages_set_no_cookie_and_are_kept_nowhere",
    ),
    Fault(
        "The content policy allows inline styles",
        "commonweave/site/middleware.py",
        "\"style-src 'self'\"",
        "\"style-src 'self' 'unsafe-inline'\"",
        "commonweave/site/tests/test_no_traces.py::test_residents_pages_set_no_cookie_and_are_kept_nowhere",
    ),
    Fault(
        "Row security is switched on, but not for the tables' owner",
        "commonweave/base/rls.py",
        """f'alter table "{table}" enable row level security, force row level security;\'""",
        """f'alter table "{table}" enable row level security;\'""",
        "commonweave/site/tests/test_tables.py::test_every_table_is_protected_or_has_a_reason",
    ),
    Fault(
        "Reports are sealed to a key that the journal does not name as agreed on",
        "commonweave/people/migrations/0009_key_policies.py",
        """
    and exists (
      select from base_journalentry e where e.verb = 'key.approved' and e.subject = k.id
        and e.facts ->> 'fingerprint' = left(encode(sha256(k.public), 'hex'), 32)
    ) $$;
create index journal_keys""",
        " $$;\ncreate index journal_keys",
        "commonweave/people/tests/test_keys.py::test_intake_seals_to_no_key_that_the_journal_does_not_name",
    ),
    Fault(
        "The fingerprint in the journal is not compared with the key that stands in the table",
        "commonweave/people/migrations/0009_key_policies.py",
        "\n        and e.facts ->> 'fingerprint' = left(encode(sha256(k.public), 'hex'), 32)\n",
        "\n",
        "commonweave/people/tests/test_keys.py::test_an_exchanged_public_key_gets_nothing",
    ),
    Fault(
        "A key that nobody has agreed to may be marked as agreed to, says the database",
        "commonweave/people/migrations/0009_key_policies.py",
        "raise exception 'organisation_key_not_approved' using errcode = 'check_violation';",
        "null;",
        "commonweave/people/tests/test_keys_wall.py::test_nobody_bends_an_organisations_key",
    ),
    Fault(
        "The trigger that keeps an organisation's key as it was agreed is missing",
        "commonweave/people/migrations/0009_key_policies.py",
        """create trigger key_stays before update on people_organisationkey
  for each row when (current_user = '{WEB}') execute function people_check_key();
""",
        "",
        "commonweave/people/tests/test_keys_wall.py::test_nobody_bends_an_organisations_key",
    ),
    Fault(
        "Anybody may write that somebody holds a key",
        "commonweave/people/migrations/0009_key_policies.py",
        'insert="people_may_hold(key_id, person_id)"',
        'insert="true"',
        "commonweave/people/tests/test_keys_wall.py::test_nobody_takes_a_key_or_takes_it_away",
    ),
    Fault(
        "A wrapped key is not compared with its public half when it is opened",
        "commonweave/people/locks.py",
        "    if bytes(inside.public_key) != bytes(public):\n        raise WrongKey\n",
        "",
        "commonweave/people/tests/test_locks.py::test_unwrapping_checks_the_public_half",
    ),
    Fault(
        "A lock that opens to somebody else's key unseals the session",
        "commonweave/people/unsealing.py",
        "    if keys.own_public(viewer) != bytes(private.public_key):\n        raise WrongKey\n",
        "",
        "commonweave/people/tests/test_sealing_pages.py::test_a_lock_that_opens_to_another_key_unseals_nothing",
    ),
    Fault(
        "The half of a session's key that only the cookie holds is kept in the session, too",
        "commonweave/people/unsealing.py",
        "    half = secrets.token_bytes(SecretBox.KEY_SIZE)\n",
        "    half = secrets.token_bytes(SecretBox.KEY_SIZE)\n    request.session['half'] = b64encode(half).decode()\n",
        "commonweave/people/tests/test_sealing_pages.py::test_session_never_holds_the_private_key_in_the_clear",
    ),
    Fault(
        "A report is sealed to every organisation that has a key",
        "commonweave/reports/sealing.py",
        "keys = (known.get(choice.cover.organisation) for choice in choices)",
        "keys = known.values()",
        "commonweave/reports/tests/test_sealing.py::test_report_is_wrapped_for_exactly_those_whom_the_consent_reaches",
    ),
    Fault(
        "The clock passes a report on to a team that could not read it",
        "commonweave/reports/deadlines.py",
        "            may=partial(is_sealed_for, report, held),\n",
        "",
        "commonweave/reports/tests/test_sealing.py::test_clock_passes_on_only_to_teams_it_is_sealed_for",
    ),
    Fault(
        "The trigger that keeps for whom a message is sealed is missing",
        "commonweave/reports/migrations/0005_sealed_to_people.py",
        """create trigger keys_only_grow before update of keys on reports_message
  for each row when (current_user = '{WEB}') execute function reports_keys_only_grow();
""",
        "",
        "commonweave/reports/tests/test_sealing.py::test_wraps_stay_but_those_for_retired_keys",
    ),
    Fault(
        "A form that shows what no longer stands there writes over it",
        "commonweave/base/editing.py",
        """if self.is_bound and self.guarded and str(self["seen"].data or "") != self.marks():""",
        """if self.is_bound and self.guarded and False:""",
        "commonweave/site/tests/test_clashes.py::test_form_without_its_marks_is_stale",
    ),
    Fault(
        "The border of a place in several parts is no border",
        "commonweave/places/ground.py",
        "shapely.get_rings(shapely.get_parts(shapes))",
        "shapely.get_rings(shapes)",
        "commonweave/places/tests/test_atlas.py::test_border_of_a_place_in_several_parts_is_a_border_too",
    ),
    Fault(
        "A checkpoint that somebody kept is not looked for",
        "commonweave/base/journal/verify.py",
        "    for kept in checkpoints or []:\n",
        "    for kept in []:\n",
        "commonweave/base/tests/test_tampering.py::test_every_tampering_before_an_outside_checkpoint_is_detected",
    ),
    Fault(
        "The proof in a mail's token is not compared: whoever knows an identifier makes mails fail",
        "commonweave/delivery/return_path.py",
        "return pk if hmac.compare_digest(data[-PROOF:], _proof(pk)) else None",
        "return pk",
        "commonweave/delivery/tests/test_rfc3464.py::test_a_forged_notice_is_about_no_mail",
    ),
    Fault(
        "A team may leave an address for a resident",
        "commonweave/reports/migrations/0009_notice_address.py",
        'insert=f"{MINE} and letter',
        'insert=f"({TEAMS} or {MINE}) and letter',
        "commonweave/reports/tests/test_notice.py::test_only_the_resident_leaves_an_address_and_nobody_changes_one",
    ),
    Fault(
        "A notice to a resident leaves at once",
        "commonweave/reports/actions/notice.py",
        "put_letter(row.mail, bytes(row.letter), fixed_hour(now))",
        "put_letter(row.mail, bytes(row.letter), now)",
        "commonweave/reports/tests/test_notice.py::test_resident_hears_that_there_is_an_answer_and_nothing_else",
    ),
    Fault(
        "The database keeps the address of a report that is closed",
        "commonweave/reports/migrations/0009_notice_address.py",
        "when (new.state in ('closed', 'withdrawn') and",
        "when (false and",
        "commonweave/reports/tests/test_notice.py::test_the_database_keeps_no_address_of_a_report_that_is_over[closed]",
    ),
    Fault(
        "A report that waited on a phone passes no gate",
        "commonweave/reports/views/waiting.py",
        "if level and not passed(request, about, by=str(submission.pk)):",
        "if not level:",
        "commonweave/reports/tests/test_waiting.py::test_where_much_is_sent_it_costs_the_same_work_and_nothing_is_lost",
    ),
    Fault(
        "A report may wait on a phone for ever",
        "commonweave/reports/views/waiting.py",
        'draft = unlock(waited.fields.get("draft", ""), LASTS)',
        'draft = unlock(waited.fields.get("draft", ""), LASTS * 1000)',
        "commonweave/reports/tests/test_waiting.py::test_it_may_wait_for_fourteen_days[1209660-410]",
    ),
    Fault(
        "Keys that reports were sealed to on phones open for ever",
        "commonweave/reports/waiting.py",
        "week - OLDER_WEEKS <= number <= week",
        "number <= week",
        "commonweave/reports/tests/test_waiting.py::test_keys_of_the_weeks_it_may_wait_open_it_and_older_or_later_ones_do_not",
    ),
    Fault(
        "The number that the browser drew is no part of what names a report",
        "commonweave/reports/views/steps.py",
        '"climb": consent.climb, "number": drawn})',
        '"climb": consent.climb})',
        "commonweave/reports/tests/test_waiting.py::test_the_same_words_with_another_number_are_not_dropped",
    ),
    Fault(
        "Every page names the manifest, so that browsers offer to install",
        "commonweave/base/templates/base/page.html",
        '<meta name="robots"',
        '<link rel="manifest" href="/en/manifest.webmanifest"><meta name="robots"',
        "commonweave/site/tests/test_home.py::test_only_the_page_that_explains_it_names_the_manifest[site:start]",
    ),
    *GATE,
    *HELPED,
    *HANDOVER,
    *FILES,
    *PROGRAMS,
    *HOSTILE,
    *BREAKING,
    *EVIDENCE,
    Fault(
        "What a broken connection left of a form is taken for all of it",
        "commonweave/site/wsgi.py",
        "        if len(data) < wanted:\n",
        "        if not data and len(data) < wanted:\n",
        "commonweave/site/tests/test_hostile.py::test_what_broke_off_is_not_taken_for_all[form-95]",
    ),
    *SEARCHING,
    *STATISTICS,
    *COMBINING,
    *WITHDRAWING,
    *LIMITING,
    *MEETING,
)
