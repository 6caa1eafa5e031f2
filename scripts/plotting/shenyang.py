"""Robots in Shenyang: a key lab, its institute, a spin-off and a zone, followed through the simulation."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from matplotlib.lines import Line2D

from . import marks, robotics_lab, style, words
from .observations import Observations, fact, observations
from .result import MissingData, at, over
from .statistics import share, summarize

NAME = "shenyang"
TITLE = "Robots in Shenyang: lab, institute, firm and zone"
INSTITUTE, FIRM, ZONE, CATEGORY = "sia", "siasun", "shenyang_hunnan", "intelligent_robots"
YEARS = (2000, 2035)
KNOWN_YEAR = 2022  # of the last revenue and of the staff
NKP_YEARS = (2016, 2021)
PLAN_YEARS = (2021, 2025)  # of the 14th five-year plan, in which the robotics plan falls
BILLION = 1e-3  # of a million CNY
SALES = {"million CNY": 1e-3, "billion CNY": 1.0}


class Plan(NamedTuple):
    """What was planned for robotics in 2025: growth a year, fewest and most clusters; NaN where unknown."""

    growth: float
    fewest: float
    most: float


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Named agents in the national runs beside what is known of them; their fortunes are not scripted, and one case"
        " is no test",
        [[name for name, *_ in PANELS[i : i + 3]] for i in range(0, len(PANELS), 3)],
        240,
    )
    for name, title, label, panel in PANELS:
        with sheet.panel(name) as axes:
            _draw_panel(axes, result, name, title, label, panel)
    return sheet.finish(
        words.notes(
            result,
            f"{words.BANDS_NOTE} {words.regimes_note(result)}",
            (
                "Lab: staff, money and papers of the runs in which it is designated, on notice or carried over; a star"
                " marks the observed grade (none: not reviewed in that year); it claimed 149 papers in 2017, 64 of them"
                " in SCI journals, which are what the simulation counts. Staff begins at the number reported"
                " for 2022. Projects: topic projects of all programmes, since 2016 nearly all NKPs; the observed line"
                " spreads the NKPs reported of the institute evenly over 2016–2021."
            ),
            (
                "Siasun: runs in which it is in business; sales of 2008 may be orders. Hunnan: firms and revenue on the"
                " land of the zone; the diamonds count other things, robot output of the city (2017) and the cluster of"
                " robotics and smart manufacturing in a wide definition (2021), so they are not the zone's. Its Science"
                " and Technology City says it attracted more than 80 investment projects by 2021, which are not"
                " research projects. Robots: revenue of the category's firms in China; clusters: cities with at least"
                " 5 % of it; planned: to 2025. Money at current prices."
            ),
        ),
        words.source_line(result, "MERICS 2023, annual reports of Siasun and press (see shenyang_case, seed_facts)"),
        [
            *robotics_lab.status_handles(),
            *marks.band_handles(style.GREY),
            *marks.observed_handles(intervals=False),
            Line2D([], [], marker="D", mfc="white", mec=style.GREY, ls="none", ms=3.4, label="other definition"),
            Line2D([], [], color=style.VERMILION, lw=1.4, label="planned"),
        ],
        columns=4,
    )


def message(result):
    def graded(year):
        def clause():
            grade = robotics_lab.observed_grade(result, year)
            code = next((code for code, word in robotics_lab.GRADES.items() if word == grade), None)
            if code is None:
                raise MissingData(f"observed grade of {year}")
            part = words.percent(robotics_lab.grade_shares(result, year)[code])
            return f"the lab was graded {grade} in {year}, as it is in {part} of the runs"

        return clause

    def papers():
        year = robotics_lab.PAPERS_YEAR
        simulated = summarize(at(robotics_lab.living(result, "papers"), year)).text()
        return f"it published {simulated} SCI papers in {year}{_reported(robotics_lab.observed_papers(result))}"

    def staff():
        simulated = summarize(at(robotics_lab.living(result, "staff"), KNOWN_YEAR)).text()
        known = robotics_lab.observed_staff(result).at(KNOWN_YEAR)
        return f"its staff was {simulated} in {KNOWN_YEAR}{_reported(known)}"

    def projects():
        simulated = summarize(over(result.trace("projects", INSTITUTE), *NKP_YEARS)).text()
        reported = _reported(observed_projects(result))
        return f"its institute led {simulated} projects in {NKP_YEARS[0]}–{NKP_YEARS[1]}{reported}"

    def firm():
        part = words.percent(in_business(result, KNOWN_YEAR))
        revenue = summarize(at(sales(result), KNOWN_YEAR)).text(1)
        return (
            f"Siasun is in business in {part} of the runs in {KNOWN_YEAR}, with a revenue of {revenue} billion CNY"
            f"{_reported(observed_sales(result).at(KNOWN_YEAR), 1)}"
        )

    def zone():
        firms, revenue = (summarize(at(result.trace(name, ZONE), KNOWN_YEAR)) for name in ("firms", "revenue"))
        return (
            f"Hunnan's zone had {firms.text()} firms in {KNOWN_YEAR} and a revenue of {revenue.text(0, BILLION)}"
            " billion CNY"
        )

    def robots():
        growth, planned = summarize(growth_of_plan(result)), plan(result)
        against = "" if np.isnan(planned.growth) else f" (planned {words.percent(planned.growth)})"
        first, last = PLAN_YEARS
        return f"robotics firms grew by {growth.text(0, 100)} % a year in {first}–{last}{against}"

    def clusters():
        values, planned = at(result.trace("clusters", CATEGORY), PLAN_YEARS[1]), plan(result)
        said = f"robotics had {summarize(values).text()} clusters in {PLAN_YEARS[1]}"
        if np.isnan(planned.fewest):
            return said
        inside = np.mean((values >= planned.fewest) & (values <= planned.most))
        return f"{said}, {planned.fewest:.0f}–{planned.most:.0f} as planned in {words.percent(inside)} of the runs"

    return words.sentence(graded(2012), graded(2017), papers, staff, projects, firm, zone, robots, clusters)


def _reported(known, digits=0):
    return "" if np.isnan(known) else f" (reported {known:.{digits}f})"


def sales(result):
    """Revenue of the firm in the runs in which it is in business, billion CNY."""
    revenue = result.trace("revenue", FIRM).where(result.trace("status", FIRM) == 1)
    return (revenue * BILLION).rename("revenue")


def in_business(result, year):
    """Share of the runs in which the firm is in business."""
    return float(np.mean(at(result.trace("status", FIRM), year) == 1))


def observed_sales(result):
    """Billion CNY. The sales of 2008 may be orders and count as soft."""
    table = result.observed("shenyang_case")
    parts = [observations(table, "value", {"key": key}, units=SALES) for key in ("siasun_sales", "siasun_revenue")]
    parts[0] = replace(parts[0], firm=np.zeros(len(parts[0]), dtype=bool))
    columns = ("years", "values", "low", "high", "firm")
    return Observations(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


def observed_projects(result):
    """National Key R&D Projects that the institute led in NKP_YEARS; NaN where unknown."""
    return fact(result.observed("shenyang_case"), "sia_nkp")


def growth(result):
    """Growth of the revenue of the category's firms over the year before."""
    revenue = result.trace("revenue", CATEGORY)
    before = revenue.shift(year=1)
    return share(revenue - before, before).rename("growth")


