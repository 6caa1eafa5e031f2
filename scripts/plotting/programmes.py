"""Money by programme, success rates, and who leads the National Key R&D Projects."""

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import marks, style, words
from .observations import observations, ratio
from .result import MissingData, at
from .statistics import coverage_text, mean_by_year, share, summarize

NAME = "programmes"
TITLE = "Research programmes: money, success and hosts"
KCNY_IN_BILLION = 1e-6
# Family: programmes, colour and hatch, from the bottom of the stack up.
FAMILIES = {
    "Natural Science Foundation": (["nsfc"], style.BLUE, ""),
    "National Key R&D": (["nkp"], style.VERMILION, "////"),
    "megaprojects": (["megaprojects"], style.YELLOW, ""),
    "863, 973, support and other (to 2016)": (
        ["p973", "p863", "st_support", "international_cooperation", "industrial_rd", "public_welfare"],
        style.SKY,
        "....",
    ),
    "support of labs": (["skl_special_fund", "nerc_support", "provincial_programme"], style.GREEN, "xxxx"),
    "support of zones": (["zone_support", "local_zone_support"], style.LIGHT_GREY, ""),
}
# Host group: classes in the file, key of the observed share, colour, line, marker.
HOSTS = {
    "universities": (["university"], "share_universities", style.BLUE, "-", "o"),
    "research institutes": (["cas", "institute"], "share_research_institutes", style.GREEN, "-.", "s"),
    "firms": (["enterprise"], "share_enterprises", style.VERMILION, "--", "^"),
}
NKP_YEARS = (2016, 2035)


def draw(result):
    sheet = style.Sheet(
        TITLE,
        "Money committed by family of programmes, success of proposals, and host classes of NKP leaders",
        [["money", "money"], ["nsfc", "nkp"], ["hosts", "hosts"]],
        200,
        height_ratios=[1.25, 1, 1],
    )
    for name, panel in (("money", _draw_money), ("nsfc", _draw_nsfc), ("nkp", _draw_nkp), ("hosts", _draw_hosts)):
        with sheet.panel(name) as axes:
            panel(axes, result)
    return sheet.finish(
        words.notes(
            result,
            f"Money: means over the runs, at current prices. {words.BANDS_NOTE} {words.regimes_note(result)}",
            (
                "The observed success of the foundation is grants of all kinds over applications (circles); that of the"
                " General Programme alone (diamonds) is shown beside it. Observed NKP values refer to 2017; the host"
                " shares add to 94 %, the rest being other bodies."
            ),
        ),
        words.source_line(result, "NSFC annual reports, Report on the NKPs 2017 (see nsfc_grants, nkp_structure)"),
        [*marks.band_handles(style.GREY), *marks.observed_handles(intervals=False)],
        columns=3,
    )


def message(result):
    def money():
        total = {name: mean_by_year(_money(result, name).sel(year=[2020]))[0] for name in _present(result)}
        largest = max(total, key=total.get)
        return (
            f"{sum(total.values()):,.0f} billion CNY were committed in 2020 in the simulation, the largest part by "
            f"{largest} ({total[largest]:,.0f} billion)"
        )

    def nkp():
        simulated = summarize(at(success(result, "nkp"), 2017)).text(1, 100)
        return f"{simulated} % of NKP proposals succeeded in 2017{_known(_structure(result, 'approval_rate'))}"

    def hosts(group):
        def clause():
            simulated = summarize(at(host_share(result, group), 2017)).text(factor=100)
            return f"{group} led {simulated} % of the NKPs of 2017{_known(_structure(result, HOSTS[group][1]))}"

        return clause

    def nsfc():
        return "for the success at the NSFC, " + coverage_text(success(result, "nsfc"), observed_success(result))

    return words.sentence(money, nkp, *(hosts(group) for group in HOSTS), nsfc)


def success(result, programme):
    """Awards over applications."""
    return share(
        *(result.samples(variable, programme=programme) for variable in ("programme_awards", "programme_applications"))
    )


