"""How simulated bands, observations, regimes and targets are drawn; the same in every figure."""

import textwrap

import numpy as np
from matplotlib import patheffects
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from . import style
from .result import MissingData, at
from .statistics import bands

OPACITY_90, OPACITY_50 = 0.18, 0.34
SHOWN_YEARS = (1984, 2035)
CROWD = 10  # points in a panel, beyond which they are drawn smaller
HALO = [patheffects.withStroke(linewidth=2.2, foreground="white")]  # keeps observations apart from dark bands


def draw_bands(axes, samples, colour=style.BLUE, linestyle="-", steps=False):
    """Median with 50 % and 90 % intervals. Quantities of a year are drawn in steps, stocks as lines.

    Each part carries a gid (`band90`, `band50`, `median`), which becomes its id in SVG.
    """
    band = bands(samples)
    step = "mid" if steps else None
    axes.fill_between(
        band.years, band.low90, band.high90, color=colour, alpha=OPACITY_90, lw=0, step=step, gid="band90"
    )
    axes.fill_between(
        band.years, band.low50, band.high50, color=colour, alpha=OPACITY_50, lw=0, step=step, gid="band50"
    )
    axes.plot(
        band.years, band.median, color=colour, ls=linestyle, gid="median", drawstyle="steps-mid" if steps else "default"
    )
    return band


def draw_mean(axes, samples, colour=style.BLUE):
    """The mean by year: tells where the median of rare batches is 0 although some are expected."""
    mean = samples.mean("run")
    axes.plot(mean["year"], mean, color=colour, ls=":", lw=0.9, drawstyle="steps-mid", gid="mean")


def draw_observed(axes, observed, colour=style.BLACK, marker="o"):
    """Points as points, filled where firm and open where recalled or rated low; intervals as bars with ends."""
    low, high = observed.bounds
    interval = observed.has_interval
    if interval.any():
        middle = (low[interval] + high[interval]) / 2
        half = (high[interval] - low[interval]) / 2
        bars = axes.errorbar(
            observed.years[interval],
            middle,
            yerr=half,
            fmt="none",
            ecolor=colour,
            elinewidth=0.9,
            capsize=1.8,
            capthick=0.9,
            zorder=6,
        )
        bars[2][0].set_gid("observed-interval")
    size = 2.5 if np.sum(observed.has_point) > CROWD else 3.4
    for firm in (True, False):
        rows = observed.has_point & (observed.firm == firm)
        axes.plot(
            observed.years[rows],
            observed.values[rows],
            marker,
            ms=size,
            mec=colour,
            mew=0.9,
            zorder=5,
            mfc=colour if firm else "white",
            ls="none",
            path_effects=HALO,
            gid="observed-firm" if firm else "observed-soft",
        )


def draw_period(axes, first, last, low, high, colour=style.BLACK):
    """A value for a span of years as a horizontal interval: a line, or a box where the value is itself an interval."""
    left, right = first - 0.4, last + 0.4
    if high > low:
        axes.fill_between(
            [left, right], low, high, facecolor="none", edgecolor=colour, lw=0.9, zorder=4, gid="observed-period"
        )
    else:
        axes.plot(
            [left, right],
            [low, low],
            color=colour,
            lw=1.4,
            marker="|",
            ms=5,
            zorder=4,
            path_effects=HALO,
            gid="observed-period",
        )


def shade_regimes(axes, result, names=None, years=SHOWN_YEARS):
    """Lightly shades every other regime. `names`: "full" along the top of a wide panel, "letters" on a narrow one."""
    for i, regime in enumerate(result.regimes):
        first, last = max(regime.first, years[0]), min(regime.last, years[1])
        if first > last:
            continue
        if i % 2 == 0:
            axes.axvspan(first - 0.5, last + 0.5, color=style.PAPER_GREY, lw=0, zorder=0, gid="regime")
        if names:
            label = regime.letter if names == "letters" else "\n".join(textwrap.wrap(regime.label, 14))
            axes.annotate(
                label,
                ((first + last) / 2, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 2),
                textcoords="offset points",
                ha="center",
                va="bottom",
                size=6,
                color=style.GREY,
                annotation_clip=False,
            )


def mark_held_out(axes, result, at_foot=False):
    """Where the data that the parameters were fitted to end; nothing where the file names no such year."""
    if result.last_year_fitted is not None:
        mark_last_fitted(axes, result.last_year_fitted, at_foot)


