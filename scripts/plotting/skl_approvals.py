"""Figure 4 of the report: approvals of State Key Laboratories by class, and the share of enterprise labs among them."""

import numpy as np

from . import marks, style, words
from .observations import observations
from .result import MissingData, at, over
from .statistics import coverage_text, share, summarize

NAME = "figure4_skl_approvals"
TITLE = "Approvals of State Key Laboratories by class"
ENTERPRISE_SPAN = (2006, 2021)
# Observed name, lab type, panel title, colour and line of the class.
CLASSES = {
    "discipline": ("skl_discipline", "Universities and institutes", style.BLUE, "-"),
    "enterprise": ("skl_enterprise", "Enterprises", style.VERMILION, "--"),
    "provincial_ministerial": ("skl_province_ministry", "Co-constructed by province and ministry", style.GREEN, "-."),
}
PERIOD_NAMES = {
    "discipline": "universities, institutes",
    "enterprise": "enterprises",
    "provincial_ministerial": "co-constructed",
}
PANEL_YEARS = {"discipline": (1984, 2025), "enterprise": (2004, 2025), "provincial_ministerial": (2010, 2025)}


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Gross approvals a year (later delistings not removed), totals of periods, and the share of enterprise labs",
        [["discipline", "discipline"], ["enterprise", "provincial_ministerial"], ["periods", "share"]],
        178,
    )
    for name in CLASSES:
        with sheet.panel(name) as axes:
            _draw_class(axes, result, name)
    with sheet.panel("periods") as axes:
        _draw_periods(axes, result)
    with sheet.panel("share") as axes:
        _draw_share(axes, result)
    return sheet.finish(
        words.notes(
            result,
            f"{words.BANDS_NOTE} {words.calls_note(result)} {words.regimes_note(result)}",
            (
                "Observed share of enterprise labs in 2006–2021: reported totals of enterprise (184) and co-constructed"
                " labs (53) over the sum with the yearly intervals of the other class. The 81 labs of 1984–1993 and the 71–75 of"
                " the World Bank loan of 1991–1995 are different labs: the simulation counts both in both periods."
            ),
        ),
        words.source_line(
            result, "MOST notices and yearbooks, CSET, MERICS 2023 (see skl_approvals, skl_period_totals)"
        ),
        [*marks.band_handles(style.GREY), marks.mean_handle(style.GREY), *marks.observed_handles()],
        columns=4,
    )


def message(result):
    def enterprise():
        simulated = summarize(over(_approvals(result, "enterprise"), *ENTERPRISE_SPAN))
        observed = period_totals(result, "enterprise")
        rows = [low for first, last, low, _ in observed if (first, last) == ENTERPRISE_SPAN]
        known = f", reported {rows[0]:.0f}" if rows else ""
        return f"{simulated.text()} enterprise labs were approved in 2006–2021 in the simulation{known}"

    def majority():
        values = at(enterprise_share(result), ENTERPRISE_SPAN[1])
        return (
            f"enterprise labs are {summarize(values).text(factor=100)} % of these approvals{known_share()}, a majority"
            f" in {words.percent(np.mean(values > 0.5))} of the runs"
        )

    def known_share():
        try:
            low, high = observed_share(result)
        except MissingData:
            return ""
        return f" (from observations {low * 100:.0f}–{high * 100:.0f} %)"

    def covered():
        return "for university and institute labs, " + coverage_text(
            _approvals(result, "discipline"), _observed(result, "discipline")
        )

    return words.sentence(enterprise, majority, covered)


def period_totals(result, name):
    """(first, last, low, high) of the observed totals of a class."""
    table = result.observed("skl_period_totals")
    rows = observations(table, "count", {"type": name}, year="year_start")
    last = observations(table, "count", {"type": name}, year="year_end").years
    return [
        (int(first), int(end), float(low), float(high)) for first, end, low, high in zip(rows.years, last, *rows.bounds)
    ]


def enterprise_share(result):
    """Share of enterprise labs among all approvals of the three classes since 2006, by year."""
    since = {
        name: _approvals(result, name).sel(year=slice(ENTERPRISE_SPAN[0], None)).fillna(0).cumsum("year")
        for name in CLASSES
    }
    return share(since["enterprise"], sum(since.values()))


