"""Parameters that the data tie together: the most correlated pairs of the posterior."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from matplotlib.lines import Line2D

from .. import style
from ..marks import HALO
from ..result import MissingData
from .posterior import NEUTRAL, short, source_line
from .value_axes import logarithmic

NAME = "pairs"
TITLE = "Parameters that the data tie together"
COLUMNS, SHOWN = 3, 6
SHARES = (0.5, 0.9)
AREA = 30  # of the heaviest particle, square points
EXTENT = 3.0  # of the axes to both sides, in normal scores under the prior; more where particles are farther out


class Pair(NamedTuple):
    """Places of two parameters, and their correlation in the posterior."""

    across: int
    up: int
    correlation: float


def draw(posterior):
    pairs = most_correlated(posterior)
    names = [f"pair {i}" for i in range(len(pairs))]
    padded = names + ["."] * (-len(names) % COLUMNS)
    layout = [padded[i : i + COLUMNS] for i in range(0, len(padded), COLUMNS)]
    sheet = style.Sheet(TITLE, posterior.title, layout, 32 + 56 * len(layout))
    for name, pair in zip(names, pairs):
        with sheet.panel(name) as axes:
            _draw_pair(axes, posterior, pair)
    return sheet.finish(
        [
            f"The {len(pairs)} pairs with the largest correlation r of normal scores under the prior. Points are particles of the last"
            " generation, their area as their weight; dashed: where the independent priors have 50 and 90 % of their mass; solid: a"
            " normal distribution of scores with the mean and covariance of the posterior.",
        ],
        source_line(posterior),
        _handles(),
        columns=3,
    )


def message(posterior):
    names = [short(name) for name in posterior.parameters]
    said = "; ".join(
        f"{names[pair.across]} and {names[pair.up]} {_signed(pair.correlation)}" for pair in most_correlated(posterior)
    )
    return f"The largest correlations of the posterior: {said}{_of_neutral(posterior)}."


def most_correlated(posterior):
    """The pairs with the largest |correlation|, without the neutral parameter."""
    matrix = correlations(posterior)
    real = [i for i, name in enumerate(posterior.parameters) if name != NEUTRAL]
    pairs = [Pair(i, j, matrix[i, j]) for i, j in combinations(real, 2)]
    if not pairs:
        raise MissingData("a pair of parameters")
    return sorted(pairs, key=lambda pair: -abs(pair.correlation))[:SHOWN]


def correlations(posterior):
    population = posterior.last_population()
    covariance = np.cov(population.scores.T, aweights=population.weights)
    spread = np.sqrt(np.diag(covariance))
    return covariance / np.outer(spread, spread)


def ellipse(mean, covariance, share):
    """The line around a share of the mass of a normal distribution in two dimensions."""
    angles = np.linspace(0, 2 * np.pi, 200)
    circle = np.sqrt(-2 * np.log(1 - share)) * np.array([np.cos(angles), np.sin(angles)])
    return np.linalg.cholesky(covariance) @ circle + np.reshape(mean, (2, 1))


def _signed(correlation):
    return f"{correlation:+.2f}".replace("-", "−")


def _of_neutral(posterior):
    """How large correlations with the neutral parameter come out, all of them by chance."""
    if NEUTRAL not in posterior.parameters:
        return ""
    neutral = posterior.parameters.index(NEUTRAL)
    largest = np.abs(np.delete(correlations(posterior)[neutral], neutral)).max()
    return f"; the neutral parameter, which does nothing, comes to {largest:.2f} at most"


def _draw_pair(axes, posterior, pair):
    names = [posterior.parameters[i] for i in (pair.across, pair.up)]
    priors = [posterior.priors()[name] for name in names]
    population = posterior.last_population()
    scores = population.scores[:, [pair.across, pair.up]].T

    def line(mean, covariance, share, **look):
        axes.plot(*(prior.values(z) for prior, z in zip(priors, ellipse(mean, covariance, share))), **look)

    x, y = (prior.values(z) for prior, z in zip(priors, scores))
    areas = AREA * population.weights / population.weights.max()
    axes.scatter(x, y, s=areas, color=style.BLUE, alpha=0.35, lw=0, gid="particles")
    mean = np.average(scores, axis=1, weights=population.weights)
    covariance = np.cov(scores, aweights=population.weights)
    for share in SHARES:
        line(np.zeros(2), np.eye(2), share, color=style.BLACK, lw=0.9, ls="--", gid="prior")
        line(mean, covariance, share, color=style.ORANGE, lw=1.3, gid="posterior")
    for axis, prior, name, own in zip((axes.xaxis, axes.yaxis), priors, names, scores):
        _scale(axis, posterior, prior, name, own)
    corner = dict(transform=axes.transAxes, ha="right", va="top", size=7.5, path_effects=HALO)
    axes.text(0.98, 0.98, f"r = {_signed(pair.correlation)}", **corner)


def _scale(axis, posterior, prior, name, scores):
    room = 0.2
    ends = prior.values(np.array([min(-EXTENT, scores.min() - room), max(EXTENT, scores.max() + room)]))
    if prior.is_logarithmic:
        logarithmic(axis, *ends)
    else:
        getattr(axis.axes, f"set_{axis.axis_name}lim")(*ends)
    unit = posterior.unit(name)
    axis.set_label_text(f"{short(name)} [{unit}]" if unit else short(name), size=7)
    axis.set_tick_params(labelsize=6.5)


def _handles():
    return [
        Line2D([], [], color=style.BLUE, alpha=0.6, ls="none", marker="o", mew=0, ms=4, label="particles"),
        Line2D([], [], color=style.BLACK, lw=0.9, ls="--", label="prior: 50 and 90 %"),
        Line2D([], [], color=style.ORANGE, lw=1.3, label="posterior: 50 and 90 %, as if normal"),
    ]
