"""What is wrong with an input file is said with its place, all of it at once, with the documented exit code."""

import re
import shutil

import pytest

from conftest import EXTENDS, SCENARIOS

CHINA = SCENARIOS / "system" / "china.yaml"
OWN = f"schema_version: 1\nsystem: {CHINA}\n"
ALIASES = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi"))

# name: (text, exit code, the problems' places and the beginnings of their messages)
FILES = {
    "empty": ("", 65, ["1:1: the file is empty"]),
    "only a comment": ("# nothing\n", 65, ["1:1: the file is empty"]),
    "a list": ("- 1\n", 65, ["1:1: a list where a mapping"]),
    "two documents": (EXTENDS + "---\na: 1\n", 65, ["3:1: a second document"]),
    "bytes": (bytes(range(128, 256)), 65, ["1:1: byte 0x80 is not UTF-8"]),
    "a zero byte": (EXTENDS + 'title: "a\0b"\n', 65, ["3:10: control character 0x00"]),
    "a tab": (EXTENDS + "scale:\n\tyears: [1984, 1990]\n", 65, ["4:1: a tab"]),
    "a tag": (EXTENDS + "title: !!python/object x\n", 65, ["3:8: title: tag"]),
    "a bracket left open": (EXTENDS + "scale: {years: [1984,\n", 65, [": not valid YAML"]),
    "a quote left open": (EXTENDS + "title: 'swallows\nscale: {years: [1, 2]}\n", 65, [": not valid YAML: illegal EOF in scalar"]),
    "no version": (f"extends: {CHINA.parents[1] / 'baseline.yaml'}\n", 65, ["1:1: schema_version: is missing"]),
    "another version": (EXTENDS.replace("1", "2", 1), 65, ["1:17: schema_version: 2 is out of range"]),
    "duplicate keys": (EXTENDS + "scale: {}\nscale: {}\n", 65, ["4:1: scale: duplicate key .first given in line 3"]),
    "unknown keys": (
        EXTENDS + "overides: []\nparameters: {approvals.bar_rise: 1}\n", 65,
        [r"3:1: overides: unknown key .* Did you mean `overrides`\?", r"4:14: parameters\.approvals\.bar_rise: .* Did you mean `approvals.bar_raise`\?"]),
    "wrong types": (
        EXTENDS + "parameters: {approvals.bar_raise: yes}\noverrides: 3\nscale: [1]\nbudget: 7\n", 65,
        ["3:35: .* which YAML reads as a boolean", "4:12: overrides: the number 3", "5:8: scale: a list", "6:9: budget: the number 7"]),
    "numbers that are none": (
        EXTENDS + "parameters:\n" + "".join(f"  approvals.appetite.{era}: {value}\n" for era, value in
                                            zip(("opening", "adjustment", "expansion", "quality_ratio"), ("010", ".nan", ".inf", "1e999"))), 65,
        ["4:31: .*`010`, which is not written as a decimal number", "5:34: .*`.nan`", "6:33: .*`.inf`", "7:37: .*`1e999`"]),
    "numbers out of range": (
        EXTENDS + "scale: {proposals_per_agent: 0, firms_per_agent: -1}\nparameters: {approvals.bar_raise: 5}\n", 65,
        ["3:30: scale.proposals_per_agent: 0 is out of range", "3:50: scale.firms_per_agent: -1 is out", "4:35: .*5 is out of range"]),
    "years far away": (EXTENDS + "scale: {years: [1800, 9999]}\n", 65, ["3:17: .*1800 is out of range", "3:23: .*9999 is out of range"]),
    "an end before the start": (EXTENDS + "scale: {years: [2035, 1984]}\n", 65, ["3:16: scale.years: ends in 1984"]),
    "years without a regime": (EXTENDS + "scale: {years: [1984, 2036]}\n", 65, [": regimes: no regime covers 2036"]),
    "regimes with a gap": (OWN + "regimes: {a: {years: [1984, 2000]}, b: {years: [2005, 2035]}}\n", 65, ["no regime covers 2001..2004"]),
    "regimes that overlap": (OWN + "regimes: {a: {years: [1984, 2010]}, b: {years: [2005, 2035]}}\n", 65, ["overlaps with regime `a` in 2005..2010"]),
    "shares that do not sum to one": (
        EXTENDS + "overrides:\n  - {lever: review.weights, value: {papers: 0.5, applied: 0.4, commercialization: 0.4, strategic: 0, standing: 0}}\n", 65,
        ["4:36: overrides.0.: the shares sum to 1.3"]),
    "a negative share": (EXTENDS + "overrides:\n  - {lever: review.weights, value: {papers: -0.5, applied: 1, standing: 0.5}}\n", 65, ["-0.5 is out of range"]),
    "levers that do not exist": (
        EXTENDS + "overrides:\n  - {lever: openess_share, value: 1}\n  - {lever: '', value: 1}\n  - {}\n", 65,
        ["4:13: .*Did you mean `openness_share`", "5:13: .*lever `` is not known", "6:5: .*lever: is missing", "6:5: .*value: is missing"]),
    "targets": (
        EXTENDS + "targets:\n  - {designation: hidx, announced: 2020, by: 2010, stock: -5}\n", 65,
        ["4:5: .*is due before", "4:19: .*Did you mean `hidz`", "4:59: .*-5 is out of range"]),
    "a parent without name": (OWN + "extends: ''\nregimes: {a: {years: [1984, 2035]}}\n", 65, ["3:10: extends: is empty"]),
    "a parent that is a list": ("schema_version: 1\nextends: [a]\n", 65, ["2:10: extends: a list"]),
    "a parent that is not there": ("schema_version: 1\nextends: nowhere.yaml\n", 66, ["2:10: extends: there is no file"]),
    "itself as parent": ("schema_version: 1\nextends: bad.yaml\n", 65, ["2:10: extends: comes back to bad.yaml"]),
    "a system that is not there": ("schema_version: 1\nsystem: nowhere.yaml\n", 66, ["2:9: system: there is no file"]),
    "aliases that multiply": (EXTENDS + ALIASES, 65, ["more than 200000 values"]),
    "an alias of itself": (EXTENDS + "a: &a [*a]\n", 65, ["3:8: a.0.: this alias lies inside"]),
    "10,000 lists in each other": (EXTENDS + "a: " + "[" * 10000 + "]" * 10000, 65, ["nested too deeply"]),
    "10,000 mappings in each other": (EXTENDS + "a: " + "{a: " * 10000 + "1" + "}" * 10000, 65, ["nested too deeply"]),
    "10,000 dashes": (EXTENDS + "a:\n " + "- " * 10000 + "1\n", 65, ["nested too deeply"]),
    "2,000 indented keys": (EXTENDS + "a:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 2000)), 65, ["nested too deeply"]),
}


@pytest.mark.parametrize("name", FILES)
def test_every_problem_of_a_scenario(innochain, name):
    text, code, problems = FILES[name]
    innochain.write("bad.yaml", text)
    done = innochain("check", "bad.yaml")
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (code, len(problems)), done.stderr
    for line, problem in zip(lines, problems):
        assert re.match(r"\S+\.yaml:\d+:\d+: ", line) and re.search(problem, line), f"{line!r} is not about {problem!r}"


def test_a_file_that_is_not_there_or_none(innochain):
    for name, code in {"nowhere.yaml": 66, ".": 66, "/dev/zero": 65, "x" * 300: 66}.items():
        assert innochain("check", name).returncode == code, name


def test_a_cycle_of_parents(innochain):
    innochain.write("one.yaml", "schema_version: 1\nextends: two.yaml\n")
    innochain.write("two.yaml", "schema_version: 1\nextends: one.yaml\n")
    done = innochain("check", "one.yaml")
    assert (done.returncode, done.stderr) == (65, "two.yaml:2:10: extends: comes back to one.yaml (a scenario cannot extend itself)\n")


# name: (file: (old, new)), exit code, files and lines that the messages begin with
SYSTEMS = {
    "three files": (
        {"labs.yaml": ("    tier:", "    teir:"), "zones.yaml": ("since: 19", "since: x19"), "inputs/macro.yaml": ("1984: ", "1984: -")}, 65,
        ["system/inputs/macro.yaml:7:", "system/labs.yaml:7:5: lab_types[0].tier: is missing", "system/labs.yaml:18:5: ", "system/zones.yaml:13:12: "]),
    "two files that are no YAML": (
        {"labs.yaml": ("lab_types:", "lab_types: }"), "zones.yaml": ("zone_types:", "zone_types: ]")}, 65, ["system/labs.yaml:", "system/zones.yaml:"]),
    "two missing files": (
        {"china.yaml": ("- labs.yaml", "- lubs.yaml\n  - zunes.yaml")}, 66, ["system/china.yaml:14:5: files[3]: there is no file", "system/china.yaml:15:5: "]),
    "no prices": ({"inputs/macro.yaml": ("1984: 0.2153", "1984: 0")}, 65, ["system/inputs/macro.yaml:15:14: inputs.gdp_deflator.values.1984: is 0"]),
    "deep nesting": ({"zones.yaml": ("zone_types:", "x: " + "[" * 10000 + "\nzone_types:")}, 65, ["system/zones.yaml:"]),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_problem_of_a_system(innochain, name):
    edits, code, problems = SYSTEMS[name]
    shutil.copytree(CHINA.parent, innochain.folder / "system")
    for file, (old, new) in edits.items():
        text = (innochain.folder / "system" / file).read_text()
        assert old in text
        innochain.write(f"system/{file}", text.replace(old, new, 1))
    innochain.write("own.yaml", "schema_version: 1\nsystem: system/china.yaml\nregimes: {a: {years: [1984, 2035]}}\n")
    for checked in ("own.yaml", "system/china.yaml"):
        done = innochain("check", checked)
        lines = sorted(done.stderr.splitlines())
        assert (done.returncode, len(lines)) == (code, len(problems)), done.stderr
        assert all(line.startswith(problem) for line, problem in zip(lines, sorted(problems))), done.stderr


def test_targets_are_checked_with_the_observed_series(innochain):
    shipped = SCENARIOS.parent / "calibration" / "targets.yaml"
    done = innochain("check", str(shipped))
    assert (done.returncode, done.stdout) == (0, f"{shipped}: targets ok\n"), done.stderr
    text = shipped.read_text().replace("patterns: patterns.yaml", f"patterns: {shipped.with_name('patterns.yaml')}")
    forgotten = "  - {series: etdz_approvals, years: 1987, reason: *no_zone}\n"
    assert forgotten in text
    innochain.write("targets.yaml", text.replace(forgotten, ""))
    done = innochain("check", "targets.yaml")
    assert done.returncode == 65
    assert re.fullmatch(r"targets.yaml:\d+:\d+: complete\[\d\]: row 1987 of etdz_approvals is neither used nor excluded\n", done.stderr), done.stderr
    done = innochain("run", str(shipped), "-o", "out.h5")
    assert (done.returncode, done.stderr) == (65, f"{shipped}:1:1: is a file of targets (a scenario is expected)\n")
