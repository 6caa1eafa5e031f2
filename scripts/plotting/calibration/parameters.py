"""What the data say of each parameter: posterior against prior."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from scipy import stats

from .. import style, words
from ..marks import HALO
from .posterior import NEUTRAL, short, source_line
from .value_axes import logarithmic

NAME = "parameters"
TITLE = "Parameters before and after the data"
COLUMNS, ROW_MM = 3, 27
SCORES = np.linspace(-3.2, 3.2, 400)


def draw(posterior):
    names = posterior.parameters
    padded = names + ["."] * (-len(names) % COLUMNS)
    layout = [padded[i : i + COLUMNS] for i in range(0, len(padded), COLUMNS)]
    sheet = style.Sheet(TITLE, posterior.title, layout, 36 + ROW_MM * len(layout))
    for place, name in enumerate(names):
        with sheet.panel(name) as axes:
            _draw_parameter(axes, posterior, name, labelled=place % COLUMNS == 0)
    return sheet.finish(
        [
            "Shrinkage: 1 − posterior variance / prior variance, in normal scores under the prior; 0: nothing learnt, negative: wider than"
            " the prior. The neutral parameter does nothing: what it seems to shrink or to move is the sampler's error, and so is as much"
            " of every other.",
            "Densities are those on the axis as drawn, smoothed from the weighted particles of the last generation"
            f" (effective sample size {posterior.last_population().size:.0f}, copies counted once).",
        ],
        source_line(posterior),
        _handles(posterior),
        columns=4,
    )


def message(posterior):
    shrinkages = {name: float(posterior.summary(name)["shrinkage"]) for name in posterior.parameters}
    neutral = shrinkages.pop(NEUTRAL, None)
    most = sorted(shrinkages, key=shrinkages.get, reverse=True)
    said = ", ".join(f"{short(name)} ({shrinkages[name]:.2f})" for name in most[:5])
    if neutral is None:
        return f"The data shrink most {said}."
    over_generations = posterior.shrinkages(NEUTRAL)[1:]  # not of the prior
    last, least, most = (words.signed(value) for value in (neutral, min(over_generations), max(over_generations)))
    return (
        f"The data shrink most {said}; the neutral parameter, which does nothing, shrinks by {last}, and from {least} to {most} over the"
        " generations: as much of another is no information."
    )


def density(population, parameter, scores):
    """Smoothed density of a parameter's normal scores (Gaussian kernel, Silverman's width for the effective sample)."""
    values, weights = population.scores[:, parameter], population.weights
    mean = np.average(values, weights=weights)
    spread = np.sqrt(np.average((values - mean) ** 2, weights=weights))
    width = 1.06 * max(spread, 1e-3) * population.size**-0.2
    return stats.norm.pdf((scores[:, None] - values) / width) @ weights / width


def _draw_parameter(axes, posterior, name, labelled):
    prior, row = posterior.priors()[name], posterior.summary(name)
    index = posterior.parameters.index(name)
    values = prior.values(SCORES)
    stretch = np.gradient(prior.places(SCORES), SCORES)  # densities on the axis, not of scores
    before = stats.norm.pdf(SCORES) / stretch
    after = density(posterior.last_population(), index, SCORES) / stretch
    colour = style.GREY if name == NEUTRAL else style.BLUE
    axes.plot(values, before, color=style.BLACK, lw=0.9, ls="--", gid="prior")
    axes.fill_between(values, after, color=colour, alpha=0.35, lw=0, gid="posterior")
    axes.plot(values, after, color=colour, lw=1.2)
    top = 1.25 * max(before.max(), after.max())
    _draw_summary(axes, row, -0.06 * top, colour)
    _frame(axes, posterior, name, prior, top, labelled)
    _say_shrinkage(axes, row["shrinkage"])


def _draw_summary(axes, row, height, colour):
    """Median and 90 % interval of the posterior, and the first guess, below the densities."""
    axes.plot([row["posterior_q05"], row["posterior_q95"]], [height] * 2, color=colour, lw=2.4, solid_capstyle="butt")
    axes.plot([row["posterior_q50"]], [height], "o", color="white", mec=colour, mew=1.1, ms=3.6, zorder=5)
    axes.plot([row["point_fit"]], [height], "|", color=style.VERMILION, ms=7, mew=1.3, zorder=6, clip_on=False)


def _frame(axes, posterior, name, prior, top, labelled):
    axes.set_ylim(-0.12 * top, top)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_title(short(name) + (" (does nothing)" if name == NEUTRAL else ""), size=8)
    if prior.is_logarithmic:
        logarithmic(axes.xaxis, *prior.values(SCORES[[0, -1]]))
    unit = posterior.unit(name)
    axes.set_xlabel(f"[{unit}]" if unit else "", size=7, labelpad=1)
    axes.tick_params(axis="x", labelsize=6.5, pad=2)
    if labelled:
        axes.set_ylabel("density", size=7)


def _say_shrinkage(axes, shrinkage):
    corner = dict(transform=axes.transAxes, ha="right", va="top", size=6.5, color=style.GREY, path_effects=HALO)
    axes.text(1, 0.98, f"shrinkage {shrinkage:.2f}".replace("-", "−"), **corner)


def _handles(posterior):
    handles = [
        Line2D([], [], color=style.BLACK, lw=0.9, ls="--", label="prior"),
        Patch(color=style.BLUE, alpha=0.35, lw=0, label="posterior"),
        Line2D([], [], color=style.BLUE, lw=2.4, marker="o", mfc="white", ms=3.6, label="posterior: median and 90 %"),
    ]
    if posterior.table("parameters")["point_fit"].notna().any():  # a second stage has none
        handles.append(Line2D([], [], color=style.VERMILION, ls="none", marker="|", ms=7, mew=1.3, label="first guess (point fit)"))
    return handles
