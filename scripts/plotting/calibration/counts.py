"""The dated counts that were fitted, and how far medians are from them: the fit of the approval curves in one number."""

from typing import NamedTuple

import numpy as np

from .targets import quantity_of

FIRST_YEAR = 2006  # of the curves that are compared, as of the table /fit


class Count(NamedTuple):
    """What is known of a series at the end of a year: an interval, whose ends are equal where the count is exact."""

    quantity: str  # "cumulative" (approvals since the beginning) or "stock"
    year: int
    low: float
    high: float


def known_counts(posterior, series):
    """The counts of FIRST_YEAR and later to which a series was fitted, by year: its dated targets, and the end of the fit where
    that year has none."""
    items = posterior.items(held_out=False)
    found = {}
    for row in items[items["series"] == series].itertuples():
        quantity, year = quantity_of(row.name), int(row.last_year)
        if quantity in ("cumulative", "stock") and year >= FIRST_YEAR:
            found[year] = Count(quantity, year, row.low, row.high)
    end = posterior.end_of_fit(series)
    if end is not None:
        found.setdefault(posterior.last_year_fitted, Count("stock", posterior.last_year_fitted, *end))
    return [found[year] for year in sorted(found)]


def misfit(counts, series, group, samples):
    """Mean distance of the medians of runs (KEPT or FREE, of all samples together) from the counts, in institutions.

    A median within the interval of a count does not miss it.
    """
    distances = []
    for count in counts:
        runs = np.concatenate([_simulated(sample, group, series, count) for sample in samples])
        median = np.quantile(runs, 0.5, method="inverted_cdf")  # a whole number, as the counts are
        distances.append(max(count.low - median, median - count.high, 0.0))
    return float(np.mean(distances))


def _simulated(sample, group, series, count):
    """By run: the stock at the end of the year, or all approvals until then."""
    if count.quantity == "stock":
        return sample.paths(group, "stock", series).sel(year=count.year).values
    return sample.paths(group, "approvals", series).sel(year=slice(None, count.year)).sum("year").values
