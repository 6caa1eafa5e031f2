"""Figures of a posterior file (`innochain calibrate`): one module a figure, as for result files."""

from . import coverage, curves, forecasts, generations, identifiability, outputs, pairs, parameters

FIGURES = (curves, parameters, pairs, identifiability, generations, forecasts, coverage, outputs)
