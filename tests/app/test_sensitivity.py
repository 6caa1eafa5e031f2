"""Sensitivity studies: indices as NumPy has them from the same points, the same file whatever happens on the way, and what is said of bad files."""

import csv
import json
import random
import re
import signal
import subprocess
import time

import h5py
import jsonschema
import numpy as np
import pytest
import xarray as xr
import yaml

from conftest import PROGRAM, SCENARIOS

# Runs of about ten milliseconds: a short history, few firms and proposals.
COMMON = f"""\
schema_version: 1
scenario: {SCENARIOS / 'baseline.yaml'}
method: METHOD
factors:
  - {{path: parameters.approvals.ambition, range: [0.8, 1.3]}}
  - {{path: parameters.approvals.appetite.quality_ratio, loguniform: [0.33, 3]}}
  - {{path: levers.zone_merging_rate, years: [2018, 2021], range: [0, 0.1]}}
outputs: ["zone_stock[hidz]@2021", "lab_stock[skl_enterprise]@2021", "revenue@2018..2021:sum"]
replicates: REPLICATES
set: [scale.firms_per_agent=1000, scale.proposals_per_agent=1000, "scale.years=[2016,2021]"]
"""
SOBOL = COMMON.replace("METHOD", "{kind: sobol, base_points: 8, second_order: true, resamples: 200}")
MORRIS = COMMON.replace("METHOD", "{kind: morris, trajectories: 8, levels: 4, candidates: 20, resamples: 200}")


@pytest.fixture
def study(innochain):
    innochain.write("s.yaml", SOBOL.replace("REPLICATES", "2"))
    return innochain


def run(innochain, *arguments, output="a.h5", **options):
    return innochain("sensitivity", "s.yaml", "-o", output, *arguments, **options)


def sobol_in_numpy(points):
    """First, total and second order as in Saltelli et al. (2010), Jansen (1999) and Saltelli (2002), from the outputs at A, AB, BA and B of one output."""
    a, b, ab, ba = points["A"], points["B"], points["AB"], points["BA"]
    both = np.concatenate([a, b])
    variance, mean = both.var(), both.mean()
    first = np.array([np.mean((b - mean) * (x - a)) for x in ab]) / variance
    total = np.array([np.mean((a - x) ** 2) for x in ab]) / (2 * variance)
    n = len(ab)
    second = np.full((n, n), np.nan)
    for i in range(n):
        for j in range(i + 1, n):
            closed = np.mean((ba[i] - mean) * (ab[j] - mean) - (a - mean) * (b - mean)) / variance
            second[i, j] = second[j, i] = closed - first[i] - first[j]
    return first, total, second


def matrices(data, output):
    """The means over replicates at the points of the design, by matrix and factor."""
    values = data.value.isel(output=output).mean("replicate").values
    part, changed = data.part.values.astype(str), data.changed_factor.values
    n = data.sizes["factor"]
    return {"A": values[part == "A"], "B": values[part == "B"]} | {
        name: [values[(part == name) & (changed == i)] for i in range(n)] for name in ("AB", "BA")}


def test_sobol_indices_are_those_of_numpy_on_the_same_design(study):
    done = run(study)
    assert done.returncode == 0, done.stderr
    assert "zone_stock[hidz]@2021" in done.stdout and "total order" in done.stdout
    with xr.open_dataset(study.folder / "a.h5", engine="h5netcdf") as data:
        assert data.sizes["point"] == 8 * 8 and data.sizes["replicate"] == 2
        for output in range(3):
            first, total, second = sobol_in_numpy(matrices(data, output))
            np.testing.assert_allclose(data.first_order[output], first, atol=1e-9)
            np.testing.assert_allclose(data.total_order[output], total, atol=1e-9)
            np.testing.assert_allclose(data.second_order[output], second, atol=1e-9)
        for name in ("first_order", "total_order"):
            assert (data[f"{name}_lower"] <= data[f"{name}_upper"]).all()
        # The same point in another matrix has the other columns.
        values, part = data.factor_value.values, data.part.values.astype(str)
        a, b, ab = values[part == "A"], values[part == "B"], values[(part == "AB") & (data.changed_factor.values == 1)]
        np.testing.assert_array_equal(ab[:, 1], b[:, 1])
        np.testing.assert_array_equal(ab[:, [0, 2]], a[:, [0, 2]])
        assert data.attrs["model_revision"] and data.attrs["master_seed"] == 1984
        assert yaml.safe_load(data.attrs["sensitivity_yaml"])["method"]["base_points"] == 8
    assert study.files() == ["a.h5", "s.yaml", "small.yaml"]


