"""Figures of the chain from knowledge to firms, and of Shenyang: numbers computed here from the file and the tables."""

import csv
import re

import h5py
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from plotting import firms, knowledge, marks, outputs, robotics_lab, shenyang, style
from plotting.observations import observations, ratio
from plotting.result import Result
from result_builder import AGENTS, FIELDS, OBSERVED_FOLDER, YEARS, ZONE_TYPES, write_result

HIDZ = list(ZONE_TYPES).index("hidz")


@pytest.fixture
def result(result_path):
    return Result(result_path)


@pytest.fixture
def raw(result_path):
    """Values of the finished runs, read without the plotting package; `agent` for traces."""

    def read(name, year=None, agent=None):
        with h5py.File(result_path, "r") as file:
            values = file[name if agent is None else f"traces/{name}"][file["status"][:] == 0].astype(float)
        if agent is not None:
            values = values[:, AGENTS.index(agent)]
        return values if year is None else values[:, year - YEARS[0]]

    return read


def table(name):
    with open(OBSERVED_FOLDER / f"{name}.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def text_of(values, digits=0):
    """Median and 90 % interval as sentences print them, by sorting and interpolating here."""
    ordered = np.sort(values)
    low, median, high = (np.interp(p * (len(ordered) - 1), range(len(ordered)), ordered) for p in (0.05, 0.5, 0.95))
    return f"{median:,.{digits}f} [{low:,.{digits}f}–{high:,.{digits}f}]"


def panel(figure, title):
    (found,) = [axes for axes in figure.axes if axes.get_title(loc="left") == title]
    return found


def by_gid(artist, gid):
    return artist.findobj(lambda child: child.get_gid() == gid)


def points(axes):
    """(year, value, firm) of the observed points drawn."""
    return sorted(
        (year, value, gid == "observed-firm")
        for gid in ("observed-firm", "observed-soft")
        for mark in by_gid(axes, gid)
        for year, value in zip(mark.get_xdata(), mark.get_ydata())
    )


@pytest.fixture
def drawn(result):
    """Draws a figure module; closes it after the test."""
    figures = []

    def draw(module):
        figures.append(module.draw(result))
        return figures[-1]

    yield draw
    for figure in figures:
        plt.close(figure)


def test_units_are_converted_and_unknown_ones_left_out():
    rows = pd.DataFrame(
        {"year": [2000, 2001, 2002], "value": ["500", "2", "9"], "unit": ["million", "billion", "persons"]}
    )
    found = observations(rows, "value", units={"million": 1e-3, "billion": 1})
    assert dict(zip(found.years, found.values)) == {2000: 0.5, 2001: 2.0}


def test_a_ratio_is_firm_only_where_both_parts_are():
    def series(years, words):
        return observations(pd.DataFrame({"year": years, "value": 2.0 * np.array(years), "confidence": words}), "value")

    found = ratio(series([1, 2, 3], ["sourced", "sourced", "recalled"]), series([2, 3, 4], ["sourced"] * 3))
    assert list(found.years) == [2, 3] and list(found.firm) == [True, False] and list(found.values) == [1, 1]


def test_knowledge_says_the_means_over_the_disciplines(result, raw):
    message = knowledge.message(result)
    for name, words in (("basic_stock", "basic knowledge"), ("applied_stock", "applied knowledge")):
        first, last = (text_of(raw(name, year).mean(axis=1), 2) for year in (1984, 2035))
        assert f"{words} went from {first} in 1984 to {last} in 2035".lower() in message.lower()
    imports = [text_of(100 * raw("import_reliance", year).mean(axis=1)) for year in (1984, 2035)]
    assert f"{imports[0]} % of inputs were imported in 1984, {imports[1]} % in 2035" in message


def test_knowledge_names_the_disciplines_closest_to_and_farthest_from_the_frontier(result, raw):
    ends = np.median(raw("technology_gap", 2035), axis=0)
    near, far = int(np.argmin(ends)), int(np.argmax(ends))
    said = f"{ends[near]:.2f} in {FIELDS[near]} and {ends[far]:.2f} in {FIELDS[far]}"
    assert said in knowledge.message(result)


def test_the_last_interval_of_every_discipline_is_drawn(drawn, raw):
    axes = panel(drawn(knowledge), "Gap to the frontier")
    intervals = [bars.get_segments()[0][:, 1] for bars in by_gid(axes, "last-interval")]
    expected = np.quantile(raw("technology_gap", 2035), (0.05, 0.95), axis=0).T
    assert np.allclose(intervals, expected)
    assert all(axes.get_xlim()[1] >= bars.get_segments()[0][0, 0] for bars in by_gid(axes, "last-interval"))


def test_stocks_and_frontier_share_one_scale(drawn):
    figure = drawn(knowledge)
    limits = {panel(figure, title).get_ylim() for title, *_ in knowledge.MEANS.values()}
    assert len(limits) == 1


def test_papers_are_those_of_all_hosts(result, raw):
    known = {row["year"]: row["value"] for row in table("national_rd") if row["metric"] == "sci_papers"}
    simulated = text_of(raw("papers", 2017).sum(axis=1) / 1e3)
    assert f"{simulated} thousand SCI papers in 2017 (observed {float(known['2017']):.0f}" in outputs.message(result)


def test_contracts_are_compared_in_billions(result, raw):
    simulated = text_of(raw("technology_contracts", 2017) / 1e3)
    assert f"{simulated} billion CNY of technology contracts in 2017 (observed 1,342" in outputs.message(result)


def test_observed_basic_share_is_basic_over_all_spending(result):
    rows = {(row["metric"], int(row["year"])): float(row["value"]) for row in table("national_rd") if row["year"]}
    found = outputs.observed_basic_share(result)
    expected = {
        year: 100 * value / rows["gerd", year]
        for (name, year), value in rows.items()
        if name == "basic" and ("gerd", year) in rows
    }
    assert dict(zip(found.years, found.values)) == pytest.approx(expected)
    assert found.at(2003) == pytest.approx(5.7, abs=0.05), "the note of the table: basic research 5.7 percent"


@pytest.mark.parametrize("module", [outputs, firms])
def test_no_observation_is_cut_off(drawn, module):
    checked = 0
    for axes in drawn(module).axes:
        low, high = axes.get_ylim()
        for _, value, _ in points(axes):
            assert low < value < high
            checked += 1
    assert checked > 20


def test_quantities_over_decades_have_logarithmic_axes(drawn):
    figure = drawn(outputs)
    scales = [panel(figure, output.title).get_yscale() for output in outputs.OUTPUTS.values()]
    assert scales == ["log", "log", "log", "linear"]


def test_logarithmic_axes_are_labelled_in_plain_figures():
    style.apply()
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0.02, 20000])
    marks.log_axis(axes, "things")
    figure.draw_without_rendering()
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert {"0.1", "1", "1,000", "10,000"} <= set(labels) and not any("10^" in label for label in labels)
    plt.close(figure)


