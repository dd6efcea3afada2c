"""What was published about what works, what it found, and how far that can be trusted."""

from __future__ import annotations

import uuid
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from commonweave.base.sorting import fold
from commonweave.base.text import TextField
from commonweave.sharing.models import Protected

if TYPE_CHECKING:
    from collections.abc import Iterable


class State(models.TextChoices):
    """Where a record stands. Of a withdrawn one only its address and the day are left."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Direction(models.TextChoices):
    """What a study found, each said with equal weight. UNKNOWN: nobody has coded it."""

    HELPED = "helped"
    NO_DIFFERENCE = "no_difference"
    MIXED = "mixed"
    MADE_WORSE = "made_worse"
    NOT_EVALUATED = "not_evaluated"
    UNKNOWN = "unknown"


class Rating(models.TextChoices):
    """Who judged: those who ran the programme, one person, or two who did not know of each other."""

    SELF = "self"
    ONE = "one"
    TWO = "two"


def codes(size: int | None = None) -> ArrayField[list[str], list[str]]:
    """Return a column of codes of one vocabulary."""
    return ArrayField(models.CharField(max_length=40), default=list, size=size)


def marks_of(doi: str, year: int, titles: Iterable[str]) -> list[int]:
    """Return numbers by which the same publication is looked up: of its DOI, and of each title with its year.

    Two publications that share one are the same as good as surely; whoever looks compares what stands there.
    """
    said = [*([doi.lower()] if doi else []), *(f"{year} {fold(title)}" for title in titles if title)]
    return sorted({int.from_bytes(blake2b(each.encode(), digest_size=8).digest(), signed=True) for each in said})


class MarksField(ArrayField):  # type: ignore[type-arg]  # it has none while it runs
    """The marks of a record, made anew whenever it is saved."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(models.BigIntegerField(), default=list, editable=False)

    def deconstruct(self) -> Any:  # noqa: ANN401 Django's own signature
        """Everything about it is known."""
        name, path, _args, _kwargs = super().deconstruct()
        return name, path, [], {}

    def pre_save(self, model_instance: models.Model, add: bool) -> list[int]:  # noqa: ARG002, FBT001 Django's own signature
        """Make them."""
        row: Any = model_instance
        row.marks = marks_of(row.doi, row.year, row.titles.texts.values())
        return list(row.marks)


class Record(Protected):
    """One publication as facts: what it is, what was tried, what it found, and where each fact was read.

    `authors` in order: {"family", "given"} or {"organisation"}, each with "orcid" or "ror" where known. `directions` says
    outcome → direction where that differs from the whole. `sms` is the Maryland scale (1 to 5) in the version `sms_version`,
    `bias` the worst answer (`appraisal-answer`) on what could have bent the result, "" where nobody was asked. These,
    `direction`, `design`, `rating` and `coded_by` follow from its appraisals (`actions.judging`).
    `places` are towns or regions by the name that the publication gives them.
    `sources` say where its facts were read, which, and on what day. `follows` is the edition before. `words` is its
    text folded for looking things up (`base.sorting.fold`). Publications about the same people have the same `sample`,
    a key of our own: what they found is never pooled twice.
    `cleared` names passages that could point to a person and that somebody let pass. `untouched` is a draft that came from
    another library and that nobody has changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    kind = models.CharField(max_length=40)
    titles = TextField()
    summary = TextField()
    language = models.CharField(max_length=12)
    authors = models.JSONField(default=list)
    year = models.PositiveSmallIntegerField()
    publisher = models.CharField(max_length=300, blank=True)
    doi = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=600, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    edition = models.CharField(max_length=60, blank=True)
    funder = models.CharField(max_length=200, blank=True)
    project = models.CharField(max_length=200, blank=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    embargo_until = models.DateField(null=True)
    published_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)

    interventions = codes()
    outcomes = codes()
    populations = codes()
    levels = codes()
    countries = codes()
    places = ArrayField(models.CharField(max_length=80), default=list)
    design = models.CharField(max_length=40, default="none_stated")
    direction = models.CharField(max_length=13, choices=Direction, default=Direction.UNKNOWN)
    directions = models.JSONField(default=dict)
    sms = models.PositiveSmallIntegerField(null=True)
    sms_version = models.CharField(max_length=40, blank=True)
    bias = models.CharField(max_length=14, blank=True)
    coded_by = models.CharField(max_length=300, blank=True)
    rating = models.CharField(max_length=4, choices=Rating, default=Rating.ONE)
    sources = models.JSONField(default=list)
    cleared = ArrayField(models.CharField(max_length=20), default=list)
    words = models.TextField(blank=True)
    sample = models.SlugField(max_length=80, blank=True, db_index=False)
    untouched = models.BooleanField(default=False)
    marks = MarksField()

    class Meta:
        indexes = (
            GinIndex(fields=["marks"], name="record_marks"),
            models.Index(fields=["-year", "id"], condition=Q(state="published"), name="record_newest"),
            models.Index(fields=["sample"], condition=~Q(sample=""), name="record_sample"),
            GinIndex(fields=["interventions"], name="record_interventions"),
            GinIndex(fields=["outcomes"], name="record_outcomes"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["doi"],
                condition=~Q(doi="") & Q(state="published", tlp="CLEAR", embargo_until__isnull=True),
                name="record_doi",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="record_state"),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="record_direction"),
            models.CheckConstraint(condition=Q(rating__in=Rating.values), name="record_rating"),
            models.CheckConstraint(condition=Q(year__range=(1500, 2200)), name="record_year"),
            models.CheckConstraint(
                condition=Q(sms__isnull=True) | Q(sms__range=(1, 5)) & ~Q(sms_version=""), name="record_sms"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_on__isnull=False), name="record_published_on_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | Q(withdrawn_on__isnull=False, words="", authors=[], sources=[], sample="", licence="", edition=""),
                name="record_withdrawn_is_bare",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | ~Q(sources=[]), name="record_says_where_it_was_read"
            ),
        )


class Effect(models.Model):
    """One effect of one study, as data. `yi` and `vi` are effect and sampling variance, `raw` the numbers they come from.

    `positive_is` says whether more of what was measured is good (well-being) or bad (reoffending). `interventions` says
    what was tried where that is less than what its record is about, such as one study of a review; `sample` likewise
    whose effect it is. Who may read it is who may read its record: the row policy asks there, so that the two cannot
    drift apart.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="effects", db_index=False)
    position = models.PositiveSmallIntegerField()
    study = models.CharField(max_length=200)
    outcome = models.CharField(max_length=40)
    measure = models.CharField(max_length=40)
    yi = models.FloatField(null=True)
    vi = models.FloatField(null=True)
    raw = models.JSONField(default=dict)
    positive_is = models.CharField(max_length=4)
    moderators = models.JSONField(default=dict)
    source = models.CharField(max_length=400)
    interventions = codes()
    sample = models.SlugField(max_length=80, blank=True, db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["record", "position"], name="effect_position"),
            models.CheckConstraint(condition=Q(positive_is__in=("good", "bad")), name="effect_positive_is"),
            models.CheckConstraint(condition=Q(vi__isnull=True) | Q(vi__gt=0), name="effect_variance"),
            models.CheckConstraint(condition=~Q(source=""), name="effect_has_source"),
        )
