"""What a study may state, and by which published formula an effect follows from it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commonweave.evidence.synthesis import effects
from commonweave.evidence.synthesis.effects import Effect, EffectError, Scale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Measure:
    """One way of stating an effect: its numbers in order with their labels, and the formula with its source."""

    label: _StrPromise
    numbers: Mapping[str, _StrPromise]
    reckon: Callable[..., Effect]
    formula: str = ""


GIVEN = {
    "smd": Scale.SMD,
    "log_or": Scale.LOG_OR,
    "log_rr": Scale.LOG_RR,
    "rd": Scale.RISK_DIFFERENCE,
    "z": Scale.FISHER_Z,
}
"""Measures that are an effect and its variance already."""


def effect_from(measure: str, yi: float | None, vi: float | None, raw: Mapping[str, Any]) -> Effect | None:
    """Return the effect that was entered, or follows from what was; none where its numbers do not make one."""
    try:
        if measure in GIVEN:
            return Effect(GIVEN[measure], yi, vi) if yi is not None and vi else None
        if measure == "counts":
            a, b, c, d = (float(raw[name]) for name in "abcd")
            return effects.from_counts(a, a + b, c, c + d, Scale(raw.get("scale", Scale.LOG_OR)))
    except (EffectError, KeyError, TypeError, ValueError):
        return None
    return None
