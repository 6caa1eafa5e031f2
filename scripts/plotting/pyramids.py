"""Figure 1 of the report: the pyramids of projects, labs and zones, counted in the simulation and in the report."""

from typing import Callable, NamedTuple

import numpy as np
from matplotlib.patches import Polygon
from matplotlib.ticker import NullLocator

from . import style, words
from .observations import fact, observations
from .result import MissingData, at, over
from .statistics import summarize

NAME = "figure1_pyramids"
TITLE = "Three pyramids: projects, labs and zones"
WIDTH_AT_TOP, WIDTH_AT_BASE = 0.72, 1.0
RATIO_AXES = (2, 4, 8, 16)  # the narrowest that shows all tiers is used


class Tier(NamedTuple):
    """A tier of a pyramid: its name, what is counted and when, the simulated values by run, and the reported number."""

    name: str
    unit: str
    when: str
    simulated: Callable
    reported: Callable


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Simulated median [90 % of runs] beside the reported count",
        [list(PYRAMIDS), [f"{name} ratio" for name in PYRAMIDS]],
        132,
        height_ratios=[2.1, 1],
    )
    counted = {name: _count(result, tiers) for name, tiers in PYRAMIDS.items()}
    every_row = [row for rows in counted.values() for row in rows]
    fitting = [factor for factor in RATIO_AXES if all(_within(factor, *row) for row in every_row)]
    widest = fitting[0] if fitting else RATIO_AXES[-1]
    for (name, tiers), colour in zip(PYRAMIDS.items(), (style.BLUE, style.ORANGE, style.GREEN)):
        with sheet.panel(name) as axes:
            _draw_pyramid(axes, name, tiers, counted[name], colour)
        with sheet.panel(f"{name} ratio") as axes:
            _draw_ratios(axes, counted[name], colour, widest)
    return sheet.finish(
        words.notes(
            result,
            (
                "Lower panels: simulated over reported, median and 90 % of runs; 1 is agreement (logarithmic scale)."
                " State Key Labs include the new National Key Labs. The report names 16 megaprojects; they are one"
                " budget in the simulation, which counts their sub-topics. The report's 20,000 NSFC projects are those"
                " of the General Programme; here grants of all kinds are compared."
            ),
        ),
        words.source_line(result, "MERICS 2023, Figure 1; NBS 2018 (sub-topics), NSFC 2021 (grants)"),
    )


def message(result):
    def clause(tier):
        def count():
            reported = tier.reported(result)
            known = f" (reported {reported:,.0f})" if not np.isnan(reported) else ""
            return f"{summarize(tier.simulated(result)).text()} {tier.unit} {tier.when}{known}"

        return count

    return words.sentence(*(clause(tier) for tiers in PYRAMIDS.values() for tier in tiers))


def skl_total(result):
    """All labs of the State Key Laboratory series, the new National Key Labs included, over (run, year)."""
    names = [name for name in result.categories("lab_type") if name.startswith("skl_") or name == "national_key_lab"]
    return result.samples("lab_stock", lab_type=names)


def _stock(axis, *names, year):
    variable = {"lab_type": "lab_stock", "zone_type": "zone_stock"}[axis]
    return lambda result: at(result.samples(variable, **{axis: list(names)}), year)


def _awards_a_year(programme, first, last):
    return lambda result: over(result.samples("programme_awards", programme=programme), first, last) / (
        last - first + 1
    )


def _reported(name):
    def count(result):
        found = observations(
            result.table("institutions"), "reported_count", {"name": name}, year="reported_year"
        ).values
        return float(found[0]) if len(found) else np.nan

    return count


def _fact(key):
    return lambda result: fact(result.observed("seed_facts"), key)


def _megaproject_topics(result):
    return observations(result.observed("programmes_pre2016"), "projects", {"programme": "megaprojects"}).at(2018)


def _nsfc_grants(result):
    """Grants of all kinds, which the simulation counts; the report's 20,000 are the General Programme's."""
    return observations(result.observed("nsfc_grants"), "value", {"metric": "grants_total"}).at(2021)


