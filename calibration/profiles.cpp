#include "calibration/profiles.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "calibration/minimize.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

constexpr std::size_t n_profile_points = profile_scores.size();

/// Objectives of one parameter along its scores.
class Profiler {
 public:
  Profiler(FitObjective& objective, const PointFit& fit, std::size_t parameter, int evaluations)
      : objective_(objective), fit_(fit), parameter_(parameter), evaluations_(evaluations) {}

  std::array<double, n_profile_points> objectives() {
    const auto nearest = static_cast<std::size_t>(
        std::ranges::min_element(profile_scores, {},
                                 [&](double score) { return std::abs(score - fit_.scores[parameter_]); }) -
        profile_scores.begin());
    const std::vector<double> start = hold(nearest, fit_.scores);
    std::vector<double> from = start;
    for (std::size_t i = nearest + 1; i < n_profile_points; ++i) from = hold(i, from);
    from = start;
    for (std::size_t i = nearest; i-- > 0;) from = hold(i, from);
    return objectives_;
  }

 private:
  /// Fits the others; what they come to.
  std::vector<double> hold(std::size_t point, std::vector<double> scores) {
    scores[parameter_] = profile_scores[point];
    Minimum minimum = minimize(objective_, std::move(scores), parameter_, evaluations_);
    objectives_[point] = minimum.objective;
    return std::move(minimum.scores);
  }

  FitObjective& objective_;
  const PointFit& fit_;
  std::size_t parameter_;
  int evaluations_;
  std::array<double, n_profile_points> objectives_{};
};

}  // namespace

std::vector<Profile> profiles(const Simulator& simulator, const PointFit& fit, int evaluations, int replicates,
                              const WorkOptions& options) {
  const ThreadCount threads(options.threads);
  FitObjective objective(simulator, replicates, options);
  std::vector<Profile> result(simulator.prior().size());
  double best = objective(fit.scores);  // the fit may have been made before the simulator was corrected
  for (std::size_t p = 0; p < result.size(); ++p) {
    result[p].rises = Profiler(objective, fit, p, evaluations).objectives();
    best = std::min(best, std::ranges::min(result[p].rises));
    std::vector<double> scores(result.size(), 0.0), values(result.size());
    for (std::size_t i = 0; i < n_profile_points; ++i) {
      scores[p] = profile_scores[i];
      simulator.prior().values(scores, values);
      result[p].values[i] = values[p];
    }
  }
  for (Profile& profile : result)
    for (double& rise : profile.rises) rise -= best;
  return result;
}

Table profile_table(const Simulator& simulator, const std::vector<Profile>& profiles) {
  std::vector<std::string> paths;
  std::vector<double> scores, values, rises;
  for (std::size_t p = 0; p < profiles.size(); ++p) {
    for (std::size_t i = 0; i < n_profile_points; ++i) {
      paths.push_back(simulator.prior()[p].path);
      scores.push_back(profile_scores[i]);
      values.push_back(profiles[p].values[i]);
      rises.push_back(profiles[p].rises[i]);
    }
  }
  return {"profiles",
          "How well the model still fits where one parameter is held and the others adapt",
          {{"path", "", "path in scenarios of the parameter that is held", paths},
           {"score", "1", "its normal score under the prior", scores},
           {"value", "", "its value, in the parameter's unit", values},
           {"rise", "1", "of the objective over the best fit, in squared errors of observation", rises}}};
}

}  // namespace innochain