def test_sobol_indices_are_those_of_openturns_on_the_same_design(study):
    """OpenTURNS divides by the variance of A alone, its first order is centred on the mean of all points, and it has 2n - 1 where we have 2n."""
    openturns = pytest.importorskip("openturns")
    assert run(study).returncode == 0
    with xr.open_dataset(study.folder / "a.h5", engine="h5netcdf") as data:
        part, changed = data.part.values.astype(str), data.changed_factor.values
        blocks = [part == "A", part == "B"] + [(part == name) & (changed == i) for name in ("AB", "BA") for i in range(3)]
        order, n = np.concatenate([np.nonzero(block)[0] for block in blocks]), 8
        design = openturns.Sample(data.factor_value.values[order])
        for output in range(3):
            values = data.value.isel(output=output).mean("replicate").values[order]
            a, both, ab = values[:n], values[: 2 * n], values[2 * n : 5 * n].reshape(3, n)
            sample = openturns.Sample(values[:, np.newaxis])
            total = np.array(openturns.JansenSensitivityAlgorithm(design, sample, n).getTotalOrderIndices())
            first = np.array(openturns.MauntzKucherenkoSensitivityAlgorithm(design, sample, n).getFirstOrderIndices())
            np.testing.assert_allclose(data.total_order[output], total * a.var(ddof=1) * (2 * n - 1) / (2 * n) / both.var(), atol=1e-9)
            moved = (values.mean() - both.mean()) * (ab - a).mean(1)
            np.testing.assert_allclose(data.first_order[output], (first * a.var() + moved) / both.var(), atol=1e-9)


def test_elementary_effects_are_those_of_numpy_on_the_same_design(study):
    study.write("s.yaml", MORRIS.replace("REPLICATES", "2"))
    done = run(study)
    assert done.returncode == 0, done.stderr
    with xr.open_dataset(study.folder / "a.h5", engine="netcdf4") as data:
        low, high = data.factor_low.values, data.factor_high.values
        log = data.factor_scale.values.astype(str) == "log"
        unit = (data.factor_value.values - low) / (high - low)
        unit[:, log] = np.log(data.factor_value.values[:, log] / low[log]) / np.log(high[log] / low[log])
        for output in range(3):
            values = data.value.isel(output=output).mean("replicate").values
            effects = np.full((8, 3), np.nan)
            for point in np.nonzero(data.part.values.astype(str) == "step")[0]:
                factor = data.changed_factor.values[point]
                effects[data.row.values[point], factor] = (values[point] - values[point - 1]) / (unit[point, factor] - unit[point - 1, factor])
            for name, expected in (("mu", effects.mean(0)), ("mu_star", abs(effects).mean(0)), ("sigma", effects.std(0, ddof=1))):
                np.testing.assert_allclose(data[name][output], expected, rtol=1e-9, atol=1e-9 * abs(effects).max())


