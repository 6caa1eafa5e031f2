"""Calibrations from the outside: printed, kept, killed and resumed on any threads, and refused."""

import os
import random
import re
import shutil
import signal
import time

import h5py
import numpy as np
import pytest
from calibration_files import ROOT, SCENARIOS, SECOND, SHORT, SMALL


@pytest.mark.long
def test_digest_is_the_same_for_any_threads_and_after_kills(calibrate):
    for threads in ("1", "2", "8"):
        done = calibrate("calibrate", "cal.yaml", "-o", f"{threads}.h5", "--threads", threads, "--progress", "none")
        assert done.returncode == 0, done.stderr
    digests = {calibrate.digest(f"{threads}.h5") for threads in (1, 2, 8)}
    assert len(digests) == 1
    dice = random.Random(5)
    for _ in range(40):
        process = calibrate.start("calibrate", "cal.yaml", "-o", "killed.h5", "--threads", "2", "--progress", "none")
        time.sleep(dice.uniform(0.05, 1.2))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        if process.returncode == 0 or (calibrate.folder / "killed.h5").exists():
            break
    if not (calibrate.folder / "killed.h5").exists():
        assert calibrate("calibrate", "cal.yaml", "-o", "killed.h5", "--progress", "none").returncode == 0
    assert calibrate.digest("killed.h5") in digests
    assert not (calibrate.folder / "killed.h5.parts").exists()


def test_an_interrupt_keeps_what_was_done(calibrate):
    process = calibrate.start("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none")
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    message = process.communicate()[1]
    assert process.returncode in (0, 75)
    if process.returncode == 75:
        assert "the same command goes on" in message
        assert calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none").returncode == 0


def test_the_posterior_opens_in_xarray_and_says_how_it_came_about(fitted):
    xr = pytest.importorskip("xarray")
    path, _ = fitted
    root = xr.open_dataset(path, engine="h5netcdf")
    assert root["value"].dims == ("draw", "parameter") and root.sizes["draw"] == 4
    assert list(root["parameter"].values)[-1] == "neutral"
    for group in ("prior", "parameters", "items", "scores", "fit", "corrections", "predictive_kept", "generations/000"):
        assert xr.open_dataset(path, engine="h5netcdf", group=group).sizes
    with h5py.File(path) as file:
        last = sorted(file["generations"])[-1]
        assert np.isclose(file["generations"][last]["weight"][()].sum(), 1)
        assert file.attrs["last_year_fitted"] == 2012


def test_prints_fit_and_forecasts(fitted):
    path, printed = fitted
    assert "shrinkage" in printed and "held out, 2013-2017" in printed
    for word in ("constant_10", "constant_5", "logistic", "exact points covered"):
        assert word in printed
    with h5py.File(path) as file:
        shrinkages = [1 - np.cov(file[f"generations/{name}/score"][:, -1], aweights=file[f"generations/{name}/weight"][()], ddof=0)
                      for name in sorted(file["generations"])[1:]]
    said = re.search(r"its shrinkage of (\S+) \(from (\S+) to (\S+) over the generations\) is the sampler's error", printed)
    expected = [shrinkages[-1], min(shrinkages), max(shrinkages)]
    assert [float(number) for number in said.groups()] == pytest.approx(expected, abs=0.0051)


@pytest.mark.long
def test_says_and_keeps_what_particles_remember(calibrate):
    done = calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none", "--last-moves", "4", "--simulations", "2000")
    assert done.returncode == 0 and "Memory: correlation, over the particles" in done.stdout, done.stderr
    with h5py.File(calibrate.folder / "p.h5") as file:
        names = sorted(file["generations"])
        rounds = int(np.squeeze(file["generations"].attrs["last_rounds"]))
        before, after = (file[f"generations/{name}/score"][()] for name in (names[-1 - rounds], names[-1]))
        kept = file["parameters/memory"][()]
        means = [file[f"generations/{name}/score"][()].mean(axis=0) for name in names[-4:]]
    assert rounds == 4
    moved = (means[3] + means[2] - means[1] - means[0]) / 2 / after.std(axis=0)
    said = re.search(r"the mean of (\S+) moved most, by (\S+) posterior", done.stdout)
    assert float(said[2]) == pytest.approx(moved[np.argmax(np.abs(moved))], abs=0.0051)
    assert kept == pytest.approx([np.corrcoef(before[:, i], after[:, i])[0, 1] for i in range(len(kept))])
    printed = re.search(r"^neutral .* (\S+)$", done.stdout, re.M)[1]
    assert float(printed) == pytest.approx(kept[-1], abs=0.0051)
    none = calibrate("calibrate", "cal.yaml", "-o", "q.h5", "--progress", "none", "--last-moves", "0")
    assert none.returncode == 0 and "Memory:" not in none.stdout and re.search(r"^neutral .* -$", none.stdout, re.M), none.stderr


