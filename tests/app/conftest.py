"""The program as a user runs it: a binary, a folder to work in, and small scenarios."""

import os
import resource
import signal
import subprocess

import calibration_files
import pytest
from calibration_files import SCENARIOS

PROGRAM = os.environ["INNOCHAIN_BINARY"]
SMALL = ["--set", "scale.years=[1984,1995]", "--set", "scale.proposals_per_agent=1000", "--replicates", "2"]
EXTENDS = f"schema_version: 1\nextends: {SCENARIOS / 'baseline.yaml'}\n"


class Program:
    """Runs innochain in a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, *arguments, limit_file_size=None, limit_memory=None, **options):
        def prepare():
            if limit_file_size is not None:  # writing fails beyond it, as on a full disk
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit_file_size, limit_file_size))
            if limit_memory is not None:  # runs that need more fail
                resource.setrlimit(resource.RLIMIT_AS, (limit_memory, limit_memory))

        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, text=True, errors="replace", check=False,
                              preexec_fn=prepare, restore_signals=False, **streams)

    def start(self, *arguments):
        return subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, text=True, stderr=subprocess.PIPE)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def digest(self, name):
        done = self("digest", name)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()[0]

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def innochain(tmp_path):
    program = Program(tmp_path)
    program.write("small.yaml", EXTENDS)
    return program


@pytest.fixture
def calibrate(innochain):
    """The program, in a folder with a small calibration."""
    innochain.write("cal.yaml", calibration_files.SMALL)
    return innochain


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """A posterior that tests only read: its file, and what was printed."""
    program = Program(tmp_path_factory.mktemp("fitted"))
    program.write("cal.yaml", calibration_files.SMALL)
    done = program("calibrate", "cal.yaml", "-o", "p.h5", "--progress", "none", "--predict")
    assert done.returncode == 0, done.stderr
    return program.folder / "p.h5", done.stdout
