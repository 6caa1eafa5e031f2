"""Figures of a sensitivity study: indices of every factor with their intervals, and Morris's plane of mu* and sigma."""

from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.lines import Line2D

from . import style
from .result import NotAResult

PANEL_ROW_MM = 4.4  # of one factor
PANEL_FRAME_MM = 22  # title, axis and its label
NUMBERED = 0.05  # of the largest mu*: factors below it crowd in a corner of the plane and get no number


class Study:
    """The result file of `innochain sensitivity`."""

    def __init__(self, path):
        self.path = Path(path)
        if not self.path.exists():
            raise FileNotFoundError(f"{path}: no such file")
        try:
            with xr.open_dataset(self.path, engine="h5netcdf") as data:
                self.data = data.load()
        except (OSError, ValueError, KeyError) as error:
            raise NotAResult(f"{path}: is not a result file ({error})") from error
        if "method" not in self.data.attrs or "factor" not in self.data.dims:
            raise NotAResult(f"{path}: is not the result of a sensitivity study")
        self.is_morris = self.data.attrs["method"] == "morris"
        self.outputs = [str(name) for name in self.data.output.values]
        self.factors = [short(str(name)) for name in self.data.factor.values]

    @property
    def fingerprint(self):
        return "innochain:" + ":".join(
            str(self.data.attrs[name]) for name in ("scenario_sha256", "sensitivity_sha256", "master_seed", "model_revision")
        )

    @property
    def main_index(self):
        """The index that says how much a factor matters."""
        return "mu_star" if self.is_morris else "total_order"

    def order(self):
        """Factors by their largest share of the index that says how much they matter, over all outputs; largest first."""
        sizes = np.nan_to_num(self.data[self.main_index].values, nan=0.0)
        largest = sizes.max(axis=1, keepdims=True)
        return np.argsort(-(sizes / np.where(largest > 0, largest, 1)).max(axis=0), kind="stable")

    def remark(self, output):
        return str(self.data.remark.values[output])


def short(path):
    """A factor's path without its section."""
    return path.removeprefix("parameters.").removeprefix("levers.")


def unit_of(study, output):
    unit = str(study.data.output_unit.values[output])
    return "" if unit in ("", "1") else f" [{unit}]"


