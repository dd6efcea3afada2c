"""R decides: every number that metafor and clubSandwich compute from their own data is computed here as well, to 0.0001.

Skipped where R is not installed; CI installs it. One call of R for all of it.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from commonweave.evidence.synthesis import effects, spread
from commonweave.evidence.synthesis.effects import Scale, Times
from commonweave.evidence.synthesis.moderators import by_group, regress
from commonweave.evidence.synthesis.pooling import Certainty, Pooled, pool, uncertainty
from commonweave.evidence.synthesis.small_studies import classical_egger, egger, trim_and_fill
from commonweave.evidence.synthesis.spread import Method
from commonweave.evidence.synthesis.three_levels import pool_layers

if TYPE_CHECKING:
    from typing import TypeAlias

    from commonweave.evidence.synthesis.spread import Numbers
    from commonweave.evidence.synthesis.three_levels import Layered

    Said: TypeAlias = dict[str, dict[str, dict[str, Numbers]]]  # family → data set → key → numbers

pytestmark = pytest.mark.xdist_group("judge")  # R is asked once
WANTED = ("metafor", "metadat", "clubSandwich")
NEAR = 1e-4
TWO_TOPS = {"li2007.OR ML"}
"""Here the likelihood of Egger's regression has two tops, and metafor stops on the lower one."""


def rscript() -> str:
    """Return R, or skip with what is missing on this machine."""
    program = shutil.which("Rscript")
    if not program:
        pytest.skip("Rscript is not installed on this machine: apt-get install r-cran-metafor r-cran-clubsandwich")
    ask = f"cat(all(sapply(c({', '.join(map(repr, WANTED))}), requireNamespace, quietly=TRUE)))"
    found = subprocess.run([program, "-e", ask], capture_output=True, text=True, check=False)  # noqa: S603 our own words
    if found.stdout != "TRUE":
        pytest.skip("R lacks a package on this machine: apt-get install r-cran-metafor r-cran-clubsandwich")
    return program


@pytest.fixture(scope="module")
def said() -> Said:
    """Ask R once."""
    script = Path(__file__).with_name("judge.R")
    done = subprocess.run([rscript(), str(script)], capture_output=True, text=True, check=True)  # noqa: S603 our own script
    numbers: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for line in done.stdout.splitlines():
        family, data, key, _place, value = line.split("\t")
        numbers[family, data, key].append(float(value.replace("NA", "nan")))
    told: Said = defaultdict(lambda: defaultdict(dict))
    for (family, data, key), values in numbers.items():
        told[family][data][key] = np.array(values)
    return told


def compare(found: dict[str, tuple[Numbers, Numbers]]) -> None:
    """Hold ours against theirs, and name what differs."""
    assert found
    far = {}
    for name, (ours, theirs) in found.items():
        asked = ~np.isnan(theirs)
        delta = np.abs(np.asarray(ours, np.float64)[asked] - theirs[asked])
        if not (delta <= NEAR).all():
            far[name] = f"{float(np.nanmax(delta)):.2g}"
    assert far == {}


def flat(found: Pooled) -> Numbers:
    low, high = found.interval()
    ahead = found.prediction() if found.method != Method.EE else (np.nan, np.nan)
    last = (found.tau2, found.q, found.q_p, found.i2, found.h2, *ahead)
    return np.array([found.mean, found.errors[0], low, high, found.p_values()[0], *last])


def each_way(key: str) -> tuple[Method, Certainty]:
    method, _, test = key.partition("/")
    return Method(method), Certainty(test or "z")


def likelihood(y: Numbers, v: Numbers, method: Method | None) -> float:
    """Return the log-likelihood of Egger's regression but for a constant; without a method, where metafor stopped: at zero."""
    x = np.stack([np.ones_like(v), np.sqrt(v)], axis=1)
    tau2 = spread.tau2_of(y, v, x, method) if method else 0.0
    return float(-0.5 * (np.log(v + tau2).sum() + spread.q_of(y, v, x, tau2)))


def test_pooling(said: Said) -> None:
    found = {}
    for data, asked in said["pool"].items():
        y, v = said["data"][data].values()
        for key, theirs in asked.items():
            method, test = each_way(key)
            found[f"{data} {key}"] = flat(pool(y, v, method=method, test=test)), theirs
    assert len(said["pool"]) >= 40
    compare(found)


def test_intervals_of_heterogeneity(said: Said) -> None:
    found = {}
    for data, asked in said["interval"].items():
        ours = uncertainty(*said["data"][data].values())
        found[data] = np.array([*ours.tau2, *ours.i2, *ours.h2]), asked["REML"]
    compare(found)


