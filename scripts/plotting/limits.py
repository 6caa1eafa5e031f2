"""What kept the stocks below their targets: calls, appetite, the bar, or candidates."""

import numpy as np
from matplotlib.patches import Patch

from . import marks, style, words
from .result import MissingData
from .statistics import mean_by_year

NAME = "limits"
TITLE = "Why targets were missed"
YEARS = (2000, 2035)
WINDOW = (2016, 2020)
# Variable stem, meaning, colour and hatch.
LIMITS = {
    "limit_calls": ("no call was opened", style.BLUE, ""),
    "limit_appetite": ("the call admitted fewer than wanted", style.SKY, "...."),
    "limit_bar": ("the raised bar left too few candidates", style.VERMILION, "////"),
    "limit_candidates": ("too few candidates at the bar of 2006", style.YELLOW, "xxxx"),
}
# Designation: axis and prefix of its variables.
DESIGNATIONS = {
    "skl_discipline": ("lab_type", ""),
    "skl_enterprise": ("lab_type", ""),
    "hidz": ("zone_type", "zone_"),
    "etdz": ("zone_type", "zone_"),
}


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Labs and zones short of the stock aimed at, by what held approvals back; means over the runs",
        [["skl_discipline", "skl_enterprise"], ["hidz", "etdz"]],
        138,
    )
    for name in DESIGNATIONS:
        with sheet.panel(name) as axes:
            _draw_limits(axes, result, name)
    legend = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white" if hatch else colour, label=meaning)
        for meaning, colour, hatch in LIMITS.values()
    ]
    return sheet.finish(
        words.notes(
            result,
            (
                "Means, because parts of a gap add up in the mean but not in the median. The stock aimed at is the"
                " announced target or plan where there is one and an internal ambition otherwise. The split between the"
                " bar and the appetite rests on the prior of the raise of the bar: counts alone do not separate them."
            ),
            f"{words.calls_note(result)} {words.regimes_note(result)}",
        ),
        words.source_line(result),
        legend,
        columns=2,
    )


def message(result):
    def clause(name):
        def largest():
            parts = {limit: _window_mean(result, name, limit) for limit in LIMITS}
            total = sum(parts.values())
            if total <= 0:
                raise MissingData("a gap to explain")
            limit = max(parts, key=parts.get)
            return (
                f"{words.short_name(result, name)} were {total:.0f} short on average, mostly because"
                f" {LIMITS[limit][0]} ({words.percent(parts[limit] / total)})"
            )

        return largest

    last = result.last_given_call
    given = f" (call years to {last} are input)" if last and last >= WINDOW[0] else ""
    return f"In {WINDOW[0]}–{WINDOW[1]}{given}: {words.sentence(*(clause(name) for name in DESIGNATIONS))}"


def _limit(result, name, limit):
    axis, prefix = DESIGNATIONS[name]
    return result.samples(prefix + limit, **{axis: name})


def _window_mean(result, name, limit):
    return float(np.mean(mean_by_year(_limit(result, name, limit).sel(year=slice(*WINDOW)))))


def _draw_limits(axes, result, name):
    years = [year for year in result.years if YEARS[0] <= year <= YEARS[1]]
    below = np.zeros(len(years))
    for limit, (_, colour, hatch) in LIMITS.items():
        height = mean_by_year(_limit(result, name, limit).sel(year=years))
        axes.bar(
            years,
            height,
            bottom=below,
            width=1,
            facecolor=colour,
            edgecolor="white" if hatch else colour,
            hatch=hatch,
            lw=0,
            gid=limit,
        )
        below += height
    marks.shade_regimes(axes, result, "letters", YEARS)
    axes.set_title(words.short_name(result, name), pad=12)
    marks.year_axis(axes, YEARS)
    marks.count_axis(axes, "labs short" if DESIGNATIONS[name][0] == "lab_type" else "zones short")
