"""Everything the page shows, as plain lists and dicts that become JSON, thinned to a size that a browser likes."""

import math

import numpy as np
from plotting import words

from . import contrasts, sensitivity
from .ensemble import quantiles, unpaired_note
from .observed_series import observed

LEVELS = (0.05, 0.5, 0.95)
MOST_VALUES = 3_000_000  # numbers in a page; 6 MB of it at most, as measured
BAND_DIGITS, DIGITS = 5, 7  # significant; a screen shows three
FEWEST_LEVELS = 4  # of an axis, to be told apart by a scale of colours
MOST_FAILURES = 200  # listed one by one

# Rows of the table of contrasts before anything is chosen: one look at the whole chain.
HEADLINES = (
    ("self_reliance", ""),
    ("technology_gap", ""),
    ("papers", ""),
    ("papers_top", ""),
    ("patents_granted", ""),
    ("standards", ""),
    ("spinoffs", ""),
    ("technology_contracts", ""),
    ("firms", ""),
    ("revenue", ""),
    ("rd_spending", ""),
    ("productivity", ""),
    ("lab_stock", "skl_discipline"),
    ("lab_stock", "skl_enterprise"),
    ("lab_stock", "national_key_lab"),
    ("zone_stock", "hidz"),
    ("prefectures_with_hidz", ""),
    ("programme_awarded", ""),
    ("rd_basic_share", ""),
    ("topic_diversity", ""),
    ("duplicate_share", ""),
    ("funding_gini", ""),
    ("applicant_time", ""),
)
MOST_HEADLINES = len(HEADLINES)
UNITS = {"1": "", "kCNY": "thousand CNY", "log": "log points", "sd": "standard deviations"}
MONEY = {"kCNY": 1e3, "million CNY": 1e6}  # in CNY
MONEY_SHOWN = (("trillion CNY", 1e12), ("billion CNY", 1e9), ("million CNY", 1e6), ("thousand CNY", 1e3))
SPELLED = {"rd": "R&D", "hidz": "HIDZ", "skl": "SKL", "gdp": "GDP", "hhi": "HHI"}
WHOLES = {"sum": "all together", "mean": "mean of all", "": "the country"}
GROUPS = {
    "": "The country",
    "host": "By host",
    "lab_type": "Labs, by type",
    "zone_type": "Zones, by type",
    "programme": "Programmes",
    "discipline": "By field",
    "province": "By province",
    "firm_age": "Firms, by age",
}


