"""Puts scripts/ on the path and offers a small result file to all tests."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from result_builder import write_result  # noqa: E402  (needs the path above)


@pytest.fixture(scope="session")
def result_path(tmp_path_factory):
    return write_result(tmp_path_factory.mktemp("result") / "tiny.h5")


@pytest.fixture(scope="session")
def figures(result_path, tmp_path_factory):
    """All figures of the small result file: their folder, and what `plot` printed."""
    folder = tmp_path_factory.mktemp("figures")
    done = run_script("plot", result_path, "-o", folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def run_script(name, *arguments):
    """Runs one of the repository's scripts as a user would."""
    return subprocess.run([SCRIPTS / name, *map(str, arguments)], capture_output=True, text=True, check=False)
