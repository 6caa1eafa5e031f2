"""Targets of a calibration: their names in words, how they are drawn, and whether the draws meet them."""

import numpy as np

NAMES = {
    "skl_discipline": "Discipline SKLs",
    "skl_enterprise": "Enterprise SKLs",
    "skl_province_ministry": "Province–ministry SKLs",
    "skl_three_kinds": "Three kinds of SKLs",
    "hidz": "HIDZs",
    "etdz": "ETDZs",
}


def name_of(series):
    return NAMES.get(series, series)


def unit_of(series):
    return "labs" if "skl" in series else "zones"


def overlaps(items, forecaster):
    """Which items' observed intervals overlap the 90 % interval of the draws, `kept` or `free`."""
    return (items[f"{forecaster}_q05"] <= items["high"]) & (items["low"] <= items[f"{forecaster}_q95"])


def counted(items, forecaster):
    """`n of m`, how many items the 90 % interval overlaps."""
    return f"{int(overlaps(items, forecaster).sum())} of {len(items)}"


def label_of(item):
    """Quantity and years of an item in words, e.g. `approved 2004–2006`."""
    wording = {
        "approvals": "approved",
        "cumulative": "approved to",
        "stock": "stock",
        "delisted": "delisted",
        "net_change": "net change",
    }
    first, last = int(item.first_year), int(item.last_year)
    quantity = quantity_of(item.name)
    dated = quantity in ("cumulative", "stock") or first == last
    return f"{wording[quantity]} {last if dated else f'{first}–{last}'}"


def quantity_of(name):
    """The quantity that an item's name begins with."""
    return next(q for q in ("approvals", "cumulative", "stock", "delisted", "net_change") if name.startswith(q))


def observed_interval(axes, places, low, high, colour, *, marker, gid, size=3.2, vertical=True):
    """Observed intervals as bars with ends; where both ends are the same, a `marker`."""
    places, low, high = (np.asarray(values, dtype=float) for values in (places, low, high))
    wide = high > low
    middle, half = (low + high) / 2, (high - low) / 2
    look = dict(fmt="none", ecolor=colour, elinewidth=1.0, capsize=1.8, capthick=1.0, zorder=6)
    at = (places[wide], middle[wide]) if vertical else (middle[wide], places[wide])
    if wide.any():
        bars = axes.errorbar(*at, **{"yerr" if vertical else "xerr": half[wide]}, **look)
        bars[2][0].set_gid(f"{gid}-interval")
    exact = (places[~wide], low[~wide]) if vertical else (low[~wide], places[~wide])
    axes.plot(*exact, marker, ms=size, color=colour, mec="white", mew=0.4, ls="none", zorder=7, gid=f"{gid}-point")
