"""How the sampler came to the posterior: tolerance, acceptance, effective sample size and cost by generation."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from .. import marks, style, words
from .posterior import NEUTRAL, short, source_line

NAME = "generations"
TITLE = "From the prior to the posterior, generation by generation"


def draw(posterior):
    layout = [["tolerance", "acceptance"], ["sample", "simulations"]]
    if posterior.last_rounds:
        layout.append(["memory", "memory"])
    sheet = style.Sheet(TITLE, posterior.title, layout, 16 + 58 * len(layout))
    for name, draw_panel in PANELS.items():
        with sheet.panel(name) as axes:
            draw_panel(axes, posterior.generations())
            axes.set_xlim(-0.5, len(posterior.generations()) - 0.5)
            axes.set_xlabel("generation")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if posterior.last_rounds:
        with sheet.panel("memory") as axes:
            _draw_memory(axes, posterior)
    notes = (
        "Tolerance: largest distance from the observations that is accepted, in units of their error. The power is that of the"
        " likelihood of the years of calls, which enters first, while any distance is accepted (shaded). The effective sample size is"
        " that after reweighting, before resampling. New luck of a designation, mostly of some years, half of it with its own parameters:"
        " where little is accepted, particles live on the few lucks that fit."
    )
    if posterior.last_rounds:
        notes += (
            f" The last {posterior.last_rounds} generations are moves at one tolerance. Memory: correlation, over the particles, of each"
            " parameter's normal score with what it was before these (Monte Carlo error about 1/√particles); where one stays far from 0,"
            " particles still are where they came from."
        )
    return sheet.finish([notes], source_line(posterior), _handles(posterior), columns=3)


def message(posterior):
    generations = posterior.generations()
    last = generations[-1]
    spent = sum(generation.simulations for generation in generations)
    return (
        f"After {len(generations) - 1} generations and {spent:,.0f} simulations the tolerance is {last.tolerance:.2f} errors of"
        f" observation; {words.percent(last.acceptance_share)} of the proposals are accepted and"
        f" {words.percent(last.luck_acceptance_share)} of new luck; {last.unique_particles:.0f} particles"
        f" differ, and weigh as much as {posterior.last_population().size:.0f} of equal weight.{_forgetting(posterior)}{_control(posterior)}"
    )


def _forgetting(posterior):
    """How much particles remember at the end of where they were before the last moves."""
    if not posterior.last_rounds:
        return ""
    memories, moves = posterior.memories()
    worst = int(np.nanargmax(memories[-1]))
    return (
        f" {moves[-1]:,.0f} moves at that tolerance leave a correlation with where particles were of {words.signed(memories[-1][worst])}"
        f" at most ({short(posterior.parameters[worst])}), {words.signed(np.nanmedian(memories[-1]))} in the median."
    )


def _control(posterior):
    """How much the parameter that does nothing seems to shrink, over the generations."""
    if NEUTRAL not in posterior.parameters:
        return ""
    shrinkages = posterior.shrinkages(NEUTRAL)[1:]  # not of the prior
    low, high = (words.signed(value) for value in (min(shrinkages), max(shrinkages)))
    return f" The neutral parameter's shrinkage, 0 but for the sampler's error, lies between {low} and {high} over the generations."


def _line(axes, values, colour, marker="o", gid=None):
    axes.plot(range(len(values)), values, color=colour, marker=marker, ms=3.6, gid=gid)


def _draw_tolerance(axes, generations):
    tolerances = np.array([generation.tolerance for generation in generations])
    finite = np.where(np.isfinite(tolerances), tolerances, np.nan)
    _line(axes, finite, style.BLUE, gid="tolerance")
    small = dict(xycoords=("data", "axes fraction"), va="bottom", size=6, color=style.GREY)
    open_ones = np.flatnonzero(~np.isfinite(tolerances))
    if len(open_ones):
        axes.axvspan(-0.5, open_ones[-1] + 0.5, color=style.PAPER_GREY, lw=0, zorder=0)
    if np.isfinite(finite).any():
        axes.set_ylim(0, 1.15 * np.nanmax(finite))
    for place in open_ones:
        power = generations[place].data_power
        axes.annotate(f"power {power:.2g}", (place, 0.04), ha="center", rotation=90, **small)
    axes.set_ylabel("errors of observation")
    axes.set_title("Tolerance")


def _draw_acceptance(axes, generations):
    for name, (colour, marker, _) in SHARES.items():
        moved = [getattr(own, name) for own in generations[1:]]  # the prior is drawn, not proposed
        _line(axes, [np.nan, *moved], colour, marker, gid=name.replace("_", "-"))
    marks.share_axis(axes, "share accepted")
    axes.set_title("Acceptance")


def _draw_sample(axes, generations):
    _line(axes, [own.effective_sample_size for own in generations], style.BLUE, gid="effective-sample-size")
    _line(axes, [own.unique_particles for own in generations], style.GREEN, "s", gid="unique-particles")
    marks.count_axis(axes, "particles", headroom=1.08)
    axes.set_title("Effective sample size")


def _draw_simulations(axes, generations):
    _line(axes, np.cumsum([own.simulations for own in generations]), style.PURPLE, gid="simulations")
    marks.count_axis(axes, "simulations so far", headroom=1.08)
    axes.set_title("Cost")


def _draw_memory(axes, posterior):
    memories, moves = posterior.memories()
    worst = int(np.nanargmax(memories[-1]))
    for index, name in enumerate(posterior.parameters):
        look = dict(color=style.LIGHT_GREY, lw=0.8, zorder=1)
        if index == worst:
            look = dict(color=style.PURPLE, lw=1.8, zorder=3)
        elif name == NEUTRAL:
            look = dict(color=style.BLACK, lw=1.2, ls="--", zorder=2)
        axes.plot(moves, memories[:, index], gid="memory", **look)
    axes.axhline(0, color=style.GREY, lw=0.6, zorder=0)
    axes.set_ylim(min(-0.2, 1.1 * np.nanmin(memories)), 1.05)
    axes.set_xlim(0, moves[-1])
    axes.set_xlabel("moves of each particle at the last tolerance")
    axes.set_ylabel("correlation")
    axes.set_title(f"Memory of where particles were; slowest: {short(posterior.parameters[worst])}")


SHARES = {
    "acceptance_share": (style.VERMILION, "o", "proposals of parameters"),
    "number_acceptance_share": (style.SKY, "s", "of these: with a new random number"),
    "luck_acceptance_share": (style.ORANGE, "^", "new luck of a designation"),
}

PANELS = {
    "tolerance": _draw_tolerance,
    "acceptance": _draw_acceptance,
    "sample": _draw_sample,
    "simulations": _draw_simulations,
}


def _handles(posterior):
    handles = [
        *(Line2D([], [], color=colour, marker=marker, ms=3.6, label=label) for colour, marker, label in SHARES.values()),
        Line2D([], [], color=style.BLUE, marker="o", ms=3.6, label="effective sample size"),
        Line2D([], [], color=style.GREEN, marker="s", ms=3.6, label="different particles"),
    ]
    if posterior.last_rounds:
        handles += [
            Line2D([], [], color=style.PURPLE, lw=1.8, label="memory: slowest parameter"),
            Line2D([], [], color=style.LIGHT_GREY, lw=0.8, label="memory: other parameters"),
        ]
        if NEUTRAL in posterior.parameters:
            handles.append(Line2D([], [], color=style.BLACK, ls="--", lw=1.2, label="memory: neutral parameter"))
    return handles
