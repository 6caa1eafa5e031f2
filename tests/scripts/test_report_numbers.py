"""What the report computes: against numpy's own functions, closed forms, published tables and planted effects."""

import base64
import gzip
import json
import math
import os
import re
import subprocess

import h5py
import numpy as np
import pytest
from conftest import run_script
from reporting import contrasts, sensitivity
from reporting.ensemble import Axis, Ensemble, quantiles
from result_builder import write_result
from sweep_builder import LEVELS, OWN_LUCK, POLICY_YEAR, SHARED_LUCK, YEARS, write_sweep

DIGITS = 1e-4  # the page keeps five significant digits of bands and more of the rest


def data_of(path, *options):
    """The data inside the page of a result file."""
    out = path.with_suffix(".html")
    done = run_script("report", path, "-o", out, *options)
    assert done.returncode == 0, done.stderr
    packed = re.search(r'id="data">([^<]*)<', out.read_text(encoding="utf-8"))[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def number_of(data, variable, category=""):
    return [(one["variable"], one["category"]) for one in data["series"]].index((variable, category))


def samples_of(path, variable, policy):
    """Finished runs of a scenario, in the order of replicates."""
    with h5py.File(path, "r") as file:
        rows = [
            row for row, name in enumerate(file["scenario"].asstr()[:]) if name == policy and file["status"][row] == 0
        ]
        return file[variable][:][rows].astype(float)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """Two scenarios of 20 replicates, of which one run failed."""
    path = write_sweep(tmp_path_factory.mktemp("sweep") / "sweep.h5", {"baseline": 0.0, "open": 0.1}, failed=(3,))
    return path, data_of(path)


@pytest.fixture(scope="module")
def design(tmp_path_factory):
    """One scenario at 60 points of three axes, two replicates: a slope of 0.3, none, and a text without effect."""
    random = np.random.default_rng(3)
    values = [
        (float(a), float(b), c) for a, b, c in zip(random.random(60), random.random(60), ["merit", "lottery"] * 30)
    ]
    axes = {"levers.centralization": 0.3, "levers.openness_share": 0.0, "levers.allocation_rule": 0.0}
    path = tmp_path_factory.mktemp("design") / "design.h5"
    return write_sweep(path, {"baseline": 0.0}, replicates=2, axes=axes, values=values), values


def test_quantiles_are_those_of_numpy_with_missing_values():
    random = np.random.default_rng(1)
    samples = random.standard_normal((17, 6, 3))
    samples[random.random(samples.shape) < 0.3] = np.nan
    samples[:, 0, 0] = np.nan
    samples[1:, 1, 1] = np.nan
    samples[0, 1, 1] = 2.0
    levels = (0.05, 0.25, 0.5, 0.95)
    with pytest.warns(RuntimeWarning, match="All-NaN"):
        expected = np.nanquantile(samples, levels, axis=0)
    np.testing.assert_allclose(quantiles(samples, levels), expected, rtol=1e-12)


@pytest.mark.parametrize("variable", ["self_reliance", "applicant_time"])
@pytest.mark.parametrize("policy", ["baseline", "open"])
def test_bands_are_the_quantiles_of_the_finished_runs(sweep, variable, policy):
    path, data = sweep
    p = [one["name"] for one in data["policies"]].index(policy)
    expected = np.quantile(samples_of(path, variable, policy), (0.05, 0.5, 0.95), axis=0)
    np.testing.assert_allclose(data["bands"][number_of(data, variable)][p], expected, rtol=DIGITS)


def test_the_whole_is_the_sum_over_hosts_and_money_stands_in_units_people_read(sweep):
    path, data = sweep
    papers, money = number_of(data, "papers"), number_of(data, "programme_budget")
    expected = np.median(samples_of(path, "papers", "baseline").sum(axis=2), axis=0)
    np.testing.assert_allclose(data["bands"][papers][0][1], expected, rtol=DIGITS)
    assert data["series"][money]["units"] == "billion CNY"  # 3e7 thousand CNY are 30 billion
    expected = np.median(samples_of(path, "programme_budget", "baseline")[:, :, 0], axis=0) / 1e6
    np.testing.assert_allclose(data["bands"][money][0][1], expected, rtol=DIGITS)


def test_contrasts_are_those_of_a_slow_reference(sweep):
    path, data = sweep
    with h5py.File(path, "r") as file:
        replicate, scenario = file["replicate"][:], file["scenario"].asstr()[:]
        done, values = file["status"][:] == 0, file["self_reliance"][:].astype(float)
    year = data["years"].index(2035)
    by_run = {(r, s): v[year] for r, s, v, ok in zip(replicate, scenario, values, done) if ok}
    differences = [by_run[r, "open"] - by_run[r, "baseline"] for r in range(20) if (r, "open") in by_run]
    n = len(differences)
    assert n == 19, "the partner of the failed run is left out"
    mean = sum(differences) / n
    half = 2.101 * math.sqrt(sum((d - mean) ** 2 for d in differences) / (n - 1) / n)  # t of 18 degrees, any table
    row = data["contrasts"][number_of(data, "self_reliance")][1][data["marks"].index("2035")]
    assert row[0] == pytest.approx(mean, rel=1e-6)
    assert [row[1], row[2]] == pytest.approx([mean - half, mean + half], abs=half * 1e-3)
    assert row[3] == 1.0 and row[5] == n
    mean_by_year, half_by_year = data["differences"][number_of(data, "self_reliance")][1]
    assert mean_by_year[year] == pytest.approx(mean, rel=DIGITS)
    assert half_by_year[year] == pytest.approx(half, rel=1e-3)


def test_shared_luck_makes_the_variance_ratio_what_it_was_planted_to_be(tmp_path):
    path = write_sweep(tmp_path / "many.h5", {"baseline": 0.0, "open": 0.0}, replicates=400)
    data = data_of(path, "--indicator", "applicant_time", "--years", "2035")
    ratio = data["contrasts"][0][1][0][4]
    expected = OWN_LUCK**2 / (OWN_LUCK**2 + SHARED_LUCK**2)
    # The ratio of two variances of n values varies by about sqrt(4 / n) of itself: four such deviations.
    assert ratio == pytest.approx(expected, rel=4 * math.sqrt(4 / 400))


# Student's t, 0.975: the first table of any textbook, to three decimals; 1 and 2 degrees have closed forms.
@pytest.mark.parametrize("df, published", [(3, 3.182), (4, 2.776), (9, 2.262), (18, 2.101), (29, 2.045), (120, 1.980)])
def test_quantiles_of_student_agree_with_published_tables(df, published):
    assert contrasts.student_quantile(0.975, df) == pytest.approx(published, abs=5.1e-4)


@pytest.mark.parametrize("p", [0.6, 0.9, 0.975, 0.9995])
def test_quantiles_of_student_agree_with_closed_forms(p):
    assert contrasts.student_quantile(p, 1) == pytest.approx(math.tan(math.pi * (p - 0.5)), rel=1e-9)
    assert contrasts.student_quantile(p, 2) == pytest.approx((2 * p - 1) / math.sqrt(2 * p * (1 - p)), rel=1e-9)


def test_intervals_cover_what_they_say():
    random = np.random.default_rng(5)
    n_sets = 4000
    means, halves, _ = contrasts.interval_of_mean(random.normal(3.0, 2.0, (8, n_sets)))
    covered = np.mean(np.abs(means - 3.0) <= halves)
    assert covered == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / n_sets))