def host_share(result, group):
    """Share of a group of host classes among the leaders of NKPs."""
    awards = [
        result.samples("awards_by_host", programme="nkp", host=hosts)
        for hosts in (HOSTS[group][0], result.categories("host"))
    ]
    return share(*awards).sel(year=slice(*NKP_YEARS))


def observed_success(result):
    """Grants of all kinds over applications to the foundation, in the years for which both are known."""
    table = result.observed("nsfc_grants")
    return ratio(*(observations(table, "value", {"metric": name}) for name in ("grants_total", "applications")))


def observed_general_success(result):
    """Success in the General Programme alone."""
    return observations(result.observed("nsfc_grants"), "value", {"metric": "gp_success_rate"}).scaled(0.01)


def _structure(result, key):
    """An observed number of the NKPs of 2017 as a share, or nothing."""
    return observations(result.observed("nkp_structure"), "value", {"key": key}).scaled(0.01)


def _known(observed):
    return f" (observed {words.percent(observed.values[0], 1)})" if len(observed) else ""


def _money(result, family):
    """Committed money of a family, billion CNY."""
    return result.samples("programme_awarded", programme=FAMILIES[family][0]) * KCNY_IN_BILLION


def _present(result):
    known = set(result.categories("programme"))
    return [name for name, (programmes, *_) in FAMILIES.items() if known & set(programmes)]


def _draw_money(axes, result):
    families = _present(result)
    if not families:
        raise MissingData("programmes")
    heights = [mean_by_year(_money(result, name)) for name in families]
    areas = axes.stackplot(result.years, heights, colors=[FAMILIES[name][1] for name in families], lw=0)
    for area, name in zip(areas, families):
        area.set_hatch(FAMILIES[name][2])
        area.set_edgecolor("white")
    handles = [
        Patch(facecolor=FAMILIES[name][1], hatch=FAMILIES[name][2], edgecolor="white", label=name) for name in families
    ]
    marks.shade_regimes(axes, result, "full")
    axes.set_title("Money committed a year", pad=18)
    marks.year_axis(axes)
    marks.count_axis(axes, "billion CNY, current prices")
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.1), ncol=3, fontsize=7)


def _draw_nsfc(axes, result):
    marks.shade_regimes(axes, result, "letters", (2000, 2035))
    marks.draw_bands(axes, success(result, "nsfc"))
    marks.draw_observed(axes, observed_success(result))
    marks.draw_observed(axes, observed_general_success(result), marker="D")
    axes.set_title("Success: Natural Science Foundation", pad=12)
    marks.year_axis(axes, (2000, 2035))
    marks.share_axis(axes, "awards / proposals", 0.4)


def _draw_nkp(axes, result):
    marks.shade_regimes(axes, result, "letters", NKP_YEARS)
    marks.draw_bands(axes, success(result, "nkp"), style.VERMILION, "--")
    marks.draw_observed(axes, _structure(result, "approval_rate"))
    axes.set_title("Success: National Key R&D Programme", pad=12)
    marks.year_axis(axes, NKP_YEARS)
    marks.share_axis(axes, "awards / proposals", 0.4)


def _draw_hosts(axes, result):
    marks.shade_regimes(axes, result, "letters", NKP_YEARS)
    handles = []
    for group, (_, key, colour, line, marker) in HOSTS.items():
        marks.draw_bands(axes, host_share(result, group), colour, line)
        marks.draw_observed(axes, _structure(result, key), marker=marker)
        handles.append(
            Line2D(
                [],
                [],
                color=colour,
                ls=line,
                marker=marker,
                ms=3.4,
                mfc=style.BLACK,
                mec=style.BLACK,
                label=f"{group} (observed: 2017)",
            )
        )
    axes.set_title("Host class of the leaders of National Key R&D Projects", pad=12)
    marks.year_axis(axes, NKP_YEARS)
    marks.share_axis(axes, "share of projects", 0.7)
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncol=3, fontsize=7)
