"""Faults in what keeps programs narrow."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

PEOPLE = "commonweave/people/tests/test_credentials.py"
PROGRAMS = (
    Fault(
        "A token works on after its access has ended",
        "commonweave/people/queries/credentials.py",
        "if found is None or found.ended_on is not None or found.ends_on",
        "if found is None or found.ends_on",
        f"{PEOPLE}::test_an_ended_one_holds_no_key_and_the_organisation_is_told",
    ),
    Fault(
        "A token's second half is not compared with the key it opens",
        "commonweave/people/tokens.py",
        "if bytes(private.public_key) != bytes(public):",
        "if False:",
        "commonweave/people/tests/test_tokens.py::test_another_second_half_opens_nothing",
    ),
    Fault(
        "A program reads before a second person has agreed",
        "commonweave/people/queries/credentials.py",
        "rights=frozenset(found.rights) - (frozenset() if reads else frozenset(READING)),",
        "rights=frozenset(found.rights),",
        f"{PEOPLE}::test_what_reads_waits_for_a_second_person_elsewhere",
    ),
    Fault(
        "A program outlives the work of the administrator who saw its token",
        "commonweave/people/queries/credentials.py",
        "if Role.ADMINISTRATOR not in roles:",
        "if False:",
        f"{PEOPLE}::test_a_maker_whose_work_ran_out_counts_as_gone",
    ),
    Fault(
        "A program without the right to open may hold the key, says the database",
        "commonweave/people/migrations/0014_credential_policies.py",
        "people_reads_for(which, who) and people_has_right(who, 'open') and not",
        "people_reads_for(which, who) and not",
        f"{PEOPLE}::test_without_the_right_to_open_nobody_can_give_it_the_key",
    ),
    Fault(
        "A key that only a program holds keeps an organisation open to reports",
        "commonweave/people/migrations/0014_credential_policies.py",
        "\n      and not people_is_program(h.person_id))",
        ")",
        f"{PEOPLE}::test_an_organisation_whose_key_only_a_program_holds_covers_nothing",
    ),
    Fault(
        "A membership of a program is not compared with what was agreed",
        "commonweave/people/migrations/0014_credential_policies.py",
        "raise exception 'program_not_approved' using errcode = 'check_violation';",
        "null;",
        f"{PEOPLE}::test_a_program_that_nobody_agreed_to_gets_no_membership",
    ),
    Fault(
        "The rules of a report forget what a program was given",
        "commonweave/reports/rules.py",
        "    if viewer.lacks(right):",
        "    if False:",
        "commonweave/reports/tests/test_programs.py::test_rules_ask_what_the_credential_says",
    ),
    Fault(
        "The database lets a program that only sees facts change a report",
        "commonweave/reports/migrations/0010_programs.py",
        '("reports_report", "update", "using", OPENS),',
        "",
        "commonweave/reports/tests/test_programs.py::test_the_database_asks_the_same",
    ),
    Fault(
        "A key in an address is taken",
        "commonweave/reports/open311/views.py",
        'if "api_key" in request.GET:',
        "if False:",
        "commonweave/site/tests/test_open311.py::test_a_key_in_an_address_is_refused_with_what_to_do",
    ),
    Fault(
        "An Open311 list gives a point on the map",
        "commonweave/reports/open311/views.py",
        '"lat": None,',
        '"lat": spot.latitude if spot else None,',
        "commonweave/site/tests/test_open311.py::test_a_list_holds_facts_of_the_own_team_only",
    ),
)
