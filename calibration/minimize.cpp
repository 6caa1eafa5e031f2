#include "calibration/minimize.hpp"

#include <nlopt.h>

#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

constexpr double most_score = 3.0, first_step = 0.5;

/// One search. NLopt is C: what is thrown waits until it has returned.
struct Search {
  FitObjective& objective;
  std::exception_ptr failure;
  nlopt_opt search = nullptr;
};

double misfit_for_nlopt(unsigned n, const double* scores, double*, void* data) {
  Search& search = *static_cast<Search*>(data);
  try {
    return search.objective({scores, n});
  } catch (...) {
    search.failure = std::current_exception();
    nlopt_force_stop(search.search);
    return 0.0;
  }
}

}  // namespace

FitObjective::FitObjective(const Simulator& simulator, int replicates, const WorkOptions& options)
    : simulator_(simulator),
      n_replicates_(static_cast<std::size_t>(replicates)),
      options_(options),
      values_(simulator.prior().size()) {}

double FitObjective::operator()(std::span<const double> scores) {
  if (options_.stop && options_.stop->load()) throw Stopped();
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

void FitObjective::simulate(std::span<const double> scores) {
  const std::size_t n_statistics = simulator_.n_statistics();
  simulator_.prior().values(scores, values_);
  std::vector<double> deviations(n_replicates_ * n_statistics);
  for_each_index(n_replicates_, [&](std::size_t r) {
    std::vector<double> weights(simulator_.blocks().size());
    simulator_.simulate(values_, static_cast<std::uint32_t>(r),
                        std::span(deviations).subspan(r * n_statistics, n_statistics), weights);
  });
  means_.assign(n_statistics, 0.0);
  for (std::size_t r = 0; r < n_replicates_; ++r)
    for (std::size_t j = 0; j < n_statistics; ++j)
      means_[j] += deviations[r * n_statistics + j] / static_cast<double>(n_replicates_);
}

Minimum minimize(FitObjective& objective, std::vector<double> start, std::optional<std::size_t> held, int evaluations) {
  const auto n = static_cast<unsigned>(objective.n_parameters());
  const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> optimizer(nlopt_create(NLOPT_LN_SBPLX, n), nlopt_destroy);
  Search search{objective, nullptr, optimizer.get()};
  nlopt_set_min_objective(optimizer.get(), misfit_for_nlopt, &search);
  std::vector<double> low(n, -most_score), high(n, most_score);
  if (held) low[*held] = high[*held] = start[*held];
  nlopt_set_lower_bounds(optimizer.get(), low.data());
  nlopt_set_upper_bounds(optimizer.get(), high.data());
  nlopt_set_initial_step1(optimizer.get(), first_step);
  nlopt_set_maxeval(optimizer.get(), evaluations);
  Minimum minimum{std::move(start), std::numeric_limits<double>::infinity()};
  const nlopt_result end = nlopt_optimize(optimizer.get(), minimum.scores.data(), &minimum.objective);
  if (search.failure) std::rethrow_exception(search.failure);
  if (end < 0 && end != NLOPT_ROUNDOFF_LIMITED)
    throw std::invalid_argument(std::string("a search for the best fit failed: ") + nlopt_result_to_string(end));
  return minimum;
}

}  // namespace innochain