def test_profiles_are_printed_and_kept(calibrate):
    done = calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none", "--profiles")
    assert done.returncode == 0 and "profiles: objective over the best fit" in done.stdout, done.stderr
    with h5py.File(calibrate.folder / "p.h5") as file:
        table = file["profiles"]
        assert list(table["score"][:5]) == [-2, -1, 0, 1, 2] and len(table["rise"]) == 3 * 5
        assert table["rise"][()].min() >= 0 and np.all(np.diff(table["value"][:5]) > 0)


def test_a_second_method_is_printed_and_kept(calibrate):
    calibrate.write("cal.yaml", SMALL + "history_matching: {points: 40, replicates: 4, waves: 2}\n")
    done = calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none", "--second-method")
    assert done.returncode == 0, done.stderr
    waves = re.findall(r"wave \d: (\d+) points, (\d+) statistics, (\S+) \[(\S+), (\S+)\] of the prior", done.stdout)
    with h5py.File(calibrate.folder / "p.h5") as file:
        kept, emulators, comparison = file["history_matching"], file["emulators"], file["comparison"]
        assert 1 <= len(waves) == len(kept["share"]) <= 2 and np.all(np.diff(kept["share"]) <= 0)
        assert [int(wave[0]) for wave in waves] == list(kept["points"]) and int(waves[-1][1]) == emulators["used"][()].sum()
        assert np.all((kept["share_low"][()] <= kept["share"]) & (kept["share"] <= kept["share_high"][()]))
        assert list(emulators["statistic"]) == list(file["corrections/statistic"])
        names = {"", "neutral", "parameters.approvals.appetite.expansion", "parameters.approvals.kappa.hidz"}
        assert {name.decode() for name in emulators["main_parameter"]} <= names
        hidz = [name.decode().startswith("hidz: cumulative") for name in emulators["statistic"]]
        assert np.all(emulators["main_parameter"][hidz] != b"neutral"), "counts depend on what they are drawn from"
        assert list(comparison["path"]) == [b"parameters.approvals.appetite.expansion", b"parameters.approvals.kappa.hidz", b"neutral"]
        assert np.all(comparison["emulator_q05"][()] < comparison["emulator_q95"])
        assert np.all(comparison["emulator_effective_size"][()] > 1)
        largest = comparison["emulator_r_hat"][()].max()
    said = re.search(r"potential scale reduction of the emulators' Markov chains: (\S+) at most(.*)", done.stdout)
    assert float(said[1].rstrip(";")) == pytest.approx(largest, abs=0.0051) and bool(said[2]) == (largest > 1.05)


@pytest.mark.parametrize("arguments, code, message", [
    (["-o", "r.h5", "--recovery", "2", "--profiles"], 64, "--profiles excludes --recovery"),
    (["-o", "r.h5", "--sbc", "100", "--predict"], 64, "--predict excludes --sbc"),
    (["-o", "new/r.h5/"], 73, "`new/r.h5/` is not the name of a file"),
    (["-o", ""], 73, "`` is not the name of a file"),
    (["-o", "new/r.h5"], 73, "the folder new does not exist"),
    (["-o", "new/r.h5", "--sbc", "100"], 73, "the folder new does not exist"),
    (["-o", ".", "--force"], 73, "is a folder"),
    (["-o", "/dev/null", "--force"], 73, "is not a regular file"),
    (["-o", "small.yaml", "--force"], 73, "is a YAML file"),
    (["-o", "r.h5", "--set", "approvals={kappa: {hidz: 2}}"], 65, "is set on the command line too"),
    (["-o", "r.h5", "--origin", "2147483646"], 65, "years.fit: the last year that is fitted cannot be 2147483646"),
])
def test_what_cannot_be_is_refused_at_once(calibrate, arguments, code, message):
    before = sorted(calibrate.folder.iterdir())
    done = calibrate("calibrate", "cal.yaml", *arguments)
    assert done.returncode == code and message in done.stderr, done.stderr
    assert sorted(calibrate.folder.iterdir()) == before


CALLS_TO_2022 = f"""\
schema_version: 1
extends: {SCENARIOS}/baseline.yaml
overrides:
  - {{years: [2018, 2021], lever: calls.skl_discipline, value: closed}}
  - {{years: [2018, 2021], lever: calls.skl_enterprise, value: closed}}
  - {{years: [2018, 2021], lever: calls.skl_province_ministry, value: open}}
  - {{years: [2018, 2022], lever: calls.hidz, value: open}}
  - {{years: [2019, 2021], lever: calls.hidz, value: closed}}
  - {{years: [2018, 2022], lever: calls.etdz, value: closed}}
  - {{years: [2021, 2021], lever: calls.etdz, value: open}}
"""


