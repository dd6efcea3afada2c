"""What a study may state, and by which published formula an effect follows from it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from commonweave.evidence.synthesis import effects
from commonweave.evidence.synthesis.effects import Effect, EffectError, Scale, Times

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Measure:
    """One way of stating an effect: its numbers in order, the formula, and where that stands."""

    label: _StrPromise
    scale: Scale
    numbers: tuple[str, ...]
    reckon: Callable[..., Effect]
    formula: str


NUMBERS: dict[str, _StrPromise] = {
    "m1": _("Mean with the programme"),
    "sd1": _("Standard deviation with the programme"),
    "n1": _("People with the programme"),
    "m2": _("Mean without it"),
    "sd2": _("Standard deviation without it"),
    "n2": _("People without it"),
    "a": _("With the programme: to how many it happened"),
    "b": _("With the programme: to how many it did not happen"),
    "c": _("Without it: to how many it happened"),
    "d": _("Without it: to how many it did not happen"),
    "ratio": _("Ratio, as printed"),
    "low": _("Lower end of its interval (95 in 100)"),
    "high": _("Upper end of its interval (95 in 100)"),
    "cohens_d": _("Cohen’s d"),
    "t": _("t of an independent test"),
    "r": _("Correlation"),
    "n": _("People"),
    "before": _("Mean before"),
    "after": _("Mean after"),
    "sd_before": _("Standard deviation before"),
    "together": _("Correlation of before and after"),
    "treated_before": _("With the programme: mean before"),
    "treated_after": _("With the programme: mean after"),
    "treated_sd_before": _("With the programme: standard deviation before"),
    "treated_n": _("With the programme: people"),
    "control_before": _("Without it: mean before"),
    "control_after": _("Without it: mean after"),
    "control_sd_before": _("Without it: standard deviation before"),
    "control_n": _("Without it: people"),
    "slope": _("Coefficient of the programme (0 or 1)"),
    "error": _("Its standard error"),
    "sd": _("Standard deviation of the outcome"),
    "yi": _("Effect"),
    "vi": _("Its variance (standard error squared)"),
}
HEDGES = "Hedges’ g; Hedges, Olkin (1985): 1/n₁ + 1/n₂ + g² / 2(n₁ + n₂)"
BORENSTEIN = "Borenstein, Hedges, Higgins, Rothstein (2009)"
"""Introduction to Meta-Analysis, chapters 4 to 7."""


def _counts(scale: Scale) -> Callable[..., Effect]:
    return lambda a, b, c, d: effects.from_counts(a, a + b, c, c + d, scale)


def _given(scale: Scale) -> Callable[..., Effect]:
    def given(yi: float, vi: float) -> Effect:
        if not vi > 0:
            raise EffectError(_("This has to be above zero."), "vi")
        return Effect(scale, yi, vi)

    return given


def _changes(*said: float) -> Effect:
    return effects.from_pre_post_control(Times(*said[:4]), Times(*said[4:8]), said[8])


CELLS = tuple("abcd")
CHANGES = tuple(f"{group}_{name}" for group in ("treated", "control") for name in ("before", "after", "sd_before", "n"))
MEASURES: dict[str, Measure] = {
    "means": Measure(_("Means and standard deviations"), Scale.SMD, ("m1", "sd1", "n1", "m2", "sd2", "n2"), effects.from_means, HEDGES),
    "cohens_d": Measure(_("Cohen’s d"), Scale.SMD, ("cohens_d", "n1", "n2"), effects.from_d, HEDGES),
    "t": Measure(_("A t test"), Scale.SMD, ("t", "n1", "n2"), effects.from_t, HEDGES),
    "counts": Measure(_("Counts: odds ratio"), Scale.LOG_OR, CELLS, _counts(Scale.LOG_OR), f"log OR, {BORENSTEIN}, ch. 5"),
    "counts_rr": Measure(_("Counts: risk ratio"), Scale.LOG_RR, CELLS, _counts(Scale.LOG_RR), f"log RR, {BORENSTEIN}, ch. 5"),
    "counts_rd": Measure(_("Counts: difference of risks"), Scale.RISK_DIFFERENCE, CELLS, _counts(Scale.RISK_DIFFERENCE), f"RD, {BORENSTEIN}, ch. 5"),
    "odds_ratio": Measure(_("Odds ratio with its interval"), Scale.LOG_OR, ("ratio", "low", "high"), effects.from_odds_ratio, f"log OR, {BORENSTEIN}, ch. 5"),
    "risk_ratio": Measure(_("Risk ratio with its interval"), Scale.LOG_RR, ("ratio", "low", "high"), effects.from_risk_ratio, f"log RR, {BORENSTEIN}, ch. 5"),
    "correlation": Measure(_("Correlation"), Scale.FISHER_Z, ("r", "n"), effects.from_correlation, f"Fisher’s z, {BORENSTEIN}, ch. 6"),
    "pre_post": Measure(_("Before and after, one group"), Scale.SMD, ("before", "after", "sd_before", "n", "together"), lambda before, after, sd_before, n, together: effects.from_pre_post(Times(before, after, sd_before, n), together), "Morris, DeShon (2002), Psychological Methods 7(1)"),
    "pre_post_control": Measure(_("Before and after, with others to compare"), Scale.SMD, (*CHANGES, "together"), _changes, "d_ppc2, Morris (2008), Organizational Research Methods 11(2)"),
    "regression": Measure(_("Linear regression"), Scale.SMD, ("slope", "error", "sd", "n1", "n2"), effects.from_regression, "g = J × b / SD; Hedges, Olkin (1985)"),
    "smd": Measure(_("Hedges’ g and its variance"), Scale.SMD, ("yi", "vi"), _given(Scale.SMD), "g"),
    "log_or": Measure(_("Log odds ratio and its variance"), Scale.LOG_OR, ("yi", "vi"), _given(Scale.LOG_OR), "log OR"),
}  # fmt: skip
"""By the code that stands in `Effect.measure`."""


RENAMED = {
    "regression": {"b": "slope"},
    "cohens_d": {"d": "cohens_d"},
    "counts": {"n1": "a", "n2": "c"},
    "pre": {"r": "together"},
}
"""What a formula calls its numbers → what the form does."""


def reckon(measure: str, numbers: Mapping[str, float]) -> Effect:
    """Return the effect that follows from what a study states. Raises EffectError, its field one of `numbers`."""
    how = MEASURES[measure]
    try:
        return how.reckon(*(numbers[name] for name in how.numbers))
    except EffectError as wrong:
        names = RENAMED.get(measure.partition("_")[0] if measure.startswith(("counts", "pre_post")) else measure, {})
        raise EffectError(wrong.args[0], names.get(wrong.field, wrong.field)) from wrong


def effect_from(measure: str, yi: float | None, vi: float | None, raw: Mapping[str, Any]) -> Effect | None:
    """Return the effect that was entered, or follows from what was; none where its numbers do not make one."""
    if measure not in MEASURES:
        return None
    if yi is not None and vi:
        return Effect(MEASURES[measure].scale, yi, vi)
    try:
        return reckon(measure, {name: float(value) for name, value in raw.items() if name in NUMBERS})
    except (EffectError, KeyError, TypeError, ValueError):
        return None
