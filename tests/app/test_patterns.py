"""What is known against what a result does: the table, its copies as CSV and JSON, and how the command fails."""

import csv
import json

import pytest

from conftest import SMALL

# Five rows about stocks and awards that any version of the model has; the numbers are far away from what they are held against.
PATTERNS = """schema_version: 1
patterns:
  - {name: nsfc, group: programmes, title: "NSFC, awards", unit: grants, simulated: {variable: programme_awards, select: {programme: nsfc}},
     years: 1990, low: 1, high: 1000000, confidence: seed, level: low, source: s%s}
  - {name: hidz, group: zones, title: t, unit: zones, simulated: {variable: zone_stock, select: {zone_type: hidz}},
     years: 1990, value: 5000, confidence: seed, level: low, source: s%s}
  - {name: late, group: zones, title: t, unit: zones, simulated: {variable: zone_stock, select: {zone_type: hidz}},
     years: 2030, value: 300, confidence: seed, level: low, source: s%s}
"""
MUST = ", must: {reason: why}"


def patterns(innochain, nsfc="", hidz="", late=""):
    innochain.write("patterns.yaml", PATTERNS % (nsfc, hidz, late))
    return ["--patterns", "patterns.yaml"]


@pytest.fixture
def result(innochain):
    innochain.write("second.yaml", (innochain.folder / "small.yaml").read_text())
    done = innochain("run", "small.yaml", "second.yaml", *SMALL, "--quiet", "-o", "out.h5")
    assert done.returncode == 0, done.stderr
    return innochain


def test_the_table_and_its_copies(result):
    done = result("patterns", "out.h5", *patterns(result, nsfc=MUST), "--csv", "rows.csv", "--json", "rows.json")
    assert done.returncode == 0, done.stderr
    assert "Scenario small, 2 replicates: 1 of 2 inside; misses: 1 too low, 0 too high; 1 not in this file.\nBy group: zones 0/1, programmes 1/1.\n" in done.stdout
    assert "1 of 1 rows that must hold do." in done.stdout
    document = json.loads((result.folder / "rows.json").read_text())
    assert document["summary"] == {"inside": 1, "compared": 2, "too_low": 1, "too_high": 0, "must": 1, "must_failed": 0, "not_in_file": 1}
    hidz, late, nsfc = document["rows"]  # zones come before programmes
    assert (nsfc["status"], hidz["status"], late["status"]) == ("inside", "outside", "not in this file")
    assert (late["missing"], late["simulated_median"], nsfc["value"]) == ("the year 2030", None, None)
    assert (hidz["low"], hidz["high"]) == (3500, 6500) and hidz["ratio"] == hidz["simulated_median"] / 5000
    with open(result.folder / "rows.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["pattern"] for row in rows] == ["hidz", "late", "nsfc"]
    assert rows[2]["title"] == "NSFC, awards"
    assert float(rows[0]["simulated_median"]) == hidz["simulated_median"] and rows[1]["simulated_median"] == ""
    assert rows[0].keys() == hidz.keys()
    done = result("patterns", "out.h5", *patterns(result), "--group", "robotics", "--csv", "none.csv")  # which has no rows
    assert done.returncode == 0 and (result.folder / "none.csv").read_text() == ",".join(hidz) + "\n"


@pytest.mark.parametrize("must,code,message", [
    ({"nsfc": MUST}, 0, "1 of 1 rows that must hold do"),
    ({"nsfc": MUST, "hidz": MUST}, 1, "hidz 1990: outside\n    must hold: why"),
    ({"late": MUST}, 1, "late 2030: not in this file: the year 2030\n    must hold: why"),
    ({"nsfc": ", must: {reason: why, median_within: 0, median_reason: m}"}, 0, "1 of 1 rows"),
])
def test_rows_that_must_hold(result, must, code, message):
    done = result("patterns", "out.h5", *patterns(result, **must))
    assert done.returncode == code and message in done.stdout, done.stdout


def test_groups_and_scenarios(result):
    own = patterns(result, hidz=MUST)
    assert result("patterns", "out.h5", *own, "--group", "programmes").returncode == 0  # the must of zones is not looked at
    assert result("patterns", "out.h5", *own, "--group", "zones").returncode == 1
    assert "Scenario second, 2 replicates" in result("patterns", "out.h5", *own, "--scenario", "second").stdout
    for option, word, hint in (("--scenario", "secnd", "Did you mean `second`?"), ("--group", "zone", "zones")):
        done = result("patterns", "out.h5", *own, option, word)
        assert done.returncode == 64 and hint in done.stderr, done.stderr


def test_files_that_cannot_be_read(result):
    own = patterns(result)
    assert result("patterns", "nowhere.h5", *own).returncode == 66
    assert result("patterns", "small.yaml", *own).returncode == 65
    assert result("patterns", "out.h5", "--patterns", "nowhere.yaml").returncode == 66
    result.write("bad.yaml", PATTERNS.replace("zone_type: hidz", "zone_type: hidx").replace("level: low", "levle: low") % ("", "", ""))
    done = result("patterns", "out.h5", "--patterns", "bad.yaml")
    assert done.returncode == 65
    assert done.stderr.splitlines()[0].startswith("bad.yaml:4:60: patterns[0].levle: unknown key") and len(done.stderr.splitlines()) == 3
    result.write("bad.yaml", PATTERNS.replace(", select: {programme: nsfc}", "") % ("", "", ""))
    done = result("patterns", "out.h5", "--patterns", "bad.yaml")
    assert (done.returncode, done.stderr) == (
        65, "bad.yaml:3:5: patterns[0]: programme_awards has the dimension programme (select: {programme: …}, or all)\n")
    done = result("patterns", "out.h5", *own, env={"INNOCHAIN_OBSERVED": "nowhere"})
    assert done.returncode == 66


@pytest.mark.parametrize("option", ["--csv", "--json"])
def test_files_that_cannot_be_written(result, option):
    own = patterns(result)
    result.write("there", "precious")
    assert result("patterns", "out.h5", *own, option, "there").returncode == 73
    assert (result.folder / "there").read_text() == "precious"
    assert result("patterns", "out.h5", *own, option, "nowhere/file").returncode == 73
    assert result("patterns", "out.h5", *own, option, "full", limit_file_size=100).returncode == 74
    assert not {"full", "full.part"} & set(result.files())
    assert result("patterns", "out.h5", *own, option, "there", "--force").returncode == 0
    assert (result.folder / "there").read_text() != "precious"


def test_one_file_cannot_be_both(result):
    assert result("patterns", "out.h5", *patterns(result), "--csv", "x", "--json", "x").returncode == 64


def test_the_shipped_file_fits_the_screen(result):
    done = result("patterns", "out.h5")
    assert done.returncode == 1 and "not in this file" in done.stdout, done.stderr  # the years end in 1995
    lines = done.stdout.splitlines()
    assert len(lines) > 150 and max(map(len, lines)) <= 120
