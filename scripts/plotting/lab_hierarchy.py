"""Figure 3 of the report: the hierarchy of labs and engineering centres."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from . import style, words
from .result import MissingData, at
from .statistics import LEVELS, Summary

NAME = "figure3_lab_hierarchy"
TITLE = "A hierarchy of laboratories and engineering centres"
TIER_NAMES = {1: "Top tier", 2: "State key tier", 3: "Ministry tier", 4: "Provincial tier"}
UNREPORTED_YEAR = 2022
# Reported together: the report counts the research centres among its 20 national labs.
COUNTED_TOGETHER = {"national_lab": ["national_lab", "national_research_centre"]}
# Reported as approved so far, not as existing.
COUNTED_GROSS = ("skl_enterprise", "skl_province_ministry")
NAMES = {
    "national_lab": "National labs and research centres",
    "national_research_centre": "of which research centres",
    "skl_enterprise": "Enterprise SKLs, ever approved",
    "skl_province_ministry": "Province–ministry SKLs, ever approved",
}


class Row(NamedTuple):
    """A designation: quantiles of its labs over the runs in a year, and the number reported for that year (or NaN)."""

    name: str
    tier: int
    year: int
    reported: float
    quantiles: np.ndarray


def draw(result):
    rows = hierarchy(result)
    sheet = style.Sheet(
        TITLE,
        "Labs of each designation, in the year to which the reported number refers (logarithmic scale)",
        [["labs", "numbers"]],
        40 + 6.2 * (len(rows) + 1),
        width_ratios=[1.5, 1],
        sharey=True,
    )
    with sheet.panel("labs") as axes:
        _draw_rows(axes, result, rows)
    with sheet.panel("numbers") as axes:
        _write_numbers(axes, rows)
    legend = [
        Line2D([], [], color=style.BLUE, marker="|", ms=7, mew=1.6, ls="none", label="simulated: median"),
        Line2D([], [], color=style.BLUE, lw=6, alpha=0.45, label="50 % of runs"),
        Line2D([], [], color=style.BLUE, lw=6, alpha=0.22, label="90 % of runs"),
        Line2D([], [], color=style.BLACK, marker="o", ms=4, ls="none", label="reported"),
    ]
    return sheet.finish(
        words.notes(
            result,
            (
                "Reported numbers are the best available. Those of enterprise and province–ministry labs count all labs"
                " ever approved, delisted ones included, and so do the simulated ones beside them. A dash: no number"
                " reported."
            ),
        ),
        words.source_line(result, "MERICS 2023, Figures 1 and 3; MOST and NBS for the classes of State Key Labs"),
        legend,
    )


def message(result):
    rows = hierarchy(result)
    known = [row for row in rows if not np.isnan(row.reported)]
    inside = [row for row in known if row.quantiles[0] <= row.reported <= row.quantiles[-1]]
    if not known:
        raise MissingData("reported numbers of labs")
    worst = max(known, key=lambda row: abs(np.log(max(row.quantiles[2], 0.5) / row.reported)))
    return (
        f"The simulated 90 % interval contains {len(inside)} of {len(known)} reported numbers; farthest off: "
        f"{_name(result, worst.name)}, {worst.quantiles[2]:,.0f} simulated, {worst.reported:,.0f} reported "
        f"in {worst.year}."
    )


def hierarchy(result):
    """The lab types that have labs in the file, from the top tier down."""
    institutions = result.table("institutions")
    if "kind" not in institutions:
        raise MissingData("table institutions")
    labs = institutions[institutions["kind"] == "lab"].sort_values("tier", kind="stable")
    rows = []
    for lab in labs.itertuples():
        year = UNREPORTED_YEAR if pd.isna(lab.reported_year) or pd.isna(lab.reported_count) else int(lab.reported_year)
        try:
            values = at(_counted(result, lab.name), year)
        except MissingData:
            continue
        rows.append(Row(lab.name, int(lab.tier), year, lab.reported_count, np.quantile(values, LEVELS)))
    if not rows:
        raise MissingData("stocks of labs")
    return rows


def _counted(result, name):
    """Labs of a designation by run and year, counted as the reported number is."""
    if name in COUNTED_GROSS:
        return result.samples("lab_approvals", lab_type=name).cumsum("year")
    return result.samples("lab_stock", lab_type=COUNTED_TOGETHER.get(name, name))


def _name(result, name):
    return NAMES.get(name) or words.short_name(result, name)


def _draw_rows(axes, result, rows):
    axes.set_xscale("log")
    axes.set_xlim(1, 2 * max(row.quantiles[-1] for row in rows))
    for place, row in enumerate(rows):
        low90, low50, median, high50, high90 = np.maximum(row.quantiles, 1)
        for low, high, alpha in ((low90, high90, 0.22), (low50, high50, 0.3)):
            axes.plot([low, high], [place, place], color=style.BLUE, lw=6, alpha=alpha, solid_capstyle="butt")
        axes.plot([median], [place], "|", color=style.BLUE, ms=9, mew=1.6)
        if not np.isnan(row.reported):
            axes.plot([row.reported], [place], "o", color=style.BLACK, ms=3.6, zorder=5, gid="observed-firm")
    _shade_tiers(axes, rows)
    axes.set_yticks(range(len(rows)), [_name(result, row.name) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -1.3)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.grid(True, axis="x")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel("labs")


def _write_numbers(axes, rows):
    """The numbers behind the marks, row by row."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    for x, text in ((0.48, "simulated"), (0.78, "reported"), (1, "year")):
        axes.text(x, -0.9, text, ha="right", va="center", size=7, weight="bold")
    for place, row in enumerate(rows):
        low, _, median, _, high = row.quantiles
        reported = "–" if np.isnan(row.reported) else f"{row.reported:,.0f}"
        for x, text in ((0.48, Summary(low, median, high).text()), (0.78, reported), (1, str(row.year))):
            axes.text(x, place, text, ha="right", va="center", size=7)


def _shade_tiers(axes, rows):
    """A band of grey behind every other tier, named at the left edge of the panel."""
    tiers = sorted({row.tier for row in rows})
    for i, tier in enumerate(tiers):
        places = [place for place, row in enumerate(rows) if row.tier == tier]
        if i % 2 == 0:
            axes.axhspan(places[0] - 0.5, places[-1] + 0.5, color=style.PAPER_GREY, lw=0, zorder=0)
        axes.annotate(
            TIER_NAMES.get(tier, f"Tier {tier}"),
            (1.08, places[0] - 0.42),
            va="top",
            size=6.5,
            color=style.GREY,
            style="italic",
        )