def test_nothing_is_judged_where_nothing_was_observed(calibrate):
    fit_all = ["calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none", "--predict", "--origin", "2022"]
    done = calibrate(*fit_all)
    assert done.returncode == 65 and "calls of hidz for data" in done.stderr and "2022 (open)" in done.stderr
    calibrate.write("calls.yaml", CALLS_TO_2022)
    calibrate.write("cal.yaml", SMALL.replace(f"{SCENARIOS}/baseline.yaml", "calls.yaml"))
    done = calibrate(*fit_all)
    assert done.returncode == 0 and "No target lies in 2023-2027" in done.stdout, done.stderr
    assert "fit 2006-2017" in done.stdout and "sum over designations" not in done.stdout


def test_a_folder_in_place_of_a_part(calibrate):
    (calibrate.folder / "p.h5.parts").mkdir()
    (calibrate.folder / "p.h5.parts" / "calibration").mkdir()
    done = calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none")
    assert done.returncode == 74 and "is a folder" in done.stderr, done.stderr


def test_recovery_goes_on_after_a_kill(calibrate):
    recover = ["calibrate", "cal.yaml", "--recovery", "3", "--progress", "none", "-o"]
    assert calibrate(*recover, "whole.h5").returncode == 0
    process = calibrate.start(*recover, "killed.h5")
    first = calibrate.folder / "killed.h5.parts" / "set_000000"
    while process.poll() is None and not first.exists():
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert first.exists(), "the machine is faster than the test"
    done = calibrate(*recover, "killed.h5")
    assert done.returncode == 0 and "3 synthetic sets" in done.stdout, done.stderr
    assert calibrate.digest("killed.h5") == calibrate.digest("whole.h5")
    assert not first.exists()


def test_a_first_look_takes_other_settings_of_the_sampler(calibrate):
    look = ["calibrate", "cal.yaml", "-o", "look.h5", "--progress", "none", "--particles", "20", "--replicates", "1"]
    assert calibrate(*look, "--simulations", "340").returncode == 0, "prior and eight moves that simulate twice"
    with h5py.File(calibrate.folder / "look.h5") as file:
        assert file["generations/000/weight"].shape == (20,)
    done = calibrate(*look, "--force", "--simulations", "339")
    assert done.returncode == 65 and "method.stop.simulations: 339 runs are not enough" in done.stderr
    for wrong in ("nan", "0", "-1", "wide"):
        done = calibrate(*look, "--force", "--tolerance", wrong)
        assert done.returncode == 64 and "--tolerance" in done.stderr
    assert calibrate(*look, "--force", "--tolerance", "1e5").returncode == 0
    with h5py.File(calibrate.folder / "look.h5") as file:
        last = file[f"generations/{max(file['generations'])}"].attrs
        assert 1e5 == np.squeeze(last["tolerance"])
    assert calibrate(*look, "--force", "--simulations", "100", "--last-moves", "2").returncode == 0
    with h5py.File(calibrate.folder / "look.h5") as file:
        moves = [int(np.squeeze(file[f"generations/{name}"].attrs["moves"])) for name in sorted(file["generations"])]
        assert moves[-2:] == [1, 1] and np.squeeze(file["generations"].attrs["last_rounds"]) == 2


def test_what_is_refused(calibrate):
    assert calibrate("calibrate", "none.yaml", "-o", "p.h5").returncode == 66
    calibrate.write("bad.yaml", SMALL.replace("kappa.hidz", "kappa.hidzz").replace("0.2", "-0.2"))
    done = calibrate("calibrate", "bad.yaml", "-o", "p.h5")
    assert done.returncode == 65 and "bad.yaml:8:3: priors.approvals.kappa.hidzz" in done.stderr
    assert "the median must be positive" in done.stderr, "all problems at once"
    assert calibrate("check", "bad.yaml").returncode == 65
    assert calibrate("check", "cal.yaml").returncode == 0
    calibrate.write("exists.h5", "x")
    assert calibrate("calibrate", "cal.yaml", "-o", "exists.h5").returncode == 73
    assert calibrate("run", "small.yaml", "--parameters", "none.h5", "-o", "o.h5").returncode == 66
    assert calibrate("run", "small.yaml", "--parameters", "exists.h5", "-o", "o.h5").returncode == 65
    assert calibrate("calibrate", "cal.yaml", "-o", "cal.yaml", "--force").returncode == 73
    shutil.copy(ROOT / "calibration/targets.yaml", calibrate.folder / "t.yaml")
    shutil.copy(ROOT / "calibration/patterns.yaml", calibrate.folder / "patterns.yaml")
    calibrate.write("own.yaml", SMALL.replace(f"{ROOT}/calibration/targets.yaml", "t.yaml"))
    before = (calibrate.folder / "t.yaml").read_bytes()
    assert calibrate("calibrate", "own.yaml", "-o", "t.yaml", "--force").returncode == 73
    assert (calibrate.folder / "t.yaml").read_bytes() == before, "an input that the file names"
    done = calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--force", "--shard", "1/2")
    assert done.returncode == 64, "a shard started again could wait for ever"
    calibrate.write("second.yaml", SECOND)
    assert calibrate("calibrate", "second.yaml", "-o", "p.h5", "--profiles").returncode == 64
    done = calibrate("calibrate", "second.yaml", "-o", "p.h5", "--after", "nofile.h5")
    assert done.returncode == 66 and "after: nofile.h5: no such file" in done.stderr, done.stderr
    assert not (calibrate.folder / "o.h5").exists()


