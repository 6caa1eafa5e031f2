"""scripts/plot_sensitivity: the figures show the numbers of the file, and other files are refused."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import run_script
from plotting import sensitivity
from result_builder import write_result

PROGRAM = os.environ["INNOCHAIN_BINARY"]
SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
STUDY = f"""\
schema_version: 1
title: "Two factors"
scenario: {SCENARIOS / "baseline.yaml"}
method: {{METHOD, resamples: 100}}
factors:
  - {{path: parameters.approvals.ambition, range: [0.8, 1.3]}}
  - {{path: parameters.approvals.appetite.quality_ratio, loguniform: [0.33, 3]}}
outputs: ["zone_stock[hidz]@2018", "lab_stock[skl_enterprise]@2016", self_reliance@2018]
replicates: 2
set: [scale.firms_per_agent=1000, scale.proposals_per_agent=1000, "scale.years=[2016,2018]"]
"""
METHODS = {"sobol": "kind: sobol, base_points: 4", "morris": "kind: morris, trajectories: 4"}


@pytest.fixture(scope="module", params=METHODS)
def study_path(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "study.yaml").write_text(STUDY.replace("METHOD", METHODS[request.param]))
    subprocess.run([PROGRAM, "sensitivity", "study.yaml", "-o", "study.h5"], cwd=folder, check=True, capture_output=True)
    return folder / "study.h5"


def test_figures_are_written_with_a_sentence_of_numbers(study_path, tmp_path):
    done = run_script("plot_sensitivity", study_path, "-o", tmp_path)
    assert done.returncode == 0 and done.stderr == ""
    morris = study_path.parent.name.startswith("morris")
    names = ["sensitivity_indices", "sensitivity_plane"] if morris else ["sensitivity_indices"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{n}.{e}" for n in names for e in ("png", "svg"))
    assert len(done.stdout.splitlines()) == len(names)
    assert "lab_stock[skl_enterprise]@2016: does not vary" in done.stdout or morris
    first = (tmp_path / "sensitivity_indices.svg").read_bytes()
    run_script("plot_sensitivity", study_path, "-o", tmp_path)
    assert (tmp_path / "sensitivity_indices.svg").read_bytes() == first


def test_bars_are_as_long_as_the_indices(study_path):
    study = sensitivity.Study(study_path)
    figure = sensitivity.draw_indices(study)
    names = ["mu_star"] if study.is_morris else ["first_order", "total_order"]
    for output, axes in enumerate(figure.axes[:3]):
        widths = [bar.get_width() for bar in axes.patches]
        expected = np.concatenate([study.data[name].values[output][study.order()] for name in names])
        np.testing.assert_array_equal(widths, expected)
        ends = [segment[0, 0] for lines in axes.collections for segment in lines.get_segments()]
        lower = np.concatenate([study.data[f"{name}_lower"].values[output][study.order()] for name in names])
        np.testing.assert_array_equal(ends, lower[np.isfinite(lower)])


def test_an_output_that_does_not_vary_says_so_in_its_panel(study_path):
    figure = sensitivity.draw_indices(sensitivity.Study(study_path))
    assert any("does not vary" in text.get_text() for text in figure.axes[1].texts)


def test_other_files_are_refused(tmp_path):
    (tmp_path / "text.h5").write_text("none")
    path = write_result(tmp_path / "runs.h5", observed=[])
    for name, code in ((tmp_path / "text.h5", 65), (path, 65), (tmp_path / "absent.h5", 66)):
        done = run_script("plot_sensitivity", name, "-o", tmp_path)
        assert done.returncode == code and str(name) in done.stderr
    assert run_script("plot_sensitivity").returncode == 64
