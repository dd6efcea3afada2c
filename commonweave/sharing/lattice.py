"""The one policy template of protected rows, and the same condition for querysets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from commonweave.base.rls import ME, MY_ORGANISATIONS
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer

MAY_READ = f"""
    tlp = 'CLEAR'
    or (tlp = 'GREEN' and (select viewer_signed()))
    or (tlp in ('AMBER', 'AMBER+STRICT') and (holder = any({MY_ORGANISATIONS}) or readers && {MY_ORGANISATIONS}))
    or (tlp = 'RED' and people @> array[{ME}])
"""


def readable(viewer: Viewer) -> Q:
    """Return the lattice as a queryset condition; tests hold it equal to the policy."""
    organisations = list(viewer.organisations)
    amber = Q(tlp__in=(Tlp.AMBER, Tlp.AMBER_STRICT))
    allowed = Q(tlp=Tlp.CLEAR) | amber & (Q(holder__in=organisations) | Q(readers__overlap=organisations))
    if viewer.signed:
        allowed |= Q(tlp=Tlp.GREEN)
    if viewer.person:
        allowed |= Q(tlp=Tlp.RED, people__contains=[viewer.person])
    return allowed


def strictest(*labels: str) -> Tlp:
    """Return the label a derived thing takes: the strictest of its sources."""
    order = list(Tlp.values)
    return Tlp(max(labels, key=order.index))
