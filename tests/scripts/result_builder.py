"""Writes small files in the layout of a result file, with random numbers in place of a simulation."""

from pathlib import Path

import h5netcdf
import h5py
import numpy as np
import pandas as pd
import xarray as xr

OBSERVED_FOLDER = Path(__file__).resolve().parents[2] / "calibration" / "observed"
YEARS = np.arange(1984, 2036)
LAB_TYPES = {  # stock reached at the end, tier, reported count, year of it
    "national_lab": (14, 1, 20, 2022),
    "national_research_centre": (6, 1, 6, 2018),
    "skl_discipline": (270, 2, 253, 2018),
    "skl_enterprise": (180, 2, 184, 2021),
    "skl_province_ministry": (50, 2, 53, 2021),
    "skl_military_civil": (15, 2, 15, 2018),
    "skl_hong_kong_macao": (17, 2, 17, 2018),
    "national_key_lab": (40, 2, np.nan, -2147483647),
    "nerc": (191, 2, 191, 2021),
    "netrc": (370, 3, 374, 2022),
    "moe_erc": (350, 3, 350, 2022),
    "provincial_key_lab": (4000, 4, np.nan, -2147483647),
}
ZONE_TYPES = {
    "hidz": (180, 173),
    "etdz": (230, 232),
    "indigenous_innovation_demo_zone": (22, 23),
    "ai_pilot_zone": (16, 17),
}
PROGRAMMES = {  # awards a year, reported count
    "megaprojects": (2, 16),
    "nkp": (900, 900),
    "nsfc": (20000, 20000),
    "p973": (60, np.nan),
    "p863": (300, np.nan),
    "skl_special_fund": (250, np.nan),
    "local_zone_support": (150, np.nan),
}
HOSTS = ("university", "cas", "institute", "enterprise")
FIELDS = ("chemistry", "information", "biology")
AGES = tuple(str(age) for age in range(1, 21))
AGENTS = ("skl_robotics", "sia", "siasun", "shenyang_hunnan", "intelligent_robots")
LIMITS = ("limit_calls", "limit_appetite", "limit_bar", "limit_candidates")
SCENARIO = """schema_version: 1
overrides:
  - {years: [2016, 2017], lever: calls.hidz, value: closed}
  - {years: [2015, 2015], lever: calls.etdz, value: open}
  - {years: [2018, 2035], lever: calls.hidz, value: drawn}
"""
REGIMES = (("opening", 1984, 1998), ("adjustment", 1999, 2005), ("expansion", 2006, 2014), ("quality", 2015, 2035))


def write_result(path, runs=20, seed=1, without=(), observed=None, agents=AGENTS, scenarios=("baseline",)):
    """Writes a result-like file.

    `without` names variables to leave out, `observed` the series to keep (default: all of the repository), `agents`
    those with traces (none: no traces), `scenarios` the scenarios, run after run in turn. The last run of a file with
    more than two runs is marked as failed and filled.
    """
    random = np.random.default_rng(seed)
    root = _root(random, runs, scenarios).drop_vars(list(without))
    failed = root["status"] == 1
    for name in root.data_vars:
        if root[name].dims[0] == "run":
            root[name] = root[name].where(~failed)
    encoding = {name: {"_FillValue": np.float32(9.969209968386869e36), "dtype": "float32"} for name in root.data_vars}
    root.to_netcdf(path, engine="h5netcdf", encoding=encoding)
    _append(path, "institutions", _institutions())
    _append(
        path,
        "regimes",
        pd.DataFrame(
            [
                {"scenario": scenario, "name": name, "label": name.capitalize(), "first": first, "last": last}
                for scenario in scenarios
                for name, first, last in REGIMES
            ]
        ),
    )
    _append(
        path,
        "targets",
        pd.DataFrame(
            [
                {"scenario": scenario, "designation": name, "by": by, "stock": stock, "plan": 0}
                for scenario in scenarios
                for name, by, stock in (("skl_enterprise", 2020, 270), ("hidz", 2020, 240), ("hidz", 2025, 220))
            ]
        ),
    )
    for csv in sorted(OBSERVED_FOLDER.glob("*.csv")):
        if observed is None or csv.stem in observed:
            _append(path, f"observed/{csv.stem}", _read_series(csv))
    if agents:
        _traces(random, runs).sel(agent=list(agents)).to_netcdf(path, mode="a", group="traces", engine="h5netcdf")
    return Path(path)


