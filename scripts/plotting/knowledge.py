"""Knowledge of the country and of the world: stocks, the foreign frontier, the gap, reliance on imports."""

from itertools import cycle

from matplotlib.lines import Line2D

from . import marks, style, words
from .result import MissingData, at
from .statistics import bands, summarize

NAME = "knowledge"
TITLE = "Knowledge: stocks, frontier and reliance on imports"
LINES = (
    (style.BLUE, "-"),
    (style.VERMILION, "--"),
    (style.GREEN, "-."),
    (style.BLACK, ":"),
    (style.PURPLE, "-"),
    (style.ORANGE, "--"),
    (style.SKY, "-."),
    (style.GREY, (0, (6, 1, 1, 1, 1, 1))),
)
# Variable: title, colour and line of a national mean.
MEANS = {
    "basic_stock": ("Basic knowledge", style.BLUE, "-"),
    "applied_stock": ("Applied knowledge", style.GREEN, "-"),
    "foreign_frontier": ("Foreign frontier", style.BLACK, "-"),
}


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Means over disciplines (above), disciplines and the country (below)",
        [list(MEANS), ["technology_gap", "import_reliance", "self_reliance"]],
        150,
    )
    for variable, (title, colour, line) in MEANS.items():
        with sheet.panel(variable) as axes:
            _draw_mean(axes, result, variable, title, colour, line)
    _level_means(sheet)
    with sheet.panel("technology_gap") as axes:
        _draw_fields(axes, result, "technology_gap", "Gap to the frontier")
        axes.set_ylabel("log points")
    with sheet.panel("import_reliance") as axes:
        _draw_fields(axes, result, "import_reliance", "Reliance on imports")
        marks.share_axis(axes, "share of inputs")
    with sheet.panel("self_reliance") as axes:
        _draw_self_reliance(axes, result)
    return sheet.finish(
        words.notes(
            result,
            f"{words.BANDS_NOTE} {words.NARROW_NOTE} {words.regimes_note(result)}",
            (
                "Stocks and frontier: index, foreign frontier of the first year = 1; the dotted grey line repeats the"
                " median of the frontier. Gap: distance of applied knowledge to the frontier, logarithms, so that 0.7"
                " is a factor of two. By discipline: medians, and bars at the right that hold 90 % of the runs in the"
                " last year. Self-reliance: 1 less the reliance on imports, weighted by criticality and research. None"
                " of these is observed."
            ),
        ),
        words.source_line(result),
        [*marks.band_handles(style.GREY), *_field_handles(result)],
        columns=4,
    )


def message(result):
    first, last = result.years[0], result.years[-1]

    def grown(variable, name):
        def clause():
            before, after = (summarize(at(national_mean(result, variable), year)).text(2) for year in (first, last))
            return f"{name} went from {before} in {first} to {after} in {last} (frontier of {first} = 1)"

        return clause

    def gap():
        before, after = (summarize(at(national_mean(result, "technology_gap"), year)).text(2) for year in (first, last))
        ends = {name: _last_median(result, "technology_gap", name) for name in result.categories("discipline")}
        narrow, wide = min(ends, key=ends.get), max(ends, key=ends.get)
        return (
            f"the gap to the frontier went from {before} to {after} log points, {ends[narrow]:.2f} in "
            f"{field_name(narrow)} and {ends[wide]:.2f} in {field_name(wide)}"
        )

    def imports():
        shares = [summarize(at(national_mean(result, "import_reliance"), year)).text(0, 100) for year in (first, last)]
        return f"{shares[0]} % of inputs were imported in {first}, {shares[1]} % in {last}"

    def reliance():
        values = [summarize(at(result.samples("self_reliance"), year)).text(2) for year in (first, last)]
        return f"self-reliance went from {values[0]} to {values[1]}"

    return words.sentence(
        grown("basic_stock", "basic knowledge"), grown("applied_stock", "applied knowledge"), gap, imports, reliance
    )


def national_mean(result, variable):
    """Mean over the disciplines, by run and year."""
    return result.samples(variable).mean("discipline")


def field_name(name):
    return name.replace("_", " and ")


def _last_median(result, variable, field):
    return summarize(at(result.samples(variable, discipline=field), result.years[-1])).median


def _lines(result):
    """(discipline, colour, line) in the order of the file."""
    return [(name, *look) for name, look in zip(result.categories("discipline"), cycle(LINES))]


def _field_handles(result):
    return [Line2D([], [], color=colour, ls=line, label=field_name(name)) for name, colour, line in _lines(result)]


def _draw_mean(axes, result, variable, title, colour, line):
    marks.shade_regimes(axes, result, "letters")
    marks.draw_bands(axes, national_mean(result, variable), colour, line)
    if variable != "foreign_frontier":
        _draw_frontier(axes, result)
    axes.set_title(title, pad=12)
    marks.year_axis(axes)
    axes.set_ylabel("index")


def _draw_frontier(axes, result):
    try:
        frontier = bands(national_mean(result, "foreign_frontier"))
    except MissingData:
        return
    axes.plot(frontier.years, frontier.median, color=style.GREY, ls=":", lw=1.1, gid="frontier")


def _level_means(sheet):
    """One scale for the stocks and the frontier, so that the eye can compare them."""
    drawn = [sheet.panels[name] for name in MEANS if sheet.panels[name].axison]
    top = max((axes.get_ylim()[1] for axes in drawn), default=1)
    for axes in drawn:
        axes.set_ylim(0, top)


def _draw_fields(axes, result, variable, title):
    last = int(result.years[-1])
    for i, (field, colour, line) in enumerate(_lines(result)):
        samples = result.samples(variable, discipline=field)
        band = bands(samples)
        axes.plot(band.years, band.median, color=colour, ls=line, lw=1.1, gid="median")
        low, middle, high = summarize(at(samples, last))
        axes.errorbar(
            last + 2 + i,
            middle,
            yerr=[[middle - low], [high - middle]],
            fmt="none",
            ecolor=colour,
            elinewidth=1.6,
            capsize=1.5,
        )[2][0].set_gid("last-interval")
    marks.shade_regimes(axes, result, "letters")
    axes.set_title(title, pad=12)
    marks.year_axis(axes)
    axes.set_xlim(right=last + 2 + len(_lines(result)))
    axes.set_xticks(range(1990, last + 1, 20))
    axes.set_ylim(bottom=0)


def _draw_self_reliance(axes, result):
    marks.shade_regimes(axes, result, "letters")
    marks.draw_bands(axes, result.samples("self_reliance"), style.VERMILION)
    axes.set_title("Self-reliance", pad=12)
    marks.year_axis(axes)
    axes.set_ylim(0, 1)
    axes.set_ylabel("0 all imported, 1 none")
