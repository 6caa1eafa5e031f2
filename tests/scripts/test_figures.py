"""What the figures draw, against numpy and the tables they are drawn from."""

import h5py
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from plotting import lab_hierarchy, marks, nkp_active, programmes, reviews, robotics_lab, skl_approvals, stocks, style
from plotting.observations import Observations, observations
from plotting.result import MissingData, Result, at
from plotting.statistics import bands, coverage
from plotting.style import apply


@pytest.fixture
def result(result_path):
    return Result(result_path)


@pytest.fixture
def axes():
    apply()
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def by_gid(artist, gid):
    return artist.findobj(lambda child: child.get_gid() == gid)


def raw(path, variable, index):
    """Values of the finished runs, read without the plotting package."""
    with h5py.File(path, "r") as file:
        return file[variable][file["status"][:] == 0][:, :, index], file["year"][:]


def test_bands_are_the_quantiles_of_the_finished_runs(result, result_path):
    index = result.categories("lab_type").index("skl_enterprise")
    values, years = raw(result_path, "lab_stock", index)
    band = bands(result.samples("lab_stock", lab_type="skl_enterprise"))
    assert np.array_equal(band.years, years)
    for drawn, level in zip(
        (band.low90, band.low50, band.median, band.high50, band.high90), (0.05, 0.25, 0.5, 0.75, 0.95)
    ):
        assert np.allclose(drawn, np.quantile(values.astype(float), level, axis=0))


def test_bands_are_drawn_where_they_are(result, axes):
    samples = result.samples("zone_stock", zone_type="hidz")
    band = marks.draw_bands(axes, samples)
    (median,) = by_gid(axes, "median")
    assert np.array_equal(median.get_ydata(), band.median)
    for gid, low, high in (("band90", band.low90, band.high90), ("band50", band.low50, band.high50)):
        (area,) = by_gid(axes, gid)
        corners = area.get_paths()[0].vertices
        for year, bottom, top in zip(band.years, low, high):
            assert {bottom, top} <= set(corners[corners[:, 0] == year, 1])


def test_failed_runs_do_not_count(result, result_path):
    with h5py.File(result_path, "r") as file:
        assert result.n_runs == np.sum(file["status"][:] == 0) < len(file["status"])


def test_intervals_are_drawn_as_intervals_and_points_as_points(axes):
    nan = np.nan
    rows = Observations(
        np.array([2000, 2001, 2002]),
        np.array([nan, 5.0, 7.0]),
        np.array([2.0, nan, 6.0]),
        np.array([4.0, nan, 9.0]),
        np.array([True, True, False]),
    )
    marks.draw_observed(axes, rows)
    (bars,) = by_gid(axes, "observed-interval")
    drawn = {segment[0, 0]: (segment[:, 1].min(), segment[:, 1].max()) for segment in bars.get_segments()}
    assert drawn == {2000: (2.0, 4.0), 2002: (6.0, 9.0)}
    (firm,) = by_gid(axes, "observed-firm")
    (soft,) = by_gid(axes, "observed-soft")
    assert list(firm.get_xdata()) == [2001] and list(soft.get_xdata()) == [2002]
    assert firm.get_markerfacecolor() != "white" and soft.get_markerfacecolor() == "white"


def test_every_observed_interval_of_enterprise_labs_is_drawn(result):
    """Against the rows of the table: 2009 is an interval without a point, and no point may stand for it."""
    rows = observations(result.observed("skl_approvals"), "count", {"type": "enterprise"})
    figure = skl_approvals.draw(result)
    panel = next(axes for axes in figure.axes if axes.get_title(loc="left") == "Enterprises")
    (bars,) = by_gid(panel, "observed-interval")
    drawn = sorted((int(segment[0, 0]), segment[:, 1].min(), segment[:, 1].max()) for segment in bars.get_segments())
    wide = rows.high > rows.low
    assert drawn == sorted(zip(rows.years[wide], rows.low[wide], rows.high[wide]))
    assert (2009, 40, 58) in drawn
    points = [
        year for gid in ("observed-firm", "observed-soft") for mark in by_gid(panel, gid) for year in mark.get_xdata()
    ]
    assert 2009 not in points and 2007 in points
    plt.close(figure)


def test_confidence_decides_between_filled_and_open():
    table = pd.DataFrame(
        {
            "year": [2001, 2002, 2003, 2004],
            "count": [1, 2, 3, 4.0],
            "confidence": ["sourced", "recalled", "derived", "seed"],
            "level": ["high", "high", "low", ""],
        }
    )
    assert list(observations(table, "count").firm) == [True, False, False, True]


