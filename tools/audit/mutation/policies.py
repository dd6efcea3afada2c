"""Mutants of what the database itself refuses: row policies, triggers' functions, and constraints.

Taken from the running database, as it stands after all migrations; each change is made, tested, and taken back.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.audit.mutation.running import Loop

POLICIES = "policies"
SWAPS = (
    (r"(?<![<>!=:])=(?![>=])", "<>"),
    (r"<>", "="),
    (r"\bAND\b", "OR"),
    (r"\bOR\b", "AND"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"<=", ">"),
    (r">=", "<"),
    (r"\bEXISTS\b", "NOT EXISTS"),
)
_EVERY = """
select p.polname, c.relname, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
from pg_policy p join pg_class c on c.oid = p.polrelid
where exists (select from pg_roles r where r.oid = any(p.polroles) and r.rolname = 'commonweave_web')
order by 2, 1
"""


def swapped(text: str) -> Iterator[str]:
    """Return a condition with one of its parts changed, each in turn."""
    for pattern, other in SWAPS:
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield text[: found.start()] + other + text[found.end() :]


def faults(policy: str, table: str, using: str | None, check: str | None) -> Iterator[tuple[str, str]]:
    """Return (name, statement) of every mutant of one policy; a policy that lets everybody is one of them."""
    for word, condition in (("using", using), ("with check", check)):
        if condition is None:
            continue
        for other in ("true", *swapped(condition)):
            if other != condition:
                yield (
                    f"{table}.{policy} {word}: {' '.join(condition.split())} → {' '.join(other.split())}",
                    f'alter policy "{policy}" on "{table}" {word} ({other})',
                )


def tries(loop: Loop) -> Iterator[tuple[str, str]]:
    """Try every mutant of every policy of the pages' role on the tests of its floor."""
    loop.learn(set())
    with _owner() as owner:
        for policy, table, using, check in owner.execute(_EVERY).fetchall():
            floor = f"commonweave/{table.partition('_')[0]}/"
            own = {item.nodeid for item in loop.items if item.nodeid.startswith(floor)}
            items = loop.quickest(own or {item.nodeid for item in loop.items})
            healthy = f'alter policy "{policy}" on "{table}"'
            healthy += f" using ({using})" if using is not None else ""
            healthy += f" with check ({check})" if check is not None else ""
            for name, statement in faults(policy, table, using, check):
                try:
                    owner.execute(statement)
                except psycopg.Error:
                    continue  # not a condition any more, so nobody could have written it
                try:
                    lived = loop.survives(lambda: None, items)
                finally:
                    owner.execute(healthy)
                yield name, "survived" if lived else "noticed"


@contextlib.contextmanager
def _owner() -> Iterator[psycopg.Connection]:
    """Work as the owner of the tables, beside the connection that the tests use."""
    from django.db import connection  # noqa: PLC0415 - Django is set up later

    facts = {name: connection.settings_dict[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    with psycopg.connect(
        dbname=facts["NAME"],
        user=facts["USER"],
        password=facts["PASSWORD"],
        host=facts["HOST"],
        port=facts["PORT"] or None,
        autocommit=True,
    ) as owner:
        yield owner
