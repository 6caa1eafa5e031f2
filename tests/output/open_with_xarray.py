"""Opens a result file as its users do, without any code of this project, and compares with what the test wrote.

Usage: open_with_xarray.py FILE ENGINE
"""

import sys

import numpy as np
import xarray as xr

path, engine = sys.argv[1:]

runs = xr.open_dataset(path, engine=engine)
assert dict(runs.sizes) == {"run": 10, "year": 15, "lab_type": 3, "zone_type": 2, "programme": 2, "discipline": 2,
                            "province": 2, "host": 4, "firm_age": 20}, runs.sizes
assert runs.year.dtype.kind == "i" and list(runs.year.values) == list(range(1995, 2010))
assert list(runs.lab_type.values) == ["skl_discipline", "skl_enterprise", "nerc"]
assert list(runs.host.values) == ["university", "cas", "institute", "enterprise"]
assert list(runs.firm_age.values) == [str(age) for age in range(1, 21)]
assert runs.firms_by_age.dims == ("run", "year", "firm_age")
for name in ("scenario", "arm", "replicate", "draw", "seed", "status", "failure", "param.approvals.dispersion"):
    assert runs[name].dims == ("run",) and name in runs.coords, name
assert int(runs.seed[0]) == 0xFEDCBA9876543210
assert runs.failure.values[3] == "the budget is “negative”"
assert runs.status.attrs["flag_meanings"] == "done failed"
assert runs.awards_by_host.dims == ("run", "year", "programme", "host")

late = runs.lab_stock.isel(run=1)
assert np.isnan(late.sel(year=slice(1995, 1999))).all() and not np.isnan(late.sel(year=slice(2000, 2009))).all()
assert np.isnan(runs.lab_stock.isel(run=3)).all(), "a failed run has no values"
for name, variable in runs.data_vars.items():
    assert variable.attrs["units"] and variable.attrs["long_name"], name
    assert "_FillValue" in variable.encoding, name
    assert np.dtype(variable.encoding["dtype"]).name in ("int32", "int64", "float32"), name

attributes = runs.attrs
assert attributes["Conventions"] == "CF-1.10, ACDD-1.3"
assert attributes["model_revision"] >= 1 and attributes["master_seed"] == 42
assert attributes["scenario_yaml"] == "schema_version: 1\n"
for name in attributes["volatile_attributes"].split():
    assert name in attributes, name

traces = xr.open_dataset(path, engine=engine, group="traces")
assert traces.staff.dims == ("run", "agent", "year")
assert traces.staff.sel(agent="skl_robotics", year=1995).shape == (10,)
assert list(traces.kind.values) == ["lab", "zone", "organisation", "category", "category"]

series = xr.open_dataset(path, engine=engine, group="observed/skl_stock")
assert list(series.year.values) == [1995, 1999] and series.stock.values[0] == 156 and np.isnan(series.stock.values[1])
assert series.note.values[0] == "gross, “81+75”"

scenarios = xr.open_dataset(path, engine=engine, group="scenarios")
assert len(scenarios.yaml.sel(scenario="late").item()) > 100000
for group in ("institutions", "regimes", "targets"):
    assert len(xr.open_dataset(path, engine=engine, group=group).load().data_vars) > 3, group
assert xr.open_dataset(path, engine=engine, group="institutions").name_zh.values[0] == "国家重点实验室"