def test_small_studies(said: Said) -> None:
    found = {}
    for data, asked in said["egger"].items():
        y, v = said["data"][data].values()
        for key, theirs in asked.items():
            method, test = each_way(key)
            if f"{data} {method}" in TWO_TOPS:
                assert likelihood(y, v, method) > likelihood(y, v, None)
                continue
            ours = egger(y, v, method=method, test=test)
            found[f"egger {data} {key}"] = np.array([ours.slope, ours.statistic, ours.p, ours.limit]), theirs
        old = classical_egger(y, v)
        theirs = said["classical"][data]["lm"]
        found[f"classical {data}"] = np.array([old.slope, old.statistic, old.p, old.limit]), theirs
    compare(found)


def test_trim_and_fill(said: Said) -> None:
    found = {}
    for data, asked in said["fill"].items():
        y, v = said["data"][data].values()
        for key, theirs in asked.items():
            ours = trim_and_fill(y, v, method=Method(key), test=Certainty.Z)
            pooled = ours.pooled
            row = [ours.missing, ours.side == "right", pooled.mean, pooled.errors[0], pooled.tau2]
            found[f"{data} {key}"] = np.array(row), theirs
    compare(found)


def test_moderators(said: Said) -> None:
    found = {}
    for data, asked in said["regression"].items():
        y, v, x1, x2, _names = said["moderators"][data].values()
        for key, theirs in asked.items():
            method, test = each_way(key)
            ours = regress(y, v, np.stack([x1, x2], axis=1), method=method, test=test)
            fit = ours.fitted
            r2 = np.nan if ours.r2 is None else ours.r2
            last = (fit.tau2, ours.moderators.statistic, ours.moderators.p, r2, fit.q, fit.i2)
            found[f"{data} {key}"] = np.array([*fit.coefficients, *fit.errors, *fit.p_values(), *last]), theirs
    compare(found)


def test_groups(said: Said) -> None:
    found = {}
    for data, asked in said["groups"].items():
        y, v, _x1, _x2, names = said["moderators"][data].values()
        order = np.argsort(names, kind="stable")
        for key, theirs in asked.items():
            method, test = each_way(key)
            ours = by_group(y[order], v[order], [str(name) for name in names[order]], method=method, test=test)
            assert ours.difference
            sides = [[getattr(group, side) for group in ours.groups] for side in ("mean", "low", "high")]
            row = [*itertools.chain(*sides), ours.tau2, ours.difference.statistic, ours.difference.p]
            found[f"{data} {key}"] = np.array(row), theirs
    compare(found)


def layered(said: Said, data: str) -> Layered:
    given = said["nested"][data]
    return pool_layers(given["yi"], given["vi"], given["cluster"].tolist(), moderators=given.get("x"))


def test_three_levels(said: Said) -> None:
    found = {}
    for data, asked in said["layers"].items():
        ours = layered(said, data)
        row = [*ours.coefficients, *ours.errors, ours.between, ours.within]
        found[data] = np.array(row), asked["REML"]
    assert len(found) >= 9
    compare(found)


def test_cluster_robust_errors(said: Said) -> None:
    found = {}
    for data, asked in said["cr2"].items():
        ours = layered(said, data)
        bounds = ours.robust.intervals(ours.coefficients)
        row = [*ours.robust.errors, *ours.robust.df, *bounds.T.ravel(), *ours.robust.p_values(ours.coefficients)]
        found[data] = np.array(row), asked["REML"]
    assert len(found) >= 9
    compare(found)


def test_effect_sizes(said: Said) -> None:
    asked = said["effect"]
    rows = {
        "means/normand1999": zip(*said["means"]["normand1999"].values(), strict=True),
        "correlations/molloy2014": zip(*said["correlations"]["molloy2014"].values(), strict=True),
    }
    made = {
        "means/normand1999": [effects.from_means(*row) for row in rows["means/normand1999"]],
        "correlations/molloy2014": [effects.from_correlation(*row) for row in rows["correlations/molloy2014"]],
        "change/morris2008": [
            effects.from_pre_post(Times(before, after, sd, n), r)
            for before, after, sd, n, r in zip(*said["change"]["morris2008"].values(), strict=True)
        ],
    }
    for word, scale in (("OR", Scale.LOG_OR), ("RR", Scale.LOG_RR), ("RD", Scale.RISK_DIFFERENCE)):
        counts = zip(*said["counts"]["axfors2021"].values(), strict=True)
        made[f"counts/axfors2021/{word}"] = [effects.from_counts(a, n1, c, n2, scale) for a, n1, c, n2 in counts]
    assert set(made) == set(asked)
    found = {}
    for name, ours in made.items():
        found[f"{name} yi"] = np.array([each.value for each in ours]), asked[name]["yi"]
        found[f"{name} vi"] = np.array([each.variance for each in ours]), asked[name]["vi"]
    compare(found)
