#include "calibration/point_fit.hpp"

#include "calibration/minimize.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {

PointFit fit_point(const Simulator& simulator, int evaluations, int replicates, const WorkOptions& options) {
  const ThreadCount threads(options.threads);
  const std::size_t n = simulator.prior().size();
  FitObjective objective(simulator, replicates, options);
  PointFit fit;
  fit.at_prior_median = objective(std::vector<double>(n, 0.0));
  fit.scores = minimize(objective, std::vector<double>(n, 0.0), std::nullopt, evaluations).scores;
  fit.objective = objective(fit.scores);
  fit.mean_deviations = objective.mean_deviations();
  fit.evaluations = objective.n_evaluations();
  fit.values.assign(n, 0.0);
  simulator.prior().values(fit.scores, fit.values);
  return fit;
}

}  // namespace innochain
