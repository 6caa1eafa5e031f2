"""The look that all figures share: fonts, colours that survive colour blindness and grey print, and the sheet."""

from contextlib import contextmanager

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt  # noqa: E402  (the backend must be chosen first)
from matplotlib.font_manager import FontProperties  # noqa: E402
from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: E402

from .result import MissingData  # noqa: E402

# Okabe and Ito (2008), https://jfly.uni-koeln.de/color/
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, LIGHT_GREY, PAPER_GREY = "#555555", "#BBBBBB", "#F0F0F0"

WIDTH_MM = 180
MARGIN_MM = 3
LINE_MM = 3.6  # of a line of small text
HEADER_MM = 12  # title and subtitle
SMALL = 6.5  # points

RC = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "hatch.linewidth": 0.5,
    "savefig.dpi": 200,
    "svg.fonttype": "none",
    "svg.hashsalt": "innochain",
}


def apply():
    """Makes the look current; nothing of the user's own matplotlib settings remains."""
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(RC)


def inches(millimetres):
    return millimetres / 25.4


class Sheet:
    """A figure of journal width: title and subtitle above, panels, then legend, notes and source below.

    The legend stands outside the panels and so never covers data.
    """

    def __init__(self, title, subtitle, layout, height_mm, **grid):
        apply()
        self.height_mm = height_mm
        self.figure = plt.figure(figsize=(inches(WIDTH_MM), inches(height_mm)))
        self.panels = self.figure.subplot_mosaic(layout, **grid)
        self._write(title, MARGIN_MM, 2.5, size=10, weight="bold", colour=BLACK)
        self._write(subtitle, MARGIN_MM, 7.5, size=8, colour=GREY)
        self.missing = []

    @contextmanager
    def panel(self, name):
        """Draws into a panel; where the file lacks what the panel needs, the panel says so instead."""
        axes = self.panels[name]
        try:
            yield axes
        except MissingData as missing:
            self.missing.append(str(missing))
            axes.clear()
            axes.set_axis_off()
            axes.text(
                0.5,
                0.5,
                f"Not in this file:\n{missing}",
                transform=axes.transAxes,
                ha="center",
                va="center",
                color=GREY,
            )

    def finish(self, notes, source, legend=(), columns=4):
        """Adds what stands below the panels and settles the layout. Returns the figure.

        Raises MissingData when no panel could be drawn.
        """
        if len(self.missing) == len(self.panels):
            plt.close(self.figure)
            raise MissingData("; ".join(dict.fromkeys(self.missing)))
        lines = [line for note in (*notes, source) for line in self._wrap(note)]
        footer = self._write_lines(lines)
        if legend:
            footer = self._place_legend(list(legend), columns, footer)
        self._lay_out(bottom=footer / self.height_mm, top=HEADER_MM / self.height_mm)
        return self.figure

    def _lay_out(self, bottom, top):
        """Fits the panels between header and footer.

        The solver's last bits differ from run to run and would reach the ids in SVG, so its result is rounded and kept.
        """
        side = MARGIN_MM / WIDTH_MM
        room = (side, bottom, 1 - 2 * side, 1 - top - bottom)
        engine = ConstrainedLayoutEngine(rect=room, h_pad=0.04, w_pad=0.04, hspace=0.03, wspace=0.03)
        self.figure.set_layout_engine(engine)
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")
        for axes in self.figure.axes:
            axes.set_position([round(edge, 5) for edge in axes.get_position().bounds])

    def _wrap(self, text):
        """Breaks small text into lines as wide as the sheet."""
        renderer, font = self.figure.canvas.get_renderer(), FontProperties(size=SMALL)
        room = inches(WIDTH_MM - 2 * MARGIN_MM) * self.figure.dpi
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if renderer.get_text_width_height_descent(longer, font, ismath=False)[0] <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _write_lines(self, lines):
        """Small text at the foot of the sheet; returns its height in mm."""
        height = MARGIN_MM + LINE_MM * len(lines)
        for i, line in enumerate(lines):
            self._write(line, MARGIN_MM, self.height_mm - height + LINE_MM * i + 0.5, size=SMALL, colour=GREY)
        return height + 1

    def _place_legend(self, handles, columns, above):
        rows = -(-len(handles) // columns)
        self.figure.legend(
            handles=handles,
            loc="lower left",
            ncol=columns,
            borderaxespad=0,
            handlelength=2.4,
            columnspacing=1.6,
            labelspacing=0.35,
            bbox_to_anchor=(MARGIN_MM / WIDTH_MM, above / self.height_mm),
        )
        return above + 4.2 * rows + 1.5

    def _write(self, text, x_mm, y_mm, size, colour, weight="normal"):
        """Text at a distance from the upper left corner."""
        self.figure.text(
            x_mm / WIDTH_MM, 1 - y_mm / self.height_mm, text, va="top", size=size, color=colour, weight=weight
        )


def save(figure, folder, name, fingerprint):
    """Writes NAME.png and NAME.svg, the same bytes for the same figure; returns both paths."""
    png, svg = folder / f"{name}.png", folder / f"{name}.svg"
    figure.savefig(png, metadata={"Software": None, "Source": fingerprint})
    figure.savefig(svg, metadata={"Date": None, "Creator": None, "Source": fingerprint})
    plt.close(figure)
    return png, svg
