"""Mutants of what the database itself refuses: the conditions of the row policies.

Taken from the running database, as it stands after all migrations; each change is made, tested, and taken back.
"""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import psycopg

from commonweave.base.rls import WEB

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
_ROLE = re.compile(r"set role (\w+)", re.IGNORECASE)
_TABLE = re.compile(r"\b[a-z]+_[a-z]+\b")
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
    """Try every mutant of every policy of the pages' role on the tests that ask for its table as that role."""
    readers = _learn(loop)
    with _owner() as owner:
        for policy, table, using, check in owner.execute(_EVERY).fetchall():
            healthy = f'alter policy "{policy}" on "{table}"'
            healthy += f" using ({using})" if using is not None else ""
            healthy += f" with check ({check})" if check is not None else ""
            for name, statement in faults(policy, table, using, check):
                try:
                    owner.execute(statement)
                except psycopg.Error:
                    continue  # not a condition any more, so nobody could have written it
                items = loop.quickest(readers[table])
                try:
                    lived = loop.survives(lambda: None, items)
                finally:
                    owner.execute(healthy)
                yield name, "no test" if not items else "survived" if lived else "noticed"


def _learn(loop: Loop) -> dict[str, set[str]]:
    """Run everything once; return, by table, the tests in which the pages' role asked for it."""
    from django.db import connection  # noqa: PLC0415 - Django is set up later

    readers: dict[str, set[str]] = defaultdict(set)
    role = ""

    def listen(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:  # noqa: ANN401 Django's own
        nonlocal role
        text = str(sql)
        if found := _ROLE.match(text):
            role = found[1]
        elif role == WEB:
            for table in _TABLE.findall(text):
                readers[table].add(loop.now)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        loop.learn({})
    return readers


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
