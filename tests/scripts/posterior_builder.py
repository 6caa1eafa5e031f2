"""Writes small files in the layout of a posterior file, with random numbers in place of a calibration."""

from pathlib import Path

import h5netcdf
import h5py
import numpy as np
import pandas as pd

FIRST, LAST_FITTED, LAST = 2000, 2006, 2009
YEARS = np.arange(FIRST, LAST + 1)
DESIGNATIONS = ("skl_enterprise", "hidz")
PARAMETERS = ("parameters.approvals.ambition", "parameters.approvals.kappa.hidz", "neutral")
SHRINKAGES = (0.75, 0.25, -0.05)
PROFILE_RISES = (1.0, 0.1, 0.2)  # times the square of the normal score
COMPARED = (("05", -1.0), ("50", 0.1), ("95", 1.2))
DRAWS, FREE_RUNS, PARTICLES = 12, 48, 60
TOLERANCES = (np.inf, 4.0, 2.5)
ATTRIBUTES = {
    "format": "innochain posterior 1",
    "title": "A tiny calibration",
    "model_revision": 1,
    "master_seed": 1984,
    "scenario_sha256": "0" * 64,
    "last_year_fitted": LAST_FITTED,
    "first_year_predicted": LAST_FITTED + 1,
    "last_year_predicted": LAST,
}
# Series, name, window, years, observed, usable total, quantiles with the past, free-running quantiles.
ITEMS = (
    ("skl_enterprise", "approvals_2000_2002", "fitted", (2000, 2002), (8, 12), 1, (9, 10, 11), (5, 9, 14)),
    ("skl_enterprise", "approvals_2004", "fitted", (2004, 2004), (3, 3), 0, (2, 3, 4), (4, 6, 8)),
    ("skl_enterprise", "stock_2006", "fitted", (2006, 2006), (25, 29), 1, (26, 27, 28), (30, 35, 40)),
    ("hidz", "cumulative_2003", "fitted", (2003, 2003), (20, 20), 1, (18, 20, 22), (15, 20, 25)),
    ("hidz", "cumulative_2006", "fitted", (2006, 2006), (36, 36), 1, (35, 36, 37), (30, 35, 42)),
    ("skl_enterprise", "stock_2008", "held out", (2008, 2008), (30, 33), 1, (31, 35, 40), (28, 36, 45)),
    ("hidz", "stock_2008", "held out", (2008, 2008), (44, 44), 1, (46, 50, 55), (40, 50, 60)),
    ("hidz", "stock_2009", "held out", (2009, 2009), (48, 48), 1, (47, 52, 58), (42, 52, 64)),
)
# Interval scores; logistic has none for the labs.
SCORES = {
    "skl_enterprise": {"kept": 9, "free": 17, "constant_10": 30, "constant_5": 25, "logistic": np.nan},
    "hidz": {"kept": 30, "free": 21, "constant_10": 60, "constant_5": 55, "logistic": 90},
}
FIT = {"skl_enterprise": (0.011, 0.052), "hidz": (0.004, 0.033)}


# Known outputs: three of four overlap the interval of the draws, two medians lie within the error.
OUTPUTS = [
    ("papers", (2010, 2010), (90, 100, 110), (85, 95, 120), (60, 70, 80)),
    ("papers", (2011, 2011), (100, 110, 120), (110, 130, 150), (70, 80, 90)),
    ("papers", (2012, 2012), (110, 120, 130), (140, 150, 160), (80, 90, 100)),
    ("patents", (2010, 2014), (9, 10, 11), (8, 10.5, 12), (4, 5, 6)),
]


def write_posterior(path, without=(), attributes=ATTRIBUTES):
    """Writes a posterior-like file; `without` names groups to leave out."""
    random = np.random.default_rng(1)
    with h5netcdf.File(path, "w") as file:
        file.attrs.update(attributes)
        file.dimensions = {
            "parameter": len(PARAMETERS),
            "designation": len(DESIGNATIONS),
            "year": len(YEARS),
            "draw": DRAWS,
            "free_run": FREE_RUNS,
            "particle": PARTICLES,
        }
        for name, values in (
            ("parameter", np.array(PARAMETERS, dtype=object)),
            ("designation", np.array(DESIGNATIONS, dtype=object)),
            ("year", YEARS.astype(np.int32)),
            ("draw", np.arange(DRAWS, dtype=np.int32)),
            ("free_run", np.arange(FREE_RUNS, dtype=np.int32)),
            ("particle", np.arange(PARTICLES, dtype=np.int32)),
        ):
            _write(file, name, (name,), values)
        if "generations" not in without:
            _write_generations(file, random)
        for group, run in (("predictive_kept", ("draw", DRAWS)), ("predictive_free", ("free_run", FREE_RUNS))):
            if group not in without:
                _write_paths(file.create_group(group), random, *run)
        for name, table in _tables().items():
            if name not in without:
                _write_table(file.create_group(name), table, "parameter" if name == "prior" else "row")
    return Path(path)


