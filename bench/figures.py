"""What a measure is, what it aims at, and how many small times become one number."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GOALS: dict[str, tuple[str, float | None]] = {
    "warm_start_s": ("s", 5),
    "resident_first_load_bytes": ("bytes", 100_000),
    "resident_first_load_requests": ("requests", 10),
    "form_p95_ms": ("ms", None),
    "submission_p95_ms": ("ms", 50),
    "submissions_per_s": ("1/s", 500),
    "durable_insert_per_s": ("1/s", None),
    "submission_ratio": ("ratio", 0.25),
    "sealed_submission_ratio": ("ratio", 0.25),
    "queue_p95_ms": ("ms", 100),
    "queue_queries": ("queries", 15),
    "open_p95_ms": ("ms", 150),
    "coordinator_p95_ms": ("ms", 300),
    "coordinator_queries": ("queries", 15),
    "search_build_s": ("s", 60),
    "search_words_p95_ms": ("ms", 20),
    "search_words_counted_p95_ms": ("ms", None),
    "search_fused_counted_p95_ms": ("ms", None),
    "search_fused_p95_ms": ("ms", 120),
    "search_page_p95_ms": ("ms", 250),
    "search_rss_mb": ("MB", 1500),
    "search_findable_p95_s": ("s", 2),
    "harvest_first_page_ms": ("ms", None),
    "harvest_last_page_ms": ("ms", None),
    "harvest_last_to_first": ("ratio", 1.2),
    "harvest_records_per_s": ("1/s", None),
    "gap_map_server_p95_ms": ("ms", None),
    "gap_map_bytes": ("bytes", None),
    "gap_map_interactive_p95_ms": ("ms", 1000),
    "gap_map_new_record_s": ("s", 5),
    "ndcg_cran_fused": ("nDCG@10", 0.42),
    "ndcg_xquad_en_fused": ("nDCG@10", 0.97),
    "ndcg_xquad_others_fused": ("nDCG@10", 0.85),
}
"""Unit and goal of each measure; without a goal the number only explains another."""


@dataclass(frozen=True)
class Measure:
    """One measured number; `n` says how many observations stand behind it."""

    name: str
    value: float
    n: int

    def line(self) -> str:
        """Return the line of JSON that `make bench` prints."""
        judged = {self.name: ("nDCG@10", None)} if self.name.startswith("ndcg_") else {}  # any collection there is
        unit, goal = (judged | GOALS)[self.name]
        value = float(f"{self.value:.4g}") if abs(self.value) < 1000 else round(self.value)  # noqa: PLR2004 digits shown
        return json.dumps({"measure": self.name, "value": value, "unit": unit, "n": self.n, "goal": goal})


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile: the smallest value that `share` of all values do not exceed."""
    if not values:
        message = "There is nothing to take a percentile of."
        raise ValueError(message)
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def p95_ms(seconds: Sequence[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return percentile(seconds, 0.95) * 1000


def median(values: Sequence[float]) -> float:
    """Return the middle value (the lower of two)."""
    return percentile(values, 0.5)
