"""Paired contrasts of policies with a baseline: read from `innochain compare --json`, else computed here the same way.

A contrast is the mean over replicates of (policy − baseline), run by run with shared random numbers, with its paired
t interval (Student 1908); in a design, a replicate counts once, with its mean over the points. `p_better` is the share
of pairs in which the policy is better, ties counted half; `variance_ratio` is the variance of the difference over the
sum of the variances of the two (1: pairing gains nothing).
"""

import json
import math
import re
from typing import NamedTuple

import numpy as np

CONFIDENCE = 0.95
METHOD = "paired t"
SHOWN_YEARS = (2025, 2030, 2035)

# What is better, as `innochain compare` declares it; elsewhere a contrast only says what changes.
MORE_IS_BETTER = (
    "applied_stock",
    "basic_stock",
    "enterprise_skl_standards",
    "firm_revenue",
    "firms",
    "lab_quality_mean",
    "lab_quality_p10",
    "papers",
    "papers_top",
    "patents",
    "patents_granted",
    "policy_fit",
    "policy_value",
    "productivity",
    "revenue",
    "self_reliance",
    "skl_papers",
    "skl_patents",
    "spinoffs",
    "standards",
    "technology_contracts",
    "topic_diversity",
    "transfers",
    "zone_performance",
    "zone_revenue",
)
LESS_IS_BETTER = ("applicant_time", "duplicate_share", "import_reliance", "programme_returned", "technology_gap")
GOALS = dict.fromkeys(MORE_IS_BETTER, "more") | dict.fromkeys(LESS_IS_BETTER, "less")


class BadContrasts(Exception):
    """The file of contrasts cannot be read, or is not one of this result file."""


class Mark(NamedTuple):
    """A year, or the sum or mean of a span of years, at which policies are compared."""

    label: str
    first: int
    last: int
    reduce: str  # "", "sum" or "mean"

    @property
    def words(self):
        return self.label if not self.reduce else f"{self.reduce} of {self.first}–{self.last}"


def parse_mark(text):
    """`2035`, `2026..2035:sum` or `2026..2035:mean`; ValueError for anything else."""
    found = re.fullmatch(r"(\d{4})(?:\.\.(\d{4}):(sum|mean))?", text)
    if not found or int(found[2] or found[1]) < int(found[1]):
        raise ValueError(f"{text}: not a year or span of years (2035, 2026..2035:sum, 2026..2035:mean)")
    return Mark(text, int(found[1]), int(found[2] or found[1]), found[3] or "")


def default_marks(years):
    shown = [year for year in SHOWN_YEARS if year in years] or [int(years[-1])]
    return [parse_mark(str(year)) for year in shown]


def at_mark(samples, years, mark):
    """Samples over (run, year, series) reduced to the mark, over (run, series); NaN where a year is missing."""
    chosen = samples[:, (years >= mark.first) & (years <= mark.last)]
    if chosen.shape[1] != mark.last - mark.first + 1:
        return np.full((samples.shape[0], samples.shape[2]), np.nan)
    return chosen.mean(axis=1) if mark.reduce == "mean" else chosen.sum(axis=1)


