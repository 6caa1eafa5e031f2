"""Policies against a baseline: numbers against SciPy and h5py, tables, copies, and how the command refuses."""

import csv
import json

import h5py
import numpy as np
import pytest

from conftest import SMALL

SHARE = "overrides:\n  - {years: [1990, 1995], lever: award.strategic_weight, value: 3}\n"
CLOSED = "overrides:\n  - {years: [1990, 1995], lever: calls.hidz, value: closed}\n"
REPLICATES = 9


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Three scenarios with nine replicates, once for all tests."""
    from conftest import EXTENDS, Program

    program = Program(tmp_path_factory.mktemp("compare"))
    program.write("base.yaml", EXTENDS)
    program.write("closed.yaml", EXTENDS + CLOSED)
    program.write("strategic.yaml", EXTENDS + SHARE)
    done = program("run", "base.yaml", "closed.yaml", "strategic.yaml", *SMALL[:-1], str(REPLICATES), "--parameters", "default", "--quiet", "-o", "out.h5")
    assert done.returncode == 0, done.stderr
    return program


def compare(program, *arguments, result="out.h5", baseline="base", **options):
    return program("compare", result, "--baseline", baseline, *arguments, **options)


def contrasts(program, *arguments, **options):
    done = compare(program, *arguments, "--json", "contrasts.json", "--force", **options)
    assert done.returncode == 0, done.stderr
    return json.loads((program.folder / "contrasts.json").read_text(), parse_constant=pytest.fail)


def values(program, name, scenario, years, category=None, reduce=None):
    """What h5py reads: totals over categories, NaN where nothing is there."""
    with h5py.File(program.folder / "out.h5") as file:
        chosen = file["scenario"].asstr()[:] == scenario
        places = [list(file["year"][:]).index(year) for year in years]
        data = file[name][:][chosen].astype(float)
        data[data == float(file[name].attrs["_FillValue"])] = np.nan
        axis = file[name].dims[2][0].name.lstrip("/") if data.ndim == 3 else None
        if category is not None:
            data = data[:, :, list(file[axis].asstr()[:]).index(category)]
        elif data.ndim == 3:
            data = np.where(np.isnan(data).all(2), np.nan, np.nansum(data, 2))
    data = data[:, places]
    return data[:, 0] if reduce is None else getattr(np, reduce)(data, axis=1)


def row(document, policy, label, years):
    found = [row for row in document["contrasts"] if (row["policy"], row["label"], row["years"]) == (policy, label, years)]
    assert len(found) == 1, (policy, label, years)
    return found[0]


@pytest.mark.parametrize("name,category,window,years,reduce", [
    ("papers", None, "1995", [1995], None),
    ("papers", "cas", "1995", [1995], None),
    ("self_reliance", None, "1995", [1995], None),
    ("programme_awarded", None, "1991..1995:sum", range(1991, 1996), "sum"),
    ("applicant_time", None, "1991..1995:mean", range(1991, 1996), "mean"),
    ("zone_stock", "hidz", "1993", [1993], None),
])
def test_numbers_are_those_of_scipy(made, name, category, window, years, reduce):
    stats = pytest.importorskip("scipy.stats")
    label = f"{name}[{category}]" if category else name
    document = contrasts(made, "--years", window, "--indicators", label, "--confidence", "0.9")
    assert document["policies"] == ["closed", "strategic"] and document["method"] == "paired t"
    for policy in document["policies"]:
        found = row(document, policy, label, window)
        before = values(made, name, "base", years, category, reduce)
        after = values(made, name, policy, years, category, reduce)
        difference = after - before
        close = lambda expected: pytest.approx(expected, rel=1e-9, abs=1e-12 * abs(before).max())
        assert found["n_pairs"] == REPLICATES
        assert found["baseline_mean"] == close(before.mean()) and found["mean"] == close(after.mean())
        assert found["difference"] == close(difference.mean())
        assert found["relative"] == pytest.approx(difference.mean() / abs(before.mean()), rel=1e-9, abs=1e-12)
        assert found["p_higher"] == np.mean(np.where(difference == 0, 0.5, difference > 0))
        if difference.std() > 0:
            low, high = stats.t.interval(0.9, REPLICATES - 1, difference.mean(), stats.sem(difference))
            assert (found["lower"], found["upper"]) == (close(low), close(high))
            assert found["p_value"] == pytest.approx(stats.ttest_rel(after, before).pvalue, rel=1e-6, abs=1e-13)
            ratio = difference.var(ddof=1) / (before.var(ddof=1) + after.var(ddof=1))
            assert found["variance_ratio"] == pytest.approx(ratio, rel=1e-9)
        else:
            assert found["lower"] == found["upper"] == found["difference"]


def test_the_bootstrap_is_that_of_scipy(made):
    stats = pytest.importorskip("scipy.stats")
    document = contrasts(made, "--years", "1995", "--indicators", "papers,patents", "--interval", "bootstrap", "--resamples", "20000")
    n_compared = 0
    for label in ("papers", "patents"):
        difference = values(made, label, "strategic", [1995]) - values(made, label, "base", [1995])
        found = row(document, "strategic", label, "1995")
        expected = stats.bootstrap((difference,), np.mean, n_resamples=20000, method="BCa", random_state=1).confidence_interval
        # A quantile at 2.5 % of 20,000 resamples of nine values has a standard error of 0.02 standard errors of the mean.
        tolerance = 6 * 0.02 * stats.sem(difference)
        assert found["lower"] == pytest.approx(expected.low, abs=tolerance)
        assert found["upper"] == pytest.approx(expected.high, abs=tolerance)
        n_compared += difference.std() > 0
    assert n_compared == 2


def test_goals_decide_what_is_better(made):
    document = contrasts(made, "--years", "1995", "--indicators", "technology_gap,papers,zone_stock[hidz]")
    by_goal = {row["label"]: row for row in document["contrasts"] if row["policy"] == "closed"}
    assert by_goal["technology_gap"]["goal"] == "less"
    assert by_goal["technology_gap"]["p_better"] == pytest.approx(1 - by_goal["technology_gap"]["p_higher"])
    assert by_goal["papers"]["p_better"] == by_goal["papers"]["p_higher"]
    stock = by_goal["zone_stock[hidz]"]
    assert (stock["goal"], stock["p_better"], stock["indicator"], stock["category"]) == (None, None, "zone_stock", "hidz")
    assert stock["difference"] < 0 and stock["upper"] < 0  # no calls, no new zones


def test_intervals_that_hold_together(made):
    stats = pytest.importorskip("scipy.stats")
    alone = contrasts(made, "--years", "1995", "--indicators", "papers,patents")
    together = contrasts(made, "--years", "1995", "--indicators", "papers,patents", "--simultaneous")
    assert together["method"] == "paired t, simultaneous (Bonferroni)"
    wider = stats.t.ppf(1 - 0.025 / 4, REPLICATES - 1) / stats.t.ppf(0.975, REPLICATES - 1)  # two policies, two indicators
    for single, joint in zip(alone["contrasts"], together["contrasts"]):
        assert joint["upper"] - joint["difference"] == pytest.approx(wider * (single["upper"] - single["difference"]), rel=1e-8)
        assert joint["p_value"] >= single["p_value"]
    smallest = min(row["p_value"] for row in alone["contrasts"])
    assert min(row["p_value"] for row in together["contrasts"]) == pytest.approx(min(1, 4 * smallest))


def test_money_pareto_and_prices(made):
    document = contrasts(made, "--years", "1990..1995:sum", "--goals", "papers@1995,applicant_time@1991..1995:mean:less")
    awarded = {name: values(made, "programme_awarded", name, range(1990, 1996), None, "sum").mean() for name in ("base", "closed", "strategic")}
    for money in document["money"]:
        relative = awarded[money["policy"]] / awarded["base"] - 1
        assert money["relative"] == pytest.approx(relative, rel=1e-6, abs=1e-12) and money["equal"] == (abs(relative) <= 0.001)
    pareto = document["pareto"]
    assert [goal["label"] for goal in pareto["goals"]] == ["papers@1995", "applicant_time@1991..1995:mean"]
    means = {row["policy"]: row["means"] for row in pareto["values"]}
    assert list(means) == ["base", "closed", "strategic"]
    assert means["closed"] == pytest.approx([values(made, "papers", "closed", [1995]).mean(),
                                             values(made, "applicant_time", "closed", range(1991, 1996), None, "mean").mean()])
    def beaten(a):
        return any(b[0] >= a[0] and b[1] <= a[1] and b != a for b in means.values())
    assert pareto["set"] == [name for name, mean in means.items() if not beaten(mean)]
    assert [row["label"] for row in document["price"]] == ["papers", "applicant_time"] * 2
    for row in document["price"]:
        clear = row["lower"] > 0 or row["upper"] < 0
        better = row["difference"] > 0 if row["goal"] == "more" else row["difference"] < 0
        assert row["verdict"] == ("unclear" if not clear else "gain" if better else "cost")


def test_the_table_and_its_copies(made):
    done = compare(made, "--csv", "rows.csv", "--json", "rows.json", "--force")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "2 policies against base, 9 replicates; 95 % intervals: paired t."
    for part in ("What each policy gains and what it costs", "Policies that no other beats", "same money as base in 1995"):
        assert part in done.stdout
    assert max(map(len, lines)) <= 120, max(lines, key=len)
    document = json.loads((made.folder / "rows.json").read_text())
    assert (document["boxes"], document["regret"], document["baseline"], document["by"]) == (None, None, "base", "arm")
    with open(made.folder / "rows.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(document["contrasts"]) > 150
    for line, item in zip(rows, document["contrasts"]):
        assert list(line) == list(item)
        for key, text in line.items():
            assert text == "" if item[key] is None else text == item[key] if isinstance(item[key], str) else float(text) == item[key]
    labels = {item["label"] for item in document["contrasts"]}
    assert "papers" in labels and "papers[cas]" not in labels and "lab_quality_mean[skl_discipline]" in labels
    assert compare(made, "--csv", "rows.csv").returncode == 73
    more = compare(made, "--by-category", "--indicators", "papers").stdout
    assert "papers[cas]" in more and "self_reliance  " not in more.split("What each policy")[0]


def test_the_same_every_time(made):
    first = contrasts(made, "--interval", "bootstrap", "--resamples", "200")
    assert contrasts(made, "--interval", "bootstrap", "--resamples", "200") == first
    assert contrasts(made, "--interval", "bootstrap", "--resamples", "200", "--seed", "9") != first


@pytest.fixture(scope="module")
def swept(made):
    """The same runs as a sweep: each scenario at three points of an axis, three replicates each; one run failed."""
    (made.folder / "swept.h5").write_bytes((made.folder / "out.h5").read_bytes())
    with h5py.File(made.folder / "swept.h5", "a") as file:
        n = len(file["run"])
        scenario, replicate = file["scenario"].asstr()[:], file["replicate"][:]
        point = replicate % 3
        file["arm"][:] = [f"{name}, growth={p / 2:g}" for name, p in zip(scenario, point)]
        file["replicate"][:] = replicate // 3
        file["param.parameters.growth"] = point / 2
        file["param.parameters.growth"].dims[0].attach_scale(file["run"])
        file["self_reliance"][:] = np.where(point == 2, 0.9, 0.1)[:, None]
        failed = np.zeros(n, "u1")
        failed[(scenario == "closed") & (replicate == 4)] = 1
        file["status"][:] = failed
    return made


def test_scenarios_of_a_sweep(swept):
    document = contrasts(swept, "--indicators", "papers", "--years", "1995", result="swept.h5")
    assert (document["by"], document["units"], document["replicates"], document["futures"], document["failed_runs"]) == (
        "scenario", "replicates", 3, 3, 1)
    difference = values(swept, "papers", "strategic", [1995]) - values(swept, "papers", "base", [1995])
    found = row(document, "strategic", "papers", "1995")
    assert (found["n_pairs"], found["n_units"]) == (9, 3)
    units = difference.reshape(3, 3).mean(1)
    assert found["difference"] == pytest.approx(units.mean())
    assert found["upper"] - found["difference"] == pytest.approx(4.30265273 * units.std(ddof=1) / 3**0.5, rel=1e-8)
    assert row(document, "closed", "papers", "1995")["n_pairs"] == 8
    assert "1 failed run is left out" in document["notes"]


def test_arms_of_a_sweep(swept):
    document = contrasts(swept, "--indicators", "papers", "--years", "1995", "--policies", "base*;strategic, growth=1", result="swept.h5", baseline="base, growth=0.5")
    assert document["by"] == "arm" and document["policies"] == ["base, growth=0", "base, growth=1", "strategic, growth=1"]
    papers = values(swept, "papers", "strategic", [1995])[2::3] - values(swept, "papers", "base", [1995])[1::3]
    assert row(document, "strategic, growth=1", "papers", "1995")["difference"] == pytest.approx(papers.mean())
    assert compare(swept, "--by", "scenario", result="swept.h5", baseline="base, growth=0.5").returncode == 64


def test_regret_and_boxes(swept):
    document = contrasts(swept, "--futures", "param.parameters.growth", "--goals", "papers@1995", "--success", "papers@1995>0", result="swept.h5")
    by_future = {}
    for name in ("base", "closed", "strategic"):
        papers = values(swept, "papers", name, [1995])
        for point in range(3):
            runs = papers[point::3]
            by_future[name, point] = runs[[0, 2]].mean() if (name, point) == ("closed", 1) else runs.mean()
    table = {(row["policy"], row["future"]): row["regret"] for row in document["regret"]["table"]}
    for (name, point), mean in by_future.items():
        best = max(by_future[other, point] for other in ("base", "closed", "strategic"))
        assert table[name, f"growth={point / 2:g}"] == pytest.approx(best - mean, abs=1e-9 * best)
    for summary in document["regret"]["maximum"]:
        assert summary["regret"] == pytest.approx(max(value for (name, _), value in table.items() if name == summary["policy"]))
    assert document["boxes"] == []  # all cases succeed
    box, = contrasts(swept, "--success", "self_reliance@1995>0.5", result="swept.h5")["boxes"]
    assert (box["density"], box["coverage"], box["n"], box["n_success"]) == (1, 1, 3, 3)
    limit, = box["limits"]
    assert (limit["input"], limit["lower"], limit["upper"]) == ("param.parameters.growth", 0.75, None)
    assert limit["quasi_p"] == pytest.approx((1 / 3) ** 3)  # three successes where a third of all cases are some
    done = compare(swept, "--success", "self_reliance@1995>0.5", "--inputs", "param.parameters.growth,scenario", result="swept.h5")
    assert "3 of 9 cases\n" in done.stdout and "    param.parameters.growth >= 0.75  (quasi-p 0.037)" in done.stdout


@pytest.mark.parametrize("arguments,message", [
    (["--baseline", "bse"], "`bse` is not a policy of the file (known: base; closed; strategic). Did you mean `base`?"),
    (["--baseline", "base", "--indicators", "paper"], "Did you mean `papers`?"),
    (["--baseline", "base", "--indicators", "papers[casx]"], "`casx` is not a category of papers (known: university; cas;"),
    (["--baseline", "base", "--policies", "closd"], "Did you mean `closed`?"),
    (["--baseline", "base", "--years", "2035"], "`2035`: the file lacks 2035 (it has 1984 to 1995)"),
    (["--baseline", "base", "--years", "1990..1995"], "does not say what is made of the years"),
    (["--baseline", "base", "--goals", "papers"], "`papers`: no year"),
    (["--baseline", "base", "--goals", "zone_stock@1995"], "zone_stock@1995:more or zone_stock@1995:less"),
    (["--baseline", "base", "--futures", "param.x"], "the file has no swept parameters"),
    (["--baseline", "base", "--futures", "scenario=*_late"], "no scenario fits `*_late`"),
    (["--baseline", "base", "--success", "papers@1995>many"], "`many` is not a number"),
    (["--baseline", "base", "--inputs", "scenario"], "give --success"),
    (["--baseline", "base", "--confidence", "95"], "--confidence"),
    (["--baseline", "base", "--simultaneous", "--interval", "bootstrap"], "--simultaneous"),
    (["--baseline", "base", "--csv", "x", "--json", "x"], "--json"),
    ([], "--baseline is required"),
])
def test_requests_that_do_not_fit(made, arguments, message):
    done = made("compare", "out.h5", *arguments)
    assert (done.returncode, done.stdout) == (64, ""), done.stderr
    assert message in done.stderr, done.stderr
    assert "x" not in made.files()


def test_files_that_cannot_be_read_or_written(made):
    assert compare(made, result="nowhere.h5").returncode == 66
    assert compare(made, result="base.yaml").returncode == 65
    done = compare(made, "--json", "full", limit_file_size=1000)
    assert done.returncode == 74 and not {"full", "full.part"} & set(made.files()), done.stderr
