"""What is asked of which design, where two raters differ, and who may judge. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no
from commonweave.evidence.models import Appraisal, Interest, State
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record, Settlement

EMMIE = ("emmie_effect", "emmie_mechanism", "emmie_moderators", "emmie_implementation", "emmie_economics")
BIAS_OF_TRIALS = (
    "bias_randomisation",
    "bias_deviations",
    "bias_missing",
    "bias_measurement",
    "bias_reporting",
)  # RoB 2
BIAS_OF_OTHERS = (  # ROBINS-I
    "bias_confounding",
    "bias_participants",
    "bias_classification",
    "bias_deviations",
    "bias_missing",
    "bias_measurement",
    "bias_reporting",
)
BIAS_OF_REVIEWS = ("review_eligibility", "review_search", "review_appraisal", "review_synthesis")  # ROBIS
TRUST = ("credibility", "transferability", "dependability", "confirmability")
CONTRIBUTION = ("claim_stated", "chain_evidence", "rivals_weighed", "voices_heard")

_COMPARED = ("sms", "nesta", *BIAS_OF_OTHERS, *EMMIE)
CRITERIA_OF: dict[str, tuple[str, ...]] = {
    "rct": ("sms", "nesta", *BIAS_OF_TRIALS, *EMMIE),
    "quasi_experiment": _COMPARED,
    "before_after_controlled": _COMPARED,
    "before_after": _COMPARED,
    "cross_section": _COMPARED,
    "systematic_review": (*BIAS_OF_REVIEWS, *EMMIE),
    "meta_analysis": (*BIAS_OF_REVIEWS, *EMMIE),
    "qualitative": (*TRUST, "nesta", *EMMIE[1:]),
    "process": (*TRUST, "nesta", *EMMIE[1:]),
    "contribution": (*CONTRIBUTION, *TRUST, "nesta", *EMMIE[1:]),
    "mixed": (*TRUST, *_COMPARED),
}
"""Which criteria a design is asked; studies that answer how and why have their own, not a short form of another's."""
ASKED_OF_OTHERS = ("nesta", *EMMIE)

RISK, YES_NO = ("low", "some", "high", "no_information"), ("met", "partly", "not_met", "no_information")
LEVELS = {"sms": (1, 5), "nesta": (1, 5), "emmie": (0, 4)}
"""The smallest and the largest number of a scale."""
VALUES = {"bias": RISK, "review_bias": RISK, "trustworthiness": YES_NO, "contribution": YES_NO}
_ALWAYS = ("not_reported", "other")
REASONS = {
    "sms": ("design_decides", "drawn_by_lot", "not_by_lot", "groups_alike", "groups_differ", *_ALWAYS),
    "nesta": ("design_decides", "tested", "described", *_ALWAYS),
    "emmie": ("tested", "described", "mentioned", "wide_search", "narrow_search", *_ALWAYS),
    "bias": (
        *("drawn_by_lot", "not_by_lot", "groups_alike", "groups_differ", "as_planned", "not_as_planned", "few_left"),
        *("many_left", "measured_blind", "measured_knowing", "own_words_only", "planned_before", "chosen_after"),
        *("two_readers", *_ALWAYS),
    ),
    "review_bias": (
        "planned_before",
        "chosen_after",
        "wide_search",
        "narrow_search",
        "two_readers",
        "tested",
        *_ALWAYS,
    ),
    "trustworthiness": (
        *("several_sources", "one_source", "voices_shown", "described", "mentioned", "two_readers"),
        *("rivals_looked_for", "rivals_ignored", *_ALWAYS),
    ),
    "contribution": (
        *("several_sources", "one_source", "voices_shown", "tested", "described", "mentioned"),
        *("rivals_looked_for", "rivals_ignored", *_ALWAYS),
    ),
}
"""Instrument → codes of `appraisal-reason` that can be one."""
WORST = ("high", "no_information", "some", "low")
TWO = 2


class Difference(NamedTuple):
    """What two raters judged differently; `what` is a criterion, "direction" or "design"."""

    what: str
    first: str
    second: str


def criteria_of(design: str) -> tuple[str, ...]:
    """Return the criteria a study of this design is judged by."""
    return CRITERIA_OF.get(design, ASKED_OF_OTHERS)


