"""Writes small sweeps whose effects are known: what a policy or an axis does stands in this file.

A run is a level by indicator, luck that all policies of a replicate share, luck of its own, and the effect of its
policy and of its axes from POLICY_YEAR on.
"""

from pathlib import Path

import numpy as np
import xarray as xr

YEARS = np.arange(2000, 2036)
POLICY_YEAR = 2026
HOSTS = ("university", "enterprise")
FILL = np.float32(9.969209968386869e36)
NO_AXIS = 9.969209968386869e36
SHARED_LUCK, OWN_LUCK = 0.05, 0.01  # standard deviations, relative to the level
LEVELS = {"self_reliance": 0.5, "applicant_time": 4e4, "funding_gini": 0.6}


def write_sweep(path, effects, replicates=20, axes=None, values=None, arms=False, failed=(), seed=7, levels=None):
    """Writes a file of policies x replicates, or of scenarios x points of a design x replicates.

    `effects` maps a policy to the relative change of its `self_reliance`, {name: 0.1}; other indicators do not change.
    `axes` maps a swept path to its effect on `self_reliance` for each unit, `values` gives the points, one row each
    (numbers, or a text for an axis without effect). With `arms` the policies are arms of one scenario. `failed` names
    runs that failed.
    """
    random = np.random.default_rng(seed)
    points = values or [()]
    runs = [(r, name, point) for r in range(replicates) for name in effects for point in points]
    n = len(runs)
    luck = {r: random.standard_normal(len(YEARS)) for r in range(replicates)}
    later = YEARS >= POLICY_YEAR
    slopes = list((axes or {}).values())

    def samples(variable, level):
        rows = []
        for replicate, name, point in runs:
            effect = effects[name] + sum(slope * x for slope, x in zip(slopes, point) if not isinstance(x, str))
            change = 1 + (effect * later if variable == "self_reliance" else 0)
            rows.append(
                level * (change + SHARED_LUCK * luck[replicate] + OWN_LUCK * random.standard_normal(len(YEARS)))
            )
        return np.array(rows)

    status = np.isin(np.arange(n), failed).astype(np.uint8)
    data = {name: (("run", "year"), samples(name, level)) for name, level in (levels or LEVELS).items()}
    papers = np.stack([samples("papers", 1e5), samples("papers", 5e4)], axis=2)
    data["papers"] = (("run", "year", "host"), papers)
    money = np.stack([samples("programme_budget", 3e7)], axis=2)
    data["programme_budget"] = (("run", "year", "programme"), money)
    coordinates = {
        "run": np.arange(n, dtype=np.int32),
        "year": YEARS.astype(np.int32),
        "host": list(HOSTS),
        "programme": ["nkp"],
        "scenario": ("run", ["baseline" if arms else name for _, name, _ in runs]),
        "arm": ("run", [_arm(name, point, points, arms) for _, name, point in runs]),
        "replicate": ("run", np.array([r for r, _, _ in runs], dtype=np.int32)),
        "draw": ("run", np.full(n, -1, dtype=np.int32)),
        "seed": ("run", np.array([r for r, _, _ in runs], dtype=np.uint64)),
        "status": ("run", status),
        "failure": ("run", ["the <model> left its bounds" if bad else "" for bad in status]),
    }
    for k, axis in enumerate(axes or {}):
        column = [point[k] for *_, point in runs]
        if isinstance(column[0], str):
            coordinates[f"param.{axis}"] = ("run", column)
        else:
            coordinates[f"param.{axis}"] = ("run", np.array(column, dtype=float))
    root = xr.Dataset(data, coordinates, {"title": "A <small> sweep", "source": "innochain test", "model_revision": 1})
    for name in root.data_vars:
        root[name] = root[name].where(root["status"] == 0)
        root[name].attrs = {
            "units": {"applicant_time": "FTE years", "programme_budget": "kCNY"}.get(name, "1"),
            "long_name": f"meaning of {name}",
            "cell_methods": "year: sum" if name in ("papers", "applicant_time", "programme_budget") else "year: point",
        }
    encoding = {name: {"_FillValue": FILL, "dtype": "float32"} for name in root.data_vars}
    encoding |= {
        name: {"_FillValue": NO_AXIS}
        for name in root.coords
        if name.startswith("param.") and root[name].dtype.kind == "f"
    }
    root.to_netcdf(path, engine="h5netcdf", encoding=encoding)
    return Path(path)


def _arm(name, point, points, arms):
    if arms:
        return name
    return f"{name}, point {points.index(point) + 1}" if len(points) > 1 else ""
