"""High-tech firms: how many, how large, how they leave and how they grow."""

import re

import numpy as np
import xarray as xr

from . import marks, style, words
from .observations import Observations, fact, observations
from .result import at, over
from .statistics import bands, positive, share, summarize

NAME = "firms"
TITLE = "High-tech firms: number, size, exit and growth"
HAZARD_YEARS = (2000, 2012)  # of the cohorts of the observed hazards
SHAPE_YEARS = (2000, 2017)
LAPLACE, NORMAL = 1, 2  # exponential-power shape, Bottazzi and Secchi 2006
COUNT_YEAR = 2004  # of the counts of large HIDZ firms
TRILLION = {"100 million CNY": 1e-4, "billion CNY": 1e-3, "trillion CNY": 1.0}


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Firms on the land of HIDZs, certified high-tech enterprises, and patterns known of firms in general",
        [["firms", "revenue"], ["certified", "hazard"], ["tail", "shape"]],
        205,
    )
    for name, panel in (
        ("firms", _draw_zone_firms),
        ("revenue", _draw_zone_revenue),
        ("certified", _draw_certified),
        ("hazard", _draw_hazard),
        ("tail", _draw_tail),
        ("shape", _draw_shape),
    ):
        with sheet.panel(name) as axes:
            panel(axes, result)
    return sheet.finish(
        words.notes(
            result,
            f"{words.BANDS_NOTE} {words.NARROW_NOTE} {words.regimes_note(result)}",
            (
                "HIDZ firms observed: those that report to the Torch Centre. Certified: the observed series breaks in"
                " 2008–2009 with the new rule of recognition and counts firms that report, 3–4 % fewer than are"
                f" recognized. Exit: share of the firms of an age that leave in a year, {_span(HAZARD_YEARS)} pooled;"
                " the first year is part of a year, 20 means 20 and more; observed for all Chinese firms of the cohorts"
                " 2000–2012: points, the interval 8–9.5 % at ages 4 to 7, and “below 8 % and falling” (arrows) after."
            ),
            (
                "Size: Hill's exponent of the largest tenth of HIDZ firms by revenue; the observed point is the slope"
                f" between the firms above 0.1 and above 10 billion CNY in {COUNT_YEAR}. Growth: shape of yearly log"
                " growth (exponential power). Revenue at current prices."
            ),
        ),
        words.source_line(
            result, "China Torch Statistical Yearbook, NBS, SAIC 2013 (see hidz_torch, national_rd, firm_demography)"
        ),
        [*marks.band_handles(style.GREY), *marks.observed_handles()],
        columns=3,
    )


def message(result):
    def against(samples, observed, wording, digits=0):
        return lambda: words.compared(samples(result), observed(result), wording, digits)

    def leaving():
        band = bands(hazard(result))
        age = int(band.years[np.argmax(band.median)])
        early, worst = (words.percent(band.median[band.years == a][0], 1) for a in (1, age))
        point = observed_hazard(result)
        if len(point) == 0:
            known = ""
        else:
            known = (
                f" (observed: at age {point.years[np.argmax(point.values)]}, {words.percent(point.values.max(), 1)})"
            )
        return f"most firms leave at age {age}, {worst} a year, against {early} in the first year{known}"

    def tail():
        simulated = summarize(at(result.samples("firm_size_tail"), COUNT_YEAR)).text(2)
        return f"the size exponent was {simulated} in {COUNT_YEAR}{_known(observed_tail(result))}"

    def growth():
        means = over(result.samples("firm_growth_shape"), *SHAPE_YEARS) / (SHAPE_YEARS[1] - SHAPE_YEARS[0] + 1)
        return f"the shape of growth was {summarize(means).text(2)} on average of {_span(SHAPE_YEARS)} (tent 1, bell 2)"

    return words.sentence(
        against(zone_firms, observed_zone_firms, "HIDZ firms numbered {value} in {year}"),
        against(zone_revenue, observed_zone_revenue, "their revenue was {value} trillion CNY in {year}", 1),
        against(certified, observed_certified, "certified firms numbered {value} in {year}"),
        leaving,
        tail,
        growth,
    )


def zone_firms(result):
    return positive(result.samples("zone_firms", zone_type="hidz"))


def zone_revenue(result):
    """Trillion CNY, current prices."""
    samples = result.samples("zone_revenue", zone_type="hidz")
    return positive(samples * 1e-6).rename(samples.name)


def certified(result):
    return positive(result.samples("firms_certified"))


def observed_zone_firms(result):
    return observations(result.observed("hidz_torch"), "value", {"metric": "firms"})


def observed_zone_revenue(result):
    """Trillion CNY; the table changes its unit in 2011."""
    return observations(result.observed("hidz_torch"), "value", {"metric": "revenue"}, units=TRILLION)


def observed_certified(result):
    return observations(result.observed("national_rd"), "value", {"metric": "high_tech_enterprises"})


