"""Stocks of labs and zones over time, with the announced targets."""

from typing import Callable, NamedTuple

import numpy as np

from . import marks, style, words
from .observations import fact, observations
from .pyramids import skl_total
from .result import MissingData, at
from .statistics import coverage_text, summarize

NAME = "stocks"
TITLE = "Stocks of labs and zones, and the targets set for them"
SUBTITLE = "Labs and zones holding the designation at the end of the year"


class Stock(NamedTuple):
    """A panel: title, simulated stock, observed stock, colour and line, and whether parameters are fitted to it."""

    title: str
    simulated: Callable
    observed: Callable
    colour: str = style.BLUE
    line: str = "-"
    fitted: bool = True


def draw(result):
    sheet = style.Sheet(TITLE, SUBTITLE, [list(STOCKS)[i : i + 2] for i in range(0, len(STOCKS), 2)], 230)
    for name, stock in STOCKS.items():
        with sheet.panel(name) as axes:
            _draw_stock(axes, result, name, stock)
    return sheet.finish(
        words.notes(
            result,
            f"{words.BANDS_NOTE} {words.calls_note(result)} {words.regimes_note(result)}",
            (
                "Definitions change: official SKL totals are labs ever built to 2017 and labs running from 2018; the"
                " simulated total holds all classes and, from 2021, the National Key Labs into which they are carried"
                " over. HIDZ counts include Suzhou Industrial Park from 2019. The engineering centres were counted"
                " together with engineering labs in 2020 (350) and anew in 2021 (191)."
            ),
        ),
        words.source_line(result, "NBS, MOST, State Council, MERICS 2023"),
        [*marks.band_handles(style.GREY), *marks.observed_handles(intervals=False), marks.target_handle()],
        columns=3,
    )


def message(result):
    def target(name):
        def clause():
            found = targets(result, name)
            if not found:
                raise MissingData(f"targets of {name}")
            return f"{STOCKS[name].title}: " + ", and ".join(_against_target(result, name, *target) for target in found)

        return clause

    def covered():
        return "for the total of SKLs, " + coverage_text(
            STOCKS["skl_total"].simulated(result), STOCKS["skl_total"].observed(result)
        )

    return words.sentence(*(target(name) for name in ("skl_total", "skl_enterprise", "hidz")), covered)


def targets(result, name):
    """Public targets (year, number) of a designation, the report's for the total of SKLs."""
    if name == "skl_total":
        number = fact(result.observed("seed_facts"), "skl_target_2020")
        return [] if np.isnan(number) else [(2020, number)]
    table = result.of_scenario("targets")
    if "designation" not in table:
        return []
    rows = table[(table["designation"] == name) & (table["plan"] == 0)]
    return sorted((int(row.by), float(row.stock)) for row in rows.itertuples())


def _against_target(result, name, by, number):
    values = at(STOCKS[name].simulated(result), by)
    return (
        f"{summarize(values).text()} at the end of {by} against a target of {number:,.0f}, missed in "
        f"{words.percent(np.mean(values < number))} of the runs"
    )


def _labs(name):
    return lambda result: result.samples("lab_stock", lab_type=name)


def _zones(name):
    return lambda result: result.samples("zone_stock", zone_type=name)


def _skl_stock(observed_type):
    return lambda result: observations(result.observed("skl_stock"), "stock", {"type": observed_type})


def _zone_count(series):
    """Official counts of zones; the intervals in these tables are those of yearly approvals, not of the count."""
    return lambda result: observations(
        result.observed(series).drop(columns=["low", "high"], errors="ignore"), "cumulative"
    )


def _nerc_count(result):
    return observations(result.observed("national_rd"), "value", {"metric": "nerc"})


STOCKS = {
    "skl_total": Stock("All State Key Labs", skl_total, _skl_stock("total"), style.BLACK),
    "skl_discipline": Stock("SKLs of universities and institutes", _labs("skl_discipline"), _skl_stock("discipline")),
    "skl_enterprise": Stock(
        "Enterprise SKLs", _labs("skl_enterprise"), _skl_stock("enterprise"), style.VERMILION, "--"
    ),
    "skl_province_ministry": Stock(
        "SKLs of province and ministry",
        _labs("skl_province_ministry"),
        _skl_stock("provincial_ministerial"),
        style.GREEN,
        "-.",
    ),
    "hidz": Stock("HIDZs", _zones("hidz"), _zone_count("hidz_approvals")),
    "etdz": Stock("ETDZs", _zones("etdz"), _zone_count("etdz_approvals"), style.VERMILION, "--"),
    "nerc": Stock(
        "National Engineering Research Centers", _labs("nerc"), _nerc_count, style.GREEN, "-.", fitted=False
    ),
    "national_key_lab": Stock(
        "National Key Labs (new series)",
        _labs("national_key_lab"),
        _skl_stock("national_key_lab"),
        style.PURPLE,
        "--",
        fitted=False,
    ),
}


def _draw_stock(axes, result, name, stock):
    samples = stock.simulated(result)
    marks.shade_regimes(axes, result, "letters")
    marks.draw_bands(axes, samples, stock.colour, stock.line)
    marks.draw_observed(axes, stock.observed(result))
    for by, number in targets(result, name):
        marks.try_target(axes, samples, by, number)
    if stock.fitted:
        marks.mark_held_out(axes, result, at_foot=True)  # targets stand above
    axes.set_title(stock.title, pad=12)
    marks.year_axis(axes)
    marks.count_axis(axes, "zones" if name in ("hidz", "etdz") else "labs", headroom=1.18)
