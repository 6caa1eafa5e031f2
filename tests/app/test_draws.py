"""Runs and sweeps whose parameters are drawn from a posterior, and posteriors that are refused."""

import shutil

import h5py
import numpy as np
import pytest
from calibration_files import ROOT, SCENARIOS, SHORT


def test_runs_draw_one_draw_a_replicate_and_share_it_between_scenarios(calibrate, fitted):
    shutil.copy(fitted[0], calibrate.folder / "p.h5")
    calibrate.write("bar.yaml", f"schema_version: 1\nextends: {SCENARIOS}/baseline.yaml\n"
                                "overrides: [{years: [2015, 2020], lever: quality_bar.hidz, value: 3}]\n")
    done = calibrate("run", "small.yaml", "bar.yaml", *SHORT, "--replicates", "6", "--parameters", "p.h5", "-o", "r.h5")
    assert done.returncode == 0, done.stderr
    assert "Parameters: posterior of p.h5 (4 draws, SHA-256 " in done.stderr
    assert "6 replicates share 4 draws" in done.stderr and "with other luck after 2012." in done.stderr
    with h5py.File(calibrate.folder / "r.h5") as runs, h5py.File(calibrate.folder / "p.h5") as posterior:
        assert list(runs["draw"][()]) == [0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 1, 1]
        assert b"posterior of p.h5" in np.bytes_(runs.attrs["parameters"]) and runs.attrs["last_year_fitted"] == 2012
        drawn = runs["parameter_draws/parameters.approvals.kappa.hidz"][()]
        assert np.bytes_(runs["parameter_draws/parameters.approvals.appetite.expansion"].attrs["units"]) == b"1/year"
        assert np.array_equal(drawn, posterior["value"][:, 1])
        hidz = [name.decode() for name in runs["zone_type"][()]].index("hidz")
        kinds = [name.decode() for name in posterior["designation"][()]]
        past = runs["zone_approvals"][()][:, :29, hidz]  # 1984 to 2012
        kept = posterior["predictive_kept/approvals"][()][:, kinds.index("hidz"), :29]
        assert np.array_equal(past[0], kept[0]) and np.array_equal(past[2], kept[1]), "the past of the draw"
        assert np.array_equal(past[0], past[1]), "arms share it"
        assert np.array_equal(past[0], past[8]), "and so do replicates of one draw"
        future = runs["zone_approvals"][()][:, 29:, hidz]
        assert not np.array_equal(future[0], future[8]), "but not the future"


def test_the_largest_seed_keeps_its_past(calibrate):
    seed = str(2**64 - 1)
    assert calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none", "--seed", seed).returncode == 0
    done = calibrate("run", "small.yaml", *SHORT, "--replicates", "4", "--parameters", "p.h5", "-o", "r.h5")
    assert done.returncode == 0, done.stderr
    with h5py.File(calibrate.folder / "r.h5") as runs, h5py.File(calibrate.folder / "p.h5") as posterior:
        hidz = [name.decode() for name in runs["zone_type"][()]].index("hidz")
        kept = [name.decode() for name in posterior["designation"][()]].index("hidz")
        assert np.array_equal(runs["zone_approvals"][:, :29, hidz], posterior["predictive_kept/approvals"][:, kept, :29])


def test_sweeps_draw_from_the_shipped_posterior_and_axes_beat_it(calibrate):
    calibrate.write("s.yaml", f"""schema_version: 1
scenarios: {{base: {SCENARIOS}/baseline.yaml}}
axes: [{{path: parameters.approvals.bar_raise, values: [0.1, 0.9]}}]
replicates: 2
keep: [{{variable: zone_stock}}]
""")
    for source in ("posterior", "default"):
        done = calibrate("sweep", "s.yaml", *SHORT, "--parameters", source, "-o", f"{source}.h5")
        assert done.returncode == 0, done.stderr
        assert ("Parameters: posterior of china.h5" in done.stderr) == (source == "posterior")
        assert "share" not in done.stderr
    with h5py.File(calibrate.folder / "posterior.h5") as drawn, h5py.File(calibrate.folder / "default.h5") as plain:
        assert list(drawn["draw"][()]) == [0, 0, 1, 1] and list(plain["draw"][()]) == [-1] * 4
        assert not np.array_equal(drawn["zone_stock"][()], plain["zone_stock"][()])


def test_default_prior_and_what_is_set(calibrate):
    assert calibrate("run", "small.yaml", *SHORT, "--replicates", "2", "--parameters", "default", "-o", "d.h5").returncode == 0
    done = calibrate("run", "small.yaml", *SHORT, "--replicates", "2", "--parameters", "prior", "--set",
                     "approvals.ambition=1.1", "-o", "q.h5")
    assert done.returncode == 0, done.stderr
    with h5py.File(calibrate.folder / "d.h5") as default, h5py.File(calibrate.folder / "q.h5") as prior:
        assert list(default["draw"][()]) == [-1, -1] and "parameter_draws" not in default
        assert list(prior["draw"][()]) == [0, 1] and "last_year_fitted" not in prior.attrs