def test_the_points_of_a_design_do_not_count_as_replicates():
    """Three replicates at four points: the interval is that of the three means, however many points there are."""
    baseline = np.zeros(12)
    policy = np.array([1.0, 1.1, 0.9, 1.0, 2.0, 2.1, 1.9, 2.0, 3.0, 3.1, 2.9, 3.0])
    row = contrasts.paired(policy, baseline, np.repeat([0, 1, 2], 4), "less")
    half = 4.302653 * 1 / math.sqrt(3)  # t of 2 degrees; the means are 1, 2 and 3
    assert row[:3] == pytest.approx((2.0, 2.0 - half, 2.0 + half), rel=1e-6)
    assert row[3] == 0.0 and row[5] == 12


def test_pairs_share_replicate_draw_and_point(design, tmp_path):
    values = [(0.1,), (0.9,)]
    path = write_sweep(
        tmp_path / "d.h5",
        {"baseline": 0.0, "open": 0.1},
        replicates=3,
        axes={"levers.x": 0.1},
        values=values,
        failed=(0,),
    )
    ensemble = Ensemble(path, "scenario")
    ours, theirs, units = ensemble.pairs("open", "baseline")
    with h5py.File(path, "r") as file:
        for name in ("replicate", "param.levers.x"):
            assert (file[name][:][ours] == file[name][:][theirs]).all()
        assert set(file["scenario"].asstr()[:][theirs]) == {"baseline"}
    assert len(ours) == 5 and len(set(units)) == 3


