"""A finding in plain words. Never more than the weakest design allows: who only looked before and after has shown no cause."""

from __future__ import annotations

from math import exp, tanh
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commonweave.base import formats
from commonweave.evidence.synthesis.effects import Scale
from commonweave.evidence.synthesis.findings import Design, Finding, Kind, Lack, side

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from commonweave.evidence.synthesis.findings import Bounds

LABELS: dict[Kind, _StrPromise] = {
    Kind.WORKS: gettext_lazy("Works"),
    Kind.HELPED_SO_FAR: gettext_lazy("Helped so far, not sure yet"),
    Kind.MIXED: gettext_lazy("Results are mixed"),
    Kind.NO_DIFFERENCE: gettext_lazy("No difference shown"),
    Kind.COUNTER_PRODUCTIVE: gettext_lazy("Made things worse"),
    Kind.TOO_LITTLE: gettext_lazy("Too little is known"),
}
LACKING: dict[Lack, _StrPromise] = {
    Lack.ELSEWHERE: gettext_lazy("In a new place it may not help, or do harm."),
    Lack.FEW_SOUND: gettext_lazy("Too few of the studies are sound and were checked by others."),
    Lack.SOUND_ALONE: gettext_lazy("The sound studies alone do not show it."),
    Lack.UNCHECKED: gettext_lazy(
        "There are fewer than ten studies, or all are of one size, so nobody can check whether others were never published."
    ),
    Lack.SMALL_LEAN: gettext_lazy(
        "Small studies found more than large ones. Studies that found less may never have been published."
    ),
}
CLAIMS: dict[tuple[str, int], _StrPromise] = {
    ("chance", 1): gettext_lazy("Chance decided who took part, and on average they did better than the others: %(effect)s."),
    ("chance", -1): gettext_lazy("Chance decided who took part, and on average they did worse than the others: %(effect)s."),
    ("chance", 0): gettext_lazy("Chance decided who took part, and on average they did neither clearly better nor worse than the others: %(effect)s."),
    ("compared", 1): gettext_lazy("On average groups with it did better than groups without it: %(effect)s. They may have differed in other ways, too."),
    ("compared", -1): gettext_lazy("On average groups with it did worse than groups without it: %(effect)s. They may have differed in other ways, too."),
    ("compared", 0): gettext_lazy("On average groups with it did neither clearly better nor worse than groups without it: %(effect)s."),
    ("followed", 1): gettext_lazy("Things were better afterwards on average: %(effect)s. Not all of these studies compared with others who were like them, so they cannot say why."),
    ("followed", -1): gettext_lazy("Things were worse afterwards on average: %(effect)s. Not all of these studies compared with others who were like them, so they cannot say why."),
    ("followed", 0): gettext_lazy("Afterwards things were neither clearly better nor worse on average: %(effect)s."),
}  # fmt: skip
EFFECTS: dict[Scale, _StrPromise] = {
    Scale.SMD: gettext_lazy("%(mean)s standard deviations (95%% interval %(low)s to %(high)s)"),
    Scale.LOG_OR: gettext_lazy("odds ratio %(mean)s (95%% interval %(low)s to %(high)s)"),
    Scale.LOG_RR: gettext_lazy("risk ratio %(mean)s (95%% interval %(low)s to %(high)s)"),
    Scale.RISK_DIFFERENCE: gettext_lazy("%(mean)s in 100 people (95%% interval %(low)s to %(high)s)"),
    Scale.FISHER_Z: gettext_lazy("correlation %(mean)s (95%% interval %(low)s to %(high)s)"),
}

EFFECT_NAMES: dict[Scale, _StrPromise] = {
    Scale.SMD: gettext_lazy("Difference in standard deviations"),
    Scale.LOG_OR: gettext_lazy("Odds ratio"),
    Scale.LOG_RR: gettext_lazy("Risk ratio"),
    Scale.RISK_DIFFERENCE: gettext_lazy("Difference in 100 people"),
    Scale.FISHER_Z: gettext_lazy("Correlation"),
}


def in_words(finding: Finding) -> list[str]:
    """Return sentences, the most important first: how many studies, what they show, what that means elsewhere, what is missing."""
    said = [_how_many(finding)]
    average = finding.average
    if average is None:
        return [*said, _("Fewer than three studies are never pooled: two say nothing of how different a third is.")]
    said.append(_claim(finding, average.mean, average.interval()))
    if finding.kind == Kind.MIXED:
        said.append(_("Some studies found that it helped, and others that it did harm."))
    if finding.kind == Kind.TOO_LITTLE:
        said.append(_("It may help and it may do harm: these studies are too few or too small to tell."))
    if finding.kind == Kind.NO_DIFFERENCE:
        said.append(_("That is no proof that it makes no difference."))
    said.append(_elsewhere(finding, average.prediction()))
    if finding.kind == Kind.WORKS and finding.sound:
        alone = effect(finding.scale, finding.sound.mean, finding.sound.interval())
        said.append(_("The sound studies alone show it, too: %(effect)s.") % {"effect": alone})
    if finding.lacking:
        said.append(_("Why it is not called “works”:"))
        said += [str(LACKING[lack]) for lack in finding.lacking]
    return said


def shown(scale: Scale, value: float) -> str:
    """Write a number as its readers know it: ratios instead of logarithms, people in a hundred, plain correlations."""
    if scale in {Scale.LOG_OR, Scale.LOG_RR}:
        return formats.say_number(exp(value), places=2)
    if scale == Scale.RISK_DIFFERENCE:
        return formats.say_number(100 * value, places=1)
    return formats.say_number(tanh(value) if scale == Scale.FISHER_Z else value, places=2)


def effect(scale: Scale, mean: float, bounds: Bounds) -> str:
    """Write an average with its interval and unit."""
    low, high = (shown(scale, value) for value in bounds)
    return EFFECTS[scale] % {"mean": shown(scale, mean), "low": low, "high": high}


def _how_many(finding: Finding) -> str:
    if finding.results > finding.studies:
        words = ngettext("%(results)s results of one study.", "%(results)s results of %(k)s studies.", finding.studies)
    else:
        words = ngettext("%(k)s study.", "%(k)s studies.", finding.studies)
    return words % {"k": formats.say_number(finding.studies), "results": formats.say_number(finding.results)}


def _claim(finding: Finding, mean: float, bounds: Bounds) -> str:
    """Say what the weakest design allows, and no more."""
    way = "followed"
    if finding.design >= Design.COMPARED:
        way = "chance" if finding.design == Design.RANDOMISED else "compared"
    return CLAIMS[way, finding.side] % {"effect": effect(finding.scale, mean, bounds)}


def _elsewhere(finding: Finding, bounds: Bounds) -> str:
    low, high = (shown(finding.scale, value) for value in bounds)
    words = {
        1: _("In one more place like these it would probably help, too: between %(low)s and %(high)s."),
        -1: _("In one more place like these it would probably do harm, too: between %(low)s and %(high)s."),
        0: _("In one more place like these it may help or do harm: anything between %(low)s and %(high)s."),
    }[side(bounds, finding.helpful)]
    return words % {"low": low, "high": high}
