"""What each swept parameter does to an indicator: its mean at each level, or in classes of equal number."""

from typing import NamedTuple

import numpy as np

from .contrasts import interval_of_mean

MOST_LEVELS = 21  # a numeric axis with more values than these is continuous
CLASSES = 10
FEWEST_IN_CLASS = 4
MOST_POINTS = 400  # drawn behind a continuous axis


class Levels(NamedTuple):
    """Groups of runs along an axis: the place of each (a number or a name) and the group of every run, -1 for none."""

    continuous: bool
    places: list
    group: np.ndarray


def levels(axis, rows):
    """Groups the runs `rows` along an axis; None where they do not differ along it."""
    values = axis.values[rows]
    if values.dtype == object:
        names = sorted({value for value in values if value})
        group = np.array([names.index(value) if value else -1 for value in values], dtype=int)
        return Levels(False, names, group) if len(names) > 1 else None
    present = ~np.isnan(values)
    distinct = np.unique(values[present])
    if len(distinct) < 2:
        return None
    if len(distinct) <= MOST_LEVELS:
        return Levels(False, distinct.tolist(), np.where(present, np.searchsorted(distinct, values), -1))
    n = int(np.clip(present.sum() // FEWEST_IN_CLASS, 2, CLASSES))
    edges = np.quantile(values[present], np.arange(1, n) / n)
    group = np.where(present, np.searchsorted(edges, values, side="right"), -1)
    used = np.unique(group[group >= 0])
    places = [float(values[group == k].mean()) for k in used]
    return Levels(True, places, np.where(present, np.searchsorted(used, group), -1))


def response(samples, grouped):
    """Of samples over (run, series): (mean, half width of its 95 % interval, runs) over (group, series)."""
    parts = [interval_of_mean(samples[grouped.group == k]) for k in range(len(grouped.places))]
    return tuple(np.stack(column) for column in zip(*parts))


def explained(samples, grouped):
    """Share of the variance of samples over (run, series) that lies between the groups: epsilon squared (Kelley 1935).

    Corrected for the number of groups, so that an axis without effect gives 0 on average; negative estimates are 0.
    """
    used = grouped.group >= 0
    samples, group = samples[used], grouped.group[used]
    total = np.sum((samples - samples.mean(axis=0)) ** 2, axis=0)
    within = np.zeros_like(total)
    for k in range(len(grouped.places)):
        part = samples[group == k]
        within += np.sum((part - part.mean(axis=0)) ** 2, axis=0) if len(part) else 0.0
    n, classes = len(samples), len(grouped.places)
    if n <= classes:
        return np.full(samples.shape[1], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (total - within - (classes - 1) * within / (n - classes)) / total
    return np.where(total > 0, np.maximum(share, 0), np.nan)
