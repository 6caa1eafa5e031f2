#include "calibration/point_fit.hpp"

#include <nlopt.h>
#include <oneapi/tbb/parallel_for.h>

#include <exception>
#include <memory>

#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

constexpr double most_score = 3.0, first_step = 0.5;

class Objective {
 public:
  Objective(const Simulator& simulator, int replicates, const WorkOptions& options)
      : simulator_(simulator),
        n_replicates_(static_cast<std::size_t>(replicates)),
        options_(options),
        values_(simulator.prior().size()) {}

  double operator()(std::span<const double> scores) {
    simulate(scores);
    const std::size_t n_statistics = simulator_.n_statistics();
    double sum = 0.0;
    for (const StatisticsBlock& block : simulator_.blocks()) {
      double squares = 0.0;
      for (std::size_t j = block.first; j < block.first + block.size; ++j) squares += means_[j] * means_[j];
      sum += squares / static_cast<double>(block.size * simulator_.blocks().size());
    }
    for (const double z : scores) sum += z * z / static_cast<double>(n_statistics);
    ++n_;
    if (options_.progress) options_.progress(n_);
    return sum;
  }
  const std::vector<double>& mean_deviations() const { return means_; }
  std::size_t n() const { return n_; }
  bool stopped() const { return options_.stop && options_.stop->load(); }
  std::exception_ptr failure;
  nlopt_opt search = nullptr;

 private:
  void simulate(std::span<const double> scores) {
    const std::size_t n_statistics = simulator_.n_statistics();
    simulator_.prior().values(scores, values_);
    std::vector<double> deviations(n_replicates_ * n_statistics);
    tbb::parallel_for(std::size_t{0}, n_replicates_, [&](std::size_t r) {
      std::vector<double> weights(simulator_.blocks().size());
      simulator_.simulate(values_, static_cast<std::uint32_t>(r),
                          std::span(deviations).subspan(r * n_statistics, n_statistics), weights);
    });
    means_.assign(n_statistics, 0.0);
    for (std::size_t r = 0; r < n_replicates_; ++r)
      for (std::size_t j = 0; j < n_statistics; ++j)
        means_[j] += deviations[r * n_statistics + j] / static_cast<double>(n_replicates_);
  }

  const Simulator& simulator_;
  std::size_t n_replicates_;
  const WorkOptions& options_;
  std::vector<double> values_, means_;
  std::size_t n_ = 0;
};

/// NLopt is C: what is thrown waits until it has returned.
double misfit_for_nlopt(unsigned n, const double* scores, double*, void* data) {
  Objective& objective = *static_cast<Objective*>(data);
  try {
    if (objective.stopped()) throw Stopped();
    return objective({scores, n});
  } catch (...) {
    objective.failure = std::current_exception();
    nlopt_force_stop(objective.search);
    return 0.0;
  }
}

}  // namespace

PointFit fit_point(const Simulator& simulator, int evaluations, int replicates, const WorkOptions& options) {
  const ThreadCount threads(options.threads);
  const auto n = static_cast<unsigned>(simulator.prior().size());
  Objective objective(simulator, replicates, options);
  PointFit fit;
  fit.scores.assign(n, 0.0);
  fit.at_prior_median = objective(fit.scores);

  const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> search(nlopt_create(NLOPT_LN_SBPLX, n), nlopt_destroy);
  objective.search = search.get();
  nlopt_set_min_objective(search.get(), misfit_for_nlopt, &objective);
  nlopt_set_lower_bounds1(search.get(), -most_score);
  nlopt_set_upper_bounds1(search.get(), most_score);
  nlopt_set_initial_step1(search.get(), first_step);
  nlopt_set_maxeval(search.get(), evaluations);
  nlopt_optimize(search.get(), fit.scores.data(), &fit.objective);
  if (objective.failure) std::rethrow_exception(objective.failure);
  fit.objective = objective(fit.scores);
  fit.mean_deviations = objective.mean_deviations();
  fit.evaluations = objective.n();
  fit.values.assign(n, 0.0);
  simulator.prior().values(fit.scores, fit.values);
  return fit;
}

}  // namespace innochain
