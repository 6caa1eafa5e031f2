"""Every target of the fit: what was observed against what the draws give, free running and with their past."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from .. import style
from .posterior import source_line
from .targets import counted, label_of, name_of, observed_interval, overlaps, unit_of

NAME = "coverage"
TITLE = "Targets of the fit, observed and simulated"
SUBTITLE = "Differences from what was observed; in bold the usable totals, by which the model is judged"
ROW_MM, PANEL_MM = 3.9, 15  # of a target; of what frames a panel


def draw(posterior):
    series = posterior.series(held_out=False)
    rows, counts = _rows(posterior, series)
    heights = [PANEL_MM + ROW_MM * count for count in counts]
    sheet = style.Sheet(TITLE, SUBTITLE, rows, 34 + sum(heights), height_ratios=counts)
    for name in series:
        with sheet.panel(name) as axes:
            _draw_series(axes, posterior, name)
    return sheet.finish(
        [
            "Zero: what was observed, the middle where it is an interval. `Approved to` and `stock`: at the end of the year.",
        ],
        source_line(posterior),
        _handles(),
        columns=3,
    )


def message(posterior):
    items = posterior.items(held_out=False)
    usable = items[items["usable_total"] == 1]
    missed = usable[~overlaps(usable, "free")]
    names = "; ".join(f"{name_of(row.series)}, {label_of(row)}" for row in missed.itertuples())
    others = items[items["usable_total"] == 0]
    return (
        f"The free-running 90 % interval overlaps {counted(usable, 'free')} usable totals ({counted(usable, 'kept')} with the past of"
        f" the draws){f', not {names}' if names else ''}; and {counted(others, 'free')} other targets of the fit."
    )


def _items(posterior, name):
    items = posterior.items(held_out=False)
    return items[items["series"] == name]


def _rows(posterior, series):
    """Panels two by two, those with about as many targets side by side, and how many targets the longer one has."""
    ordered = sorted(series, key=lambda name: -len(_items(posterior, name)))
    rows = [ordered[i : i + 2] for i in range(0, len(ordered), 2)]
    counts = [len(_items(posterior, row[0])) for row in rows]
    if len(rows[-1]) == 1 and len(rows) > 1:
        rows[-1].append(".")
    return rows, counts


def _draw_series(axes, posterior, name):
    items = _items(posterior, name)
    places = np.arange(len(items))
    middle = ((items["low"] + items["high"]) / 2).to_numpy()
    inside = overlaps(items, "free").to_numpy()
    for rows, colour in ((inside, style.BLUE), (~inside, style.VERMILION)):
        _draw_forecast(axes, items[rows], places[rows], middle[rows], colour)
    observed_interval(
        axes,
        places,
        items["low"] - middle,
        items["high"] - middle,
        style.BLACK,
        vertical=False,
        marker="D",
        size=2.8,
        gid="observed",
    )
    axes.set_yticks(places, [label_of(row) for row in items.itertuples()], size=6.5)
    for label, usable in zip(axes.get_yticklabels(), items["usable_total"] == 1):
        label.set_weight("bold" if usable else "normal")
    axes.set_ylim(len(items) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.tick_params(axis="x", labelsize=7)
    axes.set_xlabel(f"difference [{unit_of(name)}]", size=7)
    axes.set_title(name_of(name), size=8)


def _draw_forecast(axes, items, places, middle, colour):
    def beside(column):
        return items[column] - middle

    axes.hlines(places, beside("free_q05"), beside("free_q95"), color=colour, lw=4.5, alpha=0.4, gid="free")
    axes.plot(beside("free_q50"), places, "|", color=colour, ms=5, mew=1.4)
    axes.hlines(places + 0.3, beside("kept_q05"), beside("kept_q95"), color=style.GREY, lw=1.0, gid="kept")


def _handles():
    return [
        Line2D([], [], color=style.BLACK, marker="D", ms=3, lw=1, label="observed (bar: interval)"),
        Patch(color=style.BLUE, alpha=0.4, lw=0, label="free running: 90 %"),
        Line2D([], [], color=style.BLUE, marker="|", ls="none", ms=6, mew=1.4, label="free running: median"),
        Patch(color=style.VERMILION, alpha=0.4, lw=0, label="the same, observation missed"),
        Line2D([], [], color=style.GREY, lw=1.0, label="with their past: 90 %"),
    ]
