"""Every table of the database: behind row policies or with a reason, and nothing finer about residents than was promised.

Read from the database's own catalogue, so that a table, column or right that some migration brings is seen here.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection

from commonweave.site.unprotected import UNPROTECTED

pytestmark = pytest.mark.django_db

WEB = "commonweave_web"
JOURNAL = {"base_journalentry", "base_journalbatch", "base_journalleaf", "base_journalbell"}

RESIDENTS = {
    "reports_report": "id locator receipt_key tlp holder readers people kind place_id received_on due_on state team_id "
    "team_kind consents may_climb climbed reminded_on answered_on closed_on outcome erased_on fold body keys",
    "reports_message": "id report_id team_id locator on sender body keys",
    "reports_movement": "id report_id team_id locator on step verb from_team_id to_team_id reason",
    "reports_hold": "id report_id team_id locator on reason until asked_by agreed_by agreed_on ended_by ended_on",
    "reports_noticeaddress": "id report_id team_id locator on letter told told_on mail",
    "reports_likeness": "id report_id team_id locator on key lane token",
    "reports_repeat": "id report_id team_id locator on other_id same",
    "reports_gap": "id place_id kind on",
    "referral_handover": "id subject_kind subject from_team_id to_team_id reason state due_on sent_on seen_on "
    "accepted_on declined_on done_on returned_on moved_on withdrawn_on decline_reason outcome",
    "files_file": "id kind subject team_id locator on sender stored chunks body keys",
    "sharing_cell": "id table place_id elsewhere category measure starts_on ends_on value released_on",
    "sharing_heldback": "id table place_id category since value parts",
    "sharing_closedweek": "id table country_id ends_on",
    "sharing_band": "id place_id on band",
}
"""All that stands about residents, column by column: sealed bytes, days, places of a city's size, codes. A new column
is a decision (docs/adr/0005-what-stands-in-the-clear.md), so it has to be written down here too."""

COARSE = {"uuid", "date", "bool", "bytea", "jsonb", "varchar", "int2", "int4", "_uuid", "_varchar"}
"""No time of day, no exact point, no text without end, no address of a machine. int2 and int4 are counts and steps."""

OF_MACHINES = {"inet", "cidr", "macaddr", "macaddr8"}
TELLING = re.compile(
    r"(?:^|_)(ip|ips|ipv\d|addr|address|agent|ua|useragent|remote|forwarded|referr?er|device|browser|fingerprint|cookie)"
    r"(?:_|$)"
)
OF_STAFF = {
    "account_emailconfirmation.email_address_id",  # points to a member's mailbox
    "evidence_harvest.address",  # of a library
}

DEFINERS = {
    "evidence_bare",
    "evidence_check_due",
    "evidence_unseen",
    "evidence_changed",
    "people_approved",
    "people_check_decision",
    "people_colleague",
    "people_has_right",
    "people_intake_keys",
    "people_is_program",
    "people_may_hold",
    "people_origin",
    "people_proposer",
    "people_reads_for",
    "reports_received",
    "search_narrowed",
    "search_revise",
}
"""Functions that run as the owner whoever calls them: each is a door through the row policies, so each is named."""


def ask(sql: str, *values: str) -> list[tuple[Any, ...]]:
    """Ask the database's catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())


def in_public(columns: str, *, kinds: str = "'r', 'p'") -> list[tuple[Any, ...]]:
    """Return something about each table."""
    return ask(
        f"select relname, {columns} from pg_class t "  # noqa: S608 - our own words
        f"where relkind in ({kinds}) and relnamespace = 'public'::regnamespace order by 1"
    )


def columns() -> list[tuple[Any, ...]]:
    """Return (table, column, type, longest, default, identity) of every column."""
    return ask(
        "select table_name, column_name, udt_name, character_maximum_length, column_default, is_identity = 'YES' "
        "from information_schema.columns where table_schema = 'public' order by 1, 2"
    )


def test_every_table_is_protected_or_has_a_reason() -> None:
    """A table without row security is open to whatever a page's code forgets."""
    tables = {name: on and forced for name, on, forced in in_public("relrowsecurity, relforcerowsecurity")}
    bare = {name for name, protected in tables.items() if not protected}
    assert bare - set(UNPROTECTED) == set(), "these stand without row security and without a reason"
    assert set(UNPROTECTED) - bare == set(), "these are on the list but protected, or gone"
    assert all(len(reason) > 20 for reason in UNPROTECTED.values())