def hazard(result):
    """Share of the firms of an age that leave in a year, the years pooled, over (run, year): `year` holds the age."""
    exits, survivors = (over(result.samples(name), *HAZARD_YEARS) for name in ("firm_exits_by_age", "firms_by_age"))
    ages = [int(age) for age in result.categories("firm_age")]
    exits, survivors = (
        xr.DataArray(values, {"year": ages}, ("run", "year"), "exit hazard") for values in (exits, survivors)
    )
    return share(exits, exits + survivors)


def observed_hazard(result):
    """The hazards of single ages as shares; the column of years holds the age."""
    table = result.observed("firm_demography")
    known = {age: fact(table, f"hazard_age_{age}") / 100 for age in (1, 2, 3)}
    ages = np.array([age for age, value in known.items() if not np.isnan(value)], dtype=int)
    values = np.array([known[age] for age in ages], dtype=float)
    unknown = np.full(len(ages), np.nan)
    return Observations(ages, values, unknown, unknown, np.full(len(ages), True))


def observed_tail(result):
    """Slope of the counts of HIDZ firms above 0.1 and above 10 billion CNY: log10(n / n') over two decades."""
    table = result.observed("firm_demography")
    many, few = (fact(table, f"hidz_firms_above_{size}bn") for size in ("0.1", "10"))
    return float(np.log10(many / few) / 2)


def _known(value):
    return "" if np.isnan(value) else f" (observed {value:.2f})"


def _span(years):
    return f"{years[0]}–{years[1]}"


def _draw_series(axes, result, simulated, observed, title, label, colour, line="-"):
    marks.shade_regimes(axes, result, "letters")
    marks.draw_bands(axes, simulated, colour, line)
    marks.draw_observed(axes, observed)
    axes.set_title(title, pad=12)
    marks.year_axis(axes)
    marks.log_axis(axes, label)


def _draw_zone_firms(axes, result):
    _draw_series(axes, result, zone_firms(result), observed_zone_firms(result), "Firms in HIDZs", "firms", style.BLUE)


def _draw_zone_revenue(axes, result):
    _draw_series(
        axes,
        result,
        zone_revenue(result),
        observed_zone_revenue(result),
        "Revenue of firms in HIDZs",
        "trillion CNY a year",
        style.GREEN,
    )


def _draw_certified(axes, result):
    title = "Certified high-tech enterprises"
    _draw_series(axes, result, certified(result), observed_certified(result), title, "firms", style.VERMILION)


def _draw_hazard(axes, result):
    marks.draw_bands(axes, hazard(result), style.PURPLE, steps=True)
    marks.draw_observed(axes, observed_hazard(result))
    _draw_observed_spans(axes, result)
    axes.set_title(f"Exit hazard by age, {_span(HAZARD_YEARS)}", pad=12)
    axes.set_xlabel("age, years")
    axes.set_xticks([1, 5, 10, 15, 20])
    marks.share_axis(axes, "share leaving in a year", 1.1 * axes.get_ylim()[1])


def _draw_observed_spans(axes, result):
    """What the table says of ages 4 to 7 (an interval) and of older firms (a bound)."""
    table = result.observed("firm_demography")
    if "key" not in table:
        return
    texts = dict(zip(table["key"], table["value"].astype(str)))
    middle = re.fullmatch(r"([\d.]+)-([\d.]+)", texts.get("hazard_age_4_to_7", ""))
    if middle:
        marks.draw_period(axes, 4, 7, *(float(bound) / 100 for bound in middle.groups()))
    older = re.match(r"<([\d.]+)", texts.get("hazard_after_7", ""))
    if older:
        bound = float(older.group(1)) / 100
        axes.plot([7.6, 20.4], [bound, bound], color=style.BLACK, lw=0.9, zorder=4, gid="observed-bound")
        for age in (9, 12, 15, 18):
            axes.annotate("", (age, 0.88 * bound), (age, bound), arrowprops={"arrowstyle": "->", "lw": 0.8})


def _draw_tail(axes, result):
    marks.shade_regimes(axes, result, "letters")
    marks.draw_bands(axes, result.samples("firm_size_tail"), style.BLUE)
    known = observed_tail(result)
    if not np.isnan(known):
        axes.plot([COUNT_YEAR], [known], "o", color=style.BLACK, ms=3.6, zorder=6, path_effects=marks.HALO)
        marks.draw_reference(axes, known, f"{known:.1f}: counts of {COUNT_YEAR}")
    axes.set_title("Exponent of firm size", pad=12)
    marks.year_axis(axes)
    axes.set_ylim(0.5, 2)
    axes.set_ylabel("Hill's exponent")


def _draw_shape(axes, result):
    marks.shade_regimes(axes, result, "letters")
    marks.draw_bands(axes, result.samples("firm_growth_shape"), style.GREEN)
    marks.draw_reference(axes, LAPLACE, "1: Laplace, a tent")
    marks.draw_reference(axes, NORMAL, "2: normal, a bell")
    axes.set_title("Shape of firm growth", pad=12)
    marks.year_axis(axes)
    axes.set_ylim(0.5, 2.3)
    axes.set_ylabel("shape")
