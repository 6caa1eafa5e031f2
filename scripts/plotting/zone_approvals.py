"""Figure 5 of the report: approvals of the two key types of zones."""

from . import marks, style, words
from .observations import observations
from .result import over
from .statistics import coverage_text, summarize

NAME = "figure5_zone_approvals"
TITLE = "National approvals of development zones"
REPORT_SPAN = (2006, 2025)
# Zone type: observed series, title, colour and line.
ZONES = {
    "hidz": ("hidz_approvals", "High-tech zones (HIDZ)", style.BLUE, "-"),
    "etdz": ("etdz_approvals", "Economic and technological zones (ETDZ)", style.VERMILION, "--"),
}


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Zones approved a year and approved so far; the black bar marks the years of the report's Figure 5",
        [["hidz", "hidz"], ["etdz", "etdz"], ["hidz total", "etdz total"]],
        182,
    )
    for zone in ZONES:
        with sheet.panel(zone) as axes:
            _draw_approvals(axes, result, zone)
        with sheet.panel(f"{zone} total") as axes:
            _draw_cumulative(axes, result, zone)
    return sheet.finish(
        words.notes(
            result,
            f"{words.BANDS_NOTE} {words.calls_note(result)} {words.regimes_note(result)}",
            (
                "Observed totals are official counts: HIDZs include Suzhou Industrial Park from 2019 on; ETDZs are net"
                " of the two removed in 2019–2020."
            ),
        ),
        words.source_line(result, "State Council decisions, MOST, MOFCOM (see hidz_approvals, etdz_approvals)"),
        [*marks.band_handles(style.GREY), marks.mean_handle(style.GREY), *marks.observed_handles()],
        columns=4,
    )


def message(result):
    def change(zone):
        def clause():
            before, after = (summarize(over(_approvals(result, zone), *span)) for span in ((2006, 2015), (2016, 2022)))
            observed = observed_approvals(result, zone)
            known = [
                observed.values[(observed.years >= first) & (observed.years <= last)]
                for first, last in ((2006, 2015), (2016, 2022))
            ]
            said = f" (observed {known[0].sum():.0f} and {known[1].sum():.0f})" if len(known[0]) else ""
            return (
                f"{before.text()} {zone.upper()}s were approved in 2006–2015 and {after.text()} in 2016–2022 "
                f"in the simulation{said}"
            )

        return clause

    def covered():
        return "for HIDZs approved a year, " + coverage_text(
            _approvals(result, "hidz"), observed_approvals(result, "hidz")
        )

    return words.sentence(change("hidz"), change("etdz"), covered)


def observed_approvals(result, zone):
    return observations(result.observed(ZONES[zone][0]), "new")


def cumulative(result, zone):
    """Gross approvals so far, with the zones that existed before the first year."""
    initial = result.samples("zone_initial_stock", zone_type=zone)
    return (_approvals(result, zone).cumsum("year") + initial).rename("zone_approvals")


def _approvals(result, zone):
    return result.samples("zone_approvals", zone_type=zone)


def _draw_approvals(axes, result, zone):
    _, title, colour, line = ZONES[zone]
    samples = _approvals(result, zone)
    marks.shade_regimes(axes, result, "full" if zone == "hidz" else "letters")
    marks.draw_bands(axes, samples, colour, line, steps=True)
    marks.draw_mean(axes, samples, colour)
    marks.draw_observed(axes, observed_approvals(result, zone))
    marks.mark_held_out(axes, result)
    axes.set_title(title, pad=18 if zone == "hidz" else 12)
    marks.year_axis(axes)
    marks.count_axis(axes, "zones approved a year", headroom=1.15)
    _mark_report_span(axes)


def _mark_report_span(axes):
    """A bar along the top over the years of the report's Figure 5."""
    axes.axvspan(*REPORT_SPAN, ymin=0.985, ymax=1, color=style.BLACK, lw=0)


def _draw_cumulative(axes, result, zone):
    _, _, colour, line = ZONES[zone]
    marks.shade_regimes(axes, result, "letters")
    marks.draw_bands(axes, cumulative(result, zone), colour, line)
    table = result.observed(ZONES[zone][0]).drop(columns=["low", "high"], errors="ignore")
    marks.draw_observed(axes, observations(table, "cumulative"))
    marks.mark_held_out(axes, result)
    axes.set_title(f"{zone.upper()}s approved so far", pad=12)
    marks.year_axis(axes)
    marks.count_axis(axes, "zones")