def test_epsilon_squared_of_two_small_groups():
    """(SST - SSW - (k - 1) MSW) / SST by hand: 17.5, 4, 1."""
    grouped = sensitivity.Levels(False, [0, 1], np.array([0, 0, 0, 1, 1, 1]))
    share = sensitivity.explained(np.array([[1.0], [2], [3], [4], [5], [6]]), grouped)
    assert share[0] == pytest.approx((17.5 - 4 - 1) / 17.5)


def test_a_continuous_axis_is_cut_into_classes_of_equal_number_and_a_short_one_into_its_levels():
    rows = np.arange(100)
    continuous = sensitivity.levels(Axis("x", "", np.random.default_rng(1).random(100)), rows)
    assert continuous.continuous and np.bincount(continuous.group).tolist() == [10] * 10
    assert continuous.places == sorted(continuous.places)
    short = sensitivity.levels(Axis("x", "", np.repeat([0.0, 0.5, 1.0, np.nan], 25)), rows)
    assert not short.continuous and short.places == [0.0, 0.5, 1.0]
    assert (short.group == np.repeat([0, 1, 2, -1], 25)).all()
    assert sensitivity.levels(Axis("x", "", np.full(100, 3.0)), rows) is None


def test_sensitivity_finds_the_planted_slope_and_nothing_on_the_other_axes(design):
    path, values = design
    data = data_of(path)
    series, mark = number_of(data, "self_reliance"), data["marks"].index("2035")
    found = {}
    for g, group in enumerate(data["groups"]):
        axis = data["axes"][group["axis"]]["path"]
        mean, half, runs = data["responses"][series][g][mark]
        assert sum(runs) == len(values) * 2
        found[axis] = (group["places"], mean, half, data["explained"][series][g][mark])
    places, mean, half, share = found["levers.centralization"]
    slope = np.polyfit(places, mean, 1)[0] / LEVELS["self_reliance"]
    # Noise of a class of 12 runs: luck of 0.05 shared by its replicates, over a span of one: 0.3 +- 4 deviations.
    assert slope == pytest.approx(0.3, abs=4 * math.hypot(SHARED_LUCK, OWN_LUCK) / math.sqrt(12))
    assert share > 0.5
    for axis in ("levers.openness_share", "levers.allocation_rule"):
        assert found[axis][3] < 0.2
    assert found["levers.allocation_rule"][0] == ["lottery", "merit"]


def test_years_and_spans_are_reduced_as_asked(sweep):
    path, _ = sweep
    data = data_of(path, "--years", "2030", "2026..2035:sum", "2026..2035:mean", "--indicator", "self_reliance")
    values = samples_of(path, "self_reliance", "open")
    late = values[:, YEARS >= POLICY_YEAR]
    expected = [values[:, YEARS == 2030].mean(), late.sum(axis=1).mean(), late.mean()]
    assert data["means"][0][1] == pytest.approx(expected, rel=1e-6)
    assert data["markWords"] == ["2030", "sum of 2026–2035", "mean of 2026–2035"]


