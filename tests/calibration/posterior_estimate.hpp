#pragma once

#include <gtest/gtest.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "calibration/abc_smc.hpp"
#include "calibration/posterior.hpp"
#include "tests/support/statistics.hpp"

/// What many short runs of the sampler say of a posterior.
namespace innochain::testing {

/// Mean of independent numbers and the half width of its interval, which misses once in a million (Student's t).
struct Estimate {
  double mean = 0.0, half_width = 0.0;
};

inline Estimate estimate_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const Moments m = moments_of(values);
  const boost::math::students_t t(n - 1.0);
  return {m.mean, quantile(complement(t, tail / 2.0)) * std::sqrt(m.variance / (n - 1.0))};
}

/// Mean and standard deviation of each parameter, over independent runs.
struct PosteriorEstimate {
  std::vector<Estimate> means, sds;
};

/// \param in_scores normal scores instead of values
inline PosteriorEstimate estimate_posterior(const Simulator& simulator, AbcConfig config, std::size_t n_runs,
                                            bool in_scores) {
  const std::size_t n_parameters = simulator.prior().size();
  std::vector<std::vector<double>> means(n_parameters), sds(n_parameters);
  for (std::size_t run = 0; run < n_runs; ++run) {
    config.seed = run + 1;
    const AbcResult result = run_abc_smc(simulator, config);
    EXPECT_EQ(result.stop, AbcStop::target_reached) << to_string(result.stop);
    const std::vector<double> weights = weights_of(result.state.population);
    std::vector<double> all;
    for (const AbcParticle& particle : result.state.population) {
      std::vector<double> numbers = particle.scores;
      if (!in_scores) simulator.prior().values(particle.scores, numbers);
      all.insert(all.end(), numbers.begin(), numbers.end());
    }
    const WeightedScores sample{n_parameters, all, weights};
    for (std::size_t j = 0; j < n_parameters; ++j) {
      means[j].push_back(weighted_mean(sample.of_parameter(j), weights));
      sds[j].push_back(std::sqrt(weighted_variance(sample.of_parameter(j), weights)));
    }
  }
  PosteriorEstimate estimate;
  for (std::size_t j = 0; j < n_parameters; ++j) {
    estimate.means.push_back(estimate_of(means[j]));
    estimate.sds.push_back(estimate_of(sds[j]));
  }
  return estimate;
}

}  // namespace innochain::testing
