"""What the data can tell apart: the fit where one parameter is held, and the posteriors of two methods."""

import numpy as np
from matplotlib import colormaps
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .. import style
from ..result import MissingData
from .posterior import NEUTRAL, short, source_line

NAME = "identifiability"
TITLE = "What the data tell of each parameter, by other means"
MOST_RISE = 60.0  # errors of observation squared, of the darkest cell; the scale is logarithmic in 1 + rise
ROW_MM = 6


def draw(posterior):
    names = posterior.parameters
    sheet = style.Sheet(TITLE, posterior.title, [["profiles", "methods"]], 62 + ROW_MM * len(names))
    with sheet.panel("profiles") as axes:
        _draw_profiles(axes, posterior, names)
    with sheet.panel("methods") as axes:
        _draw_methods(axes, posterior, names)
    return sheet.finish(
        [
            "Left: every parameter is held at five quantiles of its prior while all others are fitted; each cell says by how much the objective"
            " is then above the best (mean over designations of squared deviations in errors of observation, and a penalty for the distance from"
            " the prior; 0 is as good as the best, and the darker, the worse). A row without dark cells: others make up for the parameter. What"
            " the neutral one's row holds is the penalty and how far searches end from the best.",
            "Right: median and 90 % interval of both posteriors in normal scores under the prior (grey: the prior's). Their likelihoods"
            " differ, a hard tolerance against a normal error; marked are distances beyond Monte Carlo error.",
        ],
        source_line(posterior),
        _handles(),
        columns=3,
    )


def message(posterior):
    said = []
    try:
        rises = {name: float(_profile(posterior, name)["rise"].max()) for name in posterior.parameters}
        error = rises.pop(NEUTRAL, 0.0)
        flat = [short(name) for name, rise in rises.items() if rise <= error + 0.05]
        said.append(
            f"{len(rises) - len(flat)} of {len(rises)} profiles rise by more than the {error:.1f} squared errors of observation by which"
            " searches miss the best" + (f", those of {', '.join(flat)} do not." if flat else ".")
        )
    except MissingData:
        pass
    try:
        rows = posterior.table("comparison")
        apart = [short(path) for path in rows.loc[rows["disagree"] == 1, "path"]]
        said.append(f"The two methods disagree on {len(apart)} of {len(rows)} parameters" + (f": {', '.join(apart)}." if apart else "."))
    except MissingData:
        pass
    return " ".join(said)


def _profile(posterior, name):
    table = posterior.table("profiles")
    return table[table["path"] == name].sort_values("score")


def _rows(axes, names):
    axes.set_ylim(len(names) - 0.4, -0.9)
    axes.set_yticks(range(len(names)), [short(name) for name in names], size=6.5)
    axes.set_xlim(-2.6, 2.6)
    axes.set_xlabel("normal score under the prior")


def _draw_profiles(axes, posterior, names):
    for place, name in enumerate(names):
        rows = _profile(posterior, name)
        rises = rows["rise"].to_numpy()
        shades = np.log1p(np.clip(rises, 0, MOST_RISE)) / np.log1p(MOST_RISE)
        colours = colormaps["Greys" if name == NEUTRAL else "Blues"](0.85 * shades)
        for score, rise, shade, colour in zip(rows["score"], rises, shades, colours):
            axes.add_patch(Rectangle((score - 0.5, place - 0.5), 1, 1, facecolor=colour, edgecolor="white", lw=1, gid="profile"))
            text = f"{rise:.1f}" if rise < 9.95 else f"{rise:.0f}"
            axes.text(score, place, text, ha="center", va="center", size=6, color="white" if shade > 0.65 else style.BLACK)
    _rows(axes, names)
    axes.set_title("Profiles: rise of the objective")


def _draw_methods(axes, posterior, names):
    table = posterior.table("comparison").set_index("path")
    for offset, prefix, colour in ((-0.14, "smc", style.BLUE), (0.14, "emulator", style.VERMILION)):
        for place, name in enumerate(names):
            row = table.loc[name]
            height = place + offset
            axes.plot([row[f"{prefix}_q05"], row[f"{prefix}_q95"]], [height] * 2, color=colour, lw=2, gid=prefix)
            axes.plot([row[f"{prefix}_q50"]], [height], "o", color="white", mec=colour, ms=3, mew=1, zorder=4)
    axes.axvspan(-1.645, 1.645, color=style.PAPER_GREY, lw=0, zorder=0)
    _rows(axes, names)
    farthest = table.loc[names, [f"{prefix}_q{q}" for prefix in ("smc", "emulator") for q in ("05", "95")]].abs().to_numpy().max()
    mark = max(2.45, farthest + 0.2)
    for place, name in enumerate(names):
        if table.loc[name, "disagree"] == 1:
            axes.plot([mark], [place], marker="D", color=style.BLACK, ms=3.2, ls="none")
    axes.set_xlim(-mark - 0.15, mark + 0.15)
    axes.set_yticklabels([])
    axes.set_title("Two methods")


def _handles():
    interval = dict(lw=2, marker="o", mfc="white", ms=3)
    return [
        Line2D([], [], color=style.BLUE, label="ABC-SMC", **interval),
        Line2D([], [], color=style.VERMILION, label="emulators", **interval),
        Line2D([], [], color=style.BLACK, marker="D", ms=3.2, ls="none", label="the two disagree"),
    ]
