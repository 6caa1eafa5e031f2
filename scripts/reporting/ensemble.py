"""The runs of a result file as policies that can be compared, read one variable at a time."""

from pathlib import Path
from typing import NamedTuple, Optional

import h5py
import numpy as np
from plotting.result import NotAResult

MOST_ARMS = 40  # more arms than these are points of a design, not policies to tell apart on a page
VALUES_AT_ONCE = 8_000_000  # read from a file (64 MB): what bounds the memory of a report
DIMENSIONS = ("", "host", "lab_type", "zone_type", "programme", "discipline", "province", "firm_age")
# Without a value for the whole, as in `innochain compare`: zones of one kind group those of another, whose firms would
# count twice, and a target that is missing for one type leaves no target for all.
NO_WHOLE = ("lab_target", "zone_target", "zone_firms", "zone_revenue")
SHORTFALLS = tuple(
    kind + limit
    for kind in ("", "zone_")
    for limit in ("limit_calls", "limit_appetite", "limit_bar", "limit_candidates")
)
RUN_KEYS = ("run", "scenario", "arm", "replicate", "draw", "seed", "status", "failure")
NO_AXIS = 9e36  # netCDF's fill value begins here


class Series(NamedTuple):
    """An indicator of one category, or of the country: `category` and `dimension` are empty.

    `whole` says how the categories of the variable make up the country: "sum", "mean" or "" (they do not).
    """

    variable: str
    category: str
    dimension: str
    units: str
    meaning: str
    whole: str


class Failure(NamedTuple):
    """A run that did not finish."""

    run: int
    arm: str
    replicate: int
    message: str


class Axis(NamedTuple):
    """A swept parameter: its value in every run (numbers with NaN, or texts with "") where the run has none."""

    path: str
    units: str
    values: np.ndarray


class Ensemble:
    """Which run belongs to which policy, and the samples of every series.

    A policy is an arm of a sweep. Where a file has more arms than a page can tell apart, or `by` is "scenario", it is a
    scenario, and the arms are points of the design over which its runs spread.
    """

    def __init__(self, path, by=None):
        self.path = Path(path)
        with h5py.File(path, "r") as file:
            self.years = file["year"][:].astype(int)
            self.categories = {name: _texts(file[name]) for name in DIMENSIONS[1:] if name in file}
            self.done = file["status"][:] == 0
            self.scenarios = np.array(_texts(file["scenario"]), dtype=object)
            arms = np.array(_texts(file["arm"]) if "arm" in file else [""] * len(self.done), dtype=object)
            self.replicates, draws = (
                file[name][:].astype(int) if name in file else np.arange(len(self.done)) * (name == "replicate")
                for name in ("replicate", "draw")
            )
            self.failures_said = _texts(file["failure"]) if "failure" in file else [""] * len(self.done)
            self.axes = [_axis(name, file[name]) for name in sorted(file) if name.startswith("param.")]
            self.variables = _variables(file)
        if not self.done.any():
            raise NotAResult(f"{path}: no finished run to report")
        self._name_policies(arms, by)
        self._keys = [
            (replicate, draw) if self.by_arm else (replicate, draw, point)
            for replicate, draw, point in zip(self.replicates, draws, self._points())
        ]

    def _name_policies(self, arms, by):
        names = [arm or scenario for arm, scenario in zip(arms, self.scenarios)]
        self.arm_of_run = names
        self.arms = list(dict.fromkeys(names))
        self.by_arm = by != "scenario" and (by == "arm" or len(self.arms) <= MOST_ARMS)
        self.policy_of_run = np.array(names if self.by_arm else self.scenarios, dtype=object)
        self.policies = list(dict.fromkeys(self.policy_of_run[self.done]))

    def _points(self):
        """The point of the design that a run stands at, as text: the same for the arms of two scenarios there."""
        columns = [axis.values.astype(str) for axis in self.axes]
        return ["|".join(values) for values in zip(*columns)] if columns else [""] * len(self.done)

    def runs_of(self, policy):
        """Rows of the finished runs of a policy, in the order of the file."""
        return np.flatnonzero(self.done & (self.policy_of_run == policy))

    def pairs(self, policy, baseline):
        """Runs of two policies that share replicate, parameter draw and point: rows of both, and the unit of each pair.

        Units are what varies independently: replicates, over whose points a difference is averaged; where there is
        only one replicate, points. As `innochain compare` takes them.
        """
        place = {self._keys[row]: row for row in self.runs_of(baseline)}
        ours = [row for row in self.runs_of(policy) if self._keys[row] in place]
        theirs = [place[self._keys[row]] for row in ours]
        replicates = [self._keys[row][:2] for row in ours]
        several = len(set(replicates)) > 1
        numbers = {}
        units = [
            numbers.setdefault(key, len(numbers))
            for key in (replicates if several else [self._keys[row] for row in ours])
        ]
        return np.array(ours, dtype=int), np.array(theirs, dtype=int), np.array(units, dtype=int)

    @property
    def failures(self):
        return [
            Failure(int(row), self.arm_of_run[row], int(self.replicates[row]), self.failures_said[row])
            for row in np.flatnonzero(~self.done)
        ]

    def blocks(self, variable):
        """Yields ([Series], samples over (run, year, series)) with NaN for what does not exist, bounded in memory.

        The whole over the categories comes last, where there is one.
        """
        spec = self.variables[variable]
        names = self.categories.get(spec.dimension, [""])
        at_once = max(1, VALUES_AT_ONCE // max(1, len(self.done) * len(self.years)))
        whole = 0 if spec.dimension and spec.whole else None
        with h5py.File(self.path, "r") as file:
            for first in range(0, len(names), at_once):
                chosen = names[first : first + at_once]
                values = _read(file[variable], slice(first, first + at_once) if spec.dimension else None)
                values[~self.done] = np.nan
                if whole is not None:
                    whole = whole + _sum(values)
                yield [spec._replace(category=name) for name in chosen], values
        if whole is not None:
            yield [spec._replace(dimension="")], whole / len(names) if spec.whole == "mean" else whole


def unpaired_note(ensemble, baseline):
    """In words, the policies some runs of which have no partner in the baseline; empty where all do."""
    lacking = [
        policy
        for policy in ensemble.policies
        if policy != baseline and len(ensemble.pairs(policy, baseline)[0]) < len(ensemble.runs_of(policy))
    ]
    return (
        f"Some runs have no partner in the baseline and are left out of contrasts: {', '.join(lacking)}."
        if lacking
        else ""
    )


def quantiles(samples, levels):
    """Quantiles over the runs (axis 0), missing values left out; NaN where nothing exists. As numpy.nanquantile."""
    ordered = np.sort(samples, axis=0)  # NaN last
    n = np.sum(~np.isnan(samples), axis=0)
    result = []
    for level in levels:
        place = level * np.maximum(n - 1, 0)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, np.maximum(n - 1, 0))
        below, above = (np.take_along_axis(ordered, rows[None], axis=0)[0] for rows in (low, high))
        result.append(below + (above - below) * (place - low))
    return np.stack(result)