def test_rows_without_a_single_year_are_not_points(result):
    """nkp_launched holds totals of 2016–2021 beside the yearly rows."""
    assert set(nkp_active.observed_launches(result).years) == set(range(2016, 2022))


def test_derived_active_projects_are_the_range_over_durations(result):
    derived = nkp_active.derived_active(result)
    row = derived.years == 2020
    assert (derived.low[row][0], derived.high[row][0]) == (2210, 4683)
    assert not derived.has_point.any()


@pytest.mark.parametrize("factor, gid", [(2.0, "target-missed"), (0.5, "target-reached")])
def test_a_target_is_missed_where_the_median_stays_below(result, axes, factor, gid):
    samples = result.samples("zone_stock", zone_type="hidz")
    median = np.median(at(samples, 2020))
    marks.draw_target(axes, samples, 2020, factor * median)
    (mark,) = by_gid(axes, gid)
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (2020, factor * median)


def test_targets_come_from_the_file(result):
    assert stocks.targets(result, "hidz") == [(2020, 240.0), (2025, 220.0)]
    assert stocks.targets(result, "skl_total") == [(2020, 700.0)]


def test_coverage_counts_overlaps_by_hand(result):
    """Observations put exactly on and far beyond the band, before and after 2017."""
    samples = result.samples("zone_stock", zone_type="hidz")
    band = bands(samples)
    place = {int(year): i for i, year in enumerate(band.years)}
    high = band.high90[place[2010]]
    values = np.array([band.median[place[2010]], 1e6, band.median[place[2020]], np.nan])
    rows = Observations(
        np.array([2010, 2011, 2020, 2010]),
        values,
        np.array([np.nan, np.nan, np.nan, high]),
        np.array([np.nan, np.nan, np.nan, high + 10]),
        np.full(4, True),
    )
    assert coverage(samples, rows) == ((2, 3), (1, 1))


def test_observed_shares_of_reviews(result):
    """Information 2017: 9 of 32 excellent; 2015-2017: 17 of 169 on notice."""
    assert (2017, 2017, 9 / 32) in reviews.observed_rounds(result, "review_excellent")
    assert (2015, 2017, 17 / 169) in reviews.observed_rounds(result, "review_notice")


def test_sums_are_exact_and_missing_names_are_errors(result):
    names = ["skl_discipline", "skl_enterprise"]
    total = result.samples("lab_stock", lab_type=names)
    parts = sum(result.samples("lab_stock", lab_type=name) for name in names)
    assert np.array_equal(total.values, parts.values)
    for choice in ({"lab_type": "no_such_lab"}, {"lab_type": ["no_such_lab"]}):
        with pytest.raises(MissingData, match="no_such_lab"):
            result.samples("lab_stock", **choice)
    with pytest.raises(MissingData, match="year 1900"):
        at(total, 1900)


def test_the_last_given_call_is_the_last_that_is_not_drawn_at_random(result):
    assert result.last_given_call == 2017


def test_success_at_the_foundation_is_grants_over_applications(result):
    """2013: 39,000 grants of 162,000 applications; years with only one of the two are left out."""
    observed = programmes.observed_success(result)
    assert observed.at(2013) == 39000 / 162000
    assert 2016 not in observed.years and 2017 not in observed.years


def test_labs_reported_as_ever_approved_are_counted_so(result, result_path):
    row = next(row for row in lab_hierarchy.hierarchy(result) if row.name == "skl_enterprise")
    approvals, years = raw(result_path, "lab_approvals", result.categories("lab_type").index("skl_enterprise"))
    so_far = approvals[:, years <= 2021].sum(axis=1)
    assert row.year == 2021 and np.allclose(row.quantiles, np.quantile(so_far, (0.05, 0.25, 0.5, 0.75, 0.95)))


def test_grade_shares_are_counts_of_runs(result, result_path):
    with h5py.File(result_path, "r") as file:
        grades = file["traces/grade"][file["status"][:] == 0][:, 0, 2012 - 1984]
    assert robotics_lab.grade_shares(result, 2012) == {code: np.mean(grades == code) for code in (3, 2, 1, 0)}


def test_notes_fit_the_sheet():
    sheet = style.Sheet("Title", "Subtitle", [["a"]], 80)
    figure = sheet.finish(["wide MMMM WWWW " * 40], "Source: none.")
    width = figure.canvas.get_width_height()[0]
    figure.draw_without_rendering()
    assert len(figure.texts) > 4
    assert all(text.get_window_extent().x1 <= width for text in figure.texts)
    plt.close(figure)