class Content:
    """The page's data of an ensemble.

    `result` is the reader of the file's tables (plotting.result.Result), `compared` the contrasts of a file or None.
    """

    def __init__(self, ensemble, result, baseline, marks, compared=None, wanted=()):
        self.ensemble, self.result, self.baseline = ensemble, result, baseline
        self.marks, self.compared = marks, compared
        self.rows = {policy: ensemble.runs_of(policy) for policy in ensemble.policies}
        self.pairs = {policy: ensemble.pairs(policy, baseline) for policy in ensemble.policies if policy != baseline}
        self.left_out = []
        self._prepare_axes()
        self._series, self._units, self._bands, self._means = [], [], [], []
        self._contrasts, self._differences, self._observed = [], [], {}
        self._responses, self._explained, self._points = [], [], []
        self._read(wanted)

    def _prepare_axes(self):
        """Groups of runs along every axis, by scenario; and the runs drawn as points behind continuous axes."""
        runs = np.flatnonzero(self.ensemble.done)
        self.scenarios = list(dict.fromkeys(self.ensemble.scenarios[runs]))
        self._grouped = []  # (axis number, scenario number, rows, Levels)
        for a, axis in enumerate(self.ensemble.axes):
            for s, scenario in enumerate(self.scenarios):
                rows = runs[self.ensemble.scenarios[runs] == scenario]
                grouped = sensitivity.levels(axis, rows)
                if grouped:
                    self._grouped.append((a, s, rows, grouped))
        step = max(1, math.ceil(len(runs) / sensitivity.MOST_POINTS))
        self._point_rows = runs[::step] if any(grouped.continuous for *_, grouped in self._grouped) else runs[:0]

    def _read(self, wanted):
        policies, marks = len(self.rows), len(self.marks)
        cost = policies * (len(self.ensemble.years) * (len(LEVELS) + 2) + 7 * marks)
        cost += sum(3 * marks * len(grouped.places) for *_, grouped in self._grouped)
        room = max(1, MOST_VALUES // cost)
        first = {variable for variable, _ in HEADLINES}
        for variable in sorted(self.ensemble.variables, key=lambda name: name not in first):  # stable
            if wanted and variable not in wanted:
                continue
            names = self.ensemble.categories.get(self.ensemble.variables[variable].dimension, [""])
            if not wanted and len(self._series) + len(names) > room:
                self.left_out.append(variable)
                continue
            for series, samples in self.ensemble.blocks(variable):
                self._add(series, samples)

    def _add(self, series, samples):
        """Adds the series of a block that are not everywhere missing or 0."""
        shown = [k for k in range(len(series)) if np.any(np.nan_to_num(samples[self.ensemble.done, :, k]) != 0)]
        if not shown:
            return
        series, samples = [series[k] for k in shown], samples[:, :, shown]
        units, factors = zip(*(_shown_units(one.units, samples[:, :, k]) for k, one in enumerate(series)))
        samples = samples * np.array(factors)
        differences = {
            policy: contrasts.interval_of_mean(contrasts.unit_means(samples[ours] - samples[theirs], units_of_pairs))
            for policy, (ours, theirs, units_of_pairs) in self.pairs.items()
        }
        at_marks = [contrasts.at_mark(samples, self.ensemble.years, mark) for mark in self.marks]
        bands = {policy: quantiles(samples[rows], LEVELS) for policy, rows in self.rows.items()}
        means = {policy: [_mean(values[rows]) for values in at_marks] for policy, rows in self.rows.items()}
        responses = [
            [sensitivity.response(values[rows], grouped) for values in at_marks]
            for _, _, rows, grouped in self._grouped
        ]
        explained = [
            [sensitivity.explained(values[rows], grouped) for values in at_marks]
            for _, _, rows, grouped in self._grouped
        ]
        for k, one in enumerate(series):
            number = len(self._series)
            self._series.append(one)
            self._units.append(units[k])
            self._differences.append(
                [
                    [_numbers(row, BAND_DIGITS) for row in (column[:, k] for column in differences[policy][:2])]
                    if policy in differences
                    else None
                    for policy in self.rows
                ]
            )
            self._bands.append([[_numbers(row, BAND_DIGITS) for row in band[:, :, k]] for band in bands.values()])
            self._means.append([_numbers([mark[k] for mark in by_mark]) for by_mark in means.values()])
            self._contrasts.append(self._contrast(one, [values[:, k] for values in at_marks], factors[k]))
            self._responses.append(
                [[[_numbers(column[:, k]) for column in mark] for mark in by_mark] for by_mark in responses]
            )
            self._explained.append([_numbers([mark[k] for mark in by_mark], 3) for by_mark in explained])
            self._points.append(
                [_numbers(values[self._point_rows, k]) for values in at_marks] if self.goal(one) else None
            )
            known = observed(self.result, one)
            if known is not None:
                known = known.scaled(factors[k])
                low, high = known.bounds
                self._observed[number] = {
                    "years": known.years.tolist(),
                    "values": _numbers(known.values),
                    "low": _numbers(np.where(known.has_interval, low, np.nan)),
                    "high": _numbers(np.where(known.has_interval, high, np.nan)),
                    "firm": known.firm.tolist(),
                }

    def _contrast(self, series, at_marks, factor):
        """By policy (None for the baseline) and mark: difference, lower, upper, p_better, variance ratio, pairs."""
        rows = []
        for policy in self.rows:
            if policy == self.baseline:
                rows.append(None)
                continue
            ours, theirs, units = self.pairs[policy]
            row = []
            for mark, values in zip(self.marks, at_marks):
                if self.compared:
                    found = self.compared.row(series, mark, policy)
                    found = found and tuple(value * factor for value in found[:3]) + found[3:]
                else:
                    found = contrasts.paired(values[ours], values[theirs], units, self.goal(series))
                row.append(None if found is None else _numbers(found))
            rows.append(row)
        return rows

    def goal(self, series):
        """What is better: "more", "less", or None where that is not said."""
        if self.compared:
            return self.compared.goal(series)
        return contrasts.GOALS.get(series.variable)

    @property
    def headlines(self):
        """Numbers of the series that stand in the table of contrasts at first."""
        place = {(one.variable, one.category): number for number, one in enumerate(self._series)}
        found = [place[key] for key in HEADLINES if key in place]
        national = [number for number, one in enumerate(self._series) if not one.dimension]
        return found or (national or list(range(len(self._series))))[:MOST_HEADLINES]

    def label(self, series):
        """A short name for people."""
        name = _spelled(series.variable)
        return f"{name}: {self.category_label(series.category)}" if series.category else name

    def category_label(self, name):
        return words.short_name(self.result, name).replace("_", " ")

    def data(self):
        """The whole, for JSON."""
        ensemble = self.ensemble
        return {
            "years": ensemble.years.tolist(),
            "policies": self._described_policies(),
            "baseline": list(self.rows).index(self.baseline),
            "marks": [mark.label for mark in self.marks],
            "markWords": [mark.words for mark in self.marks],
            "confidence": self.compared.confidence if self.compared else contrasts.CONFIDENCE,
            "series": [self._described(*one) for one in zip(self._series, self._units)],
            "headlines": self.headlines,
            "bands": self._bands,
            "means": self._means,
            "contrasts": self._contrasts,
            "differences": self._differences,
            "observed": self._observed,
            "regimes": [list(regime[1:]) for regime in self.result.regimes],
            "scenarios": self.scenarios,
            "axes": [{"path": axis.path, "units": UNITS.get(axis.units, axis.units)} for axis in ensemble.axes],
            "groups": [
                {
                    "axis": a,
                    "scenario": s,
                    "continuous": grouped.continuous,
                    "places": grouped.places if isinstance(grouped.places[0], str) else _numbers(grouped.places),
                }
                for a, s, _, grouped in self._grouped
            ],
            "responses": self._responses,
            "explained": self._explained,
            "pointAxes": [
                _numbers(axis.values[self._point_rows]) if axis.values.dtype != object else None
                for axis in ensemble.axes
            ],
            "pointScenarios": [self.scenarios.index(name) for name in ensemble.scenarios[self._point_rows]],
            "points": self._points,
        }

    def _described_policies(self):
        """Name, runs, scenario, and the place from 0 to 1 along the axis of which the policies are levels, or None."""
        scenarios = [self.scenarios.index(self.ensemble.scenarios[rows[0]]) for rows in self.rows.values()]
        return [
            {"name": name, "runs": len(rows), "scenario": scenario, "place": place}
            for (name, rows), scenario, place in zip(self.rows.items(), scenarios, self._places())
        ]

    def _places(self):
        nothing = [None] * len(self.rows)
        numeric = [axis.values for axis in self.ensemble.axes if axis.values.dtype != object]
        if len(numeric) != 1 or not self.ensemble.by_arm:
            return nothing
        values = np.array([numeric[0][rows[0]] for rows in self.rows.values()])
        levels = np.unique(values[~np.isnan(values)])
        if len(levels) < FEWEST_LEVELS:
            return nothing
        return _numbers((values - levels[0]) / (levels[-1] - levels[0]), 3)

    def _described(self, series, units):
        return {
            "variable": series.variable,
            "name": _spelled(series.variable),
            "category": series.category,
            "group": GROUPS[self.ensemble.variables[series.variable].dimension],
            "label": self.label(series),
            "categoryLabel": self.category_label(series.category) if series.category else WHOLES[series.whole],
            "units": units,
            "meaning": series.meaning,
            "goal": self.goal(series),
        }

    def largest_changes(self, most=3):
        """(policy, label, relative difference, lower, upper, mark) of the policies that change a headline the most.

        One line a policy, at the last year compared, among differences whose interval excludes 0.
        """
        found = []
        for p, policy in enumerate(self.rows):
            best = None
            for number in self.headlines:
                row = self._contrasts[number][p]
                if row is None or row[-1] is None or None in row[-1][:3]:
                    continue
                reference = self._means[number][list(self.rows).index(self.baseline)][-1]
                difference, lower, upper = row[-1][:3]
                if not reference or lower <= 0 <= upper:
                    continue
                change = [value / abs(reference) for value in (difference, lower, upper)]
                if best is None or abs(change[0]) > abs(best[2]):
                    best = (policy, self.label(self._series[number]), *change, self.marks[-1].words)
            if best:
                found.append(best)
        return sorted(found, key=lambda row: -abs(row[2]))[:most]

    @property
    def notes(self):
        """What a reader must know about what is not on the page."""
        found = [] if self.compared else [unpaired_note(self.ensemble, self.baseline)]
        if self.left_out:
            found.append(f"Left out to keep the page small (see --indicator): {', '.join(self.left_out)}.")
        if not self.ensemble.by_arm:
            found.append(
                f"The file has {len(self.ensemble.arms):,} arms; policies here are its scenarios,"
                " and their bands hold all points of the design."
            )
        return [*(note for note in found if note), *(self.compared.notes if self.compared else ())]


def _mean(values):
    """Mean over axis 0, missing values left out; NaN where there are none."""
    with np.errstate(invalid="ignore"):
        return np.nansum(values, axis=0) / np.sum(~np.isnan(values), axis=0)


def _spelled(variable):
    """The name of a variable as words."""
    text = " ".join(SPELLED.get(word, word) for word in variable.split("_"))
    return text[0].upper() + text[1:]


def _shown_units(units, samples):
    """(units in words, factor): money in the largest unit in which the largest value is at least 1."""
    if units not in MONEY:
        return UNITS.get(units, units), 1.0
    largest = np.nanmax(np.abs(samples)) * MONEY[units]
    for name, size in MONEY_SHOWN:
        if largest >= size:
            return name, MONEY[units] / size
    return MONEY_SHOWN[-1][0], MONEY[units] / MONEY_SHOWN[-1][1]


def _numbers(values, digits=DIGITS):
    """Rounded to significant digits, whole numbers without a point; None for what is missing."""
    return [_number(value, digits) for value in np.asarray(values, dtype=float).tolist()]


def _number(value, digits):
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded == int(rounded) else rounded
