"""The State Key Laboratory of Robotics: its numbers in the runs, what is known of it, and panels of them."""

import re

import numpy as np
from matplotlib.patches import Patch

from . import marks, style
from .observations import Observations, observations
from .result import at

AGENT = "skl_robotics"
PAPERS_YEAR = 2017
ALIVE = (1, 2, 5)
REVIEWS = {2012: "skl_robotics_review_2012", 2017: "skl_robotics_review_2017"}
# Code in the file: word, colour and hatch.
STATUS = {
    1: ("designated", style.BLUE, ""),
    2: ("on notice", style.ORANGE, "////"),
    5: ("carried over", style.GREEN, "...."),
    4: ("merged", style.PURPLE, "xxxx"),
    3: ("delisted", style.BLACK, ""),
    0: ("not designated", style.PAPER_GREY, ""),
}
GRADES = {3: "excellent", 2: "good", 1: "poor", 0: "none"}


def living(result, variable):
    """A trace variable in the runs and years in which the lab is designated, on notice or carried over."""
    alive = result.trace("status", AGENT).isin(ALIVE)
    return result.trace(variable, AGENT).where(alive)


def grade_shares(result, year):
    """Share of the runs by grade of a year's review."""
    grades = at(result.trace("grade", AGENT), year)
    return {code: float(np.mean(grades == code)) for code in GRADES}


def observed_grade(result, year):
    """The observed grade of a review, or nothing."""
    table = result.observed("shenyang_case")
    if "key" not in table:
        return None
    found = table.loc[table["key"] == REVIEWS[year], "value"]
    return str(found.iloc[0]) if len(found) else None


def observed_papers(result):
    """SCI papers that the lab claimed; the table gives them in a unit ("papers, 64 in SCI journals"). NaN if absent."""
    table = result.observed("shenyang_case")
    units = table.loc[table["key"] == "skl_robotics_papers", "unit"] if "key" in table else []
    found = re.search(r"(\d+) in SCI", units.iloc[0]) if len(units) else None
    return float(found.group(1)) if found else np.nan


def observed_staff(result):
    """Fixed research staff, persons."""
    return observations(result.observed("shenyang_case"), "value", {"key": "skl_robotics_staff"})


def status_handles():
    return [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white" if hatch else style.LIGHT_GREY, lw=0.3, label=word)
        for word, colour, hatch in STATUS.values()
    ]


def draw_status(axes, result, years):
    status = result.trace("status", AGENT).sel(year=slice(*years))
    shares = [(status == code).mean("run").values for code in STATUS]
    below = np.zeros(status.sizes["year"])
    for (_, colour, hatch), height in zip(STATUS.values(), shares):
        axes.bar(
            status["year"],
            height,
            bottom=below,
            width=1,
            facecolor=colour,
            hatch=hatch,
            edgecolor="white" if hatch else colour,
            lw=0,
        )
        below += height
    marks.year_axis(axes, years)
    marks.share_axis(axes, "share of runs")


def draw_grades(axes, result):
    width = 0.36
    colours = {2012: (style.SKY, "...."), 2017: (style.BLUE, "")}
    for i, year in enumerate(REVIEWS):
        shares = grade_shares(result, year)
        places = np.arange(len(GRADES)) + (i - 0.5) * width
        colour, hatch = colours[year]
        axes.bar(
            places,
            shares.values(),
            width=width,
            facecolor=colour,
            hatch=hatch,
            edgecolor="white" if hatch else colour,
            lw=0,
            label=str(year),
        )
        grade = observed_grade(result, year)
        if grade in GRADES.values():
            place = list(GRADES.values()).index(grade)
            axes.plot(
                places[place], shares[list(GRADES)[place]] + 0.05, "*", color=style.BLACK, ms=7, gid="observed-grade"
            )
    axes.set_xticks(range(len(GRADES)), GRADES.values(), fontsize=7)
    marks.share_axis(axes, "share of runs", 1.0)
    axes.legend(loc="upper right", ncol=1)


def draw_papers(axes, result):
    marks.draw_bands(axes, living(result, "papers"))
    known = observed_papers(result)
    if not np.isnan(known):
        nothing = np.array([np.nan])
        point = Observations(np.array([PAPERS_YEAR]), np.array([known]), nothing, nothing, np.array([True]))
        marks.draw_observed(axes, point)


def draw_staff(axes, result):
    marks.draw_bands(axes, living(result, "staff"), style.PURPLE)
    marks.draw_observed(axes, observed_staff(result))
