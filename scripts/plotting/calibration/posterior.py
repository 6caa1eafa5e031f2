"""Reads a posterior file: populations of the sampler, draws run on with and without their past, targets and scores."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
import xarray as xr
import yaml

from ..result import MissingData, NotAResult
from .priors import Prior

FORMAT = "innochain posterior"
NEUTRAL = "neutral"  # the parameter that does nothing
KEPT, FREE = "predictive_kept", "predictive_free"


class Generation(NamedTuple):
    """What the sampler says of one generation."""

    tolerance: float
    data_power: float
    effective_sample_size: float
    acceptance_share: float
    number_acceptance_share: float  # of proposals with a new number for a replicate
    luck_acceptance_share: float  # of renewals of a block's luck
    moves: float  # of each particle
    unique_particles: float
    simulations: float


class Population(NamedTuple):
    """Different particles as normal scores under the prior, over (particle, parameter), and weights that sum to 1."""

    scores: np.ndarray
    weights: np.ndarray

    @property
    def size(self):
        """How many equal weights say as much."""
        return 1 / np.sum(self.weights**2)


class Posterior:
    """The file of one calibration. What it lacks raises MissingData where it is asked for."""

    def __init__(self, path):
        self.path = Path(path)
        if not self.path.exists():
            raise FileNotFoundError(f"{path}: no such file")
        self.attributes = _attributes(self.path)
        self.table = lru_cache(maxsize=None)(self._read_table)
        self.group = lru_cache(maxsize=None)(self._read_group)

    @property
    def title(self):
        return str(self.attributes.get("title", self.path.stem))

    @property
    def last_year_fitted(self):
        return self._whole_number("last_year_fitted")

    @property
    def last_year_predicted(self):
        return self._whole_number("last_year_predicted")

    @property
    def seed(self):
        return self._whole_number("master_seed")

    @property
    def fingerprint(self):
        """Tells one calibration from another; the same for one that was repeated."""
        names = ("scenario_sha256", "master_seed", "model_revision", "last_year_fitted")
        values = [str(np.squeeze(self.attributes.get(name, ""))) for name in names]
        asked = hashlib.sha256(str(self.attributes.get("calibration_yaml", "")).encode()).hexdigest()
        return ":".join(["innochain:posterior", *values, asked[:16]])

    @property
    def years(self):
        return self._root_values("year").astype(int)

    @property
    def designations(self):
        return [str(name) for name in self._root_values("designation")]

    @property
    def parameters(self):
        """Those that were fitted: of a second stage its own, beside which its draws have those of the first."""
        own = "fitted_parameter"
        return [str(name) for name in self._root_values(own if own in self.group("/").variables else "parameter")]

    @property
    def n_draws(self):
        return len(self._root_values("draw"))

    @property
    def n_free(self):
        """Runs of the draws without their past, some of each."""
        return len(self.group(FREE)["approvals"])

    def paths(self, group, variable, designation):
        """A quantity of the draws over (run, year)."""
        data = self.group(group)
        if variable not in data:
            raise MissingData(f"variable {group}/{variable}")
        if designation not in self.designations:
            raise MissingData(f"designation {designation}")
        values = data[variable].values[:, self.designations.index(designation), :].astype(float)
        return xr.DataArray(values, {"year": self.years}, ("run", "year"), name=variable)

    def priors(self):
        """The prior of every parameter, by path."""
        rows = self.table("prior").itertuples()
        return {row.parameter: Prior(row.kind, row.a, row.b, row.low, row.high) for row in rows}

    def unit(self, parameter):
        """The unit of a parameter; nothing where it is a number."""
        table = self.table("prior")
        unit = table.loc[table["parameter"] == parameter, "unit"].iloc[0]
        return "" if unit == "1" else unit

    def summary(self, parameter):
        """The row of the table of parameters."""
        table = self.table("parameters")
        rows = table[table["path"] == parameter]
        if rows.empty:
            raise MissingData(f"parameter {parameter}")
        return rows.iloc[0]

    def generations(self):
        """All generations, the prior first."""
        attributes = self._generation_attributes()
        missing = [name for name in Generation._fields if name not in attributes[0]]
        if missing:
            raise MissingData(f"{missing[0]} of the generations (made by an earlier build?)")
        return [Generation(*(float(np.squeeze(own[name])) for name in Generation._fields)) for own in attributes]

    def shrinkages(self, parameter):
        """1 − variance of a parameter's normal scores, by generation."""
        index = self.parameters.index(parameter)
        shrinkages = []
        for number in range(len(self.generations())):
            population = self.group(f"generations/{number:03}")
            scores, weights = population["score"].values[:, index], population["weight"].values
            mean = np.average(scores, weights=weights)
            shrinkages.append(1 - np.average((scores - mean) ** 2, weights=weights))
        return shrinkages

    @property
    def last_rounds(self):
        """Generations of moves at the last tolerance."""
        with h5py.File(self.path, "r") as file:
            if "generations" not in file:
                raise MissingData("group /generations")
            return int(np.squeeze(file["generations"].attrs.get("last_rounds", 0)))

    def memories(self):
        """How each parameter of the particles, after every round of moves at the last tolerance, correlates with what it was before
        them, over (round, parameter), and how many moves that took, from 0."""
        generations = self.generations()
        first = len(generations) - 1 - self.last_rounds
        scores = [self.group(f"generations/{number:03}")["score"].values for number in range(first, len(generations))]
        standard = [(own - own.mean(axis=0)) / own.std(axis=0) for own in scores]
        moves = np.cumsum([0, *(generation.moves for generation in generations[first + 1 :])])
        return np.array([(standard[0] * own).mean(axis=0) for own in standard]), moves

    def last_population(self):
        last = self.group(f"generations/{len(self.generations()) - 1:03}")
        scores, copy_of = np.unique(last["score"].values, axis=0, return_inverse=True)
        return Population(scores, np.bincount(copy_of, last["weight"].values))

    def items(self, held_out):
        """Targets with what the draws give for them."""
        table = self.table("items")
        chosen = table[(table["window"] == "held out") == held_out]
        return chosen.sort_values(["last_year", "first_year"], kind="stable")

    def calibration(self):
        """What was calibrated, with all settings and targets."""
        return yaml.safe_load(str(self.attributes.get("calibration_yaml", ""))) or {}

    def end_of_fit(self, series):
        """The interval in which a series was fitted to end, which is a target beside those of the table; None if there is none."""
        targets = self.calibration().get("targets", {}).get(series, {})
        interval = targets.get(f"stock_{self.last_year_fitted}")
        return None if interval is None else tuple(interval[:2])

    def series(self, held_out):
        """Series that have targets of a window, in their order."""
        items = self.items(held_out)
        if items.empty:
            raise MissingData("items that were held out" if held_out else "items that were fitted")
        return list(dict.fromkeys(items["series"]))

    def _whole_number(self, name):
        if name not in self.attributes:
            raise MissingData(f"attribute {name}")
        return int(np.squeeze(self.attributes[name]))

    def _root_values(self, name):
        data = self.group("/")
        if name not in data.variables:
            raise MissingData(f"variable {name}")
        return data[name].values

    def _generation_attributes(self):
        with h5py.File(self.path, "r") as file:
            own = [dict(group.attrs) for group in file.get("generations", {}).values()]
        if not own:
            raise MissingData("group /generations")
        return own

    def _read_group(self, name):
        with h5py.File(self.path, "r") as file:
            if name not in file:
                raise MissingData(f"group /{name}")
        try:
            with xr.open_dataset(self.path, engine="h5netcdf", group=name, decode_times=False) as data:
                return data.load()
        except (OSError, KeyError, ValueError, RuntimeError) as error:
            raise NotAResult(f"{self.path}: group /{name.strip('/')} is damaged ({error})") from error

    def _read_table(self, name):
        table = self.group(name).to_dataframe().reset_index()
        if table.empty:
            raise MissingData(f"rows of table /{name}")
        return table


def _attributes(path):
    """Raises NotAResult unless the file is a posterior."""
    try:
        with h5py.File(path, "r") as file:
            attributes = dict(file.attrs)
    except OSError as error:
        raise NotAResult(f"{path}: not a posterior file, or damaged ({error})") from error
    if not _text(attributes.get("format", "")).startswith(FORMAT):
        raise NotAResult(f"{path}: is no posterior of `innochain calibrate`")
    return {name: _text(value) if isinstance(value, bytes) else value for name, value in attributes.items()}


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def short(parameter):
    """A parameter's path, without its section where that is one of approvals and exits, of which most are."""
    return parameter.removeprefix("parameters.").removeprefix("approvals.").removeprefix("exits.")


def source_line(posterior):
    revision = int(np.squeeze(posterior.attributes.get("model_revision", 0)))
    return f"Source: innochain calibrate (model revision {revision}), {posterior.title}. Observed: as its targets say."