def observed_share(result):
    """Interval of the observed enterprise share in 2006–2021; MissingData where a part of it is not in the file."""
    enterprise = [
        low for first, last, low, _ in period_totals(result, "enterprise") if (first, last) == ENTERPRISE_SPAN
    ]
    institutions = result.table("institutions")
    joint = observations(institutions, "reported_count", {"name": "skl_province_ministry"}, year="reported_year").values
    rows = _observed(result, "discipline")
    inside = (rows.years >= ENTERPRISE_SPAN[0]) & (rows.years <= ENTERPRISE_SPAN[1])
    if not enterprise or not len(joint) or not inside.any():
        raise MissingData("observed totals of 2006–2021")
    low, high = (bound[inside].sum() for bound in rows.bounds)
    return tuple(enterprise[0] / (enterprise[0] + joint[0] + discipline) for discipline in (high, low))


def _approvals(result, name):
    return result.samples("lab_approvals", lab_type=CLASSES[name][0])


def _observed(result, name):
    return observations(result.observed("skl_approvals"), "count", {"type": name})


def _draw_class(axes, result, name):
    _, title, colour, line = CLASSES[name]
    years = PANEL_YEARS[name]
    wide = name == "discipline"
    samples = _approvals(result, name).sel(year=slice(*years))
    marks.shade_regimes(axes, result, "full" if wide else "letters", years)
    marks.draw_bands(axes, samples, colour, line, steps=True)
    marks.draw_mean(axes, samples, colour)
    marks.draw_observed(axes, _observed(result, name))
    marks.mark_held_out(axes, result)
    axes.set_title(title, pad=18 if wide else 12)
    marks.year_axis(axes, years)
    marks.count_axis(axes, "labs approved a year", headroom=1.15)


def _draw_periods(axes, result):
    """One row a period: the simulated total above, the observed one below it, and what they are to the right."""
    place = 0
    for name in CLASSES:
        for period in period_totals(result, name):
            try:
                _draw_period_row(axes, result, name, period, place)
                place += 1
            except MissingData:
                continue
    if place == 0:
        raise MissingData("observed totals of periods")
    axes.set_yticks([])
    axes.set_ylim(place - 0.4, -0.6)
    axes.grid(True, axis="x")
    axes.set_xlim(0, axes.get_xlim()[1] * 1.75)  # room for the names
    axes.set_xlabel("labs approved in the period")
    axes.set_title("Totals of periods")


def _draw_period_row(axes, result, name, period, place):
    first, last, low, high = period
    colour = CLASSES[name][2]
    simulated = summarize(over(_approvals(result, name), first, last))
    axes.plot([simulated.low, simulated.high], [place - 0.16] * 2, color=colour, lw=4, alpha=0.4, solid_capstyle="butt")
    axes.plot([simulated.median], [place - 0.16], "|", color=colour, ms=6, mew=1.6)
    if high > low:
        axes.plot([low, high], [place + 0.2] * 2, color=style.BLACK, marker="|", ms=4, lw=0.9, gid="observed-period")
    else:
        axes.plot([low], [place + 0.2], "o", color=style.BLACK, ms=3.4, gid="observed-period")
    axes.annotate(
        f"{PERIOD_NAMES[name]} {first}–{last}",
        (max(simulated.high, high), place),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        size=6.5,
        color=style.GREY,
        in_layout=False,
    )


def _draw_share(axes, result):
    samples = enterprise_share(result).sel(year=slice(2007, 2025))
    marks.draw_bands(axes, samples, style.VERMILION, "--")
    axes.axhline(0.5, color=style.BLACK, lw=0.7)
    axes.annotate("majority", (2025.6, 0.5), xytext=(0, 2), textcoords="offset points", ha="right", size=6.5)
    try:
        marks.draw_period(axes, *ENTERPRISE_SPAN, *observed_share(result))
    except MissingData as missing:
        result.absent.append(str(missing))
    marks.mark_held_out(axes, result)
    axes.set_title("Enterprise share of approvals since 2006")
    marks.year_axis(axes, (2006, 2025))
    marks.share_axis(axes, "share of approvals")
