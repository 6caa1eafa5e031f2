"""Grades of the five-yearly reviews of State Key Laboratories."""

import numpy as np
import pandas as pd
from matplotlib.patches import Patch

from . import marks, style, words
from .result import MissingData
from .statistics import bands, mean_by_year, share, summarize

NAME = "reviews"
TITLE = "Grades in the reviews of State Key Laboratories"
YEARS = (1998, 2035)
# Variable: word, observed column, colour and hatch.
GRADES = {
    "review_excellent": ("excellent", "excellent", style.BLUE, ""),
    "review_good": ("good", "good", style.SKY, "...."),
    "review_notice": ("put on notice", "rectify", style.ORANGE, "////"),
    "review_delisted": ("delisted", "failed", style.PURPLE, "xxxx"),
}
COMPARED = ("review_excellent", "review_notice", "review_delisted")


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Share of the labs reviewed in the year; each year reviews one group of fields",
        [["all", "all", "rounds"], list(COMPARED)],
        132,
        height_ratios=[1.1, 1],
    )
    with sheet.panel("all") as axes:
        _draw_all(axes, result)
    with sheet.panel("rounds") as axes:
        _draw_rounds(axes, result)
    for grade in COMPARED:
        with sheet.panel(grade) as axes:
            _draw_grade(axes, result, grade)
    grades = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white" if hatch else colour, label=word)
        for word, _, colour, hatch in GRADES.values()
    ]
    return sheet.finish(
        words.notes(
            result,
            (
                "Above: shares in the sum over all runs; observed rounds are framed. Below: bands by run; a horizontal"
                " line is an observed share over several rounds. Observed rounds hold 27–75 labs; the lab that failed"
                " in 2009 was a ministry's, not a State Key Lab."
            ),
            words.regimes_note(result),
        ),
        words.source_line(result, "NSFC and MOST review notices (see reviews)"),
        [*grades, *marks.band_handles(style.GREY), *marks.observed_handles(open_points=False, intervals=False)],
        columns=4,
    )


def message(result):
    def clause(grade, first, last):
        def compare():
            part, whole = (
                result_span.sel(year=slice(first, last)).sum("year")
                for result_span in (_graded(result, grade), _reviewed(result))
            )
            if not bool((whole > 0).all()):
                raise MissingData("reviews")
            simulated = summarize((part / whole).values).text(1, 100)
            observed = [row for row in observed_rounds(result, grade) if (row[0], row[1]) == (first, last)]
            known = f" (observed {words.percent(observed[0][2], 1)})" if observed else ""
            return (
                f"{simulated} % of the labs reviewed in {_span_text(first, last)} were {GRADES[grade][0]} in the"
                f" simulation{known}"
            )

        return compare

    return words.sentence(
        clause("review_excellent", 2017, 2017),
        clause("review_notice", 2015, 2017),
        clause("review_delisted", 2015, 2017),
    )


def observed_rounds(result, grade):
    """(first year, last year, share) of the observed rounds that give a grade and the number of labs."""
    table = result.observed("reviews")
    column = GRADES[grade][1]
    if not {"review_year", "evaluated", column} <= set(table):
        return []
    counts = table[[column, "evaluated"]].apply(pd.to_numeric, errors="coerce")
    rounds = []
    for year, (count, evaluated) in zip(table["review_year"].astype(str), counts.to_numpy()):
        first, last = _span(year)
        if not np.isnan(count) and evaluated > 0:
            rounds.append((first, last, count / evaluated))
    return rounds


def pooled_shares(result):
    """Years with reviews, and the share of each grade in the sum over all runs."""
    reviewed = mean_by_year(_reviewed(result))
    shown = reviewed > 0
    return result.years[shown], {
        grade: mean_by_year(_graded(result, grade))[shown] / reviewed[shown] for grade in GRADES
    }


def _span(text):
    """First and last year of "2017", "2015-2017" or "2015+2016"."""
    parts = [int(part) for part in text.replace("+", "-").split("-")]
    return parts[0], parts[-1]


def _span_text(first, last):
    return str(first) if first == last else f"{first}–{last}"


def _graded(result, grade):
    return result.samples(grade, discipline=result.categories("discipline"))


def _reviewed(result):
    return sum(_graded(result, grade).fillna(0) for grade in GRADES)


def _draw_all(axes, result):
    years, shares = pooled_shares(result)
    shown = years >= YEARS[0]
    _stack(axes, years[shown], [shares[grade][shown] for grade in GRADES], 0.72)
    marks.shade_regimes(axes, result, "letters", YEARS)
    axes.set_title("All grades, simulated", pad=12)
    marks.year_axis(axes, YEARS)
    marks.share_axis(axes, "share of labs reviewed")


def _draw_rounds(axes, result):
    """The rounds for which all four grades are known: simulated, and observed in a frame."""
    rounds = {
        grade: {first: value for first, last, value in observed_rounds(result, grade) if first == last}
        for grade in GRADES
    }
    known = sorted(set.intersection(*(set(by_year) for by_year in rounds.values())))
    years, shares = pooled_shares(result)
    known = [year for year in known if year in years]
    if not known:
        raise MissingData("rounds with all grades observed")
    for place, year in enumerate(known):
        _stack(axes, [place - 0.2], [shares[grade][years == year] for grade in GRADES], 0.36)
        _stack(axes, [place + 0.2], [np.array([rounds[grade][year]]) for grade in GRADES], 0.36)
        axes.bar(place + 0.2, 1, width=0.36, facecolor="none", edgecolor=style.BLACK, lw=1.2, gid="observed-round")
    places = [place + side for place in range(len(known)) for side in (-0.2, 0.2)]
    axes.set_xticks(places, [f"{word}\n{year}" for year in known for word in ("sim.", "obs.")])
    axes.set_title("Observed rounds", pad=12)
    marks.share_axis(axes, "share of labs reviewed")


def _stack(axes, places, heights, width):
    """Bars of the four grades on top of each other."""
    below = np.zeros(len(places))
    for (_, _, colour, hatch), height in zip(GRADES.values(), heights):
        axes.bar(
            places,
            height,
            bottom=below,
            width=width,
            facecolor=colour,
            edgecolor="white" if hatch else colour,
            hatch=hatch,
            lw=0,
        )
        below = below + height


def _draw_grade(axes, result, grade):
    word, _, colour, _ = GRADES[grade]
    samples = share(_graded(result, grade), _reviewed(result)).sel(year=slice(*YEARS))
    band = bands(samples)
    for low, high, width, alpha in ((band.low90, band.high90, 2.2, 0.35), (band.low50, band.high50, 2.2, 0.6)):
        axes.vlines(band.years, low, high, color=colour, lw=width, alpha=alpha)
    axes.plot(band.years, band.median, "_", color=colour, ms=4, mew=1.4)
    top = float(np.nanmax(band.high90))
    for first, last, value in observed_rounds(result, grade):
        if first == last:
            axes.plot([first], [value], "o", color=style.BLACK, ms=3.4, zorder=5, gid="observed-firm")
        else:
            marks.draw_period(axes, first, last, value, value)
        top = max(top, value)
    axes.set_title(word.capitalize())
    marks.year_axis(axes, YEARS)
    marks.share_axis(axes, "share of labs reviewed", min(1, top * 1.15))
