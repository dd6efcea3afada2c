"""From what a report states to an effect size and its sampling variance, each by its published formula.

Sources: Borenstein, Hedges, Higgins and Rothstein, Introduction to Meta-Analysis (2009), chapters 4 to 7; Morris (2008),
Organizational Research Methods 11(2), and Morris and DeShon (2002), Psychological Methods 7(1), for before and after;
Viechtbauer (2010) for how cells of zero are helped. The first group is always the one with the programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, isfinite, lgamma, log, pi, sqrt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

HELP = 0.5
"""Is added to all four cells where one of them is zero; where no cell is, nothing is added."""
Z95 = 1.959963984540054
FEWEST_PEOPLE = 2
"""One person has no spread."""


class Scale(StrEnum):
    """What an effect is a number of. Only effects of one scale are pooled."""

    SMD = "smd"  # standardised mean difference, Hedges' g: in standard deviations
    LOG_OR = "log_or"  # natural logarithm of an odds ratio
    LOG_RR = "log_rr"  # natural logarithm of a risk ratio
    RISK_DIFFERENCE = "rd"  # difference of two shares, -1 to 1
    FISHER_Z = "z"  # a correlation, stretched so that its variance is known


class EffectError(ValueError):
    """Numbers that cannot be; `field` names which argument, the text says why."""

    def __init__(self, message: _StrPromise, field: str) -> None:
        """Keep the field."""
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Effect:
    """One number with its sampling variance, both on `scale`."""

    scale: Scale
    value: float
    variance: float

    def interval(self) -> tuple[float, float]:
        """Return its own 95 % interval."""
        reach = Z95 * sqrt(self.variance)
        return self.value - reach, self.value + reach


@dataclass(frozen=True)
class Times:
    """Means before and after, the standard deviation before, and the size of one group."""

    before: float
    after: float
    sd_before: float
    n: float


def correction(df: float) -> float:
    """Return Hedges' factor against the bias of few people, exactly (Hedges 1981)."""
    return exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)


def from_means(m1: float, sd1: float, n1: float, m2: float, sd2: float, n2: float) -> Effect:
    """Return g from means and standard deviations (not standard errors) of two groups."""
    _numbers(m1=m1, m2=m2)
    _positive(sd1=sd1, sd2=sd2)
    _people(n1=n1, n2=n2)
    pooled = sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))
    return _hedges((m1 - m2) / pooled, n1, n2)


def from_d(d: float, n1: float, n2: float) -> Effect:
    """Return g from Cohen's d and the sizes of two groups."""
    _numbers(d=d)
    _people(n1=n1, n2=n2)
    return _hedges(d, n1, n2)


def from_t(t: float, n1: float, n2: float) -> Effect:
    """Return g from an independent t test, its sign as reported."""
    _numbers(t=t)
    _people(n1=n1, n2=n2)
    return _hedges(t * sqrt(1 / n1 + 1 / n2), n1, n2)


def from_counts(a: float, n1: float, c: float, n2: float, scale: Scale = Scale.LOG_OR) -> Effect:
    """Return a log odds ratio, log risk ratio or risk difference: `a` of `n1` with the programme, `c` of `n2` without.

    Where one of the four cells is zero, a half is added to all four. Raises EffectError for more events than people,
    and for a ratio where it happened to nobody, or to everybody, in both groups: such a study says nothing of a ratio.
    """
    _people(n1=n1, n2=n2)
    for field, events, people in (("a", a, n1), ("c", c, n2)):
        if not 0 <= events <= people:
            raise EffectError(
                _("It cannot have happened to more people than there are, nor to fewer than none."), field
            )
    b, d = n1 - a, n2 - c
    if scale != Scale.RISK_DIFFERENCE and (a == c == 0 or b == d == 0):
        raise EffectError(
            _("Nobody or everybody in both groups says nothing of a ratio. Take the risk difference."), "a"
        )
    if 0 in {a, b, c, d}:
        a, b, c, d = a + HELP, b + HELP, c + HELP, d + HELP
    n1, n2 = a + b, c + d
    if scale == Scale.RISK_DIFFERENCE:
        return Effect(scale, a / n1 - c / n2, a * b / n1**3 + c * d / n2**3)
    if scale == Scale.LOG_OR:
        return Effect(scale, log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d)
    if scale == Scale.LOG_RR:
        return Effect(scale, log(a / n1) - log(c / n2), 1 / a - 1 / n1 + 1 / c - 1 / n2)
    raise EffectError(_("Counts give an odds ratio, a risk ratio or a risk difference."), "scale")


def from_odds_ratio(ratio: float, low: float, high: float) -> Effect:
    """Return a log odds ratio from a ratio and its 95 % interval, all three as printed (not their logarithms)."""
    return _from_ratio(Scale.LOG_OR, ratio, low, high)