def _root(random, runs, scenarios):
    status = np.zeros(runs, dtype=np.uint8)
    if runs > 2:
        status[-1] = 1
    coordinates = {
        "run": np.arange(runs, dtype=np.int32),
        "year": YEARS.astype(np.int32),
        "lab_type": list(LAB_TYPES),
        "zone_type": list(ZONE_TYPES),
        "programme": list(PROGRAMMES),
        "host": list(HOSTS),
        "discipline": list(FIELDS),
        "firm_age": list(AGES),
        "scenario": ("run", [scenarios[i % len(scenarios)] for i in range(runs)]),
        "arm": ("run", [""] * runs),
        "status": ("run", status),
    }
    n = len(YEARS)

    def counts(means):
        return random.poisson(np.broadcast_to(means, (runs, n, np.shape(means)[-1]))).astype(float)

    labs, zones = (np.array([row[0] for row in table.values()], dtype=float) for table in (LAB_TYPES, ZONE_TYPES))
    lab_approvals, zone_approvals = counts(labs / n), counts(zones / n)
    awards = counts(np.array([row[0] for row in PROGRAMMES.values()], dtype=float))
    data = {
        "lab_approvals": lab_approvals,
        "lab_stock": lab_approvals.cumsum(1),
        "zone_approvals": zone_approvals,
        "zone_stock": zone_approvals.cumsum(1),
        "programme_awards": awards,
        "programme_applications": awards * 4,
        "programme_active": awards * 4,
        "programme_awarded": awards * 2e4,
    }
    extra = {"lab": "lab_type", "zone": "zone_type", "programme": "programme"}
    variables = {name: (("run", "year", extra[name.split("_")[0]]), values) for name, values in data.items()}
    for limit in LIMITS:
        variables[limit] = (("run", "year", "lab_type"), counts(labs / 20))
        variables["zone_" + limit] = (("run", "year", "zone_type"), counts(zones / 20))
    for grade, mean in (("excellent", 3), ("good", 8), ("notice", 1.2), ("delisted", 0.4)):
        variables[f"review_{grade}"] = (("run", "year", "discipline"), counts(np.full(len(FIELDS), mean)))
    variables["awards_by_host"] = (
        ("run", "year", "programme", "host"),
        awards[..., None] * np.array([0.4, 0.15, 0.2, 0.25]),
    )
    variables.update(_chain(random, runs))
    variables["lab_initial_stock"] = (("run", "lab_type"), np.zeros((runs, len(labs))))
    variables["zone_initial_stock"] = (("run", "zone_type"), np.zeros((runs, len(zones))))
    return xr.Dataset(
        variables,
        coordinates,
        {
            "title": "A tiny result",
            "scenario_sha256": "0" * 64,
            "master_seed": 1984,
            "model_revision": 1,
            "scenario_yaml": SCENARIO,
            "source": "innochain test",
            "parameters": "default",
        },
    )


def _institutions():
    unknown = -2147483647
    rows = [
        {"name": name, "label": name, "kind": "lab", "tier": tier, "reported_count": count, "reported_year": year}
        for name, (_, tier, count, year) in LAB_TYPES.items()
    ]
    rows += [
        {"name": name, "label": name, "kind": "zone", "tier": unknown, "reported_count": count, "reported_year": 2022}
        for name, (_, count) in ZONE_TYPES.items()
    ]
    rows += [
        {
            "name": name,
            "label": name,
            "kind": "programme",
            "tier": unknown,
            "reported_count": count,
            "reported_year": 2021,
        }
        for name, (_, count) in PROGRAMMES.items()
    ]
    return pd.DataFrame(rows)


