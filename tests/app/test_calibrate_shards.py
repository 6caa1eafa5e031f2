"""Calibrations in shards: the digest of one process, whoever is killed, late or alone; and what is refused."""

import itertools
import os
import shutil
import signal
import time

import pytest
from calibration_files import SMALL
from conftest import Program

PATIENCE = 120  # seconds that no step of these tests takes, on however busy a machine


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.002)


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Parts of a calibration before its first generation, which is the slow half of so small a one; and its digest."""
    program = Program(tmp_path_factory.mktemp("begun"))
    program.write("cal.yaml", SMALL)
    parts, kept = program.folder / "alone.h5.parts", program.folder / "kept.parts"
    process = program.start("calibrate", "cal.yaml", "-o", "alone.h5", "--progress", "none")
    wait_until(lambda: (parts / "corrections").exists())
    kept.mkdir()
    for name in ("calibration", "point_fit", "corrections"):
        shutil.copy(parts / name, kept / name)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    return kept, program.digest("alone.h5")


@pytest.fixture
def shards(innochain, begun):
    innochain.write("cal.yaml", SMALL)
    shutil.copytree(begun[0], innochain.folder / "p.h5.parts")
    started = []

    def start(shard, *more):
        options = [] if shard is None else ["--shard", shard]
        process = innochain.start("calibrate", "cal.yaml", "-o", "p.h5", "--threads", "1", "--progress", "none", *options, *more)
        started.append(process)
        return process

    innochain.shard = start
    innochain.parts = innochain.folder / "p.h5.parts"
    yield innochain
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


def end(process):
    """Exit code and messages."""
    message = process.communicate(timeout=PATIENCE)[1]
    return process.returncode, message


def test_three_shards_in_any_order_give_the_digest_of_one_process(shards, begun):
    processes = [shards.shard(shard) for shard in ("3/3", "1/3", "2/3")]
    ends = [end(process) for process in processes]
    assert [code for code, _ in ends] == [0, 0, 0], ends
    assert "shard 3 of 3 is done" in ends[0][1] and "4 draws" in ends[1][1]
    assert shards.digest("p.h5") == begun[1]
    assert not shards.parts.exists()
    code, message = end(shards.shard("2/3"))
    assert code == 0 and "Nothing to do" in message, "a shard that a scheduler starts again"


@pytest.mark.parametrize("victims", ["1/2", "2/2", "both"])
def test_shards_that_are_killed_and_started_again(shards, begun, victims):
    running = {shard: shards.shard(shard) for shard in ("1/2", "2/2")}
    for generation in itertools.count(1, 2):
        moves = shards.parts / f"moves-{generation:03}"
        wait_until(lambda: moves.exists() or any(process.poll() is not None for process in running.values()))
        if any(process.poll() is not None for process in running.values()):
            break
        killed = [shard for shard in running if victims in (shard, "both")]
        for shard in killed:
            os.kill(running[shard].pid, signal.SIGKILL)
            running[shard].communicate()
        for shard in killed:
            running[shard] = shards.shard(shard)
    assert generation > 1, "nobody was killed"
    for process in running.values():
        code, message = end(process)
        assert code == 0, message
    assert shards.digest("p.h5") == begun[1]


def test_one_process_goes_on_alone_and_a_shard_that_slept_ends(shards, begun):
    sleeping = shards.shard("2/2")
    wait_until(lambda: (shards.parts / "moves-000" / "shard-2-of-2").exists())
    os.kill(sleeping.pid, signal.SIGSTOP)
    code, message = end(shards.shard(None))
    assert code == 0, message
    assert shards.digest("p.h5") == begun[1]
    os.kill(sleeping.pid, signal.SIGCONT)
    code, message = end(sleeping)
    assert code == 0 and "without this shard" in message


def test_a_shard_that_was_overtaken_goes_on(shards, begun):
    waiting = shards.shard("2/2")
    alone = shards.shard(None)
    wait_until(lambda: (shards.parts / "generation").exists())
    alone.send_signal(signal.SIGTERM)
    assert end(alone)[0] in (0, 75)
    if alone.returncode == 75:
        assert end(shards.shard("1/2"))[0] == 0
    assert end(waiting)[0] == 0
    assert shards.digest("p.h5") == begun[1]


def test_an_interrupted_shard_says_that_the_command_goes_on(shards):
    for before in (None, shutil.rmtree):  # it waits for results, and for the corrections
        if before:
            before(shards.parts)
        process = shards.shard("2/2")
        wait_until(lambda: (shards.parts / "shards").exists())
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        code, message = end(process)
        assert code == 75 and "the same command goes on" in message


def test_what_shards_refuse(shards):
    first = shards.shard("2/3")
    wait_until(lambda: (shards.parts / "moves-000" / "shard-2-of-3").exists())
    code, message = end(shards.shard("2/3"))
    assert code == 73 and "another process" in message
    code, message = end(shards.shard("1/2"))
    assert code == 65 and "3 shards" in message
    code, message = end(shards.shard("1/3", "--seed", "5"))
    assert code == 65 and "another calibration" in message
    assert first.poll() is None
    shutil.rmtree(shards.parts)
    code, message = end(first)
    assert code == 66 and "is gone" in message
    shards.write("p.h5", "x")
    assert end(shards.shard("2/3"))[0] == 65
    assert shards("calibrate", "cal.yaml", "-o", "q.h5", "--shard", "1/2", "--recovery", "2").returncode == 64


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "1/0", "a/2", "1/2/3", "-1/2", "1/", "1/99999999999"])
def test_shards_must_make_sense(shards, shard):
    code, message = end(shards.shard(shard))
    assert code == 64 and shard in message
