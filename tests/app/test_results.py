"""Results: the same numbers wherever they are computed, and identities that any reader can check, exactly."""

import json
import os
import random

import h5py
import numpy as np
import pytest

from conftest import EXTENDS, SMALL

ALL_YEARS = ["--set", "scale.years=[1984,2035]", "--set", "scale.proposals_per_agent=100", "--set", "scale.firms_per_agent=100"]


FLOWS = ("approvals", "delisted", "merged", "upgraded", "carried_over")
FUNDS = ("budget", "transferred", "recovered", "awarded", "carried", "returned")


def check_identities(path):
    """Stocks and money of every run, designation, programme and year; no negative count, no number that is none."""
    with h5py.File(path) as file:
        values = {name: file[name][()] for name in file if isinstance(file[name], h5py.Dataset)}
        fills = {name: file[name].attrs["_FillValue"] for name in values if "_FillValue" in file[name].attrs}
    assert (values["status"] == 0).all(), values["failure"]
    for kind in ("lab", "zone"):
        absent = values[f"{kind}_stock"] == fills[f"{kind}_stock"]  # designations that are not simulated
        assert (absent.all(axis=(0, 1)) == absent.any(axis=(0, 1))).all()
        present = ~absent.any(axis=(0, 1))
        stock, *flows = (values[f"{kind}_{name}"][..., present].astype(np.int64) for name in ("stock", *FLOWS))
        initial = values[f"{kind}_initial_stock"][:, None, present]
        np.testing.assert_array_equal(np.diff(stock, axis=1, prepend=initial), flows[0] - sum(flows[1:]))
        assert min(array.min() for array in (stock, *flows)) >= 0
    budget, transferred, recovered, awarded, carried, returned = (values[f"programme_{name}"] for name in FUNDS)
    before = np.pad(carried, ((0, 0), (1, 0), (0, 0)))[:, :-1]
    np.testing.assert_array_equal(budget + before + transferred + recovered, awarded + carried + returned)
    for name, fill in fills.items():
        given = values[name][values[name] != fill]
        if given.dtype.kind == "f":
            assert not np.isinf(given).any() and (np.isnan(fill).any() or not np.isnan(given).any()), name
        elif name != "programme_transferred":
            assert (given >= 0).all(), name


def declared(innochain, topic):
    """The parameters or levers that are numbers in one range: their path and both ends."""
    key = topic[:-1]
    for entry in json.loads(innochain("describe", topic, "--json").stdout):
        ends = entry["range"].split(" to ")
        if len(ends) == 2 and "NAME" not in entry[key]:
            yield entry[key], ends[0], ends[1]


@pytest.mark.long
@pytest.mark.parametrize("topic", ["parameters", "levers"])
def test_both_ends_of_every_declared_range(innochain, topic):
    """One scenario for each end; the shares that a review or a reorganization divides labs into are at most 1 together."""
    scenarios = []
    for path, *ends in declared(innochain, topic):
        for end, value in zip(("low", "high"), ends):
            rest = {"reorganization": ("keep_share", "merge_share", "drop_share"), "review": ("excellent_share", "poor_share")}
            group, _, name = path.rpartition(".")
            others = [other for other in rest.get(group, ()) if name in rest[group] and other != name and end == "high"]
            settings = [f"{{lever: {path}, value: {value}}}"] + [f"{{lever: {group}.{other}, value: 0}}" for other in others]
            text = f"overrides: [{', '.join(settings)}]" if topic == "levers" else f"parameters: {{{path}: {value}}}"
            scenarios.append(innochain.write(f"{path.replace('.', '_')}_{end}.yaml", EXTENDS + text + "\n").name)
    done = innochain("run", *scenarios, *ALL_YEARS, "--replicates", "1", "--quiet", "-o", "ends.h5", timeout=600)
    assert done.returncode == 0, done.stderr
    check_identities(innochain.folder / "ends.h5")


def test_identities_of_random_combinations(innochain):
    """Twelve scenarios with a quarter of the parameters and levers drawn from their ranges."""
    draw = random.Random(1984)
    share = {"reorganization.keep_share", "reorganization.merge_share", "reorganization.drop_share", "review.excellent_share", "review.poor_share"}
    parameters, levers = (list(declared(innochain, topic)) for topic in ("parameters", "levers"))
    scenarios = []
    for number in range(12):
        def some(table):
            return [(path, draw.uniform(float(low), float(high))) for path, low, high in table if path not in share and draw.random() < 0.25]

        text = "parameters:\n  firms.agents_at_most: 20000\n" + "".join(f"  {path}: {value:.6f}\n" for path, value in some(parameters) if path != "firms.agents_at_most")
        text += "overrides:\n" + "".join(f"  - {{years: [{draw.randint(1984, 2030)}, 2035], lever: {path}, value: {value:.6f}}}\n" for path, value in some(levers))
        scenarios.append(innochain.write(f"random_{number}.yaml", EXTENDS + text).name)
    done = innochain("run", *scenarios, *ALL_YEARS, "--replicates", "1", "--quiet", "-o", "random.h5", timeout=600)
    assert done.returncode == 0, done.stderr
    check_identities(innochain.folder / "random.h5")


def test_the_same_for_any_number_of_threads(innochain):
    for threads in "1238":
        assert innochain("run", "small.yaml", *SMALL[:-1], "7", "--threads", threads, "-o", f"{threads}.h5").returncode == 0
    assert len({innochain.digest(f"{threads}.h5") for threads in "1238"}) == 1


def test_the_same_on_a_processor_without_fused_multiply_add(innochain):
    old = os.environ | {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-AVX512F"}
    assert innochain("run", "small.yaml", *SMALL, "-o", "new.h5").returncode == 0
    assert innochain("run", "small.yaml", *SMALL, "-o", "old.h5", env=old).returncode == 0
    assert innochain.digest("new.h5") == innochain.digest("old.h5")


def numbers(path):
    with h5py.File(path) as file:
        return {name: file[name][()] for name in file if isinstance(file[name], h5py.Dataset) and file[name].dtype.kind in "iuf" and name != "seed"}


def test_seeds_and_names(innochain):
    """Another seed gives other numbers; another name of the scenario gives the same."""
    innochain.write("other.yaml", EXTENDS)
    for name, scenario, seed in (("a.h5", "small.yaml", "1"), ("b.h5", "other.yaml", "1"), ("c.h5", "small.yaml", "2")):
        assert innochain("run", scenario, *SMALL, "--parameters", "default", "--seed", seed, "-o", name).returncode == 0
    first, renamed, reseeded = (numbers(innochain.folder / name) for name in ("a.h5", "b.h5", "c.h5"))
    assert first.keys() == renamed.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], renamed[name], err_msg=name)
    assert not np.array_equal(first["programme_awards"], reseeded["programme_awards"])
