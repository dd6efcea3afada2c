"""The lattice by a table written by hand: queryset and row policy each alone say the same, for every label and reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from commonweave.base.tests.roles import as_viewer
from commonweave.places.tests.factories import make_place
from commonweave.reports import queries
from commonweave.reports.models import Report
from commonweave.reports.tests.factories import make_report, make_team, member_of
from commonweave.sharing.lattice import strictest
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer

READER, NAMED = UUID(int=1), UUID(int=2)
TABLE = {  # who reads a row with this label, of those who are in the team that holds it
    Tlp.CLEAR: {"holder", "reader", "named", "signed", "other"},
    Tlp.GREEN: {"signed"},
    Tlp.AMBER: {"holder", "reader"},
    Tlp.AMBER_STRICT: {"holder", "reader"},
    Tlp.RED: {"named"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("label", list(Tlp))
def test_each_label_is_read_by_exactly_those_it_names(label: Tlp) -> None:
    """Two walls that both forget the same label are one hole."""
    city = make_place("ll-city", make_place("ll", type="country"))
    team = make_team(city)
    report, _digits = make_report(city)
    Report.objects.update(tlp=label, readers=[READER], people=[NAMED])
    other = replace(member_of(team), organisations=frozenset({UUID(int=9)}))
    viewers: dict[str, Viewer] = {
        "holder": member_of(team),
        "reader": replace(other, organisations=frozenset({READER})),
        "named": replace(other, person=NAMED),
        "signed": replace(other, signed=True),
        "other": other,
    }
    for name, viewer in viewers.items():
        wanted = {report.pk} if name in TABLE[label] else set()
        assert set(queries.reports_for(viewer).values_list("pk", flat=True)) == wanted, f"the queryset, {name}"
        with as_viewer(viewer):
            assert set(Report.objects.values_list("pk", flat=True)) == wanted, f"the policy, {name}"
        away = replace(viewer, teams=frozenset())
        assert not queries.reports_for(away).exists()
        with as_viewer(away):
            assert not Report.objects.exists()


def test_what_is_derived_takes_the_strictest_label() -> None:
    assert strictest("CLEAR") == Tlp.CLEAR
    assert strictest("AMBER", "GREEN") == Tlp.AMBER
    assert strictest("CLEAR", "RED", "AMBER+STRICT") == Tlp.RED
    assert strictest("AMBER", "AMBER+STRICT") == Tlp.AMBER_STRICT
