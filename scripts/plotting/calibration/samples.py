"""Two samples of one posterior, by different seeds: how far their medians are apart tells what one of them is worth."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .. import style
from ..result import NotAResult
from .counts import FIRST_YEAR, known_counts, misfit
from .posterior import FREE, NEUTRAL, short, source_line
from .targets import name_of

NAME = "samples"
TITLE = "The same posterior, sampled twice"
LEVELS = (0.05, 0.5, 0.95)
PRIOR_90 = 1.645  # in normal scores
SHIFT = 0.17


def draw(posterior, other):
    sheet = style.Sheet(TITLE, posterior.title, [["samples"]], 40 + 6.5 * len(posterior.parameters))
    with sheet.panel("samples") as axes:
        _draw_samples(axes, posterior, other)
    return sheet.finish(
        [
            "Normal scores under the prior. At the right: difference of the medians in posterior standard deviations. Medians of two samples"
            " of n independent draws differ by about √(π/n) of these.",
        ],
        source_line(posterior),
        _handles(posterior, other),
        columns=3,
    )


def message(posterior, other):
    apart = differences(posterior, other)
    real = np.array([name != NEUTRAL for name in posterior.parameters])
    typical = np.sqrt(np.mean(apart[real] ** 2))
    worst = int(np.argmax(np.where(real, np.abs(apart), 0)))
    return (
        f"Medians of seeds {posterior.seed} and {other.seed} differ by {typical:.2f} posterior standard deviations (root mean square over"
        f" {real.sum()} parameters; by {abs(apart[worst]):.2f} at most, {short(posterior.parameters[worst])}), as those of"
        f" about {np.pi / typical**2:.0f} independent draws each would; tolerances {posterior.generations()[-1].tolerance:.2f} and"
        f" {other.generations()[-1].tolerance:.2f}. What both have in common, as a bias of the sampler, it does not show."
        f" {_sentence_on_fits(posterior, other)}"
    )


def misfits(posterior, other):
    """Mean distance of free-running medians from the counts that were fitted, in institutions: of the first sample, of the second, and
    of the runs of both, by series."""
    found = {}
    for series in posterior.designations:
        counts = known_counts(posterior, series)
        if counts:
            found[series] = tuple(misfit(counts, series, FREE, samples) for samples in ([posterior], [other], [posterior, other]))
    return found


def _sentence_on_fits(posterior, other):
    found = misfits(posterior, other)
    if not found:
        return ""
    each = "; ".join(f"{name_of(series)} {one:.2f}, {two:.2f}, {both:.2f}" for series, (one, two, both) in found.items())
    return (
        f"Free-running medians miss the counts that were fitted, from {FIRST_YEAR} on, by so many institutions on average"
        f" (seed {posterior.seed}, seed {other.seed}, the runs of both together): {each}."
    )


def differences(posterior, other):
    """Of the medians, other less posterior, in standard deviations of both samples together, by parameter."""
    if other.parameters != posterior.parameters or other.priors() != posterior.priors():
        raise NotAResult(f"{other.path}: has other parameters or priors than {posterior.path}")
    if other.last_year_fitted != posterior.last_year_fitted:
        raise NotAResult(f"{other.path}: was fitted to {other.last_year_fitted}, not to {posterior.last_year_fitted}")
    if other.seed == posterior.seed:
        raise NotAResult(f"{other.path}: has the same seed as {posterior.path}")
    spread = np.sqrt((_moments(posterior) + _moments(other)) / 2)
    return (_quantiles(other)[1] - _quantiles(posterior)[1]) / spread


def _moments(posterior):
    """Variances by parameter."""
    population = posterior.last_population()
    mean = np.average(population.scores, axis=0, weights=population.weights)
    return np.average((population.scores - mean) ** 2, axis=0, weights=population.weights)


def _quantiles(posterior):
    """Over (level, parameter)."""
    population = posterior.last_population()
    columns = []
    for values in population.scores.T:
        order = np.argsort(values)
        below = np.cumsum(population.weights[order]) - 0.5 * population.weights[order]
        columns.append(np.interp(LEVELS, below, values[order]))
    return np.array(columns).T


def _draw_samples(axes, posterior, other):
    apart = differences(posterior, other)
    rows = np.arange(len(posterior.parameters))
    axes.axvspan(-PRIOR_90, PRIOR_90, color=style.PAPER_GREY, lw=0, zorder=0)
    for sample, colour, marker, shift in ((posterior, style.BLUE, "o", -SHIFT), (other, style.ORANGE, "s", SHIFT)):
        low, median, high = _quantiles(sample)
        axes.hlines(rows + shift, low, high, color=colour, lw=2.4, gid="interval")
        axes.plot(median, rows + shift, marker, color="white", mec=colour, mew=1.1, ms=3.6, gid="median")
    for row, value in zip(rows, apart):
        axes.annotate(
            f"{value:+.2f}".replace("-", "−"),
            (1, row),
            (22, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center",
            size=7,
        )
    axes.set_yticks(rows, [short(name) for name in posterior.parameters], size=7)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel("normal score under the prior")
    axes.grid(axis="y", visible=False)


def _handles(posterior, other):
    return [
        Line2D([], [], color=style.BLUE, lw=2.4, marker="o", mfc="white", ms=3.6, label=f"seed {posterior.seed}: median and 90 %"),
        Line2D([], [], color=style.ORANGE, lw=2.4, marker="s", mfc="white", ms=3.6, label=f"seed {other.seed}: median and 90 %"),
        Patch(color=style.PAPER_GREY, lw=0, label="prior: 90 %"),
    ]
