"""Which observed series stands beside which simulated one, in the units of the simulated one."""

from plotting.observations import Observations, observations, ratio

THOUSAND = 1e3
MILLION_CNY = {"100 million CNY": 100.0, "billion CNY": 1e3, "trillion CNY": 1e6}


def _table(name, value, where=None, units=None, factor=1.0, point_only=False):
    def read(result):
        table = result.observed(name)
        if point_only:  # intervals in these tables are those of approvals
            table = table.drop(columns=["low", "high"], errors="ignore")
        return observations(table, value, where, units=units).scaled(factor)

    return read


def _national(metric, factor=1.0):
    return _table("national_rd", "value", {"metric": metric}, factor=factor)


def _basic_share(result):
    table = result.observed("national_rd")
    return ratio(*(observations(table, "value", {"metric": name}) for name in ("basic", "gerd")))


def _skl(table, value, observed_type):
    return _table(table, value, {"type": observed_type})


# (variable, category): reader; an empty category is the country.
OBSERVED = {
    ("lab_stock", "skl_discipline"): _skl("skl_stock", "stock", "discipline"),
    ("lab_stock", "skl_enterprise"): _skl("skl_stock", "stock", "enterprise"),
    ("lab_stock", "skl_province_ministry"): _skl("skl_stock", "stock", "provincial_ministerial"),
    ("lab_stock", "skl_military_civil"): _skl("skl_stock", "stock", "military_civil"),
    ("lab_stock", "skl_hong_kong_macao"): _skl("skl_stock", "stock", "hongkong_macao"),
    ("lab_stock", "national_key_lab"): _skl("skl_stock", "stock", "national_key_lab"),
    ("lab_stock", "nerc"): _national("nerc"),
    ("lab_approvals", "skl_discipline"): _skl("skl_approvals", "count", "discipline"),
    ("lab_approvals", "skl_enterprise"): _skl("skl_approvals", "count", "enterprise"),
    ("lab_approvals", "skl_province_ministry"): _skl("skl_approvals", "count", "provincial_ministerial"),
    ("zone_stock", "hidz"): _table("hidz_approvals", "cumulative", point_only=True),
    ("zone_stock", "etdz"): _table("etdz_approvals", "cumulative", point_only=True),
    ("zone_approvals", "hidz"): _table("hidz_approvals", "new"),
    ("zone_approvals", "etdz"): _table("etdz_approvals", "new"),
    ("zone_firms", "hidz"): _table("hidz_torch", "value", {"metric": "firms"}),
    ("zone_revenue", "hidz"): _table("hidz_torch", "value", {"metric": "revenue"}, MILLION_CNY),
    ("programme_awards", "nkp"): _table("nkp_launched", "projects"),
    ("programme_awards", "nsfc"): _table("nsfc_grants", "value", {"metric": "grants_total"}),
    ("programme_applications", "nsfc"): _table("nsfc_grants", "value", {"metric": "applications"}),
    ("papers", ""): _national("sci_papers", THOUSAND),
    ("patents_granted", ""): _national("invention_patents_granted", THOUSAND),
    ("technology_contracts", ""): _national("technology_contracts", MILLION_CNY["100 million CNY"]),
    ("firms_certified", ""): _national("high_tech_enterprises"),
    ("rd_basic_share", ""): _basic_share,
}


def observed(result, series) -> Observations | None:
    """The observations beside a series; None where there are none."""
    read = OBSERVED.get((series.variable, series.category))
    found = None if read is None else read(result)
    return None if found is None or len(found) == 0 else found