def growth_of_plan(result):
    """Mean yearly growth in the years of the plan, by run."""
    revenue = result.trace("revenue", CATEGORY)
    first, last = at(revenue, PLAN_YEARS[0] - 1), at(revenue, PLAN_YEARS[1])
    return (last / first) ** (1 / (PLAN_YEARS[1] - PLAN_YEARS[0] + 1)) - 1


def plan(result):
    table = result.observed("seed_facts")
    clusters = [fact(table, f"robotics_cluster_target_{end}") for end in ("min", "max")]
    return Plan(fact(table, "robotics_growth_target") / 100, *clusters)


def _draw_panel(axes, result, name, title, label, panel):
    if name not in ("status", "grades"):
        marks.shade_regimes(axes, result, "letters", YEARS)
    panel(axes, result)
    axes.set_title(title, pad=12)
    if name == "grades":
        return
    marks.year_axis(axes, YEARS)
    if name in ("sales", "zone_revenue"):
        marks.log_axis(axes, label)
    elif name == "growth":
        marks.percent_axis(axes, label)
    elif name != "status":
        marks.count_axis(axes, label)


def _shown(samples):
    return samples.sel(year=slice(*YEARS))


def _draw_status(axes, result):
    robotics_lab.draw_status(axes, result, YEARS)