def _write(group, name, dimensions, values):
    text = values.dtype == object
    variable = group.create_variable(name, dimensions, dtype=h5py.string_dtype() if text else values.dtype)
    variable[:] = values


def _write_generations(file, random):
    file.create_group("generations").attrs["last_rounds"] = 1.0
    for number, tolerance in enumerate(TOLERANCES):
        group = file.create_group(f"generations/{number:03}")
        group.attrs.update(
            tolerance=tolerance,
            data_power=float(number > 0),
            effective_sample_size=30.0 + number,
            acceptance_share=1 / (1 + number),
            number_acceptance_share=0.5 / (1 + number),
            luck_acceptance_share=0.8 / (1 + number),
            moves=5.0 * number,
            unique_particles=60.0 - 10 * number,
            simulations=100.0,
        )
        scores = random.standard_normal((PARTICLES, len(PARAMETERS)))
        if number:
            scores[:, 1] = -0.8 * scores[:, 0] + 0.6 * scores[:, 1]
        _write(group, "score", ("particle", "parameter"), scores)
        _write(group, "weight", ("particle",), np.full(PARTICLES, 1 / PARTICLES))


def _write_paths(group, random, run, n_runs):
    approvals = random.poisson(5, (n_runs, len(DESIGNATIONS), len(YEARS))).astype(np.int32)
    delisted = np.zeros_like(approvals)
    for name, values in (("approvals", approvals), ("stock", approvals.cumsum(2, dtype=np.int32)), ("delisted", delisted)):
        _write(group, name, (run, "designation", "year"), values)


def _tables():
    prior = [
        (PARAMETERS[0], "1", "log_normal", 0.95, 0.12, -np.inf, np.inf),
        (PARAMETERS[1], "1/year", "uniform", 0.5, 2.0, -np.inf, np.inf),
        (PARAMETERS[2], "1", "normal", 0.0, 1.0, -np.inf, np.inf),
    ]
    medians = (0.95, 1.25, 0.0)
    return {
        "prior": pd.DataFrame(prior, columns=["parameter", "unit", "kind", "a", "b", "low", "high"]),
        "parameters": pd.DataFrame(
            {
                "path": PARAMETERS,
                "posterior_q05": [median - 0.1 for median in medians],
                "posterior_q50": medians,
                "posterior_q95": [median + 0.1 for median in medians],
                "shrinkage": SHRINKAGES,
                "point_fit": medians,
            }
        ),
        "profiles": pd.DataFrame(
            [
                {"path": path, "score": score, "value": score, "rise": rise * score**2}
                for path, rise in zip(PARAMETERS, PROFILE_RISES)
                for score in (-2.0, -1.0, 0.0, 1.0, 2.0)
            ]
        ),
        "comparison": pd.DataFrame(
            {
                "path": PARAMETERS,
                **{f"{method}_q{level}": [score] * 3 for method in ("smc", "emulator") for level, score in COMPARED},
                "disagree": (0, 1, 0),
            }
        ),
        "items": pd.DataFrame([_item(*row) for row in ITEMS]),
        "scores": pd.DataFrame(
            [
                {"series": series, "forecaster": name, "interval_score": float(score)}
                for series, own in SCORES.items()
                for name, score in own.items()
            ]
        ),
        "outputs": pd.DataFrame([_output(*row) for row in OUTPUTS]),
        "fit": pd.DataFrame([{"series": name, "kept": kept, "free": free} for name, (kept, free) in FIT.items()]),
    }


def _output(pattern, years, observed, fitted, before):
    row = {"pattern": pattern, "title": f"Title of {pattern}", "unit": "thousand", "window": "fitted"}
    row |= {"first_year": float(years[0]), "last_year": float(years[1]), "value": float(observed[1])}
    row |= {"low": float(observed[0]), "high": float(observed[2])}
    for kind, quantiles in (("fitted", fitted), ("before", before)):
        row |= {f"{kind}_q{level}": float(q) for level, q in zip(("05", "50", "95"), quantiles)}
    return row


def _item(series, name, window, years, observed, usable, kept, free):
    row = {"series": series, "name": name, "window": window, "first_year": float(years[0]), "last_year": float(years[1])}
    row |= {"low": float(observed[0]), "high": float(observed[1]), "usable_total": usable}
    row["scored"] = int(window == "held out")
    for forecaster, quantiles in (("kept", kept), ("free", free)):
        row |= {f"{forecaster}_q{level}": float(q) for level, q in zip(("05", "50", "95"), quantiles)}
    return row


def _write_table(group, table, dimension):
    if dimension not in table:
        table = table.assign(**{dimension: np.arange(len(table), dtype=np.int32)})
    if dimension == "row":
        group.dimensions = {"row": len(table)}
    for column in table:
        _write(group, column, (dimension,), table[column].to_numpy())
