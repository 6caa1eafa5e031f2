"""What research and development give: papers, patents, contracts, and the share of basic research in the spending."""

from typing import Callable, NamedTuple

from . import marks, style, words
from .observations import observations, ratio
from .statistics import positive

NAME = "outputs"
TITLE = "Outputs of research and development"
BILLION = 0.1  # 100 million CNY, the unit of the yearbooks


class Output(NamedTuple):
    """A panel: title, name and unit in the sentence, simulated and observed values, colour, decimals said."""

    title: str
    name: str
    unit: str
    simulated: Callable
    observed: Callable
    colour: str
    digits: int = 0


def draw(result):
    names = list(OUTPUTS)
    sheet = style.Sheet(TITLE, "Totals of the country, a year", [names[:2], names[2:]], 145)
    for name, output in OUTPUTS.items():
        with sheet.panel(name) as axes:
            _draw_output(axes, result, name, output)
    return sheet.finish(
        words.notes(
            result,
            f"{words.BANDS_NOTE} {words.NARROW_NOTE} {words.regimes_note(result)}",
            (
                "Papers: in journals of the Science Citation Index, from designated labs and all other"
                " research. Patents: invention patents granted to residents. Contracts: value at current"
                " prices. Basic research: share of all spending on research and development. Patents begin with the"
                " first grants. Vertical axes are logarithmic except that of the share."
            ),
        ),
        words.source_line(result, "China Statistical Yearbook on Science and Technology, NBS (see national_rd)"),
        [*marks.band_handles(style.GREY), *marks.observed_handles(intervals=False)],
        columns=3,
    )


def message(result):
    def clause(output):
        wording = f"{{value}} {output.unit} {output.name} in {{year}}"
        return lambda: words.compared(output.simulated(result), output.observed(result), wording, output.digits)

    return words.sentence(*(clause(output) for output in OUTPUTS.values()))


def observed_basic_share(result):
    """Basic research in all spending, percent, in the years for which both are in the table."""
    table = result.observed("national_rd")
    return ratio(*(observations(table, "value", {"metric": name}) for name in ("basic", "gerd"))).scaled(100)


def _metric(name, factor=1.0):
    return lambda result: observations(result.observed("national_rd"), "value", {"metric": name}).scaled(factor)


OUTPUTS = {
    "papers": Output(
        "SCI papers",
        "SCI papers",
        "thousand",
        lambda result: positive(result.samples("papers").sum("host", min_count=1) / 1e3).rename("papers"),
        _metric("sci_papers"),
        style.BLUE,
    ),
    "patents": Output(
        "Invention patents granted",
        "invention patents were granted",
        "thousand",
        lambda result: positive(result.samples("patents_granted") / 1e3).rename("patents_granted"),
        _metric("invention_patents_granted"),
        style.VERMILION,
    ),
    "contracts": Output(
        "Technology contracts",
        "of technology contracts",
        "billion CNY",
        lambda result: positive(result.samples("technology_contracts") / 1e3).rename("technology_contracts"),
        _metric("technology_contracts", BILLION),
        style.GREEN,
    ),
    "basic": Output(
        "Basic research in all R&D",
        "of R&D spending was basic research",
        "%",
        lambda result: (result.samples("rd_basic_share") * 100).rename("rd_basic_share"),
        observed_basic_share,
        style.PURPLE,
        1,
    ),
}


def _draw_output(axes, result, name, output):
    marks.shade_regimes(axes, result, "letters")
    marks.draw_bands(axes, output.simulated(result), output.colour)
    marks.draw_observed(axes, output.observed(result))
    axes.set_title(output.title, pad=12)
    marks.year_axis(axes)
    if name == "basic":
        axes.set_ylim(0, 1.1 * axes.get_ylim()[1])
        axes.set_ylabel("percent of all R&D")
    else:
        marks.log_axis(axes, f"{output.unit} a year")