def _chain(random, runs):
    """Indicators from knowledge to firms, around trends of about the size of the country's."""
    n = len(YEARS)
    trend = np.exp(0.1 * (YEARS - 2017))

    def around(level, categories=None, spread=0.1):
        shape = (runs, n) if categories is None else (runs, n, categories)
        level = np.asarray(level, dtype=float)
        noise = np.exp(spread * random.standard_normal(shape))
        return noise * (level if categories is None else level.reshape(-1, 1))

    def flat(level):
        return np.full(n, level)

    by_field = {
        "basic_stock": trend,
        "applied_stock": 0.9 * trend,
        "foreign_frontier": np.exp(0.02 * (YEARS - 1984)),
        "technology_gap": flat(0.6),
        "import_reliance": flat(0.5),
    }
    national = {
        "self_reliance": flat(0.4),
        "patents_granted": 4e5 * trend,
        "technology_contracts": 1.3e6 * trend,
        "rd_basic_share": flat(0.055),
        "firms_certified": 1.2e5 * trend,
        "firm_size_tail": flat(1.1),
        "firm_growth_shape": flat(1.0),
    }
    variables = {name: (("run", "year", "discipline"), around(level, len(FIELDS))) for name, level in by_field.items()}
    variables |= {name: (("run", "year"), around(level)) for name, level in national.items()}
    variables["papers"] = (("run", "year", "host"), around(9e4 * trend, len(HOSTS)))
    for name, level in (("zone_firms", 1e5), ("zone_revenue", 3e7)):
        variables[name] = (("run", "year", "zone_type"), around(level * trend, len(ZONE_TYPES)))
    for name, level in (("firms_by_age", 9000), ("firm_exits_by_age", 800)):
        variables[name] = (("run", "year", "firm_age"), random.poisson(level, (runs, n, len(AGES))).astype(float))
    return variables


def _traces(random, runs):
    """Every variable of every agent, whether it has it in a simulation or not. The firm leaves in every fifth run."""
    shape = (runs, len(AGENTS), len(YEARS))
    dimensions = ("run", "agent", "year")
    reviewed = np.isin(YEARS, (2012, 2017))
    status = np.broadcast_to(np.where(YEARS >= 2007, 1, 0), shape).astype(np.int32)
    status[::5, AGENTS.index("siasun"), YEARS > 2015] = 0
    values = {
        "status": status,
        "grade": np.where(reviewed, random.integers(1, 4, shape), 0).astype(np.int32),
        "funding": random.gamma(9, 6, shape),
        "papers": random.poisson(70, shape),
        "staff": random.normal(80, 5, shape),
        "revenue": random.lognormal(8, 0.5, shape) * np.exp(0.1 * (YEARS - 2020)),
        "firms": random.poisson(900, shape),
        "projects": random.poisson(3, shape),
        "clusters": random.integers(2, 7, shape),
    }
    return xr.Dataset(
        {
            name: (dimensions, array if array.dtype == np.int32 else array.astype(np.float32))
            for name, array in values.items()
        },
        {"run": np.arange(runs, dtype=np.int32), "agent": list(AGENTS), "year": YEARS.astype(np.int32)},
    )


def _read_series(csv):
    """As calibration/observed.cpp: a column is numeric when all its fields are numbers or empty, else text."""
    table = pd.read_csv(csv, dtype=str, keep_default_na=False)
    for column in table:
        numbers = pd.to_numeric(table[column].where(table[column] != ""), errors="coerce")
        if numbers.notna().any() and (numbers.notna() == (table[column] != "")).all():
            table[column] = numbers
    return table


def _append(path, group, table):
    with h5netcdf.File(path, "a") as file:
        target = file.create_group(group)
        target.dimensions = {"row": len(table)}
        for column in table:
            text = table[column].dtype == object
            values = table[column].to_numpy()
            variable = target.create_variable(column, ("row",), dtype=h5py.string_dtype() if text else values.dtype)
            variable[:] = values