def from_risk_ratio(ratio: float, low: float, high: float) -> Effect:
    """Return a log risk ratio from a ratio and its 95 % interval, all three as printed (not their logarithms)."""
    return _from_ratio(Scale.LOG_RR, ratio, low, high)


def from_correlation(r: float, n: float) -> Effect:
    """Return Fisher's z of a correlation of `n` people."""
    _between_ones(r=r)
    if not isfinite(n) or n <= 3:  # noqa: PLR2004 the formula's own
        raise EffectError(_("A correlation needs more than three people."), "n")
    return Effect(Scale.FISHER_Z, 0.5 * log((1 + r) / (1 - r)), 1 / (n - 3))


def from_pre_post(group: Times, r: float) -> Effect:
    """Return the standardised change of one group without controls, by the spread before; `r` correlates both times.

    Says nothing of what would have happened anyway (Morris and DeShon 2002, raw-score metric; large-sample variance).
    """
    _numbers(before=group.before, after=group.after)
    _positive(sd_before=group.sd_before)
    _between_ones(r=r)
    _people(n=group.n - 1)
    g = correction(group.n - 1) * (group.after - group.before) / group.sd_before
    return Effect(Scale.SMD, g, 2 * (1 - r) / group.n + g**2 / (2 * group.n))


def from_pre_post_control(treated: Times, control: Times, r: float) -> Effect:
    """Return the difference of two changes, standardised by the pooled spread before (Morris 2008, d_ppc2, his variance)."""
    for prefix, group in (("treated_", treated), ("control_", control)):
        _numbers(**{prefix + "before": group.before, prefix + "after": group.after})
        _positive(**{prefix + "sd_before": group.sd_before})
        _people(**{prefix + "n": group.n - 1})
    _between_ones(r=r)
    n1, n2 = treated.n, control.n
    df = n1 + n2 - 2
    spread = sqrt(((n1 - 1) * treated.sd_before**2 + (n2 - 1) * control.sd_before**2) / df)
    factor = correction(df)
    g = factor * ((treated.after - treated.before) - (control.after - control.before)) / spread
    base = 2 * (1 - r) * (1 / n1 + 1 / n2)
    return Effect(Scale.SMD, g, factor**2 * df / (df - 2) * (base + g**2) - g**2)


def from_regression(b: float, error: float, sd: float, n1: float, n2: float) -> Effect:
    """Return g from the coefficient of a programme (0 or 1) in a linear regression, by the outcome's standard deviation."""
    _numbers(b=b)
    _positive(error=error, sd=sd)
    _people(n1=n1, n2=n2)
    factor = correction(n1 + n2 - 2)
    g = factor * b / sd
    return Effect(Scale.SMD, g, (factor * error / sd) ** 2 + g**2 / (2 * (n1 + n2)))


def as_smd(effect: Effect) -> Effect:
    """Return a log odds ratio on the scale of mean differences (Hasselblad and Hedges 1995); an SMD as it is."""
    if effect.scale == Scale.SMD:
        return effect
    if effect.scale != Scale.LOG_OR:
        raise EffectError(_("Only odds ratios can be counted as mean differences."), "scale")
    return Effect(Scale.SMD, effect.value * sqrt(3) / pi, effect.variance * 3 / pi**2)


def _hedges(d: float, n1: float, n2: float) -> Effect:
    g = correction(n1 + n2 - 2) * d
    return Effect(Scale.SMD, g, 1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2)))


def _from_ratio(scale: Scale, ratio: float, low: float, high: float) -> Effect:
    _positive(ratio=ratio, low=low, high=high)
    if not low < high:
        raise EffectError(_("The interval's upper bound has to be above its lower one."), "high")
    if not low <= ratio <= high:
        raise EffectError(_("The ratio has to lie in its interval."), "ratio")
    return Effect(scale, log(ratio), ((log(high) - log(low)) / (2 * Z95)) ** 2)


def _numbers(**numbers: float) -> None:
    for field, number in numbers.items():
        if not isfinite(number):
            raise EffectError(_("This has to be a number."), field)


def _positive(**numbers: float) -> None:
    for field, number in numbers.items():
        if not isfinite(number) or number <= 0:
            raise EffectError(_("This has to be above zero."), field)


def _people(**numbers: float) -> None:
    for field, number in numbers.items():
        if not isfinite(number) or number < FEWEST_PEOPLE:
            raise EffectError(_("There are too few people to know how different they are."), field)


def _between_ones(**numbers: float) -> None:
    for field, number in numbers.items():
        if not -1 < number < 1:
            raise EffectError(_("A correlation lies between -1 and 1."), field)
