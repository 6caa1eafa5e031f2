"""What was held out: intervals of the draws against the truth, and scores against forecasts without a model."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from .. import style
from .posterior import source_line
from .targets import counted, name_of, observed_interval, unit_of

NAME = "forecasts"
TITLE = "Forecasts of what was held out"
COLUMNS = 3
# Forecaster: name, colour, marker.
FORECASTERS = {
    "kept": ("draws with their past", style.BLUE, "o"),
    "free": ("draws free running", style.SKY, "s"),
    "constant_10": ("constant rate, 10 years", style.ORANGE, "^"),
    "constant_5": ("constant rate, 5 years", style.VERMILION, "v"),
    "logistic": ("logistic curve", style.GREY, "X"),
}
SHIFTS = {"kept": -0.17, "free": 0.17}  # years


def draw(posterior):
    series = posterior.series(held_out=True)
    padded = series + ["."] * (-len(series) % COLUMNS)
    rows = [padded[i : i + COLUMNS] for i in range(0, len(padded), COLUMNS)]
    sheet = style.Sheet(TITLE, posterior.title, [*rows, ["scores"] * COLUMNS], 36 + 50 * len(rows) + 62)
    for name in series:
        with sheet.panel(name) as axes:
            _draw_series(axes, posterior, name)
    with sheet.panel("scores") as axes:
        _draw_scores(axes, posterior)
    return sheet.finish(
        [
            "Bars: 90 % intervals and medians; in the lower panel symbols alone. Score: width of the 90 % interval plus 20 times the distance by which it misses the truth,"
            " mean over the years (Gneiting and Raftery 2007); of an observed interval, the point nearest to the middle of the forecast"
            f" counts. All forecasts use data to {posterior.last_year_fitted} only. The sum of the SKLs repeats its parts.",
        ],
        source_line(posterior),
        _handles(),
        columns=3,
    )


def message(posterior):
    items = posterior.items(held_out=True)
    scored = items[items["scored"] == 1]
    totals = "; ".join(f"{FORECASTERS[name][0]} {total:.0f}" for name, total in total_scores(posterior).items())
    return (
        f"The 90 % intervals overlap {counted(scored, 'kept')} scored observations after {posterior.last_year_fitted} with the past of"
        f" the draws and {counted(scored, 'free')} free running; interval scores summed over the designations: {totals}."
    )


def scores(posterior):
    """Interval scores over series and forecaster; NaN where one made no forecast."""
    table = posterior.table("scores")
    table = table[table["series"].isin(posterior.series(held_out=True))]
    return table.pivot(index="series", columns="forecaster", values="interval_score")


def total_scores(posterior):
    """Sums over the designations, without their sums, of those forecasters that have all of them."""
    table = scores(posterior)
    sums = table[table.index.isin(posterior.designations)].sum(skipna=False)
    return {name: sums[name] for name in FORECASTERS if name in sums and np.isfinite(sums[name])}


def _draw_series(axes, posterior, name):
    items = posterior.items(held_out=True)
    items = items[items["series"] == name]
    years = items["last_year"].to_numpy()
    for forecaster, shift in SHIFTS.items():
        colour, marker = FORECASTERS[forecaster][1:]
        low, median, high = (items[f"{forecaster}_{quantile}"].to_numpy() for quantile in ("q05", "q50", "q95"))
        axes.vlines(years + shift, low, high, color=colour, lw=4, gid=f"interval-{forecaster}")
        axes.plot(years + shift, median, "_", color="white", ms=5, mew=1.4)
    observed_interval(axes, years, items["low"], items["high"], style.BLACK, marker="D", gid="truth")
    axes.set_title(name_of(name), size=8)
    axes.set_xlim(posterior.last_year_fitted + 0.4, posterior.last_year_predicted + 0.6)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=3, steps=[2, 10]))
    axes.set_ylabel(f"{unit_of(name)}, stock", size=7)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.tick_params(labelsize=7)


def _draw_scores(axes, posterior):
    table = scores(posterior)
    rows = [name for name in posterior.series(held_out=True) if name in table.index]
    for place, name in enumerate(rows):
        own = table.loc[name]
        where = dict(xycoords=("axes fraction", "data"), va="bottom", size=7)
        axes.annotate(name_of(name), (0.005, place - 0.12), **where)
        axes.hlines(place, own.min(), own.max(), color=style.LIGHT_GREY, lw=0.8, zorder=1)
        for forecaster, (_, colour, marker) in FORECASTERS.items():
            look = dict(color=colour, ms=6, mec="white", mew=0.6, zorder=3)
            axes.plot([own.get(forecaster, np.nan)], [place], marker, gid=f"score-{forecaster}", **look)
    axes.set_yticks([])
    axes.set_ylim(len(rows) - 0.6, -0.8)
    axes.grid(True, axis="x")
    axes.set_xscale("log")
    known = table.loc[rows].to_numpy()
    axes.set_xlim(0.3 * np.nanmin(known), 1.3 * np.nanmax(known))  # room for the names
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("mean interval score [labs or zones, logarithmic]: smaller is better")
    axes.set_title("Scores against forecasts without a model")


def _handles():
    handles = [
        Line2D(
            [],
            [],
            color=colour,
            marker=marker,
            ms=6,
            mec="white",
            mew=0.6,
            label=label,
            **(dict(lw=4, solid_capstyle="butt") if forecaster in SHIFTS else dict(ls="none")),
        )
        for forecaster, (label, colour, marker) in FORECASTERS.items()
    ]
    truth = Line2D([], [], color=style.BLACK, marker="D", ls="none", ms=3.4, label="truth (bar: interval)")
    return [*handles, truth]