def test_contrasts_of_a_file_are_taken_as_they_are(sweep, tmp_path):
    path, _ = sweep
    row = {"policy": "open", "indicator": "self_reliance", "category": None, "label": "self_reliance", "years": "2030"}
    row |= {"baseline_mean": 1, "mean": 2, "difference": 0.123, "relative": None, "lower": -0.5, "upper": None}
    row |= {"p_better": 0.75, "goal": "less", "variance_ratio": None, "n_pairs": 7}
    said = {"baseline": "baseline", "confidence": 0.9, "method": "bootstrap", "contrasts": [row], "regret": None}
    said["notes"] = ["policies do not cost the same"]
    said["boxes"] = [
        {
            "limits": [{"input": "param.levers.x", "lower": 0.5, "upper": None}],
            "density": 0.9,
            "coverage": 0.8,
            "mass": 0.25,
        }
    ]
    file = tmp_path / "contrasts.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    data = data_of(path, "--contrasts", file)
    series = number_of(data, "self_reliance")
    assert data["marks"] == ["2030"] and data["confidence"] == 0.9
    assert data["contrasts"][series] == [None, [[0.123, -0.5, None, 0.75, None, 7]]]
    assert data["series"][series]["goal"] == "less"
    assert data["contrasts"][number_of(data, "papers")] == [None, [None]]
    page = path.with_suffix(".html").read_text(encoding="utf-8")
    for words in ("policies do not cost the same", "90 %, bootstrap, of innochain compare", "levers.x at least 0.5"):
        assert words in page


def test_observed_series_stand_in_the_units_of_the_simulated(result_path, tmp_path):
    path = tmp_path / "tiny.h5"
    path.write_bytes(result_path.read_bytes())
    with h5py.File(path, "r+") as file:
        file["papers"].attrs["cell_methods"] = "year: sum"
    data = data_of(path)
    # Papers are counted in thousands in the table and one by one in the file.
    known = data["observed"][str(number_of(data, "papers"))]
    with h5py.File(path, "r") as file:
        table = file["observed/national_rd"]
        rows = table["metric"].asstr()[:] == "sci_papers"
        expected = dict(zip(table["year"][:][rows], table["value"][:][rows] * 1e3))
    assert dict(zip(known["years"], known["values"])) == pytest.approx(expected)
    approvals = data["observed"][str(number_of(data, "lab_approvals", "skl_discipline"))]
    assert any(low is not None for low in approvals["low"]), "intervals stay intervals"


def test_a_large_file_is_read_in_parts_with_the_same_result(sweep, monkeypatch):
    path, _ = sweep
    whole = [block for _, block in Ensemble(path).blocks("papers")]
    monkeypatch.setattr("reporting.ensemble.VALUES_AT_ONCE", 1)
    parts = [block for _, block in Ensemble(path).blocks("papers")]
    assert len(whole) == 2 and len(parts) == 3
    np.testing.assert_array_equal(np.concatenate(parts, axis=2), np.concatenate(whole, axis=2))


def test_a_page_that_would_grow_too_large_leaves_indicators_out_and_says_so(tmp_path, monkeypatch, result_path):
    from plotting.result import Result
    from reporting import content

    monkeypatch.setattr(content, "MOST_VALUES", 20_000)
    ensemble = Ensemble(result_path)
    made = content.Content(ensemble, Result(result_path), "baseline", contrasts.default_marks(ensemble.years))
    assert made.left_out and any(made.left_out[0] in note for note in made.notes)
    kept = {one["variable"] for one in made.data()["series"]}
    assert "self_reliance" in kept and not kept & set(made.left_out)


@pytest.mark.skipif(not os.environ.get("INNOCHAIN_BINARY"), reason="INNOCHAIN_BINARY is not set")
def test_a_real_run_of_two_scenarios_gives_a_page(tmp_path):
    scenarios = os.path.join(os.path.dirname(__file__), "..", "..", "scenarios")
    path = tmp_path / "run.h5"
    files = [os.path.join(scenarios, name) for name in ("baseline.yaml", "policies/decoupling_2018.yaml")]
    small = ["--replicates", "2", "--set", "scale.firms_per_agent=1000", "--quiet"]
    subprocess.run([os.environ["INNOCHAIN_BINARY"], "run", *files, *small, "-o", path], check=True)
    data = data_of(path)
    assert [one["name"] for one in data["policies"]] == ["baseline", "decoupling_2018"]
    assert {"self_reliance", "papers"} <= {one["variable"] for one in data["series"]}
    assert data["regimes"] and data["observed"]


def test_a_result_without_finished_runs_is_refused(tmp_path):
    path = write_result(tmp_path / "failed.h5", runs=2, observed=[])
    with h5py.File(path, "r+") as file:
        file["status"][:] = 1
    done = run_script("report", path, "-o", tmp_path / "out.html")
    assert done.returncode == 65 and "no finished run" in done.stderr