def test_observed_zone_revenue_changes_its_unit_in_2011(result):
    known = firms.observed_zone_revenue(result)
    assert known.at(2010) == pytest.approx(10.5917) and known.at(2011) == pytest.approx(13.16)


def test_firms_says_numbers_and_revenue_of_the_zones(result, raw):
    message = firms.message(result)
    assert f"HIDZ firms numbered {text_of(raw('zone_firms', 2017)[:, HIDZ])} in 2017 (observed 103,631" in message
    revenue = text_of(raw("zone_revenue", 2017)[:, HIDZ] / 1e6, 1)
    assert f"their revenue was {revenue} trillion CNY in 2017 (observed 30.7" in message
    assert f"certified firms numbered {text_of(raw('firms_certified', 2017))} in 2017 (observed 130,632" in message


def test_the_hazard_is_exits_over_firms_at_risk_of_all_years_together(result, raw):
    exits, survivors = raw("firm_exits_by_age"), raw("firms_by_age")
    span = slice(2000 - YEARS[0], 2012 - YEARS[0] + 1)
    found = firms.hazard(result)
    for run in range(len(exits)):
        for age in range(1, 21):
            left, stayed = exits[run, span, age - 1].sum(), survivors[run, span, age - 1].sum()
            assert found.sel(year=age).values[run] == pytest.approx(left / (left + stayed))


def test_what_is_known_of_hazards_is_drawn_as_points_interval_and_bound(drawn):
    axes = panel(drawn(firms), "Exit hazard by age, 2000–2012")
    assert [(age, value) for age, value, _ in points(axes)] == [
        (age, pytest.approx(value)) for age, value in ((1, 0.016), (2, 0.063), (3, 0.095))
    ]
    (box,) = by_gid(axes, "observed-period")
    corners = box.get_paths()[0].vertices
    assert (corners[:, 1].min(), corners[:, 1].max()) == pytest.approx((0.08, 0.095))
    assert corners[:, 0].min() < 4 and 7 < corners[:, 0].max() < 8
    (bound,) = by_gid(axes, "observed-bound")
    assert bound.get_ydata() == pytest.approx([0.08, 0.08]) and bound.get_xdata()[0] > 7


@pytest.mark.parametrize(
    "module, title", [(firms, "Exit hazard by age, 2000–2012"), (shenyang, "Robots, China: growth")]
)
def test_labels_of_shares_say_where_they_stand(drawn, module, title):
    figure = drawn(module)
    figure.draw_without_rendering()
    axis = panel(figure, title).yaxis
    said = [int(re.match(r"-?\d+", label.get_text().replace("−", "-"))[0]) for label in axis.get_ticklabels()]
    assert len(said) > 2 and said == pytest.approx([100 * place for place in axis.get_ticklocs()])


def test_the_size_exponent_is_compared_with_the_counts_of_large_firms(result, raw):
    """3,000 firms above 0.1 billion and 20 above 10 billion: two decades apart."""
    assert firms.observed_tail(result) == pytest.approx(np.log10(150) / 2)
    simulated = text_of(raw("firm_size_tail", 2004), 2)
    assert f"the size exponent was {simulated} in 2004 (observed 1.09)" in firms.message(result)