def test_a_run_is_what_run_makes_of_its_values(study):
    assert run(study).returncode == 0
    with xr.open_dataset(study.folder / "a.h5", engine="h5netcdf") as data:
        point = data.isel(point=11)
        ambition, ratio, merging = point.factor_value.values
        expected = point.value.values
    settings = [f"parameters.approvals.ambition={ambition!r}", f"parameters.approvals.appetite.quality_ratio={ratio!r}", f"levers.zone_merging_rate@2018..2021={merging!r}",
                "scale.firms_per_agent=1000", "scale.proposals_per_agent=1000", "scale.years=[2016,2021]"]
    arguments = [word for setting in settings for word in ("--set", setting)]
    done = study("run", str(SCENARIOS / "baseline.yaml"), *arguments, "--replicates", "2", "--parameters", "default", "-o", "one.h5")
    assert done.returncode == 0, done.stderr
    with xr.open_dataset(study.folder / "one.h5", engine="h5netcdf") as runs:
        np.testing.assert_array_equal(runs.zone_stock.sel(zone_type="hidz", year=2021), expected[:, 0])
        np.testing.assert_array_equal(runs.lab_stock.sel(lab_type="skl_enterprise", year=2021), expected[:, 1])
        np.testing.assert_allclose(runs.revenue.sel(year=slice(2018, 2021)).astype(float).sum("year"), expected[:, 2], rtol=1e-6)


def test_threads_and_shards_change_nothing(study):
    assert run(study).returncode == 0
    expected = study.digest("a.h5")
    for threads in "138":
        assert run(study, "--threads", threads, output=f"t{threads}.h5").returncode == 0
        assert study.digest(f"t{threads}.h5") == expected
    for index in (3, 1, 2):
        done = run(study, "--shard", f"{index}/3", output="shards.h5")
        assert done.returncode == 0 and not (study.folder / "shards.h5").exists()
    assert study("collect", "shards.h5").returncode == 65
    done = run(study, output="shards.h5")
    assert done.returncode == 0 and "128 of 128 runs were done before" in done.stderr
    assert study.digest("shards.h5") == expected