def test_nothing_but_tables_stands_in_the_schema() -> None:
    """A view reads as its owner and would pass the policies of the tables beneath it."""
    assert in_public("relkind", kinds="'v', 'm', 'f'") == []


@pytest.mark.parametrize(("right", "letter"), [("select", "r"), ("insert", "a"), ("update", "w"), ("delete", "d")])
def test_web_has_a_policy_for_exactly_what_it_has_a_right_to(right: str, letter: str) -> None:
    """A right without a policy is a page that fails; a policy without a right is a door that waits for a key."""
    test = "has_table_privilege" if right == "delete" else "has_any_column_privilege"
    found = in_public(
        f"relforcerowsecurity, {test}('{WEB}', oid, '{right}'), exists (select from pg_policy where polrelid = t.oid "
        f"and polpermissive and polcmd in ('{letter}', '*') and '{WEB}'::regrole = any(polroles))"
    )
    assert [
        (name, has_right, has_policy)
        for name, forced, has_right, has_policy in found
        if forced and has_right != has_policy
    ] == []


def test_policies_name_our_roles_only() -> None:
    """A policy for everybody would hold for a role that is added later."""
    rows = ask("select polrelid::regclass::text, polname, polroles::regrole[]::text[] from pg_policy")
    ours = {WEB, "commonweave_worker", "commonweave_owner"}
    assert [(table, name) for table, name, roles in rows if not set(roles) <= ours] == []
    owners = {(table, name) for table, name, roles in rows if "commonweave_owner" in roles}
    assert {name for _table, name in owners} == {"owner_reads", "owner_writes_changes", "owner_bares"}


def test_web_is_nobody_else() -> None:
    """Who is the system is a role: the pages' role must not be able to become one that sees more."""
    strong = ask("select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = %s", WEB)
    assert strong == [(False, False, False, False)]
    assert ask("select roleid::regrole::text from pg_auth_members where member = %s::regrole", WEB) == []
    assert {owner for _table, owner in in_public("relowner::regrole::text")} == {"commonweave_owner"}


def test_functions_that_pass_the_policies_are_known() -> None:
    """Each runs as the owner, whoever calls it."""
    found = ask("select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace")
    assert {name for (name,) in found} == DEFINERS


@pytest.mark.parametrize("role", [WEB, "commonweave_worker"])
@pytest.mark.parametrize("table", sorted(JOURNAL))
def test_nobody_rewrites_the_journal(table: str, role: str) -> None:
    """Whoever can change the past can hide who opened a report. (The bell's marks are no journal: the worker tidies them.)"""
    rights = (
        f"has_any_column_privilege('{role}', '{table}', 'update'), has_table_privilege('{role}', '{table}', 'delete')"
    )
    update, delete, truncate = ask(f"select {rights}, has_table_privilege('{role}', '{table}', 'truncate')")[0]
    tidies = role != WEB and table == "base_journalbell"
    assert (update and not tidies, delete and not tidies, truncate) == (False, False, False)


def test_no_column_could_hold_where_a_resident_sits() -> None:
    """What has no place to be kept is not kept by mistake."""
    found = {f"{table}.{name}" for table, name, kind, *_ in columns() if kind in OF_MACHINES or TELLING.search(name)}
    assert found == OF_STAFF


def test_residents_columns_are_those_that_were_decided() -> None:
    """Every further column could make people guess who somebody is."""
    found: dict[str, set[str]] = {}
    for table, name, *_ in columns():
        if table.startswith(("reports_", "sharing_", "files_", "referral_handover")):
            found.setdefault(table, set()).add(name)
    assert found == {table: set(names.split()) for table, names in RESIDENTS.items()}


def test_residents_rows_have_no_time_of_day_no_order_and_no_long_text() -> None:
    """Order and time join a row with what somebody saw on the street."""
    ours = [row for row in columns() if row[0] in RESIDENTS]
    assert [row[:3] for row in ours if row[2] not in COARSE] == []
    assert [row[:3] for row in ours if row[4] is not None or row[5]] == [], "the database fills nothing in by itself"
    assert [row[:4] for row in ours if row[2] == "varchar" and row[3] > 50] == [], "codes, not sentences"
    sequences = in_public("''", kinds="'S'")
    assert [name for name, _ in sequences if name.startswith(tuple(RESIDENTS))] == []


def test_journal_keeps_no_time_of_residents() -> None:
    """Its one column with a time of day stays empty where nobody is named (commonweave/base/tests/test_journal.py)."""
    times = {f"{table}.{name}" for table, name, kind, *_ in columns() if kind.startswith("time") and table in JOURNAL}
    assert times == {"base_journalentry.at"}
