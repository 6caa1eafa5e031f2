"""Usage errors are 64, settings are checked like files, and what goes to a broken stream is an I/O error."""

import pytest

from conftest import SMALL

RUN = ["run", "small.yaml", "-o", "out.h5"]

USAGE = {
    "no command": ([], "subcommand is required"),
    "an unknown command": (["rum"], "Did you mean `run`?"),
    "an unknown flag": ([*RUN, "--replicate", "3"], "Did you mean `--replicates`?"),
    "no output": (["run", "small.yaml"], "--output is required"),
    "no scenario": (["run", "-o", "out.h5"], "SCENARIO is required"),
    "no replicates": ([*RUN, "--replicates", "0"], "not in range"),
    "half a replicate": ([*RUN, "--replicates", "1.5"], "`1.5` is not a whole number"),
    "octal replicates": ([*RUN, "--replicates", "010"], "`010` is not a whole number"),
    "no threads": ([*RUN, "--threads", "0"], "not in range"),
    "9999 threads": ([*RUN, "--threads", "9999"], "not in range"),
    "a negative seed": ([*RUN, "--seed", "-1"], "`-1` is not a whole number"),
    "a seed of 65 bits": ([*RUN, "--seed", "18446744073709551616"], "`18446744073709551616` is not a whole number"),
    "an octal seed": ([*RUN, "--seed", "010"], "`010` is not a whole number"),
    "a setting without value": ([*RUN, "--set"], "--set"),
    "an unknown progress": ([*RUN, "--progress", "loud"], "loud"),
    "an unknown topic": (["describe", "levrs"], "levrs not in"),
}


@pytest.mark.parametrize("name", USAGE)
def test_usage_errors(innochain, name):
    arguments, message = USAGE[name]
    done = innochain(*arguments)
    assert done.returncode == 64 and message in done.stderr, done.stderr
    assert innochain.files() == ["small.yaml"]


SETTINGS = {
    "approvals.bar_raise": "is not path=value",
    "=3": "is not path=value",
    "approvals.bar_raise=": "has no value",
    "approvals.bar_raise=#": "has no value",
    "approvals.bar_raise=[[": "not valid YAML",
    "approvals.bar_raise=99": ":1:21: parameters.approvals.bar_raise: 99 is out of range",
    "approvals.bar_rise=1": "Did you mean `approvals.bar_raise`?",
    "levers.=1": "lever `` is not known",
    "levers.openess_share=1": "Did you mean `openness_share`?",
    "levers.openness_share@x=1": "`@x` is not a span of years",
    "levers.openness_share@2035..2026=1": "ends in 2026 before it starts in 2035",
    "scale.yeers=[1984,1990]": "Did you mean `years`?",
    "name=other": "parameters.name: is not known",
    "approvals.bar_raise=" + "[" * 10000: "nested too deeply",
}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting[:40])
def test_settings_are_checked_like_files(innochain, setting):
    done = innochain(*RUN, "--set", setting)
    assert done.returncode == 65 and done.stderr.startswith(f"--set {setting[:40]}") and SETTINGS[setting] in done.stderr, done.stderr
    assert innochain.files() == ["small.yaml"]


def test_two_scenarios_of_one_name(innochain):
    done = innochain("run", "small.yaml", "small.yaml", "-o", "out.h5")
    assert done.returncode == 65 and "two scenarios are named small" in done.stderr


def test_problems_of_all_scenarios(innochain):
    innochain.write("bad.yaml", "- 1\n")
    done = innochain("run", "nowhere.yaml", "bad.yaml", "-o", "out.h5")
    assert (done.returncode, [line.split(":")[0] for line in done.stderr.splitlines()]) == (65, ["nowhere.yaml", "bad.yaml"])


COMMANDS = [["describe", "parameters"], ["explain", "small.yaml"], ["check", "small.yaml"], ["--help"]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_standard_output_that_takes_nothing(innochain, command):
    with open("/dev/full", "w") as full:
        done = innochain(*command, stdout=full)
    assert done.returncode == 74 and done.stderr == "innochain: cannot write to standard output\n"


def test_a_run_without_standard_streams(innochain):
    """What the first file opened would be, if it took the number of a closed stream, is where messages go."""
    reference = innochain(*RUN, *SMALL)
    assert reference.returncode == 0
    for name, closed in {"no_err.h5": "2>&-", "none.h5": "<&- >&- 2>&-"}.items():
        done = innochain_in_shell(innochain, closed, "run", "small.yaml", *SMALL, "-o", name)
        assert done.returncode == 0
        assert innochain.digest(name) == innochain.digest("out.h5")


def test_messages_that_cannot_be_written(innochain):
    with open("/dev/full", "w") as full:
        assert innochain("run", "small.yaml", *SMALL, "-o", "out.h5", stderr=full).returncode == 74
        assert innochain("check", "nowhere.yaml", stderr=full).returncode in (66, 74)
    assert "out.h5.part" not in innochain.files()


def innochain_in_shell(innochain, redirection, *arguments):
    import subprocess

    from conftest import PROGRAM
    return subprocess.run(["sh", "-c", f'exec "$@" {redirection}', "sh", PROGRAM, *arguments], cwd=innochain.folder, timeout=60, check=False)
