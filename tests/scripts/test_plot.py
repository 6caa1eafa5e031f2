"""scripts/plot: which files it writes, what it prints, how it fails."""

import os
import re
import subprocess

import h5py
import pytest
from conftest import run_script
from plotting import FIGURES
from result_builder import AGENTS, write_result

NAMES = [figure.NAME for figure in FIGURES]


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_written_with_a_sentence_of_numbers(figures, name):
    folder, done = figures
    assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    svg = (folder / f"{name}.svg").read_text(encoding="utf-8")
    assert "<text" in svg, "text must stay text"
    lines = [line for line in done.stdout.splitlines() if line.startswith(str(folder / f"{name}.png"))]
    assert len(lines) == 1
    assert re.search(r"\d", lines[0].split(": ", 1)[1])


def test_nothing_is_said_on_stderr_when_nothing_is_missing(figures):
    assert figures[1].stderr == ""


def test_the_same_file_gives_the_same_bytes(result_path, figures, tmp_path):
    folder, _ = figures
    run_script("plot", result_path, "-o", tmp_path, "--only", "stocks")
    for name in ("stocks.png", "stocks.svg"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_a_missing_variable_leaves_its_panel_empty_and_says_so(tmp_path):
    path = write_result(tmp_path / "tiny.h5", without=["zone_approvals", "zone_stock"], observed=[])
    done = run_script("plot", path, "-o", tmp_path)
    assert done.returncode == 0
    assert "figure5_zone_approvals is left out" in done.stderr and "variable zone_approvals" in done.stderr
    assert not (tmp_path / "figure5_zone_approvals.png").exists()
    assert "variable zone_stock" in (tmp_path / "stocks.svg").read_text(encoding="utf-8")


def test_missing_observed_series_are_named_in_the_figure(tmp_path):
    path = write_result(tmp_path / "tiny.h5", observed=[])
    done = run_script("plot", path, "-o", tmp_path, "--only", "figure4_skl_approvals")
    assert done.returncode == 0
    svg = (tmp_path / "figure4_skl_approvals.svg").read_text(encoding="utf-8")
    assert "observed series skl_approvals" in svg


def test_a_file_without_named_agents_has_no_figure_of_shenyang(tmp_path):
    path = write_result(tmp_path / "tiny.h5", agents=(), observed=[])
    done = run_script("plot", path, "-o", tmp_path, "--only", "shenyang")
    assert done.returncode == 0
    assert "shenyang is left out" in done.stderr and "/traces" in done.stderr


@pytest.mark.parametrize(
    "figure, without, agents, told",
    [
        ("knowledge", ["foreign_frontier"], AGENTS, "variable foreign_frontier"),
        ("outputs", ["patents_granted"], AGENTS, "variable patents_granted"),
        ("firms", ["firm_exits_by_age"], AGENTS, "variable firm_exits_by_age"),
        ("shenyang", [], [name for name in AGENTS if name != "siasun"], "named agent siasun"),
    ],
)
def test_what_a_panel_of_the_chain_lacks_is_told_in_its_place(tmp_path, figure, without, agents, told):
    path = write_result(tmp_path / "tiny.h5", without=without, agents=agents)
    done = run_script("plot", path, "-o", tmp_path, "--only", figure)
    assert done.returncode == 0 and done.stderr == "", "the other panels are drawn"
    assert (tmp_path / f"{figure}.svg").read_text(encoding="utf-8").count(told) == 1


def test_of_several_scenarios_one_is_drawn_and_the_others_are_named(tmp_path):
    path = write_result(tmp_path / "two.h5", scenarios=("baseline", "other"), observed=[])
    first = run_script("plot", path, "-o", tmp_path, "--only", "stocks")
    assert 'drawing scenario "baseline" only' in first.stderr and "other" in first.stderr
    second = run_script("plot", path, "-o", tmp_path, "--only", "stocks", "--scenario", "other")
    assert second.stderr == "" and first.stdout != second.stdout


def missing(tmp_path):
    return tmp_path / "nothing.h5"


def text_file(tmp_path):
    path = tmp_path / "text.h5"
    path.write_text("not HDF5", encoding="utf-8")
    return path


def other_hdf5(tmp_path):
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        file["x"] = [1, 2, 3]
    return path


def only_failed_runs(tmp_path):
    path = write_result(tmp_path / "failed.h5", runs=2, observed=[])
    with h5py.File(path, "r+") as file:
        file["status"][:] = 1
    return path


@pytest.mark.parametrize(
    "make, code, words",
    [
        (missing, 66, "no such file"),
        (text_file, 65, "not a result file"),
        (other_hdf5, 65, "no variable run, year"),
        (only_failed_runs, 65, "no finished run"),
    ],
)
@pytest.mark.parametrize("script", ["plot", "report"])
def test_bad_input_is_named_with_its_exit_code(tmp_path, script, make, code, words):
    path = make(tmp_path)
    target = ["-o", tmp_path / "out"] if script == "plot" else ["--figures", tmp_path, "-o", tmp_path / "out.html"]
    done = run_script(script, path, *target)
    assert done.returncode == code
    assert str(path) in done.stderr and words in done.stderr and "Traceback" not in done.stderr


def test_usage_errors_exit_with_64(result_path, tmp_path):
    assert run_script("plot", result_path).returncode == 64
    assert run_script("plot", result_path, "-o", tmp_path, "--only", "no_such_figure").returncode == 64


def test_an_output_that_cannot_be_made_exits_with_73(result_path, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run_script("plot", result_path, "-o", tmp_path / "file" / "figures").returncode == 73


@pytest.mark.skipif(not os.environ.get("INNOCHAIN_BINARY"), reason="INNOCHAIN_BINARY is not set")
def test_a_real_run_gives_every_figure(tmp_path):
    """The layout that the program writes is the one that the reader expects."""
    result = tmp_path / "run.h5"
    scenario = os.path.join(os.path.dirname(__file__), "..", "..", "scenarios", "baseline.yaml")
    subprocess.run(
        [os.environ["INNOCHAIN_BINARY"], "run", scenario, "--replicates", "2", "-o", result, "--quiet"], check=True
    )
    done = run_script("plot", result, "-o", tmp_path)
    assert done.returncode == 0 and done.stderr == ""
    assert sorted(path.stem for path in tmp_path.glob("*.png")) == sorted(NAMES)
