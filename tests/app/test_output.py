"""A result file is there entirely or not at all, and never in the place of another one unless that is asked for."""

import os
import signal
import stat
import time

import pytest

from conftest import SMALL

LONG = ["run", "small.yaml", "--set", "scale.proposals_per_agent=20", "--replicates", "1000000", "--progress", "none", "-o", "out.h5"]


def run(innochain, output, *more, **options):
    return innochain("run", "small.yaml", *SMALL, "-o", output, *more, **options)


def test_an_existing_file_is_kept_unless_forced(innochain):
    innochain.write("out.h5", "precious")
    done = run(innochain, "out.h5")
    assert done.returncode == 73 and "--force" in done.stderr
    assert (innochain.folder / "out.h5").read_text() == "precious"
    assert run(innochain, "out.h5", "--force").returncode == 0
    assert innochain.digest("out.h5")


@pytest.mark.parametrize("output", ["", ".", "nowhere/out.h5", "small.yaml/out.h5", "x" * 300, "x/" * 3000 + "out.h5", "/proc/out.h5", "/dev/null"])
def test_a_place_where_no_file_can_be(innochain, output):
    done = run(innochain, output, "--force")
    assert done.returncode == 73 and done.stderr.startswith("innochain: "), done.stderr
    assert innochain.files() == ["small.yaml"]


def test_a_device_stays_a_device(innochain):
    os.mkfifo(innochain.folder / "pipe")
    assert run(innochain, "pipe", "--force").returncode == 73
    assert stat.S_ISFIFO((innochain.folder / "pipe").stat().st_mode)


def test_a_link_in_the_place_of_the_unfinished_file_is_not_followed(innochain):
    innochain.write("other", "precious")
    (innochain.folder / "out.h5.part").symlink_to("other")
    assert run(innochain, "out.h5").returncode == 73
    assert (innochain.folder / "other").read_text() == "precious"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(innochain):
    (innochain.folder / "closed").mkdir(mode=0o555)
    assert run(innochain, "closed/out.h5").returncode == 73


@pytest.mark.parametrize("size", [0, 4096, 300_000])
def test_a_full_disk_leaves_nothing(innochain, size):
    done = run(innochain, "out.h5", limit_file_size=size)
    assert done.returncode == 74 and "innochain: out.h5: cannot " in done.stderr, done.stderr
    assert innochain.files() == ["small.yaml"]


@pytest.mark.parametrize("name", ["a b.h5", "创新 链.h5", 'quote".h5', "-o.h5", "x" * 245 + ".h5"])
def test_names_of_files(innochain, name):
    innochain.write(f"{name[:40]}.yaml", (innochain.folder / "small.yaml").read_text())
    done = innochain("run", f"./{name[:40]}.yaml", *SMALL, f"--output={name}")
    assert done.returncode == 0, done.stderr
    assert innochain("digest", f"./{name}").returncode == 0


def started(innochain, *settings):
    process = innochain.start(*LONG, *settings)
    deadline = time.monotonic() + 30
    while not (innochain.folder / "out.h5.part").exists():
        assert process.poll() is None and time.monotonic() < deadline, process.stderr.read()
        time.sleep(0.02)
    time.sleep(0.3)  # some runs
    return process


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(innochain, sent):
    process = started(innochain)
    process.send_signal(sent)
    assert process.wait(30) == 75
    assert "out.h5 was not written" in process.stderr.read()
    assert innochain.files() == ["small.yaml"]


def test_ctrl_c_twice_ends_at_once(innochain):
    # So many proposals that no run ends between the two: the first only asks for no further run.
    process = started(innochain, "--set", "applications.growth=0.3", "--set", "scale.proposals_per_agent=1")
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert "out.h5" not in innochain.files()


def test_a_killed_run_can_be_repeated(innochain):
    process = started(innochain)
    process.kill()
    process.wait(10)
    assert "out.h5" not in innochain.files()
    assert run(innochain, "out.h5").returncode == 0
    assert innochain.files() == ["out.h5", "small.yaml"]


def test_only_one_process_writes_a_file(innochain):
    first = started(innochain)
    second = run(innochain, "out.h5", "--force")
    assert second.returncode == 73 and "another process is writing" in second.stderr
    assert first.poll() is None
    first.terminate()
    assert first.wait(30) == 75
