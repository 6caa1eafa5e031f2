"""Every command of the guides runs, in order, and prints what the guide shows (scripts/run_guides)."""

import re
import shutil
import subprocess

import pytest

from conftest import PROGRAM, SCENARIOS

ROOT = SCENARIOS.parent
GUIDES = sorted((ROOT / "docs/guides").glob("*.md"))
NOT_INSTALLED = 69


def run(guide, languages):
    done = subprocess.run(
        [ROOT / "scripts/run_guides", "--program", PROGRAM, "--languages", languages, guide],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode == NOT_INSTALLED:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["first_policy", "first_sweep", "reading_results", "sensitivity"])
def test_the_commands_of_a_guide_do_what_it_shows(name):
    run(ROOT / f"docs/guides/{name}.md", "sh,python")


@pytest.mark.skipif(not shutil.which("parallel"), reason="GNU parallel is not installed")
def test_the_commands_of_the_guide_to_clusters_do_what_it_shows():
    run(ROOT / "docs/guides/cluster.md", "sh")


@pytest.mark.long
@pytest.mark.parametrize("language", ["r", "octave"])
def test_other_languages_print_the_same_as_python(language):
    run(ROOT / "docs/guides/reading_results.md", f"sh,{language}")


def test_what_no_test_runs_is_marked():
    """Blocks of other languages stand under a heading that says so; `bash` is for what needs a machine of its own."""
    for guide in GUIDES:
        text = guide.read_text(encoding="utf-8")
        for found in re.finditer(r"^```(\w+)\n", text, re.M):
            if found[1] not in ("sh", "python", "r", "octave", "yaml", "csv", "text", "bash"):
                heading = re.findall(r"^## .*$", text[: found.start()], re.M)[-1]
                assert "untested" in heading, f"{guide.name}: {found[1]} under `{heading}`"


def test_links_between_documents_lead_somewhere():
    for page in [*GUIDES, ROOT / "docs/policies.md"]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_a_wrong_output_and_a_failing_command_are_found(tmp_path):
    for body, complaint in (
        ("```sh\necho one\n```\n```text\ntwo\n```\n", "but the commands print"),
        ("```sh\nfalse\n```\n", "exit code 1"),
    ):
        guide = tmp_path / "guide.md"
        guide.write_text(body)
        done = subprocess.run(
            [ROOT / "scripts/run_guides", "--program", PROGRAM, "--languages", "sh", guide],
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1 and complaint in done.stderr