def _draw_grades(axes, result):
    robotics_lab.draw_grades(axes, result)


def _draw_funding(axes, result):
    marks.draw_bands(axes, _shown(robotics_lab.living(result, "funding")), style.GREEN)


def _draw_projects(axes, result):
    marks.draw_bands(axes, _shown(result.trace("projects", INSTITUTE)), style.VERMILION, steps=True)
    known = observed_projects(result)
    if not np.isnan(known):
        mean = known / (NKP_YEARS[1] - NKP_YEARS[0] + 1)
        marks.draw_period(axes, *NKP_YEARS, mean, mean)


def _draw_sales(axes, result):
    marks.draw_bands(axes, _shown(sales(result)))
    marks.draw_observed(axes, observed_sales(result))
    last = int(result.years[-1])
    axes.text(
        0.97,
        0.04,
        f"in business in {last}:\n{words.percent(in_business(result, last))} of runs",
        transform=axes.transAxes,
        ha="right",
        va="bottom",
        size=6.5,
        path_effects=marks.HALO,
    )


def _draw_zone_firms(axes, result):
    marks.draw_bands(axes, _shown(result.trace("firms", ZONE)), style.PURPLE)


def _draw_zone_revenue(axes, result):
    revenue = result.trace("revenue", ZONE)
    marks.draw_bands(axes, _shown((revenue * BILLION).rename("revenue")), style.GREEN)
    table = result.observed("shenyang_case")
    for key, name in (("robot_output_shenyang", "robots"), ("cluster_output", "smart\nmanufacturing")):
        other = observations(table, "value", {"key": key}, units=SALES)
        marks.draw_observed(axes, replace(other, firm=np.zeros(len(other), dtype=bool)), style.GREY, "D")
        for year, value in zip(other.years, other.values):
            axes.annotate(
                name, (year, value), xytext=(4, -2), textcoords="offset points", va="top", size=6, color=style.GREY
            )


def _draw_city_projects(axes, result):
    marks.draw_bands(axes, _shown(result.trace("projects", ZONE)), style.BLUE, steps=True)


def _draw_growth(axes, result):
    marks.draw_bands(axes, _shown(growth(result)), style.BLUE, steps=True)
    planned = plan(result).growth
    if not np.isnan(planned):
        marks.draw_period(axes, *PLAN_YEARS, planned, planned, style.VERMILION)


def _draw_clusters(axes, result):
    marks.draw_bands(axes, _shown(result.trace("clusters", CATEGORY)), style.GREEN, steps=True)
    planned = plan(result)
    if not np.isnan(planned.fewest):
        middle, half = (planned.most + planned.fewest) / 2, (planned.most - planned.fewest) / 2
        axes.errorbar(
            [PLAN_YEARS[1]],
            [middle],
            yerr=[half],
            fmt="none",
            ecolor=style.VERMILION,
            elinewidth=1.6,
            capsize=2.5,
            zorder=6,
        )[2][0].set_gid("plan-interval")


PANELS = (  # name, title, axis, and what draws it
    ("status", "Robotics lab: status", "share of runs", _draw_status),
    ("grades", "Lab: grades of 2012, 2017", "share of runs", _draw_grades),
    ("papers", "Lab: SCI papers", "papers a year", robotics_lab.draw_papers),
    ("staff", "Lab: research staff", "persons", robotics_lab.draw_staff),
    ("funding", "Lab: funding", "million CNY a year", _draw_funding),
    ("projects", "Institute: projects led", "projects a year", _draw_projects),
    ("sales", "Siasun: revenue", "billion CNY a year", _draw_sales),
    ("zone_firms", "Hunnan's zone: firms", "firms", _draw_zone_firms),
    ("zone_revenue", "Hunnan's zone: revenue", "billion CNY a year", _draw_zone_revenue),
    ("city_projects", "City: projects started", "projects a year", _draw_city_projects),
    ("growth", "Robots, China: growth", "growth a year", _draw_growth),
    ("clusters", "Robots, China: clusters", "cities", _draw_clusters),
)
