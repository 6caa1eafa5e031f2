"""Priors, and values of parameters from the normal scores that samplers work with (calibration/prior.hpp)."""

from typing import NamedTuple

import numpy as np
from scipy import stats

LARGEST_SCORE = 6.0  # beyond, the mass above has lost its digits


class Prior(NamedTuple):
    """A distribution, cut off outside [low, high]."""

    kind: str
    a: float
    b: float
    low: float
    high: float

    @property
    def is_logarithmic(self):
        return self.kind in ("log_normal", "log_uniform")

    def values(self, scores):
        """Values whose prior mass below is that of the normal scores."""
        whole = self._whole()
        below, above = whole.cdf(self.low), whole.cdf(self.high)
        mass = stats.norm.cdf(np.clip(scores, -LARGEST_SCORE, LARGEST_SCORE))
        return np.clip(whole.ppf(below + mass * (above - below)), self.low, self.high)

    def places(self, scores):
        """Values as they stand on the axis: their logarithms where it is logarithmic."""
        values = self.values(scores)
        return np.log(values) if self.is_logarithmic else values

    def _whole(self):
        if self.kind == "uniform":
            return stats.uniform(self.a, self.b - self.a)
        if self.kind == "log_uniform":
            return stats.loguniform(self.a, self.b)
        if self.kind == "normal":
            return stats.norm(self.a, self.b)
        if self.kind == "log_normal":
            return stats.lognorm(self.b, scale=self.a)
        return stats.beta(self.a, self.b)
