"""Reads a result file: simulated indicators as (run, year) samples, observed series, regimes, targets, institutions."""

import logging
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
import pandas as pd
import xarray as xr

log = logging.getLogger("innochain")


class NotAResult(Exception):
    """The file exists but is not a result file, or not one that can be drawn."""


class MissingData(Exception):
    """A variable, category or year that a figure needs is not in the file."""


class Regime(NamedTuple):
    """A span of years under one set of levers."""

    letter: str
    label: str
    first: int
    last: int


class Result:
    """The finished runs of one scenario and arm of a result file.

    Indicators come as `xarray.DataArray` over (run, year); values that do not exist are NaN. Observed series that the
    file lacks come as empty tables and are remembered in `absent`, so that a figure can say so.
    """

    def __init__(self, path, scenario=None, arm=None):
        self.path = Path(path)
        if not self.path.exists():
            raise FileNotFoundError(f"{path}: no such file")
        _check_layout(self.path)
        self._root = _open_group(self.path, None)
        self._groups = _group_names(self.path)
        self.attributes = self._root.attrs
        self.scenario, self.arm, self._chosen = _choose_runs(self._root, self.path, scenario, arm)
        self.absent = []
        self.table = lru_cache(maxsize=None)(self._read_table)

    @property
    def years(self):
        return self._root["year"].values.astype(int)

    @property
    def n_runs(self):
        return len(self._chosen)

    @property
    def title(self):
        return str(self.attributes.get("title", self.path.stem))

    @property
    def last_year_fitted(self):
        """Last year of the data that the parameters were fitted to; None where they were not drawn from a posterior."""
        year = self.attributes.get("last_year_fitted")
        return None if year is None else int(np.squeeze(year))

    @property
    def fingerprint(self):
        """Tells one set of runs from another; the same for identical runs written at different times."""
        parts = [
            self.attributes.get("scenario_sha256", ""),
            self.attributes.get("master_seed", ""),
            self.attributes.get("model_revision", ""),
            self.scenario,
            self.arm,
            self.n_runs,
        ]
        return "innochain:" + ":".join(str(part) for part in parts)

    def categories(self, axis):
        """Names along an axis such as `lab_type`; empty when the system has none."""
        return [str(name) for name in self._root[axis].values] if axis in self._root else []

    def samples(self, variable, **choice):
        """An indicator over (run, year). A list of categories is summed over those that the file has."""
        if variable not in self._root:
            raise MissingData(f"variable {variable}")
        array = self._root[variable].isel(run=self._chosen)
        for axis, wanted in choice.items():
            array = self._select(array, axis, wanted)
        return array.astype(float)

    def _select(self, array, axis, wanted):
        if isinstance(wanted, str):
            if wanted not in self.categories(axis):
                raise MissingData(f"{axis} {wanted}")
            return array.sel({axis: wanted})
        known = [name for name in wanted if name in self.categories(axis)]
        if not known:
            raise MissingData(f"{axis} {', '.join(wanted)}")
        return array.sel({axis: known}).sum(axis, min_count=1)

    def trace(self, variable, agent):
        """A variable of a named lab or zone over (run, year)."""
        if "traces" not in self._groups:
            raise MissingData("group /traces")
        traces = _open_group(self.path, "traces")
        if variable not in traces:
            raise MissingData(f"trace variable {variable}")
        if agent not in traces["agent"].values:
            raise MissingData(f"named agent {agent}")
        return traces[variable].isel(run=self._chosen).sel(agent=agent).transpose("run", "year").astype(float)

    def observed(self, name):
        """An observed series as a data frame; empty, and remembered as absent, when the file does not have it."""
        table = self.table(f"observed/{name}")
        if table.empty:
            self.absent.append(f"observed series {name}")
        return table

    def of_scenario(self, name):
        """The rows of /scenarios, /regimes or /targets that belong to the scenario drawn."""
        table = self.table(name)
        return table[table["scenario"] == self.scenario] if "scenario" in table else table

    @property
    def regimes(self):
        """The policy regimes of the scenario, in order, with letters to tell them apart where names have no room."""
        table = self.of_scenario("regimes")
        if table.empty:
            return []
        rows = table.sort_values("first").itertuples()
        return [
            Regime(chr(ord("A") + i), row.label or row.name, int(row.first), int(row.last))
            for i, row in enumerate(rows)
        ]

    @property
    def last_given_call(self):
        """Last year for which the scenario gives the years of calls; None where it gives none."""
        given = re.findall(
            r"years: \[\d+, (\d+)\], lever: calls\.\w+, value: (?:open|closed|moratorium)", self.scenario_yaml
        )
        return max(map(int, given), default=None)

    @property
    def scenario_yaml(self):
        """The resolved scenario, verbatim."""
        table = self.of_scenario("scenarios")
        return str(table["yaml"].iloc[0] if len(table) else self.attributes.get("scenario_yaml", ""))

    def _read_table(self, group):
        if group not in self._groups:
            return pd.DataFrame()
        return _open_group(self.path, group).to_dataframe().reset_index()


def at(samples, year):
    """The values of all runs in one year; MissingData where there are none."""
    if year not in samples["year"].values:
        raise MissingData(f"year {year}")
    values = samples.sel(year=year).values
    values = values[~np.isnan(values)]
    if values.size == 0:
        raise MissingData(f"values of {samples.name} in {year}")
    return values


def over(samples, first, last):
    """Sums over a span of years, by run; MissingData unless the file has all of them."""
    span = samples.sel(year=slice(first, last))
    if span.sizes["year"] != last - first + 1 or bool(span.isnull().all()):
        raise MissingData(f"values of {samples.name} in {first}–{last}")
    return span.sum("year").values


def _check_layout(path):
    """Raises NotAResult unless the file is HDF5 and has the coordinates that every result file has."""
    try:
        with h5py.File(path, "r") as file:
            lacking = [name for name in ("run", "year", "scenario", "status") if name not in file]
    except OSError as error:
        raise NotAResult(f"{path}: not a result file, or damaged ({error})") from error
    if lacking:
        raise NotAResult(f"{path}: not a result file of innochain (no variable {', '.join(lacking)})")


def _open_group(path, group):
    return xr.open_dataset(path, engine="h5netcdf", group=group, decode_times=False, decode_timedelta=False)


def _group_names(path):
    names = []
    with h5py.File(path, "r") as file:
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Group) and len(item) else None)
    return frozenset(names)


def _choose_runs(root, path, scenario, arm):
    """Finished runs of one scenario and arm: those asked for, else those of the first finished run."""
    frame = pd.DataFrame(
        {
            "scenario": root["scenario"].values.astype(str),
            "status": root["status"].values,
            "arm": root["arm"].values.astype(str) if "arm" in root.variables else "",
        }
    )
    done = frame[frame["status"] == 0]
    for column, wanted in (("scenario", scenario), ("arm", arm)):
        if done.empty:
            raise NotAResult(f"{path}: no finished run to draw")
        known = list(dict.fromkeys(done[column]))
        if wanted is not None and wanted not in known:
            raise NotAResult(f"{path}: no finished run of {column} \"{wanted}\" (there is: {', '.join(known)})")
        if wanted is None and len(known) > 1:
            log.warning('%s: drawing %s "%s" only (also in the file: %s)', path, column, known[0], ", ".join(known[1:]))
        done = done[done[column] == (known[0] if wanted is None else wanted)]
    first = done.iloc[0]
    return str(first["scenario"]), str(first["arm"]), done.index.to_numpy()