def test_a_posterior_has_no_runs_to_tell_of(calibrate, fitted):
    for command in ("status", "collect"):
        done = calibrate(command, str(fitted[0]))
        assert done.returncode == 65 and "has no runs" in done.stderr, done.stderr


def test_a_posterior_of_another_model_revision_is_refused(calibrate, fitted):
    shutil.copy(fitted[0], calibrate.folder / "p.h5")
    with h5py.File(calibrate.folder / "p.h5", "a") as file:
        file.attrs["model_revision"] = np.int32(1)
    done = calibrate("run", "small.yaml", *SHORT, "--parameters", "p.h5", "-o", "o.h5")
    assert done.returncode == 65 and "model revision 1" in done.stderr and "--parameters default" in done.stderr


@pytest.mark.parametrize("damage", ["value", "distance", "approval_luck", "past_replicate", "prior/a", "prior/high"])
def test_a_posterior_with_impossible_numbers_is_refused(calibrate, damage):
    shutil.copy(ROOT / "scenarios/posterior/china.h5", calibrate.folder / "p.h5")
    with h5py.File(calibrate.folder / "p.h5", "a") as file:
        if damage == "distance":  # one draw too few
            values = file[damage][()][:-1]
            del file[damage]
            file[damage] = values
        else:
            values = file[damage][()].astype(float)
            values[0] = -1e9
            del file[damage]
            file[damage] = values
    done = calibrate("run", "small.yaml", *SHORT, "--parameters", "p.h5", "-o", "o.h5")
    assert done.returncode == 65 and "is no whole posterior" in done.stderr
    assert not (calibrate.folder / "o.h5").exists()


def test_a_posterior_beyond_what_the_scenario_declares_is_refused(calibrate):
    def refused(change, expected):
        shutil.copy(ROOT / "scenarios/posterior/china.h5", calibrate.folder / "p.h5")
        with h5py.File(calibrate.folder / "p.h5", "a") as file:
            change(file)
        done = calibrate("run", "small.yaml", *SHORT, "--parameters", "p.h5", "-o", "o.h5")
        assert done.returncode == 65 and expected in done.stderr, done.stderr
        assert not (calibrate.folder / "o.h5").exists()

    def rename(path):
        def change(file):
            for name in ("parameter", "prior/parameter"):
                file[name][3] = path
        return change

    def widen(file):
        file["prior/high"][3] = 50.0

    def fix_beyond(file):
        file["fixed/value"][0] = 1000.0

    refused(widen, "parameters.approvals.bar_raise may be from -1 to 50, beyond its declared range [-1, 4]")
    refused(fix_beyond, "parameters.approvals.kappa.skl_discipline is 1000, beyond")
    refused(rename("levers.award.noise"), "the scenario has no parameter levers.award.noise")
    refused(rename("scale.firms_per_agent"), "the scenario has no parameter scale.firms_per_agent")


@pytest.mark.parametrize("name, value, said", [
    ("model_revision", np.float64(5.7), "model_revision is no whole number"),
    ("model_revision", np.int64(2**32 + 5), "model_revision is beyond its range"),
    ("master_seed", np.int64(-3), "master_seed is beyond its range"),
    ("last_year_fitted", np.int64(2**40), "last_year_fitted is beyond its range"),
])
def test_a_posterior_whose_header_cannot_be_is_refused(calibrate, name, value, said):
    shutil.copy(ROOT / "scenarios/posterior/china.h5", calibrate.folder / "p.h5")
    with h5py.File(calibrate.folder / "p.h5", "a") as file:
        file.attrs[name] = value
    done = calibrate("run", "small.yaml", *SHORT, "--parameters", "p.h5", "-o", "o.h5")
    assert done.returncode == 65 and said in done.stderr, done.stderr


def test_a_posterior_that_names_something_twice_is_refused(calibrate):
    for names, row in ((("parameter", "prior/parameter"), 1), (("designation",), 1)):
        shutil.copy(ROOT / "scenarios/posterior/china.h5", calibrate.folder / "p.h5")
        with h5py.File(calibrate.folder / "p.h5", "a") as file:
            for name in names:
                file[name][row] = file[name][0]
        done = calibrate("run", "small.yaml", *SHORT, "--parameters", "p.h5", "-o", "o.h5")
        assert done.returncode == 65 and "twice" in done.stderr, done.stderr