def interval_of_mean(values):
    """(mean, half width of the t interval, number) over axis 0, missing values left out."""
    n = np.sum(~np.isnan(values), axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(values, axis=0) / n
        variance = np.nansum((values - mean) ** 2, axis=0) / (n - 1)
        half = np.array([student_quantile(0.5 + CONFIDENCE / 2, int(k) - 1) for k in n.ravel()]).reshape(n.shape)
        half = half * np.sqrt(variance / n)
    return mean, np.where(n > 1, half, np.nan), n


def unit_means(values, units):
    """Means over the rows of each unit, by unit, missing values left out; NaN where a unit has none."""
    n_units = int(units.max()) + 1 if len(units) else 0
    if n_units == len(units):
        return values
    sums, counts = (np.zeros((n_units, *values.shape[1:])) for _ in range(2))
    np.add.at(sums, units, np.nan_to_num(values))
    np.add.at(counts, units, ~np.isnan(values))
    with np.errstate(invalid="ignore"):
        return sums / counts


def paired(policy, baseline, units, goal):
    """(difference, lower, upper, p_better, variance_ratio, pairs) of two arrays over pairs; NaN where unknown."""
    complete = ~np.isnan(policy) & ~np.isnan(baseline)
    policy, baseline = policy[complete], baseline[complete]
    if len(policy) == 0:
        return (math.nan,) * 5 + (0,)
    higher = float(np.mean((policy > baseline) + 0.5 * (policy == baseline)))
    p_better = {"more": higher, "less": 1 - higher}.get(goal, math.nan)
    units = np.unique(units[complete], return_inverse=True)[1]
    policy, baseline = unit_means(policy, units), unit_means(baseline, units)
    mean, half, n = interval_of_mean(policy - baseline)
    spread = np.var(policy, ddof=1) + np.var(baseline, ddof=1) if n > 1 else 0.0
    ratio = float(np.var(policy - baseline, ddof=1) / spread) if spread > 0 else math.nan
    return float(mean), float(mean - half), float(mean + half), p_better, ratio, int(np.sum(complete))


_quantiles = {}


def student_quantile(p, df):
    """Quantile of Student's t for p > 0.5 and whole degrees of freedom, by bisection; NaN for df < 1."""
    if df < 1:
        return math.nan
    if (p, df) not in _quantiles:
        low, high = 0.0, 1.0
        while _student_cdf(high, df) < p:
            high *= 2
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if _student_cdf(middle, df) < p else (low, middle)
        _quantiles[p, df] = (low + high) / 2
    return _quantiles[p, df]


def _student_cdf(t, df):
    """Abramowitz and Stegun 26.7.3 and 26.7.4: finite sums for whole degrees of freedom."""
    theta = math.atan(t / math.sqrt(df))
    sine, cosine = math.sin(theta), math.cos(theta)
    odd = df % 2
    term, total = (cosine, cosine if df > 1 else 0.0) if odd else (1.0, 1.0)
    for k in range(2 + odd, df - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    inside = 2 / math.pi * (theta + sine * total) if odd else sine * total
    return 0.5 + inside / 2


class Contrasts:
    """Contrasts of a file that `innochain compare --json` wrote.

    `by` says whether its policies are arms or scenarios.
    """

    def __init__(self, path):
        try:
            with open(path, encoding="utf-8") as file:
                said = json.load(file)
            self.baseline, self.method = said["baseline"], said["method"]
            self.confidence = float(said["confidence"])
            rows = said["contrasts"]
            self.marks = [parse_mark(label) for label in dict.fromkeys(row["years"] for row in rows)]
            self._rows = {(row["indicator"], row["category"] or "", row["years"], row["policy"]): row for row in rows}
            self.pareto, self.regret, self.boxes = (said.get(name) for name in ("pareto", "regret", "boxes"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadContrasts(f"{path}: not a file of innochain compare --json ({error})") from error
        self.path, self.by, self.notes = path, said.get("by"), said.get("notes") or []
        self._goals = {(row["indicator"], row["category"] or ""): row.get("goal") for row in rows}
        self._policies = {row["policy"] for row in rows} | {self.baseline}

    def check(self, policies):
        """Raises BadContrasts unless the contrasts are of these policies."""
        unknown = self._policies - set(policies)
        if unknown:
            raise BadContrasts(
                f"{self.path}: of other runs; the result file has no policy {', '.join(sorted(unknown))}"
            )

    def goal(self, series):
        """What is better according to the file, "more", "less" or None; as declared here for what it does not compare."""
        return self._goals.get((series.variable, series.category), GOALS.get(series.variable))

    def row(self, series, mark, policy):
        """As `paired` gives it; None where the file has no such contrast."""
        found = self._rows.get((series.variable, series.category, mark.label, policy))
        if found is None:
            return None
        names = ("difference", "lower", "upper", "p_better", "variance_ratio", "n_pairs")
        return tuple(math.nan if found[name] is None else found[name] for name in names)
