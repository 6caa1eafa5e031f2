"""Approvals so far and stocks of every designation: the draws with their past, free running, and what was observed."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .. import marks, style
from ..statistics import bands
from .counts import FIRST_YEAR
from .posterior import FREE, KEPT, source_line
from .targets import counted, name_of, observed_interval, quantity_of, unit_of

NAME = "curves"
TITLE = "Approvals and stocks, fitted and predicted"
ROW_MM = 42
QUANTITIES = {"so far": "approved so far", "stock": "stock"}
FITTED, HELD_OUT = style.BLACK, style.VERMILION


def draw(posterior):
    rows = posterior.designations
    layout = [[f"{name} {quantity}" for quantity in QUANTITIES] for name in rows]
    sheet = style.Sheet(TITLE, posterior.title, layout, 36 + ROW_MM * len(rows))
    for designation in rows:
        for quantity in QUANTITIES:
            with sheet.panel(f"{designation} {quantity}") as axes:
                _draw_panel(axes, posterior, designation, quantity)
    return sheet.finish(
        [
            f"{posterior.n_draws} draws of the posterior, run with the past that was selected for each (band), and {posterior.n_free} free"
            " runs of them (dashed). Left: all approvals since the first year. Right: stock at the end of the year, after those that left.",
            "Observed are dated counts only; those of periods stand in the figure of coverage.",
        ],
        source_line(posterior),
        _handles(),
        columns=3,
    )


def message(posterior):
    errors = "; ".join(
        f"{name_of(row.series)} {100 * row.kept:.1f} and {100 * row.free:.1f} %"
        for row in posterior.table("fit").itertuples()
    )
    fitted, held_out = (posterior.items(held_out) for held_out in (False, True))
    return (
        f"Mean error of the median curve at the exact counts of {FIRST_YEAR}–{min(2017, posterior.last_year_fitted)}, as a share of the level of 2017, with their past and free running: "
        f"{errors}; the 90 % interval overlaps {counted(fitted, 'kept')} fitted and {counted(held_out, 'kept')} held-out"
        f" targets with their past, {counted(fitted, 'free')} and {counted(held_out, 'free')} free running."
    )


def curve(posterior, group, designation, quantity):
    """Samples of approvals since the first year, or of the stock."""
    if quantity == "stock":
        return posterior.paths(group, "stock", designation)
    return posterior.paths(group, "approvals", designation).cumsum("year").rename("approvals")


def dated_items(posterior, designation, quantity, held_out):
    """Items that are points of a curve, in its panel."""
    items = posterior.items(held_out)
    items = items[items["series"] == designation]
    names = items["name"].map(quantity_of)
    if quantity == "stock":
        return items[names == "stock"]
    since_first = (names == "approvals") & (items["first_year"] == posterior.years[0])
    return items[(names == "cumulative") | since_first]


def _draw_panel(axes, posterior, designation, quantity):
    last, end = posterior.last_year_fitted, posterior.last_year_predicted
    axes.axvspan(last + 0.5, end + 0.5, color=style.PAPER_GREY, lw=0, zorder=0, gid="held-out-years")
    marks.draw_bands(axes, curve(posterior, KEPT, designation, quantity), style.BLUE)
    free = bands(curve(posterior, FREE, designation, quantity))
    for limit in (free.low90, free.high90):
        axes.plot(free.years, limit, color=style.GREY, ls="--", lw=0.9, gid="free90")
    for held_out, colour, marker, gid in ((False, FITTED, "o", "fitted"), (True, HELD_OUT, "D", "held-out")):
        items = dated_items(posterior, designation, quantity, held_out)
        observed_interval(axes, items["last_year"], items["low"], items["high"], colour, marker=marker, gid=gid)
    axes.set_title(f"{name_of(designation)}, {QUANTITIES[quantity]}")
    marks.year_axis(axes, (_first_year(posterior, designation), end))
    marks.count_axis(axes, unit_of(designation), headroom=1.12)
    marks.mark_last_fitted(axes, last)


def _first_year(posterior, designation):
    """The year before the first approvals of the free-running draws."""
    approved = curve(posterior, FREE, designation, "so far").quantile(0.95, "run").values > 0
    return int(posterior.years[max(np.argmax(approved) - 1, 0)])


def _handles():
    point = dict(ls="none", ms=3.6, mec="white", mew=0.4)
    return [
        Line2D([], [], color=style.BLUE, label="median of draws with their past"),
        *(
            Patch(color=style.BLUE, alpha=opacity, lw=0, label=f"{share} % of draws with their past")
            for share, opacity in ((50, marks.OPACITY_50 + marks.OPACITY_90 / 2), (90, marks.OPACITY_90))
        ),
        Line2D([], [], color=style.GREY, ls="--", lw=0.9, label="90 % of draws free running"),
        Line2D([], [], marker="o", color=FITTED, label="observed, fitted (bar: interval)", **point),
        Line2D([], [], marker="D", color=HELD_OUT, label="observed, held out (bar: interval)", **point),
    ]
