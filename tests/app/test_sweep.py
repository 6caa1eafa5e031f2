"""Sweeps that survive: killed at random moments, sharded, on a full disk, with failing runs; always the same digest."""

import json
import os
import random
import shutil
import signal
import subprocess
import time

import h5py
import numpy as np
import pytest

from conftest import PROGRAM, SCENARIOS

KEEP = "keep: [lab_stock, self_reliance, {sum: revenue, years: [2026, 2027]}]"
# Runs of about ten milliseconds: a short history, few firms and proposals.
SWEEP = f"""\
schema_version: 1
scenarios: {{baseline: {SCENARIOS / 'baseline.yaml'}, basic: {SCENARIOS / 'policies' / 'commercialization_first.yaml'}}}
baseline: baseline
design: {{kind: grid}}
axes:
  - {{path: levers.centralization, years: [2026, 2027], values: [0, 0.25, 0.5, 0.75, 1]}}
  - {{path: levers.allocation_rule, years: [2026, 2027], values: [merit, lottery]}}
replicates: REPLICATES
{KEEP}
set: [scale.firms_per_agent=1000, scale.proposals_per_agent=1000, "scale.years=[2016,2027]"]
"""


@pytest.fixture
def sweep(innochain):
    innochain.write("s.yaml", SWEEP.replace("REPLICATES", "2"))
    return innochain


def run(innochain, *arguments, output="a.h5", **options):
    return innochain("sweep", "s.yaml", "-o", output, *arguments, **options)


def test_arms_and_values_stand_beside_each_run(sweep):
    done = run(sweep)
    assert done.returncode == 0, done.stderr
    with h5py.File(sweep.folder / "a.h5") as file:
        arms, replicates = file["arm"].asstr()[()], file["replicate"][()]
        centralization = file["param.levers.centralization"][()]
        rule = file["param.levers.allocation_rule"].asstr()[()]
        assert len(arms) == 40 and len(set(arms)) == 20
        np.testing.assert_array_equal(replicates, np.repeat([0, 1], 20))  # replicate-major: balanced at every moment
        np.testing.assert_array_equal(np.unique(centralization), [0, 0.25, 0.5, 0.75, 1])
        assert set(rule) == {"merit", "lottery"}
        assert file["revenue_sum_2026_2027"].shape == (40,)
        assert "papers" not in file
    assert sweep.files() == ["a.h5", "s.yaml", "small.yaml"]


def test_every_arm_is_what_run_makes_of_it(sweep):
    """One arm, against `run` with the same settings."""
    assert run(sweep).returncode == 0
    settings = ["levers.centralization@2026..2027=0.75", "levers.allocation_rule@2026..2027=lottery", "scale.firms_per_agent=1000", "scale.proposals_per_agent=1000", "scale.years=[2016,2027]"]
    arguments = [word for setting in settings for word in ("--set", setting)]
    done = sweep("run", str(SCENARIOS / "baseline.yaml"), *arguments, "--replicates", "2", "-o", "one.h5")
    assert done.returncode == 0, done.stderr
    with h5py.File(sweep.folder / "a.h5") as file, h5py.File(sweep.folder / "one.h5") as one:
        arm = (file["scenario"].asstr()[()] == "baseline") & (file["param.levers.centralization"][()] == 0.75) & (file["param.levers.allocation_rule"].asstr()[()] == "lottery")
        for name in ("lab_stock", "self_reliance"):
            np.testing.assert_array_equal(file[name][()][arm], one[name][()])


def test_threads_branch_and_shards_change_nothing(sweep):
    assert run(sweep).returncode == 0
    expected = sweep.digest("a.h5")
    for threads in "128":
        assert run(sweep, "--threads", threads, output=f"t{threads}.h5").returncode == 0
        assert sweep.digest(f"t{threads}.h5") == expected
    for order in ((1, 2, 3), (3, 1, 2)):
        for index in order:
            assert run(sweep, "--shard", f"{index}/3", output="shards.h5").returncode == 0
        assert sweep("collect", "shards.h5").returncode == 0
        assert sweep.digest("shards.h5") == expected
        (sweep.folder / "shards.h5").unlink()
    sweep.write("s.yaml", SWEEP.replace("REPLICATES", "2") + "branch_from: 2026\n")
    done = run(sweep, output="branched.h5")
    assert done.returncode == 0, done.stderr
    assert sweep.digest("branched.h5") == expected


