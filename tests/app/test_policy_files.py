"""The files of the shipped policies: valid, titled, each with its decoupled twin, and all in the sweeps."""

import re
import subprocess

import yaml

from conftest import PROGRAM, SCENARIOS

POLICIES = sorted(path.stem for path in (SCENARIOS / "policies").glob("*.yaml"))
DECOUPLING = "decoupling_2018"


def settings(name):
    return yaml.safe_load((SCENARIOS / "policies" / name).read_text(encoding="utf-8"))


def test_every_policy_has_a_title_and_the_page_explains_it():
    assert all(settings(f"{policy}.yaml")["title"] for policy in POLICIES)
    page = (SCENARIOS.parent / "docs/policies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"contrasts of (\w+):", page)) == {*POLICIES, "all", "decoupled"}


def test_every_policy_has_a_decoupled_twin_with_the_same_shock():
    shock = settings(f"{DECOUPLING}.yaml")
    twins = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (SCENARIOS / "policies/decoupled").glob("*.yaml")
    }
    assert set(twins) == set(POLICIES) - {DECOUPLING}
    for name, twin in twins.items():
        assert twin["extends"] == f"../{name}.yaml" and twin["name"] == f"decoupled_{name}"
        assert {key: twin[key] for key in ("shocks", "overrides")} == {
            key: shock[key] for key in ("shocks", "overrides")
        }


def test_the_sweeps_hold_every_policy():
    sweeps = {
        name: yaml.safe_load((SCENARIOS / f"sweeps/{name}.yaml").read_text(encoding="utf-8"))["scenarios"]
        for name in ("policies", "decoupling")
    }
    files = {f"../policies/{name}.yaml" for name in POLICIES} | {"../baseline.yaml"}
    twins = {f"../policies/decoupled/{name}.yaml" for name in POLICIES if name != DECOUPLING}
    assert set(sweeps["policies"].values()) == files
    assert set(sweeps["decoupling"].values()) == files | twins
    for scenarios in sweeps.values():
        for name, file in scenarios.items():
            assert name == file.split("/")[-1].removesuffix(".yaml") or name == "decoupled_" + file.split("/")[
                -1
            ].removesuffix(".yaml")


def test_all_shipped_files_are_valid():
    files = [
        str(path)
        for folder in ("policies", "policies/decoupled", "sweeps")
        for path in sorted((SCENARIOS / folder).glob("*.yaml"))
    ]
    done = subprocess.run([PROGRAM, "check", "--quiet", *files], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
