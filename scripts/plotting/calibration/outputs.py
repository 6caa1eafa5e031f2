"""Known outputs against the draws of a second stage, and against the same draws before it."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .. import style
from .posterior import source_line

NAME = "outputs"
TITLE = "Outputs, observed and simulated"
PANEL_MM = 52
COLUMNS = 2


def draw(posterior):
    table = posterior.table("outputs")
    names = list(dict.fromkeys(table["pattern"]))
    padded = names + ["."] * (-len(names) % COLUMNS)
    layout = [padded[i : i + COLUMNS] for i in range(0, len(padded), COLUMNS)]
    sheet = style.Sheet(TITLE, posterior.title, layout, 40 + PANEL_MM * len(layout))
    for name in names:
        with sheet.panel(name) as axes:
            _draw_pattern(axes, table[table["pattern"] == name], posterior.last_year_fitted)
    return sheet.finish(
        [
            "Bars of what was observed: the value with its error. Before this stage: the same draws of the first stage, with the scenario's own"
            " parameters of outputs."
        ],
        source_line(posterior),
        _handles(),
        columns=3,
    )


def message(posterior):
    table = posterior.table("outputs")
    inside = (table["fitted_q05"] <= table["high"]) & (table["low"] <= table["fitted_q95"])
    medians = (table["fitted_q50"] >= table["low"]) & (table["fitted_q50"] <= table["high"])
    return (
        f"The 90 % interval of the draws overlaps {inside.sum()} of {len(table)} known values with their errors; {medians.sum()} of the"
        " medians lie within the error."
    )


def _draw_pattern(axes, rows, last_fitted):
    years = ((rows["first_year"] + rows["last_year"]) / 2).to_numpy()
    order = np.argsort(years)
    rows, years = rows.iloc[order], years[order]
    _draw_forecast(axes, years - 0.18, rows, "before", style.GREY)
    _draw_forecast(axes, years + 0.18, rows, "fitted", style.BLUE)
    middle = rows["value"].fillna((rows["low"] + rows["high"]) / 2)
    axes.vlines(years, rows["low"], rows["high"], color=style.BLACK, lw=0.9, gid="observed")
    axes.plot(years, middle, "D", color=style.BLACK, ms=2.8)
    if years.max() > last_fitted:
        axes.axvline(last_fitted + 0.5, color=style.GREY, lw=0.8, ls=":")
    first, last = int(rows["first_year"].min()), int(rows["last_year"].max())
    axes.set_xlim(first - 1, last + 1)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("year" if first != last and len(rows) > 1 else f"mean of {first}–{last}", size=7)
    axes.set_ylabel(rows["unit"].iloc[0], size=7)
    axes.set_title(rows["title"].iloc[0], size=7)
    axes.tick_params(labelsize=7)


def _draw_forecast(axes, years, rows, kind, colour):
    axes.vlines(years, rows[f"{kind}_q05"], rows[f"{kind}_q95"], color=colour, lw=3.5, alpha=0.45, gid=kind)
    axes.plot(years, rows[f"{kind}_q50"], "_", color=colour, ms=5, mew=1.4)


def _handles():
    return [
        Line2D([], [], color=style.BLACK, marker="D", ms=3, lw=0.9, label="observed, with its error"),
        Patch(color=style.BLUE, alpha=0.45, lw=0, label="with the draws: 90 %, median"),
        Patch(color=style.GREY, alpha=0.45, lw=0, label="before this stage: 90 %, median"),
    ]