@pytest.mark.parametrize("branch, n_kills", [pytest.param("", 30, marks=pytest.mark.long), ("branch_from: 2026\n", 8)])
def test_killed_at_random_moments_it_goes_on(sweep, branch, n_kills):
    sweep.write("s.yaml", SWEEP.replace("REPLICATES", "20") + branch)  # 400 runs
    started = time.monotonic()
    assert run(sweep, output="whole.h5").returncode == 0
    duration = time.monotonic() - started
    draw = random.Random(7)
    n_killed = 0
    for _ in range(n_kills):
        process = subprocess.Popen([PROGRAM, "sweep", "s.yaml", "-o", "killed.h5", "--threads", str(draw.choice([1, 2, 3]))], cwd=sweep.folder, stderr=subprocess.DEVNULL)
        try:
            process.wait(draw.uniform(0.0, 0.2 * duration))
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            n_killed += 1
    assert n_killed > 3
    if not (sweep.folder / "killed.h5").exists():
        assert run(sweep, output="killed.h5").returncode == 0
    assert sweep.digest("killed.h5") == sweep.digest("whole.h5")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_signals_end_it_with_75_and_status_tells(sweep, name):
    sweep.write("s.yaml", SWEEP.replace("REPLICATES", "20"))
    process = subprocess.Popen([PROGRAM, "sweep", "s.yaml", "-o", "a.h5", "--threads", "2"], cwd=sweep.folder, stderr=subprocess.PIPE, text=True)
    while not any(path.stat().st_size > 5000 for path in sweep.folder.glob("a.h5.parts/*.runs")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(getattr(signal, name))
    message = process.communicate(timeout=60)[1]
    assert process.returncode == 75 and "the same command goes on" in message
    told = sweep("status", "a.h5", "--json")
    status = json.loads(told.stdout)
    assert told.returncode == 75 and 0 < status["done"] < 400 and status["missing"] == 400 - status["done"]
    assert sweep("collect", "a.h5").returncode == 75
    assert not (sweep.folder / "a.h5").exists()
    done = run(sweep)
    assert done.returncode == 0 and f"{status['done']} of 400 runs were done before" in done.stderr
    assert sweep("status", "a.h5").returncode == 0


def test_a_full_disk_loses_nothing(sweep):
    assert run(sweep, output="whole.h5").returncode == 0
    for limit in (3000, 20000, 60000, 200000):
        done = run(sweep, limit_file_size=limit)
        assert done.returncode == 74 and "cannot write" in done.stderr, (limit, done.stderr)
    assert run(sweep).returncode == 0
    assert sweep.digest("a.h5") == sweep.digest("whole.h5")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_small_disk_that_is_full_for_a_while(sweep):
    disk = sweep.folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let us mount a tmpfs")
    try:
        done = run(sweep, output="disk/a.h5")
        assert done.returncode == 74 and "cannot write" in done.stderr, done.stderr
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert run(sweep, output="disk/a.h5").returncode == 0
        assert run(sweep, output="whole.h5").returncode == 0
        assert sweep.digest("disk/a.h5") == sweep.digest("whole.h5")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_another_design_is_refused_and_nothing_is_lost(sweep):
    assert run(sweep, "--shard", "1/2").returncode == 0
    before = json.loads(sweep("status", "a.h5", "--json").stdout)["done"]
    for change in (["--replicates", "3"], ["--seed", "5"], ["--set", "parameters.reviews.reliability=0.5"], ["--traces"]):
        done = run(sweep, *change)
        assert done.returncode == 65 and "was begun as another ensemble" in done.stderr, done.stderr
    manifest = sweep.folder / "a.h5.parts" / "manifest.json"
    text = manifest.read_text()
    manifest.write_text(text.replace('"model_revision": ', '"model_revision": 9'))
    done = run(sweep)
    assert done.returncode == 65 and "model_revision was" in done.stderr
    manifest.write_text(text)
    assert json.loads(sweep("status", "a.h5", "--json").stdout)["done"] == before
    assert run(sweep).returncode == 0


def test_two_processes_do_not_write_one_shard(sweep):
    sweep.write("s.yaml", SWEEP.replace("REPLICATES", "20"))
    first = subprocess.Popen([PROGRAM, "sweep", "s.yaml", "-o", "a.h5"], cwd=sweep.folder, stderr=subprocess.DEVNULL)
    while not list(sweep.folder.glob("a.h5.parts/*.runs")):
        time.sleep(0.01)
    done = run(sweep)
    assert done.returncode == 73 and "another process" in done.stderr
    first.wait(60)
    assert first.returncode == 0


def test_results_are_not_overwritten_unasked(sweep):
    assert run(sweep).returncode == 0
    before = (sweep.folder / "a.h5").read_bytes()
    done = run(sweep)
    assert done.returncode == 0 and "Nothing to do" in done.stderr
    done = run(sweep, "--seed", "2")
    assert done.returncode == 73 and "--force" in done.stderr
    assert (sweep.folder / "a.h5").read_bytes() == before
    sweep.write("a.h5", "precious")
    assert run(sweep).returncode in (65, 73)
    assert (sweep.folder / "a.h5").read_text() == "precious"
    assert run(sweep, "--force").returncode == 0


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "1/0", "a/2", "1/2/3", "-1/2", "1/", "1/99999999999"])
def test_shards_must_make_sense(sweep, shard):
    done = run(sweep, "--shard", shard)
    assert done.returncode == 64 and shard in done.stderr