def test_the_shape_of_growth_is_its_mean_over_the_years(result, raw):
    means = raw("firm_growth_shape")[:, 2000 - YEARS[0] : 2018 - YEARS[0]].mean(axis=1)
    assert f"the shape of growth was {text_of(means, 2)} on average of 2000–2017" in firms.message(result)


def test_tent_and_bell_are_marked(drawn):
    axes = panel(drawn(firms), "Shape of firm growth")
    assert [line.get_ydata()[0] for line in by_gid(axes, "reference")] == [1, 2]


def test_sales_of_siasun_are_in_billions_and_those_of_2008_soft(drawn):
    rows = {(int(row["year"]), float(row["value"])) for row in table("shenyang_case") if row["key"] == "siasun_revenue"}
    found = points(panel(drawn(shenyang), "Siasun: revenue"))
    assert found[0] == (2008, 0.8, False)
    assert {(year, value) for year, value, firm in found[1:] if firm} == rows
    assert [year for year, *_ in found] == [2008, 2017, 2019, 2020, 2021, 2022]


def test_sales_are_those_of_the_runs_in_business(result, raw):
    alive = raw("status", 2022, "siasun") == 1
    assert 0 < alive.sum() < len(alive)
    message = shenyang.message(result)
    revenue = text_of(raw("revenue", 2022, "siasun")[alive] / 1e3, 1)
    part = f"{100 * alive.mean():.0f} %"
    assert (
        f"in business in {part} of the runs in 2022, with a revenue of {revenue} billion CNY (reported 3.6)" in message
    )


def test_projects_of_the_institute_are_those_of_six_years(result, raw, drawn):
    years = slice(2016 - YEARS[0], 2022 - YEARS[0])
    simulated = text_of(raw("projects", agent="sia")[:, years].sum(axis=1))
    assert f"its institute led {simulated} projects in 2016–2021 (reported 17)" in shenyang.message(result)
    (line,) = by_gid(panel(drawn(shenyang), "Institute: projects led"), "observed-period")
    assert line.get_ydata() == pytest.approx([17 / 6, 17 / 6])
    assert line.get_xdata()[0] > 2015 and line.get_xdata()[1] < 2022


def test_growth_of_robotics_is_that_of_five_years(result, raw):
    before, after = (raw("revenue", year, "intelligent_robots") for year in (2020, 2025))
    growth = text_of(100 * ((after / before) ** 0.2 - 1))
    assert f"robotics firms grew by {growth} % a year in 2021–2025 (planned 20 %)" in shenyang.message(result)


def test_yearly_growth_is_over_the_year_before(result, raw):
    before, after = (raw("revenue", year, "intelligent_robots") for year in (2018, 2019))
    assert np.allclose(shenyang.growth(result).sel(year=2019), after / before - 1, rtol=1e-5)
    assert np.isnan(shenyang.growth(result).sel(year=1984)).all()


def test_clusters_and_plan(result, raw, drawn):
    values = raw("clusters", 2025, "intelligent_robots")
    inside = np.mean([3 <= value <= 5 for value in values])
    said = f"robotics had {text_of(values)} clusters in 2025, 3–5 as planned in {100 * inside:.0f} % of the runs"
    assert said in shenyang.message(result)
    (bars,) = by_gid(panel(drawn(shenyang), "Robots, China: clusters"), "plan-interval")
    assert bars.get_segments()[0].tolist() == [[2025, 3], [2025, 5]]


def test_staff_and_papers_of_the_lab_stand_beside_what_it_reported(result, raw, drawn):
    message, figure = shenyang.message(result), drawn(shenyang)
    assert f"its staff was {text_of(raw('staff', 2022, 'skl_robotics'))} in 2022 (reported 82)" in message
    assert f"it published {text_of(raw('papers', 2017, 'skl_robotics'))} SCI papers in 2017 (reported 64)" in message
    assert points(panel(figure, "Lab: research staff")) == [(2022, 82, True)]
    assert points(panel(figure, "Lab: SCI papers")) == [(2017, 64, True)]


def test_before_its_designation_the_lab_is_not_drawn(result):
    papers = robotics_lab.living(result, "papers")
    assert np.isnan(papers.sel(year=2006)).all() and not np.isnan(papers.sel(year=2007)).any()


def test_diamonds_in_the_zone_are_soft(drawn):
    """Robot output of the city and the wide cluster are not the zone's revenue and never look observed."""
    found = points(panel(drawn(shenyang), "Hunnan's zone: revenue"))
    assert found == [(2017, 9, False), (2021, 121.3, False)]


@pytest.mark.parametrize("module", [knowledge, outputs, firms, shenyang])
def test_without_observations_the_simulation_is_still_drawn_and_nothing_is_invented(tmp_path, module):
    bare = Result(write_result(tmp_path / "bare.h5", observed=[]))
    figure = module.draw(bare)
    assert not any(points(axes) for axes in figure.axes)
    plt.close(figure)
    message = module.message(bare)
    assert re.search(r"\d", message) and not re.search(r"observed|reported|planned|\bnan\b", message)