def mark_last_fitted(axes, last, at_foot=False):
    """A thin line after the last year that parameters were fitted to, named along the top, or at the foot."""
    height, lift, edge = (0.05, 0, "bottom") if at_foot else (1, -2, "top")
    axes.axvline(last + 0.5, color=style.BLACK, lw=0.7, ls=(0, (4, 2)), zorder=1.6, gid="last-fitted")
    for text, side, shift in (("fitted", "right", -3), ("held out", "left", 3)):
        axes.annotate(
            text,
            (last + 0.5, height),
            xycoords=("data", "axes fraction"),
            xytext=(shift, lift),
            textcoords="offset points",
            ha=side,
            va=edge,
            size=6,
            color=style.BLACK,
            path_effects=HALO,
            in_layout=False,
        )


def draw_target(axes, samples, by, target):
    """A target at its date, named missed where the simulated median stays below it. Returns the median."""
    median = float(np.median(at(samples, by)))
    missed = median < target
    axes.plot(
        [by],
        [target],
        marker="X" if missed else "*",
        ms=6,
        mec="white",
        mew=0.5,
        color=style.VERMILION,
        ls="none",
        zorder=6,
        gid="target-missed" if missed else "target-reached",
    )
    beside = by > 2020  # an earlier one has room above, a later one to its right
    gap = "\n" if beside else " "
    axes.annotate(
        f"{target:,.0f} by {by}:{gap}{'missed' if missed else 'reached'}",
        (by, target),
        xytext=(5, -2) if beside else (8, 4),
        textcoords="offset points",
        ha="left" if beside else "right",
        va="bottom",
        size=6.5,
        color=style.VERMILION,
    )
    return median


def draw_reference(axes, value, text):
    """A value to compare with, as a dotted line with its meaning at the right end."""
    axes.axhline(value, color=style.VERMILION, ls=(0, (1, 1.5)), lw=1.1, zorder=1.5, gid="reference")
    axes.annotate(
        text,
        (1, value),
        xycoords=("axes fraction", "data"),
        xytext=(-2, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        size=6.5,
        color=style.VERMILION,
        path_effects=HALO,
    )


def try_target(axes, samples, by, target):
    """draw_target, or nothing where the target or the year does not exist."""
    try:
        return None if np.isnan(target) else draw_target(axes, samples, int(by), target)
    except MissingData:
        return None


def year_axis(axes, years=SHOWN_YEARS):
    axes.set_xlim(years[0] - 0.8, years[1] + 0.8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7, steps=[1, 2, 5, 10]))


def count_axis(axes, label, headroom=1.03):
    """From just below 0, so that marks at 0 are whole, to above the highest mark; thousands separated."""
    top = axes.get_ylim()[1] * headroom
    axes.set_ylim(-0.03 * top, top)
    axes.set_ylabel(label)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=3))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def log_axis(axes, label):
    """Logarithmic, for quantities that span decades; labels in plain figures, thousands separated."""
    axes.set_yscale("log")
    axes.set_ylabel(label)
    low, high = axes.get_ylim()
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0,) if high / low > 300 else (1.0, 3.0), numticks=12))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.yaxis.set_minor_formatter(NullFormatter())


def share_axis(axes, label, top=1.0):
    axes.set_ylim(0, top)
    percent_axis(axes, label)


def percent_axis(axes, label):
    """Labels in whole percent, at places that are whole percent."""
    axes.set_ylabel(label)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}".replace("%", " %"))


def band_handles(colour=style.BLUE, linestyle="-", label="simulated"):
    """Legend entries of draw_bands."""
    return [
        Line2D([], [], color=colour, ls=linestyle, label=f"{label}: median"),
        Patch(color=colour, alpha=OPACITY_50 + OPACITY_90 / 2, lw=0, label="50 % of runs"),
        Patch(color=colour, alpha=OPACITY_90, lw=0, label="90 % of runs"),
    ]


def mean_handle(colour=style.BLUE):
    return Line2D([], [], color=colour, ls=":", lw=0.9, label="simulated: mean")


def observed_handles(marker="o", open_points=True, intervals=True):
    """Legend entries of draw_observed."""
    point = dict(color=style.BLACK, ls="none", ms=3.4, mew=0.9)
    handles = [Line2D([], [], marker=marker, mfc=style.BLACK, label="observed", **point)]
    if open_points:
        handles.append(
            Line2D([], [], marker=marker, mfc="white", label="observed, recalled or low confidence", **point)
        )
    if intervals:
        handles.append(Line2D([], [], marker="|", mec=style.BLACK, ms=7, ls="none", mew=0.9, label="observed interval"))
    return handles


def target_handle():
    return Line2D([], [], marker="X", color=style.VERMILION, mec="white", ms=6, ls="none", label="target at its date")