def test_a_finished_calibration_whose_parts_were_left_is_complete(calibrate, fitted):
    """As where the process is killed between naming the file and removing the parts."""
    process = calibrate.start("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none")
    while process.poll() is None and not (calibrate.folder / "p.h5.parts" / "calibration").exists():
        time.sleep(0.01)
    process.kill()
    process.communicate()
    shutil.copy(fitted[0], calibrate.folder / "p.h5")
    done = calibrate("calibrate", "cal.yaml", "-o", "p.h5")
    assert done.returncode == 0 and "complete. Nothing to do." in done.stderr, done.stderr
    assert not (calibrate.folder / "p.h5.parts").exists()
    again = calibrate("calibrate", "cal.yaml", "-o", "p.h5")
    assert again.returncode == 73 and "exists already" in again.stderr


def test_unfinished_work_of_another_command_is_left_alone(calibrate):
    calibrate.write("s.yaml", f"schema_version: 1\nscenarios: {{base: {SCENARIOS}/baseline.yaml}}\nreplicates: 2\n")
    assert calibrate("sweep", "s.yaml", *SHORT, "-o", "p.h5", "--shard", "1/2").returncode == 0
    before = sorted(path.name for path in (calibrate.folder / "p.h5.parts").iterdir())
    done = calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none")
    assert done.returncode == 65 and "holds runs of a sweep" in done.stderr, done.stderr
    assert sorted(path.name for path in (calibrate.folder / "p.h5.parts").iterdir()) == before
    (calibrate.folder / "q.h5.parts").mkdir()
    calibrate.write("q.h5.parts/calibration", "another")
    done = calibrate("sweep", "s.yaml", *SHORT, "-o", "q.h5")
    assert done.returncode == 65 and "holds parts of a calibration" in done.stderr, done.stderr
    assert (calibrate.folder / "q.h5.parts/calibration").exists()


def test_a_damaged_part_is_said_and_not_used(calibrate):
    process = calibrate.start("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none")
    part = calibrate.folder / "p.h5.parts" / "corrections"
    while not part.exists() and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    part.write_bytes(part.read_bytes().replace(b"1", b"2"))
    done = calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none")
    assert done.returncode == 74 and "corrections: is damaged" in done.stderr
    part.unlink()
    assert calibrate("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none").returncode == 0


def test_a_second_stage_is_the_same_in_shards_and_serves_runs(calibrate):
    calibrate.write("second.yaml", SECOND)
    done = calibrate("calibrate", "second.yaml", "-o", "whole.h5", "--predict", "--progress", "none")
    assert done.returncode == 0, done.stderr
    assert "sci_papers: 2010" in done.stdout and "nothing is held out" in done.stdout
    shards = [calibrate.start("calibrate", "second.yaml", "-o", "shards.h5", "--shard", f"{i}/2", "--progress", "none")
              for i in (2, 1)]
    assert [shard.wait() for shard in shards] == [0, 0]
    assert calibrate.digest("shards.h5") == calibrate.digest("whole.h5")
    done = calibrate("run", "small.yaml", *SHORT, "--replicates", "2", "--parameters", "whole.h5", "-o", "r.h5")
    assert done.returncode == 0, done.stderr
    with h5py.File(calibrate.folder / "r.h5") as runs, h5py.File(calibrate.folder / "whole.h5") as posterior:
        names = [name.decode() for name in posterior["parameter"][()]]
        for name in ("parameters.labs.paper_rate", "parameters.approvals.ambition"):
            assert np.array_equal(runs[f"parameter_draws/{name}"][()], posterior["value"][:2, names.index(name)])


def test_parts_of_another_calibration_are_not_mixed(calibrate):
    (calibrate.folder / "p.h5.parts").mkdir()
    calibrate.write("p.h5.parts/calibration", "another")
    done = calibrate("calibrate", "cal.yaml", "-o", "p.h5")
    assert done.returncode == 65 and "another calibration" in done.stderr
