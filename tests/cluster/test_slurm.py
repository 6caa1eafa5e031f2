"""A sweep on a real Slurm of one node: sharded as a job array, one task killed and requeued, collected, and equal to a sweep that nobody disturbed."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

import slurm
from slurm import Cluster, wait_until

PROGRAM = os.environ["INNOCHAIN_BINARY"]
ROOT = Path(__file__).resolve().parents[2]
SHARDS = 4

pytestmark = pytest.mark.skipif(bool(slurm.missing()), reason=f"Slurm is not installed: {', '.join(slurm.missing())}")

SWEEP = f"""schema_version: 1
scenarios: {{baseline: {ROOT}/scenarios/baseline.yaml, hard: {ROOT}/scenarios/policies/zones_merged_hard.yaml}}
baseline: baseline
design: {{kind: grid}}
axes:
  - {{path: parameters.orientation.speed, values: [0.04, 0.09]}}
replicates: 30
set: [scale.firms_per_agent=100, scale.proposals_per_agent=20]
keep: [papers, self_reliance]
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("slurm")) as running:
        yield running


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sweep.yaml").write_text(SWEEP)
    return tmp_path


def innochain(folder, *arguments, status=0):
    done = subprocess.run([PROGRAM, *arguments], cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == status, done.stderr
    return done.stdout


def digest(folder, name):
    return innochain(folder, "digest", name).split()[0]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "sweep.yaml").write_text(SWEEP)
    innochain(folder, "sweep", "sweep.yaml", "-o", "out.h5", "--progress", "none")
    return digest(folder, "out.h5")


def submit(cluster, folder):
    """The jobs of shards and of the collection, as the script's message names them."""
    done = subprocess.run(
        [ROOT / "scripts/cluster/slurm.sh", "sweep.yaml", "out.h5", str(SHARDS)],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=cluster.environment | {"INNOCHAIN": PROGRAM},
    )
    assert done.returncode == 0, done.stderr
    words = done.stdout.replace(":", "").split()
    return [words[i + 1] for i, word in enumerate(words) if word == "job"]


def program_of(folder, task):
    """The process that works on a task's shard, if there is one."""
    shard = f"{task.split('_')[1]}/{SHARDS}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if PROGRAM.encode() in words and shard in words and (entry / "cwd").resolve() == folder.resolve():
                return int(entry.name)
        except OSError:  # it has ended meanwhile
            continue
    return None


def status_of(process):
    """The fields of /proc/PID/stat from the third on."""
    return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()


def parent(process):
    return int(status_of(process)[1])


def age(process):
    """Seconds since it started; 0 if it has ended."""
    try:
        started = int(status_of(process)[19]) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0
    return float(Path("/proc/uptime").read_text().split()[0]) - started


def running(cluster, folder, array):
    """A task of the array that has worked for a second, while results have already been written."""
    if not has_results(folder):
        return None
    tasks = [job for job, state in cluster.queue().items() if job.startswith(f"{array}_") and state == "RUNNING"]
    at_work = {task: program_of(folder, task) for task in tasks}
    return next((task for task, process in at_work.items() if process and age(process) > 1.0), None)


def finish(cluster):
    wait_until(lambda: not cluster.queue(), 300, "an empty queue")


def has_results(folder):
    parts = folder / "out.h5.parts"
    return parts.is_dir() and any(part.stat().st_size > 1_000 for part in parts.iterdir())


def test_a_killed_and_requeued_shard_changes_nothing(cluster, folder, undisturbed):
    array, _ = submit(cluster, folder)
    task = wait_until(lambda: running(cluster, folder, array), 60, "a running shard")
    os.kill(program_of(folder, task), signal.SIGKILL)  # as for want of memory
    wait_until(lambda: cluster.queue().get(task) != "RUNNING", 60, "the end of the killed shard")
    cluster.command("scontrol", "requeue", task)
    finish(cluster)
    assert cluster.restarts(task) == 1
    assert digest(folder, "out.h5") == undisturbed


def test_a_shard_near_its_time_limit_goes_back_into_the_queue_by_itself(cluster, folder, undisturbed):
    array, _ = submit(cluster, folder)
    task = wait_until(lambda: running(cluster, folder, array), 60, "a running shard")
    os.kill(parent(program_of(folder, task)), signal.SIGUSR1)  # as Slurm tells the job's shell
    finish(cluster)
    assert cluster.restarts(task) == 1
    assert "back into the queue" in (folder / f"out.h5.{task.split('_')[1]}.log").read_text()
    assert digest(folder, "out.h5") == undisturbed


def test_the_command_given_again_does_what_a_cancelled_shard_left(cluster, folder, undisturbed):
    array, collect = submit(cluster, folder)
    task = wait_until(lambda: running(cluster, folder, array), 60, "a running shard")
    cluster.command("scancel", task)
    finish(cluster)
    log = (folder / "out.h5.collect.log").read_text()
    assert not (folder / "out.h5").exists(), log
    innochain(folder, "status", "out.h5", status=75)
    submit(cluster, folder)
    finish(cluster)
    assert digest(folder, "out.h5") == undisturbed
