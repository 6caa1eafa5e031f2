"""The report in a browser: Chromium without network opens the page, and keys and addresses change what it shows."""

import re
from urllib.parse import quote

import h5py
import numpy as np
import pytest
from browser import CHROMIUM, Browser
from conftest import run_script
from result_builder import write_result
from sweep_builder import write_sweep

pytestmark = [pytest.mark.long, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (scripts/setup --full)")]

HOSTILE = '<img src=x onerror=alert(1)>, "&" 0.5'
PAPER_WIDTH = 182 / 25.4 * 96  # A4 between margins of 14 mm, in CSS pixels


@pytest.fixture(scope="module")
def browser():
    with Browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


def report(path, *options):
    out = path.with_suffix(".html")
    done = run_script("report", path, "-o", out, *options)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def sweep(folder):
    """Three policies of 20 replicates; one of the 60 runs failed, and one name would be a danger if it were not text."""
    path = write_sweep(folder / "sweep.h5", {"baseline": 0.0, "open": 0.1, HOSTILE: -0.2}, failed=(3,))
    return path, report(path)


@pytest.fixture(scope="module")
def design(folder):
    random = np.random.default_rng(3)
    values = [(float(x), rule) for x, rule in zip(random.random(30), ["merit", "lottery"] * 15)]
    axes = {"levers.centralization": 0.3, "levers.allocation_rule": 0.0}
    return report(write_sweep(folder / "design.h5", {"baseline": 0.0, "open": 0.1}, 2, axes, values))


@pytest.fixture(scope="module")
def single(folder, figures, result_path):
    out = folder / "single.html"
    done = run_script("report", result_path, "--figures", figures[0], "-o", out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def many(folder):
    return report(write_sweep(folder / "many.h5", {f"policy {k}": k / 100 for k in range(20)}, replicates=3))


def drawn(page, chart):
    """Names of the lines and points in a chart."""
    return page.evaluate(f"document.getElementById('{chart}').dataset.traces.split('|')")


def text_of(page, selector):
    return page.evaluate(f"document.querySelector({selector!r}).textContent")


def table_of(page, name):
    """Opens the table behind a chart; its rows as texts."""
    page.evaluate(f"document.getElementById('{name}-table').open = true")
    page.wait_for(f"document.querySelector('#{name}-table tbody tr')")
    rows = f"[...document.querySelectorAll('#{name}-table tr')]"
    return page.evaluate(f"{rows}.map((row) => [...row.cells].map((cell) => cell.textContent))")


def shown(value):
    """As the page writes a number: four significant digits from 100 on, three below, thousands whole."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{float(f'{value:.4g}' if abs(value) >= 100 else f'{value:.3g}'):g}".replace("-", "−")


@pytest.mark.parametrize("kind", ["sweep", "design", "single", "many"])
def test_the_page_opens_offline_without_complaints_and_asks_for_nothing(browser, kind, request):
    made = request.getfixturevalue(kind)
    page = browser.open(made[1] if kind == "sweep" else made)
    assert page.complaints == []
    assert page.requests == []
    assert page.evaluate("document.documentElement.dataset.ready") == "yes"
    charts = page.evaluate(
        "[...document.querySelectorAll('.chart')].map((box) => [box.id, box.querySelectorAll('svg').length, box.getAttribute('aria-label')])"
    )
    assert charts and all(count > 0 and words for _, count, words in charts)


def test_a_complaint_would_be_noticed(browser, folder):
    """The guard guards: an error, a failed request and a message on the console are all collected."""
    bad = folder / "bad.html"
    bad.write_text(
        "<!DOCTYPE html><link rel=icon href='data:,'><img src='https://example.org/x.png'><script>"
        "console.error('said'); document.documentElement.dataset.ready = 'yes'; setTimeout(() => missing(), 0)</script>",
        encoding="utf-8",
    )
    page = browser.open(bad)
    page.evaluate("new Promise((done) => setTimeout(done, 300))")
    assert any("said" in text for text in page.complaints) and any("missing" in text for text in page.complaints)
    assert page.requests == ["https://example.org/x.png"]


def test_the_address_chooses_policies_indicator_and_year(browser, sweep):
    everything = browser.open(sweep[1])
    assert set(drawn(everything, "trajectories")) >= {"baseline", "open"}
    chosen = browser.open(
        sweep[1], "#policy=baseline&policy=open&indicator=papers&category=university&year=2030&from=2020&log=1"
    )
    assert drawn(chosen, "trajectories") == ["open", "baseline"]
    assert drawn(chosen, "differences") == ["open"]
    assert drawn(chosen, "pareto") == ["not dominated", "baseline", "open"]
    assert "Papers: university" in text_of(chosen, "#trajectory-title")
    heads = chosen.evaluate("[...document.querySelectorAll('#heat thead th')].map((head) => head.textContent)")
    assert heads == ["Indicator", "baseline, 2030", "open"]
    assert chosen.evaluate("document.getElementById('trajectories').layout.yaxis.type") == "log"
    assert chosen.evaluate("document.getElementById('trajectories').layout.xaxis.range[0]") == 2019.5
    assert chosen.evaluate("document.querySelector('#heat tr.chosen').dataset.series") == "papers|university"


def test_a_changed_address_changes_the_page_and_nonsense_is_ignored(browser, sweep):
    page = browser.open(sweep[1], "#policy=nobody&indicator=nothing&year=1066&rows=&x=|")
    assert page.complaints == [] and len(drawn(page, "differences")) == 2
    page.evaluate("location.hash = '#policy=open&indicator=applicant_time'")
    page.wait_for("document.getElementById('trajectories').dataset.traces === 'open'")
    assert text_of(page, "#trajectory-title") == "Applicant time"
    page.evaluate("location.hash = '#provenance'")
    assert text_of(page, "#trajectory-title") == "Applicant time", "links inside the page leave the choice alone"


def test_keys_reach_the_controls_and_change_what_is_drawn(browser, sweep):
    page = browser.open(sweep[1])
    order = []
    for _ in range(16):
        page.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert order[0] == "Skip to the charts"
    places = [order.index(name) for name in ("indicator", "year", "from", "log", "reset")]
    assert places == sorted(places)
    outline = "document.getElementById('reset').focus(), getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid", "focus is visible"

    page.evaluate("document.getElementById('indicator').focus()")
    before = text_of(page, "#trajectory-title")
    page.press("ArrowDown")
    page.wait_for(f"document.getElementById('trajectory-title').textContent !== {before!r}")
    assert "indicator=" in page.evaluate("location.hash")

    page.evaluate("document.querySelector('#policies summary').focus()")
    page.press("Enter")
    page.wait_for("document.getElementById('policies').open")
    page.evaluate("document.querySelector('#policy-list input[value=open]').focus()")
    page.press(" ")
    page.wait_for("!document.getElementById('trajectories').dataset.traces.split('|').includes('open')")
    assert "open" not in page.evaluate(
        "[...document.querySelectorAll('#heat thead th')].map((head) => head.textContent)"
    )
    assert "policy=baseline" in page.evaluate("location.hash")
    page.press("Escape")
    assert page.evaluate("document.getElementById('policies').open") is False
    assert page.complaints == []


def test_arrow_keys_read_the_contrasts_cell_by_cell(browser, sweep):
    page = browser.open(sweep[1])
    stops = page.evaluate("document.querySelectorAll('#heat .cell[tabindex=\"0\"]').length")
    assert stops == 1
    page.evaluate("document.querySelector('#heat .cell').focus()")
    first = text_of(page, "#cell-detail")
    assert first.startswith("open, Self reliance, 2035:") and "95 % interval" in first and "Variance ratio" in first
    page.press("ArrowRight")
    assert text_of(page, "#cell-detail").startswith(HOSTILE)
    page.press("ArrowDown")
    assert "Self reliance" not in text_of(page, "#cell-detail")


def test_names_are_text_wherever_they_stand(browser, sweep):
    page = browser.open(sweep[1])
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0
    assert HOSTILE in page.evaluate(
        "[...document.querySelectorAll('#trajectories-key li')].map((item) => item.textContent)"
    )
    shared = browser.open(sweep[1], f"#policy={quote(HOSTILE)}&indicator=papers")
    assert shared.evaluate("state.policies.size") == 1 and shared.complaints == []


@pytest.mark.parametrize("variable", ["self_reliance", "applicant_time"])
def test_the_table_behind_a_chart_holds_the_numbers_of_the_file(browser, sweep, variable):
    path, out = sweep
    rows = table_of(browser.open(out, f"#indicator={variable}"), "trajectories")
    assert rows[0] == ["year", "baseline", "open", HOSTILE]
    with h5py.File(path, "r") as file:
        scenario, done = file["scenario"].asstr()[:], file["status"][:] == 0
        values, years = file[variable][:].astype(float), file["year"][:]
    for row in rows[1:]:
        t = int(np.flatnonzero(years == int(row[0]))[0])
        for policy, text in zip(rows[0][1:], row[1:]):
            low, median, high = np.quantile(values[done & (scenario == policy), t], (0.05, 0.5, 0.95))
            said = [float(number.replace(",", "")) for number in re.findall(r"[\d.,]+", text)]
            assert said == pytest.approx([median, low, high], rel=6e-3), "three digits are shown"


def test_cells_say_the_relative_change_and_mark_what_is_surely_not_zero(browser, sweep):
    path, out = sweep
    page = browser.open(out)
    with h5py.File(path, "r") as file:
        scenario, replicate = file["scenario"].asstr()[:], file["replicate"][:]
        done, values = file["status"][:] == 0, file["self_reliance"][:, -1].astype(float)
    by_policy = {
        name: dict(zip(replicate[done & (scenario == name)], values[done & (scenario == name)]))
        for name in set(scenario)
    }
    baseline = by_policy["baseline"]
    for column, policy in enumerate(("open", HOSTILE)):
        differences = [by_policy[policy][r] - baseline[r] for r in by_policy[policy] if r in baseline]
        expected = 100 * np.mean(differences) / np.mean(list(baseline.values()))
        cell = page.evaluate(
            f"(() => {{ const cell = document.querySelectorAll('#heat tr[data-series=self_reliance] .cell')[{column}];"
            " return [cell.textContent, cell.classList.contains('sure'), getComputedStyle(cell).backgroundColor]; })()"
        )
        assert float(cell[0].replace("−", "-").replace("+", "").rstrip(" %")) == pytest.approx(expected, abs=0.5)
        assert cell[1] is True
        red, _, blue = map(int, re.findall(r"\d+", cell[2])[:3])
        assert (blue > red) == (expected > 0), "more is blue, less is red"


def test_sensitivity_follows_the_filters(browser, design):
    page = browser.open(design)
    assert drawn(page, "axis-1") == ["baseline", "open"]
    rows = table_of(page, "axes")
    assert rows[0] == ["axis", "scenario", "value", "mean", "interval", "runs"]
    assert {row[0] for row in rows[1:]} == {"levers.centralization", "levers.allocation_rule"}
    assert "Explains" in text_of(page, "#axis-1-words")
    assert drawn(browser.open(design, "#policy=open&indicator=papers"), "axis-1") == ["open"]


def test_many_policies_have_looks_of_their_own_and_no_bands(browser, many):
    page = browser.open(many)
    looks = page.evaluate("data.policies.map((_, p) => JSON.stringify(policyLook(p)))")
    assert len(set(looks)) == 20
    assert "choose fewer" in text_of(page, "#trajectory-bands")
    few = browser.open(many, f"#policy={quote('policy 0')}&policy={quote('policy 7')}")
    assert "Band:" in text_of(few, "#trajectory-bands")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("kind", ["sweep", "design", "many"])
def test_nothing_is_wider_than_the_window(browser, kind, width, request):
    made = request.getfixturevalue(kind)
    page = browser.open(made[1] if kind == "sweep" else made, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate(
        "document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("kind", ["sweep", "design", "many"])
def test_paper_shows_all_of_the_charts_and_none_of_the_controls(browser, kind, request):
    made = request.getfixturevalue(kind)
    page = browser.open(made[1] if kind == "sweep" else made)
    page.send("Emulation.setEmulatedMedia", media="print")
    page.evaluate("fitToPaper()")
    for selector in (".controls", "nav", ".choices", "details"):
        assert page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).display") == "none"
    widths = page.evaluate(
        "[...document.querySelectorAll('.chart .main-svg')].map((svg) => svg.getBoundingClientRect().width)"
    )
    assert widths and max(widths) <= PAPER_WIDTH
    tables = page.evaluate(
        "[...document.querySelectorAll('#heat-paper table')].map((table) => table.rows[0].cells.length)"
    )
    assert max(tables) <= 2 + 6 and sum(tables) - 2 * len(tables) == page.evaluate("data.policies.length - 1")
    assert page.print_to_pdf().startswith(b"%PDF")
    page.send("Emulation.setEmulatedMedia", media="")
    assert page.complaints == []


def test_a_file_of_one_scenario_shows_what_is_observed(browser, single):
    page = browser.open(single, "#indicator=zone_stock&category=hidz")
    assert "observed" in drawn(page, "trajectories")
    hidden = "[...document.querySelectorAll('.field')].filter((field) => !field.offsetParent).map((field) => field.firstChild.textContent)"
    assert page.evaluate(hidden) == ["Policies", "Year of comparisons"], "there is nothing to compare"
    assert table_of(page, "trajectories")[0] == ["year", "baseline", "observed"]
    assert page.evaluate("document.querySelectorAll('figure img[alt]').length") > 5
    assert page.evaluate(
        "[...document.querySelectorAll('figure img')].every((image) => image.complete && image.naturalWidth > 0)"
    )


def test_a_file_without_goals_or_years_in_common_still_opens(browser, folder):
    path = write_sweep(folder / "plain.h5", {"one": 0.0, "two": 0.1}, replicates=1, levels={"funding_gini": 0.5})
    page = browser.open(report(path, "--indicator", "funding_gini"))
    assert page.complaints == [] and page.evaluate("document.getElementById('pareto')") is None
    assert (
        page.evaluate("document.querySelector('#heat .cell').classList.contains('sure')") is False
    ), "one pair has no interval"


def test_results_of_the_builder_with_all_axes_open(browser, folder):
    """Every dimension of a result file: labs, zones, programmes, hosts, fields, ages."""
    path = write_result(folder / "all.h5", runs=6, scenarios=("baseline", "other"), observed=[])
    page = browser.open(report(path))
    for s in range(0, page.evaluate("data.series.length"), 25):
        page.evaluate(f"change({{ series: {s} }})")
    for rows in page.evaluate("[...document.getElementById('rows').options].map((option) => option.value)"):
        page.evaluate(f"change({{ rows: {rows!r} }})")
        assert page.evaluate("document.querySelectorAll('#heat tbody tr').length") > 0
    assert page.complaints == []