def draw_indices(study):
    """Bars with whiskers: mu*, or first and total order, of every factor in a panel per output."""
    series = [("mu_star", style.BLUE, "mu*")] if study.is_morris else [
        ("first_order", style.BLUE, "first order: alone"),
        ("total_order", style.ORANGE, "total order: with all interactions"),
    ]
    title = "How far each factor moves the outputs" if study.is_morris else "Shares of the outputs' variance"
    sheet = sheet_of(study, title, PANEL_FRAME_MM + PANEL_ROW_MM * len(study.factors))
    order = study.order()
    for output, axes in enumerate(panels_of(study, sheet)):
        for place, (name, colour, _) in enumerate(series):
            draw_bars(axes, study, name, output, order, colour, place, len(series))
        in_left_column = output % 2 == 0  # the rows of the panel beside it are the same
        axes.set_yticks(range(len(order)), [study.factors[i] if in_left_column else "" for i in order])
        axes.set_ylim(len(order) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        axes.axvline(0, color=style.GREY, lw=0.6)
        axes.set_xlabel(f"change over the whole range{unit_of(study, output)}" if study.is_morris else "share of the variance")
        say_remark(axes, study, output)
    handles = [Line2D([], [], color=colour, lw=5, label=label) for _, colour, label in series]
    handles.append(Line2D([], [], color=style.BLACK, lw=0.9, label=f"{confidence(study)} interval"))
    return finish(sheet, study, handles)


def draw_bars(axes, study, name, output, order, colour, place, n_series):
    values = study.data[name].values[output][order]
    lower, upper = (study.data[f"{name}_{end}"].values[output][order] for end in ("lower", "upper"))
    height = 0.76 / n_series
    at = np.arange(len(order)) + (place - (n_series - 1) / 2) * height
    axes.barh(at, values, height=height * 0.9, color=colour, gid=f"bars_{name}")
    known = np.isfinite(lower) & np.isfinite(upper)
    axes.hlines(at[known], lower[known], upper[known], color=style.BLACK, lw=0.9, gid=f"whiskers_{name}")


def draw_plane(study):
    """Morris's plane: factors to the right matter; those near or above the line do so by bends and interactions."""
    sheet = sheet_of(study, "Which factors matter, and which do not act in a straight line", 62)
    order = study.order()
    for output, axes in enumerate(panels_of(study, sheet)):
        mu_star, sigma = study.data.mu_star.values[output], study.data.sigma.values[output]
        axes.errorbar(
            mu_star,
            sigma,
            xerr=whiskers(study, "mu_star", output),
            yerr=whiskers(study, "sigma", output),
            fmt="none",
            ecolor=style.LIGHT_GREY,
            elinewidth=0.8,
        )
        axes.scatter(mu_star, sigma, s=14, color=style.BLUE, zorder=3, gid="effects")
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        end = min(axes.get_xlim()[1], axes.get_ylim()[1])
        axes.plot([0, end], [0, end], color=style.GREY, lw=0.8, ls="--")
        for number, i in enumerate(order, start=1):
            if mu_star[i] > NUMBERED * np.nanmax(mu_star):
                axes.annotate(
                    number, (mu_star[i], sigma[i]), xytext=(3, 3), textcoords="offset points", fontsize=style.SMALL + 1
                )
        axes.set_xlabel(f"mu*: mean size of effects{unit_of(study, output)}")
        axes.set_ylabel("sigma: how much they differ")
        say_remark(axes, study, output)
    handles = [
        Line2D([], [], color=style.GREY, lw=0.8, ls="--", label="sigma = mu*"),
        Line2D([], [], color=style.LIGHT_GREY, lw=0.8, label=f"{confidence(study)} interval"),
    ]
    names = ", ".join(f"{number}:{study.factors[i]}" for number, i in enumerate(order, start=1))
    return finish(sheet, study, handles, [f"Factors: {names}. Those without a number have less than {NUMBERED:.0%} of the largest mu*."])


def whiskers(study, name, output):
    """Distances of the ends of the intervals from the values; an end on the wrong side of its value (the bias
    correction can put it there) has none."""
    values = study.data[name].values[output]
    below, above = values - study.data[f"{name}_lower"].values[output], study.data[f"{name}_upper"].values[output] - values
    return np.nan_to_num(np.maximum(0.0, [below, above]), nan=0.0)


def say_remark(axes, study, output):
    axes.set_title(study.outputs[output])
    if study.remark(output):
        axes.text(
            0.5, 0.5, study.remark(output), transform=axes.transAxes, ha="center", va="center", color=style.GREY, wrap=True
        )


def confidence(study):
    return f"{100 * float(np.ravel(study.data.attrs['confidence'])[0]):g} %"


def sheet_of(study, title, panel_mm):
    names = [f"output{i}" for i in range(len(study.outputs))]
    rows = [names[i : i + 2] for i in range(0, len(names), 2)]
    if len(names) > 1 and len(rows[-1]) == 1:
        rows[-1].append(".")
    height = style.HEADER_MM + panel_mm * len(rows) + 18
    return style.Sheet(title, str(study.data.attrs.get("title", study.path.stem)), rows, height)


def panels_of(study, sheet):
    return [sheet.panels[f"output{i}"] for i in range(len(study.outputs))]


def finish(sheet, study, handles, further=()):
    sizes = study.data.sizes
    luck = study.data.luck_share_of_means.values
    notes = [f"{sizes['point']} points × {sizes['replicate']} replicates with common random numbers."]
    if np.isfinite(luck).any():
        notes[0] += f" Luck that is left in the means over replicates: at most {100 * np.nanmax(luck):.1f} % of their variance."
    source = f"Simulated with innochain, model revision {int(np.ravel(study.data.attrs['model_revision'])[0])}."
    return sheet.finish([*further, *notes], source, handles, columns=3)


def message(study):
    """The factor that matters most for every output, in a sentence of numbers."""
    parts = []
    for output, name in enumerate(study.outputs):
        values = study.data[study.main_index].values[output]
        if not np.isfinite(values).any():
            parts.append(f"{name}: {study.remark(output)}")
            continue
        best = int(np.nanargmax(values))
        word = "mu*" if study.is_morris else "total order"
        parts.append(f"{name}: {study.factors[best]} ({word} {values[best]:.3g})")
    return "; ".join(parts) + "."


def figures_of(study):
    """Names and drawing functions of the figures that the study has."""
    figures = [("sensitivity_indices", draw_indices)]
    if study.is_morris:
        figures.append(("sensitivity_plane", draw_plane))
    return figures
