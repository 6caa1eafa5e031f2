"""The State Key Laboratory of Robotics, a named lab, followed through the simulation."""

import re

import numpy as np
from matplotlib.patches import Patch

from . import marks, style, words
from .result import MissingData, at
from .statistics import summarize

NAME = "robotics"
TITLE = "The State Key Laboratory of Robotics, Shenyang"
AGENT = "skl_robotics"
YEARS = (2005, 2035)
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


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "What happens to the lab in the runs; its grades and fortunes are not scripted",
        [["status", "grades"], ["funding", "papers"]],
        140,
        width_ratios=[1.25, 1],
    )
    for name, panel in (
        ("status", _draw_status),
        ("grades", _draw_grades),
        ("funding", _draw_funding),
        ("papers", _draw_papers),
    ):
        with sheet.panel(name) as axes:
            panel(axes, result)
    status = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white" if hatch else style.LIGHT_GREY, lw=0.3, label=word)
        for word, colour, hatch in STATUS.values()
    ]
    return sheet.finish(
        words.notes(
            result,
            words.BANDS_NOTE
            + " Grades: share of runs; a star marks the observed grade (good in 2012, excellent in 2017); "
            "none: not reviewed in that year. "
            + words.regimes_note(result),
            (
                "Funding and papers: runs in which the lab is designated, on notice or carried over in the year. The"
                " lab claimed 149 papers in 2017, 64 of them in SCI journals; the simulation counts SCI papers."
            ),
        ),
        words.source_line(result, "MERICS 2023, section 3.3 (see shenyang_case)"),
        [*status, *marks.band_handles(style.GREY), *marks.observed_handles(open_points=False, intervals=False)],
        columns=4,
    )


def message(result):
    def graded(year):
        def clause():
            grade = observed_grade(result, year)
            shares = grade_shares(result, year)
            code = next((code for code, word in GRADES.items() if word == grade), None)
            if code is None:
                raise MissingData(f"observed grade of {year}")
            return f"the lab was graded {grade} in {year}, as it is in {words.percent(shares[code])} of the runs"

        return clause

    def papers():
        known = observed_papers(result)
        simulated = summarize(at(living(result, "papers"), PAPERS_YEAR)).text()
        reported = f" (reported {known:.0f})" if known else ""
        return f"it published {simulated} SCI papers in {PAPERS_YEAR}{reported}"

    def funding():
        return f"it received {summarize(at(living(result, 'funding'), 2017)).text()} million CNY in 2017"

    return words.sentence(graded(2012), graded(2017), papers, funding)


def observed_grade(result, year):
    """The observed grade of a review, or nothing."""
    table = result.observed("shenyang_case")
    if "key" not in table:
        return None
    found = table.loc[table["key"] == REVIEWS[year], "value"]
    return str(found.iloc[0]) if len(found) else None


def grade_shares(result, year):
    """Share of the runs by grade of a year's review."""
    grades = at(result.trace("grade", AGENT), year)
    return {code: float(np.mean(grades == code)) for code in GRADES}


def living(result, variable):
    """A trace variable in the runs and years in which the lab is designated, on notice or carried over."""
    alive = result.trace("status", AGENT).isin(ALIVE)
    return result.trace(variable, AGENT).where(alive).sel(year=slice(*YEARS))


def observed_papers(result):
    """SCI papers that the lab claimed; the table gives them in a unit ("papers, 64 in SCI journals"). None if absent."""
    table = result.observed("shenyang_case")
    units = table.loc[table["key"] == "skl_robotics_papers", "unit"] if "key" in table else []
    found = re.search(r"(\d+) in SCI", units.iloc[0]) if len(units) else None
    return float(found.group(1)) if found else None


def _draw_status(axes, result):
    status = result.trace("status", AGENT).sel(year=slice(*YEARS))
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
    axes.set_title("Status")
    marks.year_axis(axes, YEARS)
    marks.share_axis(axes, "share of runs")


def _draw_grades(axes, result):
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
    axes.set_xticks(range(len(GRADES)), GRADES.values())
    axes.set_title("Grades in 2012 and 2017")
    marks.share_axis(axes, "share of runs", 1.0)
    axes.legend(loc="upper right", ncol=2)


def _draw_funding(axes, result):
    marks.shade_regimes(axes, result, "letters", YEARS)
    marks.draw_bands(axes, living(result, "funding"), style.GREEN, "-.")
    axes.set_title("Funding, current prices", pad=12)
    marks.year_axis(axes, YEARS)
    marks.count_axis(axes, "million CNY a year")


def _draw_papers(axes, result):
    marks.shade_regimes(axes, result, "letters", YEARS)
    marks.draw_bands(axes, living(result, "papers"))
    known = observed_papers(result)
    if known:
        axes.plot([PAPERS_YEAR], [known], "o", color=style.BLACK, ms=3.6, zorder=5, gid="observed-firm")
    axes.set_title("SCI papers", pad=12)
    marks.year_axis(axes, YEARS)
    marks.count_axis(axes, "papers a year")