def test_killed_at_random_moments_it_goes_on(study):
    study.write("s.yaml", SOBOL.replace("REPLICATES", "6"))
    started = time.monotonic()
    assert run(study, output="whole.h5").returncode == 0
    duration = time.monotonic() - started
    draw, n_killed = random.Random(3), 0
    for _ in range(12):
        process = subprocess.Popen([PROGRAM, "sensitivity", "s.yaml", "-o", "killed.h5", "--threads", str(draw.choice([1, 2, 3]))], cwd=study.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(draw.uniform(0.0, 0.4 * duration))
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            n_killed += 1
    assert n_killed > 1
    if not (study.folder / "killed.h5").exists():
        assert run(study, output="killed.h5").returncode == 0
    assert study.digest("killed.h5") == study.digest("whole.h5")


def test_a_signal_ends_it_with_75_and_status_tells(study):
    study.write("s.yaml", SOBOL.replace("REPLICATES", "20"))
    process = subprocess.Popen([PROGRAM, "sensitivity", "s.yaml", "-o", "a.h5", "--threads", "2"], cwd=study.folder, stderr=subprocess.PIPE, text=True)
    while not any(path.stat().st_size > 500 for path in study.folder.glob("a.h5.parts/*.runs")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    message = process.communicate(timeout=60)[1]
    assert process.returncode == 75 and "the same command goes on" in message
    status = json.loads(study("status", "a.h5", "--json").stdout)
    assert 0 < status["done"] < 1280 and status["missing"] == 1280 - status["done"]
    assert not (study.folder / "a.h5").exists()


def test_a_full_disk_loses_nothing(study):
    assert run(study, output="whole.h5").returncode == 0
    for limit in (300, 3000, 9000):
        done = run(study, limit_file_size=limit)
        assert done.returncode == 74 and "cannot write" in done.stderr, (limit, done.stderr)
    assert run(study).returncode == 0
    assert study.digest("a.h5") == study.digest("whole.h5")


def test_results_are_not_overwritten_unasked(study):
    first = run(study)
    before = (study.folder / "a.h5").read_bytes()
    again = run(study)
    assert again.returncode == 0 and "Nothing to simulate" in again.stderr
    assert json.loads(study("status", "a.h5", "--json").stdout) == {"complete": True, "runs": 128, "done": 128, "failed": 0, "missing": 0}
    for command in (["compare", "a.h5", "--baseline", "baseline"], ["patterns", "a.h5"]):
        done = study(*command)
        assert done.returncode == 65 and "has no runs" in done.stderr
    assert again.stdout == first.stdout  # the table, from the file
    done = run(study, "--seed", "2")
    assert done.returncode == 73 and "--force" in done.stderr
    assert (study.folder / "a.h5").read_bytes() == before
    assert run(study, "--seed", "2", "--force").returncode == 0
    for arguments in (["-o", "s.yaml"], ["-o", "b.h5", "--csv", "s.yaml"]):
        done = study("sensitivity", "s.yaml", *arguments, "--force")
        assert done.returncode == 73 and "is an input" in done.stderr


def test_another_study_is_refused(study):
    assert run(study, "--shard", "1/2").returncode == 0
    for change in (["--seed", "5"], ["--set", "parameters.reviews.reliability=0.6"]):
        done = run(study, *change)
        assert done.returncode == 65 and "was begun as another ensemble" in done.stderr, done.stderr
    study.write("s.yaml", SOBOL.replace("REPLICATES", "2").replace("1.3", "1.4"))
    done = run(study)
    assert done.returncode == 65 and "range: [0.8, 1.4]" in done.stderr


def test_copies_for_tables_and_programs(study):
    assert run(study, "--csv", "i.csv", "--json", "i.json").returncode == 0
    with open(study.folder / "i.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with h5py.File(study.folder / "a.h5") as file:
        outputs, factors = list(file["output"].asstr()[()]), list(file["factor"].asstr()[()])
        total, second = file["total_order"][()], file["second_order"][()]
    assert len(rows) == 3 * (3 + 3 + 3)
    for row in rows:
        o, i = outputs.index(row["output"]), factors.index(row["factor"])
        if row["index"] == "total_order":
            assert float(row["value"]) == total[o, i]
        if row["index"] == "second_order":
            assert float(row["value"]) == second[o, i, factors.index(row["other_factor"])]
    written = json.loads((study.folder / "i.json").read_text())
    assert [row["value"] for row in written["indices"]] == [float(row["value"]) for row in rows]
    assert 0 <= written["outputs"][0]["luck_share"] <= 1
    done = run(study, "--csv", "i.csv", output="b.h5")
    assert done.returncode == 73 and "i.csv" in done.stderr
    assert not list(study.folder.glob("b.h5*")), "nothing is simulated whose table could not be written"


def test_outputs_that_do_not_vary_have_no_indices(study):
    study.write("s.yaml", SOBOL.replace("REPLICATES", "1").replace("zone_stock[hidz]@2021", "lab_stock[skl_enterprise]@2016"))
    done = run(study, "--json", "i.json")
    assert done.returncode == 0, done.stderr
    written = json.loads((study.folder / "i.json").read_text())
    assert written["outputs"][0]["variance"] == 0 and "does not vary" in written["outputs"][0]["remark"]
    assert all(row["value"] is None for row in written["indices"] if row["output"] == written["outputs"][0]["output"])
    assert "does not vary over these factors" in done.stdout and "One replicate a point" in done.stdout


def test_rows_of_failed_runs_are_refused_or_dropped(study):
    """Millions of firms do not all fit into the memory that is allowed; thousands do."""
    text = f"""\
schema_version: 1
scenario: {SCENARIOS / 'baseline.yaml'}
method: {{kind: sobol, base_points: 4, missing: RULE}}
factors:
  - {{path: parameters.firms.initial_count, loguniform: [1.0e+4, 1.0e+7]}}
  - {{path: parameters.firms.lab_absorption, range: [0, 2]}}
outputs: [firms@2017]
set: [scale.proposals_per_agent=1000, "scale.years=[2016,2017]", parameters.firms.initial_year=2016, parameters.firms.agents_at_most=10000000]
"""
    for rule in ("refuse", "drop"):
        study.write("s.yaml", text.replace("RULE", rule))
        done = run(study, "--threads", "1", output=f"{rule}.h5", limit_memory=500 << 20)
        assert done.returncode == 1 and "runs failed" in done.stderr, done.stderr
        with xr.open_dataset(study.folder / f"{rule}.h5", engine="h5netcdf") as data:
            failed = data.status.values.astype(bool)
            assert np.isnan(data.value.values[failed]).all() and not np.isnan(data.value.values[~failed]).any()
            whole = ~failed.reshape(4, 4).any(1)
            assert 0 < whole.sum() < 4
            assert f"{4 - whole.sum()} of 4 rows of the design lack a value" in str(data.remark.values[0])
            if rule == "refuse":
                assert np.isnan(data.first_order).all() and np.isnan(data.total_order).all()
                continue
            points = matrices(data, 0)
            kept = {name: points[name][whole] for name in "AB"} | {"AB": [x[whole] for x in points["AB"]], "BA": []}
            both = np.concatenate([kept["A"], kept["B"]])
            np.testing.assert_allclose(data.total_order[0], [np.mean((kept["A"] - x) ** 2) / 2 / both.var() for x in kept["AB"]], atol=1e-9)


def test_check_knows_studies_and_the_schema_agrees(study):
    done = study("check", "s.yaml")
    assert done.returncode == 0 and "s.yaml: sensitivity ok" in done.stdout and "64 points of 3 factors and 128 runs" in done.stderr
    schema = json.loads(study("describe", "schema", "--of", "sensitivity").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    for file in sorted((SCENARIOS / "sensitivity").glob("*.yaml")):
        jsonschema.validate(yaml.safe_load(file.read_text(encoding="utf-8")), schema)
        assert study("check", str(file)).returncode == 0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(SOBOL.replace("REPLICATES", "0")), schema)


BAD = {
    "no factors": (SOBOL.replace("REPLICATES", "1").split("factors:")[0] + 'outputs: ["self_reliance@2020"]\n', ["1:1: factors: is missing"]),
    "a list": ("- 1\n", ["1:1: a list where a mapping"]),
    "another kind": (f"schema_version: 1\nextends: {SCENARIOS / 'baseline.yaml'}\n", ["1:1: is not a sensitivity file"]),
    "all at once": (
        SOBOL.replace("REPLICATES", "0").replace("range: [0.8, 1.3]", "range: [0.8]").replace("[hidz]@2021", "[hidz]@2040").replace("sobol", "sobel"),
        ["3:16: method.kind: .* Did you mean `sobol`", r"5:50: factors\[0\].range", r"8:11: outputs\[0\]: `2040` is not simulated", "9:13: replicates"]),
    "a setting": (SOBOL.replace("REPLICATES", "1").replace("scale.firms_per_agent=1000", "scale.firms_per_agnt=1000"), ["10:7: set: "]),
}


@pytest.mark.parametrize("name", BAD)
def test_every_problem_of_a_study(innochain, name):
    text, expected = BAD[name]
    innochain.write("s.yaml", text)
    for arguments in (["sensitivity", "s.yaml", "-o", "a.h5"], ["check", "s.yaml"]):
        if name in ("another kind", "a list") and arguments[0] == "check":
            continue  # check takes them for scenarios
        done = innochain(*arguments)
        assert done.returncode == 65, done.stderr
        for place in expected:
            assert re.search(r"s\.yaml:" + place, done.stderr), done.stderr
    assert not (innochain.folder / "a.h5").exists()


def test_a_study_that_is_not_there(innochain):
    assert innochain("sensitivity", "none.yaml", "-o", "a.h5").returncode == 66
    innochain.write("s.yaml", SOBOL.replace("REPLICATES", "1").replace(str(SCENARIOS / "baseline.yaml"), "none.yaml"))
    done = innochain("sensitivity", "s.yaml", "-o", "a.h5")
    assert done.returncode == 66 and "there is no file none.yaml" in done.stderr
    assert innochain("sensitivity", "s.yaml").returncode == 64
