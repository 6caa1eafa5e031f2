"""Observed points and intervals, as the file's /observed tables give them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

FIRM_WORDS = ("sourced", "seed", "derived")


@dataclass(frozen=True)
class Observations:
    """Points and intervals of one observed quantity; NaN where a row has only a point or only an interval."""

    years: np.ndarray
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    firm: np.ndarray  # sourced, derived or printed in the report, and not rated low

    def __len__(self):
        return len(self.years)

    @property
    def has_point(self):
        return ~np.isnan(self.values)

    @property
    def has_interval(self):
        return ~np.isnan(self.low) & ~np.isnan(self.high) & (self.high > self.low)

    @property
    def bounds(self):
        """(low, high) of every row: the interval, or the point twice."""
        return np.where(np.isnan(self.low), self.values, self.low), np.where(
            np.isnan(self.high), self.values, self.high
        )

    def at(self, year):
        """The point of a year, NaN without one."""
        found = self.values[(self.years == year) & self.has_point]
        return found[0] if len(found) else np.nan

    def firm_at(self, year):
        return bool(self.firm[(self.years == year) & self.has_point].all())

    def scaled(self, factor):
        return Observations(self.years, self.values * factor, self.low * factor, self.high * factor, self.firm)


def observations(table, value, where=None, year="year", units=None):
    """The rows of a table as observations of column `value`; `where` maps columns to the values wanted.

    `units` maps the units of the rows wanted to the factors that bring them to one unit. Rows whose year is not a
    single year, and rows without a value and without an interval, are left out.
    """
    for column, wanted in (where or {}).items():
        table = table[table[column] == wanted] if column in table else table.iloc[:0]
    if units is not None:
        table = _in_one_unit(table, value, units)
    columns = {
        name: _numbers(table, source)
        for name, source in (("year", year), ("value", value), ("low", "low"), ("high", "high"))
    }
    usable = ~np.isnan(columns["year"]) & ~(np.isnan(columns["value"]) & np.isnan(columns["low"]))
    firm = np.isin(_texts(table, "confidence"), FIRM_WORDS) & (_texts(table, "level") != "low")
    return Observations(
        columns["year"][usable].astype(int),
        columns["value"][usable],
        columns["low"][usable],
        columns["high"][usable],
        firm[usable],
    )


def ratio(part, whole):
    """Observed part over observed whole, in the years for which both have a point; firm where both are."""
    years = np.intersect1d(part.years[part.has_point], whole.years[whole.has_point])
    values = np.array([part.at(year) / whole.at(year) for year in years])
    unknown = np.full(len(years), np.nan)
    firm = np.array([part.firm_at(year) and whole.firm_at(year) for year in years], dtype=bool)
    return Observations(years, values, unknown, unknown, firm)


def fact(table, key, column="value"):
    """One number of a table of named facts (`key`, `value`); NaN when there is none."""
    if "key" not in table:
        return np.nan
    found = _numbers(table[table["key"] == key], column)
    return float(found[0]) if len(found) else np.nan


def _in_one_unit(table, value, units):
    table = table[table["unit"].isin(units)] if "unit" in table else table.iloc[:0]
    factors = table["unit"].map(units).astype(float) if len(table) else 1.0
    converted = {
        name: pd.to_numeric(table[name], errors="coerce") * factors for name in (value, "low", "high") if name in table
    }
    return table.assign(**converted)


def _numbers(table, column):
    if column not in table:
        return np.full(len(table), np.nan)
    return pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)


def _texts(table, column):
    return table[column].to_numpy(dtype=str) if column in table else np.full(len(table), "")
