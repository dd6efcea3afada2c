"""Who is asking. Every query, rule and action takes a Viewer first; the database is told the same facts."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.http import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID


@dataclass(frozen=True)
class Viewer:
    """A person, a resident with a receipt, the system, or nobody in particular.

    `teams` is empty until a second factor was used in this session: without it nobody reads reports.
    `receipt` is the locator derived from a receipt, never the receipt itself.
    `rights` is what a program's credential may do; None is a person, whose role decides.
    `system` only says that our own worker asks; the database knows the worker by its role, not by this.
    """

    person: UUID | None = None
    organisations: frozenset[UUID] = frozenset()
    teams: frozenset[UUID] = frozenset()
    roles: Mapping[UUID, frozenset[str]] = field(default_factory=dict, hash=False)
    signed: bool = False
    receipt: UUID | None = None
    rights: frozenset[str] | None = None
    system: bool = False

    def has_role(self, *wanted: str) -> bool:
        """Say whether the person holds one of these roles in any organisation."""
        return any(role in held for held in self.roles.values() for role in wanted)

    def lacks(self, right: str) -> bool:
        """Say whether this is a program whose credential was not given a right. There is none to administer."""
        return self.rights is not None and right not in self.rights

    def settings(self) -> dict[str, str]:
        """Return the transaction-local settings that row policies read, always all of them."""
        return {
            "cw.person": str(self.person or ""),
            "cw.organisations": _array(self.organisations),
            "cw.teams": _array(self.teams),
            "cw.roles": "{" + ",".join(sorted({role for held in self.roles.values() for role in held})) + "}",
            "cw.administered": _array(frozenset(own for own, held in self.roles.items() if "administrator" in held)),
            "cw.signed": "yes" if self.signed else "",
            "cw.receipt": str(self.receipt or ""),
        }

    def told(self) -> list[str]:
        """Return the values for `TELL`."""
        return list(self.settings().values())


NOBODY = Viewer()
SYSTEM = Viewer(system=True)


class ViewerRequest(HttpRequest if TYPE_CHECKING else object):  # type: ignore[misc]
    """A request after the middleware has said who asks (for type checkers only)."""

    viewer: Viewer


def _array(values: frozenset[UUID]) -> str:
    return "{" + ",".join(sorted(str(value) for value in values)) + "}"


TELL = "select " + ", ".join(f"set_config('{name}', %s, true)" for name in NOBODY.settings())


def tell_database(viewer: Viewer) -> None:
    """Set the viewer for the rest of this transaction; outside a transaction it would be lost at once."""
    with connection.cursor() as cursor:
        cursor.execute(TELL, viewer.told())


@contextlib.contextmanager
def seen_by(viewer: Viewer) -> Iterator[None]:
    """Open a transaction in which the database knows the viewer (requests, jobs and streams alike)."""
    with transaction.atomic():
        tell_database(viewer)
        yield