def instrument_of(criterion: str) -> str:
    """Return the instrument a criterion belongs to."""
    term = vocabulary.labels("appraisal-criterion")[criterion]
    return term.broader or term.code


def values_of(criterion: str) -> tuple[str, ...]:
    """Return what can be answered: codes of `appraisal-answer`, or numbers of the scale."""
    instrument = instrument_of(criterion)
    if instrument in LEVELS:
        smallest, largest = LEVELS[instrument]
        return (*(str(level) for level in range(smallest, largest + 1)), "no_information")
    return VALUES[instrument]


def worst_bias(answers: Mapping[str, Mapping[str, str]]) -> str:
    """Return the worst judgement of what could have bent a result, "" where nobody was asked. One weak link is enough."""
    said = {answer["value"] for name, answer in answers.items() if name.startswith(("bias_", "review_"))}
    return next((value for value in WORST if value in said), "")


def independent(appraisals: Sequence[Appraisal]) -> list[Appraisal]:
    """Return the newest appraisal of each of the first two who had no part in the programme, in the order they began."""
    old = {each.follows_id for each in appraisals}
    firsts = {each.person_id: each.done_at for each in sorted(appraisals, key=lambda one: one.done_at, reverse=True)}
    newest = [each for each in appraisals if each.pk not in old and each.interest != Interest.RAN]
    return sorted(newest, key=lambda each: (firsts[each.person_id], str(each.pk)))[:TWO]


def differences(first: Appraisal, second: Appraisal) -> list[Difference]:
    """Return where two raters differ, field by field. What only one of them was asked is no difference of judgement."""
    found = [
        Difference(name, getattr(first, name), getattr(second, name))
        for name in ("direction", "design")
        if getattr(first, name) != getattr(second, name)
    ]
    for name in first.answers:
        if name not in second.answers or (name == "sms" and first.sms_version != second.sms_version):
            continue
        if (one := first.answers[name]["value"]) != (other := second.answers[name]["value"]):
            found.append(Difference(name, one, other))
    return found


def holds(settlement: Settlement) -> bool:
    """Say whether a settlement counts: a third person's at once, one rater's when the other has agreed."""
    return settlement.third or settlement.agreed_by_id is not None


def byline(each: Appraisal | Settlement) -> str:
    """Name a rater as they wished to be: with a name and the organisation, or with that alone."""
    return ", ".join(filter(None, (each.name, each.organisation.names.say("en"))))


def belongs(viewer: Viewer, organisation: UUID) -> Verdict:
    """Speak only for an organisation of one's own."""
    if organisation in viewer.organisations:
        return YES
    return no(_("You are not a member of this organisation."))


def may_appraise(viewer: Viewer, record: Record, appraisals: Sequence[Appraisal]) -> Verdict:
    """Any member of an organisation may judge what is published; two apart are enough, then they settle."""
    if viewer.person is None or not viewer.organisations:
        return no(_("Only members of an organisation can rate a study."))
    if record.state != State.PUBLISHED:
        return no(_("Only what is published can be rated."))
    two = independent(appraisals)
    if len(two) == TWO and viewer.person not in {each.person_id for each in appraisals}:
        return no(_("Two people have rated this study already."))
    return YES


def may_settle(viewer: Viewer, record: Record, appraisals: Sequence[Appraisal]) -> Verdict:
    """Settle what two see differently: either of them, or a third person who had no part in the programme."""
    if viewer.person is None or not viewer.organisations:
        return no(_("Only members of an organisation can settle this."))
    two = independent(appraisals)
    if record.state != State.PUBLISHED or len(two) < TWO or not differences(*two):
        return no(_("There is nothing to settle."))
    if any(each.person_id == viewer.person and each.interest == Interest.RAN for each in appraisals):
        return no(_("You said that you had a part in this programme, so others settle it."))
    return YES


def may_agree(viewer: Viewer, settlement: Settlement) -> Verdict:
    """Whoever rated, and did not write this settlement, makes it hold."""
    two = {settlement.first.person_id, settlement.second.person_id}
    if settlement.third or settlement.agreed_by_id or viewer.person not in two - {settlement.person_id}:
        return no(_("Only the other of the two raters can agree to this."))
    return YES