def _variables(file):
    """The yearly indicators, by name: over (run, year) or (run, year, category)."""
    found = {}
    for name, item in file.items():
        if not isinstance(item, h5py.Dataset) or name in RUN_KEYS or name.startswith("param."):
            continue
        dimensions = _dimensions(item)
        if dimensions[:2] != ["run", "year"] or len(dimensions) > 3 or not np.issubdtype(item.dtype, np.number):
            continue
        dimension = dimensions[2] if len(dimensions) == 3 else ""
        if dimension in DIMENSIONS:
            found[name] = Series(
                name,
                "",
                dimension,
                _attribute(item, "units", "1"),
                _attribute(item, "long_name", name.replace("_", " ")),
                _whole(name, item),
            )
    return {name: found[name] for name in sorted(found, key=lambda name: DIMENSIONS.index(found[name].dimension))}


def _whole(name, item):
    """How the categories of a variable make up the country: counts and flows add up, means of fields are averaged."""
    methods = _attribute(item, "cell_methods", "")
    if name in NO_WHOLE:
        return ""
    if methods.endswith("category: mean"):
        return "mean"
    counted = np.issubdtype(item.dtype, np.integer) or methods.startswith("year: sum") or name in SHORTFALLS
    return "sum" if counted else ""


def _sum(values):
    missing = np.isnan(values).all(axis=2, keepdims=True)
    return np.where(missing, np.nan, np.nansum(values, axis=2, keepdims=True))


def _read(dataset, categories):
    values = dataset[:] if categories is None else dataset[:, :, categories]
    fill = dataset.attrs.get("_FillValue")
    missing = False if fill is None else values == np.ravel(fill)[0]
    result = np.where(missing, np.nan, values.astype(float))
    return result[:, :, None] if categories is None else result


def _axis(name, dataset):
    path, units = name.removeprefix("param."), _attribute(dataset, "units", "")
    if h5py.check_string_dtype(dataset.dtype):
        return Axis(path, units, np.array(_texts(dataset), dtype=object))
    values = dataset[:].astype(float)
    return Axis(path, units, np.where(np.abs(values) > NO_AXIS, np.nan, values))


def _dimensions(dataset):
    return [Path(scale[0].name).name if len(scale) else "" for scale in dataset.dims]


def _attribute(item, name, otherwise):
    value: Optional[object] = item.attrs.get(name)
    if value is None:
        return otherwise
    value = np.ravel(value)[0]
    return value.decode() if isinstance(value, bytes) else str(value)


def _texts(dataset):
    return [value.decode() if isinstance(value, bytes) else str(value) for value in dataset[:]]