def test_precision_gives_each_arm_what_it_needs(sweep):
    sweep.write("s.yaml", SWEEP.replace("REPLICATES", "64"))
    rule = ["--precision", "lab_stock[skl_enterprise]@2027=0.02"]
    done = run(sweep, *rule)
    assert done.returncode == 0, done.stderr
    with h5py.File(sweep.folder / "a.h5") as file:
        arms, types = file["arm"].asstr()[()], list(file["lab_type"].asstr()[()])
        year = list(file["year"][()]).index(2027)
        stock = file["lab_stock"][:, year, types.index("skl_enterprise")]
    for arm in set(arms):
        values = stock[arms == arm].astype(float)
        assert len(values) % 16 == 0
        width = {16: 2.131450, 32: 2.039513, 48: 2.011741, 64: 1.998341}[len(values)] * values.std(ddof=1) / len(values) ** 0.5  # printed tables of t(0.975)
        assert width <= 0.02 * values.mean() or len(values) == 64
    for index in (2, 1):
        assert run(sweep, *rule, "--shard", f"{index}/2", output="shards.h5").returncode == 0
    assert sweep("collect", "shards.h5").returncode == 0
    assert sweep.digest("shards.h5") == sweep.digest("a.h5")
    done = run(sweep, "--precision", "lab_stock[skl]@2050=0", output="b.h5")
    assert done.returncode == 65 and "--precision" in done.stderr


def test_run_replicates_to_a_precision_too(sweep):
    settings = ["--set", "scale.firms_per_agent=1000", "--set", "scale.proposals_per_agent=1000", "--set", "scale.years=[2016,2027]"]
    done = sweep("run", "small.yaml", *settings, "--precision", "lab_stock[skl_enterprise]@2027=0.02", "--replicates", "200", "-o", "p.h5")
    assert done.returncode == 0 and "as precise as asked" in done.stderr, done.stderr
    with h5py.File(sweep.folder / "p.h5") as file:
        n = len(file["run"])
    assert n % 16 == 0 or n == 200
    done = sweep("run", "small.yaml", *settings, "--replicates", str(n), "-o", "n.h5")
    assert done.returncode == 0
    with h5py.File(sweep.folder / "p.h5") as precise, h5py.File(sweep.folder / "n.h5") as plain:
        np.testing.assert_array_equal(precise["papers"][()], plain["papers"][()])


HUNGRY = f"""\
schema_version: 1
scenarios: {{baseline: {SCENARIOS / 'baseline.yaml'}}}
design: {{kind: grid}}
axes:
  - {{path: parameters.firms.initial_count, values: VALUES}}
replicates: 3
keep: [firms, self_reliance]
set: [scale.proposals_per_agent=1000, "scale.years=[2016,2017]", parameters.firms.initial_year=2016, parameters.firms.agents_at_most=10000000]
"""


