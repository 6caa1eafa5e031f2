"""Figure 2 of the report: National Key R&D Projects launched and active by year."""

import numpy as np
from matplotlib.lines import Line2D

from . import marks, style, words
from .observations import Observations, observations
from .result import at, over
from .statistics import coverage_text, summarize

NAME = "figure2_nkp_active"
TITLE = "National Key R&D Projects active by year"
YEARS = (2016, 2025)
DURATIONS = (3, 4, 5)


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Projects running in a year, and projects launched in it, 2016–2025",
        [["active", "launched"]],
        100,
        width_ratios=[1.45, 1],
    )
    with sheet.panel("active") as axes:
        _draw_active(axes, result)
    with sheet.panel("launched") as axes:
        _draw_launched(axes, result)
    marker = dict(color=style.BLACK, ls="none", ms=4.5)
    legend = [
        *marks.band_handles(),
        Line2D([], [], marker="_", label="derived: durations of 3, 4, 5 years", **marker),
        *marks.observed_handles(open_points=False),
    ]
    return sheet.finish(
        words.notes(
            result,
            f"{words.BANDS_NOTE} {words.regimes_note(result)}",
            (
                "Derived counts rest on 1,163, 1,310 and 1,052 launches (2016–18), 579 a year in 2019–21 and none"
                " after: from 2022 they show a run-off, while the simulation goes on launching."
            ),
        ),
        words.source_line(result, "Ministry of Science and Technology notices, NBS communiqués, MERICS 2023"),
        legend,
        columns=3,
    )


def message(result):
    active, launched = _active(result), _launched(result)

    def plateau():
        derived = derived_active(result)
        row = derived.years == 2020
        known = f", derived {derived.low[row][0]:,.0f}–{derived.high[row][0]:,.0f}" if row.any() else ""
        return f"{summarize(at(active, 2020)).text()} projects were active in 2020 in the simulation{known}"

    def total():
        reported = observations(_launch_table(result, "2016-2021"), "projects", year="number").values
        known = f", reported {reported[0]:,.0f}" if len(reported) else ""
        return f"{summarize(over(launched, 2016, 2021)).text()} were launched in 2016–2021{known}"

    return words.sentence(plateau, total, lambda: "for launches, " + coverage_text(launched, observed_launches(result)))


def derived_active(result):
    """Active projects for durations of 3 to 5 years, as intervals without a point."""
    table = result.observed("nkp_active_derived")
    columns = [f"active_duration{years}" for years in DURATIONS]
    if not set(columns) <= set(table):
        return observations(table.iloc[:0], "none")
    values = table[columns].to_numpy(dtype=float)
    return Observations(
        table["year"].to_numpy(dtype=int),
        np.full(len(table), np.nan),
        values.min(axis=1),
        values.max(axis=1),
        np.full(len(table), True),
    )


def observed_launches(result):
    return observations(result.observed("nkp_launched"), "projects")


def _launch_table(result, period):
    table = result.observed("nkp_launched")
    return table[table["year"] == period].assign(number=0) if "year" in table else table


def _active(result):
    return result.samples("programme_active", programme="nkp").sel(year=slice(*YEARS))


def _launched(result):
    return result.samples("programme_awards", programme="nkp").sel(year=slice(*YEARS))


def _draw_active(axes, result):
    marks.shade_regimes(axes, result, "full", YEARS)
    marks.draw_bands(axes, _active(result))
    derived = derived_active(result)
    marks.draw_observed(axes, derived)
    table = result.observed("nkp_active_derived")
    for years in DURATIONS:
        if f"active_duration{years}" in table:
            axes.plot(table["year"], table[f"active_duration{years}"], "_", color=style.BLACK, ms=5, mew=1)
    axes.set_title("Active", pad=18)
    marks.year_axis(axes, YEARS)
    marks.count_axis(axes, "projects running")


def _draw_launched(axes, result):
    marks.shade_regimes(axes, result, "letters", YEARS)
    marks.draw_bands(axes, _launched(result), steps=True)
    marks.draw_observed(axes, observed_launches(result))
    axes.set_title("Launched", pad=18)
    marks.year_axis(axes, YEARS)
    marks.count_axis(axes, "projects launched")
