"""Axes of parameter values."""

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

LADDERS = ((1,), (1, 3), (1, 2, 5), np.arange(1, 10), np.arange(1, 10, 0.5), np.arange(1, 10, 0.1))


def logarithmic(axis, low, high):
    """Makes an axis logarithmic, from low to high, with a few round numbers in plain figures."""
    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    getattr(axis.axes, f"set_{axis.axis_name}lim")(low, high)
    axis.set_major_locator(FixedLocator(round_numbers(low, high)))
    axis.set_major_formatter(lambda value, _: f"{value:.6g}")
    axis.set_minor_locator(NullLocator())


def round_numbers(low, high):
    """Three to four numbers between two, on the coarsest ladder of multiples of powers of ten that has so many."""
    decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for factors in LADDERS:
        found = np.outer(decades, factors).ravel()
        found = found[(found >= low) & (found <= high)]
        if len(found) >= 3:
            break
    return found[:: -(-len(found) // 4)]