def test_failed_runs_are_recorded_and_do_not_sink_the_rest(sweep):
    """Ten million firms do not fit into the memory that is allowed; five hundred do, also in the room of a failed run."""
    sweep.write("s.yaml", HUNGRY.replace("VALUES", "[500, 1.0e+7, 700]"))
    limits = {"limit_memory": 500 << 20}
    done = run(sweep, "--threads", "1", **limits)
    assert done.returncode == 1 and "3 runs failed" in done.stderr, done.stderr
    sweep.write("s.yaml", HUNGRY.replace("VALUES", "[500, 700]"))
    assert run(sweep, output="small.h5").returncode == 0
    with h5py.File(sweep.folder / "a.h5") as file, h5py.File(sweep.folder / "small.h5") as small:
        failed = file["status"][()] == 1
        np.testing.assert_array_equal(np.nonzero(failed)[0], [1, 4, 7])
        assert set(file["failure"].asstr()[()][failed]) == {"std::bad_alloc"}
        assert not file["failure"].asstr()[()][~failed].any()
        assert (file["firms"][()][failed] == file["firms"].attrs["_FillValue"]).all()
        for name in ("firms", "self_reliance"):
            np.testing.assert_array_equal(file[name][()][~failed], small[name][()])


def test_a_sweep_may_stop_at_the_first_failure_and_try_again(sweep):
    sweep.write("s.yaml", HUNGRY.replace("VALUES", "[500, 1.0e+7, 700]"))
    done = run(sweep, "--threads", "1", "--on-error", "stop", limit_memory=500 << 20)
    assert done.returncode == 1 and "run 1: std::bad_alloc" in done.stderr, done.stderr
    assert not (sweep.folder / "a.h5").exists()
    status = json.loads(sweep("status", "a.h5", "--json").stdout)
    assert status["failed"] == 0 and status["done"] >= 1
    done = run(sweep, "--threads", "1")
    assert done.returncode == 0, done.stderr
    with h5py.File(sweep.folder / "a.h5") as file:
        assert (file["status"][()] == 0).all()


@pytest.mark.skipif(not shutil.which("strace"), reason="strace, which makes single writes fail, is not installed")
@pytest.mark.parametrize("write", [5, 30, 80, 150])
def test_a_disk_that_is_full_for_one_write_loses_nothing(sweep, write):
    """A small dataset reaches the file only when it is closed: that failure counts too."""
    assert run(sweep, output="whole.h5").returncode == 0
    failing = ["strace", "-f", "-o", "/dev/null", "-e", "trace=pwrite64", "-e", f"inject=pwrite64:error=ENOSPC:when={write}"]
    done = subprocess.run([*failing, PROGRAM, "sweep", "s.yaml", "-o", "a.h5"], cwd=sweep.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 74 and not (sweep.folder / "a.h5").exists(), done.stderr
    assert run(sweep).returncode == 0
    assert sweep.digest("a.h5") == sweep.digest("whole.h5")


def test_inputs_are_not_overwritten_even_by_force(sweep):
    text = (sweep.folder / "s.yaml").read_text()
    for arguments in (["sweep", "s.yaml", "-o", "s.yaml", "--force"], ["run", "small.yaml", "-o", "./small.yaml", "--force"]):
        done = sweep(*arguments)
        assert done.returncode == 73 and "is an input" in done.stderr
    assert run(sweep).returncode == 0
    before = (sweep.folder / "a.h5").read_bytes()
    baseline = "baseline, centralization=0, allocation_rule=merit"
    for arguments in (["compare", "a.h5", "--baseline", baseline], ["patterns", "a.h5"]):
        for copy in ("--csv", "--json"):
            assert sweep(*arguments, copy, "./a.h5", "--force").returncode in (65, 73)
    assert (sweep.folder / "a.h5").read_bytes() == before
    assert (sweep.folder / "s.yaml").read_text() == text


def test_what_is_finished_stays_finished(sweep):
    assert run(sweep, "--shard", "1/1").returncode == 0
    assert sweep("collect", "a.h5").returncode == 0
    (sweep.folder / "a.h5.parts").mkdir()  # as a kill after the last step leaves it
    assert run(sweep, "--shard", "1/2").returncode == 0
    assert sweep.files() == ["a.h5", "s.yaml", "small.yaml"]