PYRAMIDS = {
    "Research projects": (
        Tier(
            "Megaprojects\n(sub-topics)",
            "sub-topics of megaprojects",
            "in 2018",
            _awards_a_year("megaprojects", 2018, 2018),
            _megaproject_topics,
        ),
        Tier(
            "National Key R&D\nProjects (NKP)",
            "NKPs a year",
            "in 2016–2021",
            _awards_a_year("nkp", 2016, 2021),
            _reported("nkp"),
        ),
        Tier(
            "Natural Science\nFoundation (NSFC)",
            "NSFC grants",
            "in 2021",
            _awards_a_year("nsfc", 2021, 2021),
            _nsfc_grants,
        ),
    ),
    "Research labs": (
        Tier(
            "National labs and\nresearch centres",
            "national labs and centres",
            "in 2022",
            _stock("lab_type", "national_lab", "national_research_centre", year=2022),
            _reported("national_lab"),
        ),
        Tier(
            "State Key Labs",
            "State Key Labs",
            "in 2021",
            lambda result: at(skl_total(result), 2021),
            _fact("skl_total"),
        ),
        Tier(
            "National Engineering\nResearch Centers",
            "NERCs",
            "in 2021",
            _stock("lab_type", "nerc", year=2021),
            _reported("nerc"),
        ),
    ),
    "Zones": (
        Tier(
            "Indigenous Innovation\nDemonstration Zones",
            "demonstration zones",
            "in 2022",
            _stock("zone_type", "indigenous_innovation_demo_zone", year=2022),
            _reported("indigenous_innovation_demo_zone"),
        ),
        Tier("High-tech zones\n(HIDZ)", "HIDZs", "in 2022", _stock("zone_type", "hidz", year=2022), _reported("hidz")),
        Tier(
            "AI pilot zones",
            "AI pilot zones",
            "in 2022",
            _stock("zone_type", "ai_pilot_zone", year=2022),
            _reported("ai_pilot_zone"),
        ),
    ),
}


def _count(result, tiers):
    """(summary, reported) of each tier; None in place of a summary that the file cannot give."""
    counted = []
    for tier in tiers:
        try:
            summary = summarize(tier.simulated(result))
        except MissingData:
            summary = None
        counted.append((summary, tier.reported(result)))
    return counted


def _draw_pyramid(axes, name, tiers, counted, colour):
    if all(summary is None for summary, _ in counted):
        raise MissingData(", ".join(tier.unit for tier in tiers))
    axes.set_axis_off()
    axes.set_xlim(-0.5, 0.5)
    axes.set_ylim(0, 3)
    axes.set_title(name, loc="center")
    for i, (tier, (summary, reported)) in enumerate(zip(tiers, counted)):
        top = 3 - i
        axes.add_patch(Polygon(_trapezoid(top - 0.96, top), closed=True, facecolor=colour, alpha=0.16 + 0.12 * i, lw=0))
        simulated = summary.text() if summary else "not in this file"
        known = f"{reported:,.0f}" if not np.isnan(reported) else "–"
        axes.text(0, top - 0.30, tier.name, ha="center", va="center", weight="bold", size=7)
        axes.text(0, top - 0.62, f"simulated {simulated}\nreported {known}", ha="center", va="center", size=7)
        axes.text(0, top - 0.86, tier.when, ha="center", va="center", size=6, color=style.GREY)


def _trapezoid(bottom, top):
    """Corners of the slice of the pyramid between two heights (3 is the top)."""

    def half(height):
        return (WIDTH_AT_TOP + (WIDTH_AT_BASE - WIDTH_AT_TOP) * (3 - height) / 3) / 2

    return [(-half(bottom), bottom), (half(bottom), bottom), (half(top), top), (-half(top), top)]


def _within(factor, summary, reported):
    """Whether a tier's interval lies within a factor of the reported number (or there is nothing to compare)."""
    return (
        summary is None or not reported > 0 or (summary.low * factor >= reported and summary.high <= reported * factor)
    )


def _draw_ratios(axes, counted, colour, widest):
    if all(summary is None for summary, _ in counted):
        raise MissingData("counts to compare")
    axes.axvline(1, color=style.BLACK, lw=0.7)
    for i, (summary, reported) in enumerate(counted):
        if summary is None or not reported > 0:
            continue
        low, median, high = (max(value, 0.01) / reported for value in summary)
        axes.plot([low, high], [i, i], color=colour, lw=4, alpha=0.5, solid_capstyle="butt", gid="ratio")
        axes.plot([median], [i], "|", color=style.BLACK, ms=7, mew=1.4)
    axes.set_xscale("log")
    axes.set_xlim(1 / widest, widest)
    axes.set_xticks([1 / widest, 1, widest], [f"1/{widest}", "1", str(widest)])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(len(counted) - 0.4, -0.6)
    axes.set_yticks(range(len(counted)), ["top", "middle", "base"])
    axes.tick_params(labelleft=axes.get_subplotspec().is_first_col())
    axes.grid(True, axis="x")
    axes.set_xlabel("simulated / reported")
