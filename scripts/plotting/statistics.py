"""What the figures say about an ensemble: quantile bands, summaries, coverage of the observations."""

import warnings
from typing import NamedTuple

import numpy as np

from .result import MissingData

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
LAST_FITTED_YEAR = 2017


class Bands(NamedTuple):
    """Median with the limits of the 50 % and 90 % intervals, by year."""

    years: np.ndarray
    low90: np.ndarray
    low50: np.ndarray
    median: np.ndarray
    high50: np.ndarray
    high90: np.ndarray


class Summary(NamedTuple):
    """Median and 90 % interval of one number over the runs."""

    low: float
    median: float
    high: float

    def text(self, digits=0, factor=1.0):
        low, median, high = (f"{value * factor:,.{digits}f}" for value in self)
        return f"{median} [{low}–{high}]"


def bands(samples):
    """Quantile bands of samples over (run, year), without the years in which nothing exists."""
    present = samples.dropna("year", how="all")
    if present.sizes["year"] == 0:
        raise MissingData(f"values of {samples.name}")
    quantiles = np.nanquantile(present.transpose("run", "year").values, LEVELS, axis=0)
    return Bands(present["year"].values, *quantiles)


def summarize(values):
    """Summary of one value a run."""
    return Summary(*np.nanquantile(values, (0.05, 0.5, 0.95)))


def mean_by_year(samples):
    """Mean over the runs by year; 0 where nothing exists."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nan_to_num(np.nanmean(samples.transpose("run", "year").values, axis=0))


def share(part, whole):
    """part / whole run by run and year by year; NaN where the whole is 0 or missing."""
    return (part / whole.where(whole > 0)).rename(part.name)


def positive(samples):
    """What a logarithmic axis can show; NaN elsewhere."""
    return samples.where(samples > 0)


def coverage(samples, observed):
    """For the fitted and the held-out years: (observations inside the 90 % interval, observations).

    An observed interval counts as inside when it overlaps the simulated one.
    """
    band = bands(samples)
    place = {year: i for i, year in enumerate(band.years)}
    low, high = observed.bounds
    counts = {True: [0, 0], False: [0, 0]}
    for row, year in enumerate(observed.years):
        if year not in place:
            continue
        i = place[year]
        count = counts[bool(year <= LAST_FITTED_YEAR)]
        count[0] += bool(low[row] <= band.high90[i] and high[row] >= band.low90[i])
        count[1] += 1
    return tuple(counts[True]), tuple(counts[False])


def coverage_text(samples, observed):
    """Coverage in words; MissingData without observations in the simulated years."""
    fitted, later = coverage(samples, observed)
    if fitted[1] + later[1] == 0:
        raise MissingData("observations to compare with")
    parts = [
        f"{inside} of {n} observed values {span}"
        for (inside, n), span in ((fitted, f"to {LAST_FITTED_YEAR}"), (later, f"after {LAST_FITTED_YEAR}"))
        if n
    ]
    return f"the simulated 90 % interval contains {' and '.join(parts)}"
