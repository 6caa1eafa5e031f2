#include <nlopt.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <vector>

#include "calibration/emulation/emulator.hpp"
#include "sim/core/maths.hpp"

namespace innochain {
namespace {

/// Prior and bounds of the log of one hyperparameter, in standard units.
struct LogPrior {
  double mean, sd, low, high;
};

LogPrior length_prior(Eigen::Index n_inputs) {
  const double median = 2.0 * std::sqrt(static_cast<double>(n_inputs));
  return {maths::log(median), 1.0, maths::log(0.05), maths::log(1e3)};
}
/// The least nugget keeps the covariance of 10³ points positive definite at the greatest variance.
LogPrior variance_prior() {
  return {maths::log(0.5), 1.5, maths::log(1e-4), maths::log(1e2)};
}
LogPrior nugget_prior() {
  return {maths::log(1e-3), 2.0, maths::log(1e-8), maths::log(10.0)};  // NOLINT(modernize-use-std-numbers)
}

/// At most as many points, evenly spaced.
Observations thinned(const Observations& data, std::size_t most) {
  const Eigen::Index n = data.points.rows(), kept = std::min(n, static_cast<Eigen::Index>(most));
  Observations result{MatrixXd(kept, data.points.cols()), VectorXd(kept), VectorXd(kept)};
  for (Eigen::Index i = 0; i < kept; ++i) {
    const Eigen::Index row = i * n / kept;
    result.points.row(i) = data.points.row(row);
    result.values[i] = data.values[row];
    result.noise[i] = data.noise[row];
  }
  return result;
}

/// Log posterior of the logs of the hyperparameters, and the best point so far: NLopt forgets it where a search ends in
/// rounding errors.
class HyperparameterPosterior {
 public:
  HyperparameterPosterior(const Observations& data, const EmulatorOptions& options)
      : data_(thinned(data, options.most_fitting_points)), options_(options) {
    const Eigen::Index n_inputs = data_.points.cols(), n_lengths = options.one_length ? 1 : n_inputs;
    priors_.assign(static_cast<std::size_t>(n_lengths), length_prior(n_inputs));
    priors_.push_back(variance_prior());
    priors_.push_back(nugget_prior());
  }

  const std::vector<LogPrior>& priors() const { return priors_; }

  double operator()(const double* logs, double* gradient) {
    const Hyperparameters hyperparameters = unpack(logs);
    const GaussianProcess process(data_, options_.kernel, options_.trend, hyperparameters);
    double density = process.log_likelihood();
    if (gradient != nullptr) pack(process.log_likelihood_gradient(), gradient);
    for (std::size_t i = 0; i < priors_.size(); ++i) {
      const double away = (logs[i] - priors_[i].mean) / priors_[i].sd;
      density -= 0.5 * away * away;
      if (gradient != nullptr) gradient[i] -= away / priors_[i].sd;
    }
    if (density > best_density_) best_density_ = density, best_ = hyperparameters;
    return density;
  }

  const Hyperparameters& best() const { return best_; }

 private:
  Hyperparameters unpack(const double* logs) const {
    const std::size_t n_lengths = priors_.size() - 2;
    Hyperparameters result;
    result.lengths.resize(data_.points.cols());
    for (Eigen::Index d = 0; d < result.lengths.size(); ++d) {
      result.lengths[d] = maths::exp(logs[options_.one_length ? 0 : static_cast<std::size_t>(d)]);
    }
    result.variance = maths::exp(logs[n_lengths]);
    result.nugget = maths::exp(logs[n_lengths + 1]);
    return result;
  }

  void pack(const VectorXd& full, double* gradient) const {
    if (!options_.one_length) return std::copy_n(full.data(), full.size(), gradient), void();
    gradient[0] = full.head(full.size() - 2).sum();
    std::copy_n(full.data() + full.size() - 2, 2, gradient + 1);
  }

  Observations data_;
  const EmulatorOptions& options_;
  std::vector<LogPrior> priors_;
  Hyperparameters best_;
  double best_density_ = -std::numeric_limits<double>::infinity();
};

struct HyperparameterSearch {
  HyperparameterPosterior& posterior;
  nlopt_opt optimizer;
  std::exception_ptr error;
};

/// Exceptions must not pass through NLopt, which is C.
double density_for_nlopt(unsigned, const double* logs, double* gradient, void* data) {
  HyperparameterSearch& search = *static_cast<HyperparameterSearch*>(data);
  try {
    return search.posterior(logs, gradient);
  } catch (...) {
    search.error = std::current_exception();
    nlopt_force_stop(search.optimizer);
    return -std::numeric_limits<double>::infinity();
  }
}

void climb(HyperparameterPosterior& posterior, std::vector<double> start, int most_evaluations) {
  const std::vector<LogPrior>& priors = posterior.priors();
  std::vector<double> low, high;
  for (const LogPrior& prior : priors) low.push_back(prior.low), high.push_back(prior.high);
  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> optimizer(
      nlopt_create(NLOPT_LD_LBFGS, static_cast<unsigned>(priors.size())), nlopt_destroy);
  HyperparameterSearch search{posterior, optimizer.get(), nullptr};
  nlopt_set_max_objective(optimizer.get(), density_for_nlopt, &search);
  nlopt_set_lower_bounds(optimizer.get(), low.data());
  nlopt_set_upper_bounds(optimizer.get(), high.data());
  nlopt_set_maxeval(optimizer.get(), most_evaluations);
  constexpr double immaterial = 1e-3;  // in units of log density
  nlopt_set_ftol_abs(optimizer.get(), immaterial);
  double density = 0.0;
  nlopt_optimize(optimizer.get(), start.data(), &density);  // how it ends does not matter: the best point is kept
  if (search.error) std::rethrow_exception(search.error);
}

}  // namespace

Hyperparameters fit_hyperparameters(const Observations& data, const EmulatorOptions& options) {
  HyperparameterPosterior posterior(data, options);
  // A smooth function with some noise, and a rougher one almost without: the two explanations that can both be modes.
  struct Start {
    double length_factor, variance, nugget;
  };
  constexpr std::array<Start, 2> starts{{{1.0, 0.5, 1e-2}, {0.35, 1.0, 1e-5}}};
  for (const auto& [length_factor, variance, nugget] : starts) {
    std::vector<double> logs;
    for (const LogPrior& prior : posterior.priors()) logs.push_back(prior.mean + maths::log(length_factor));
    logs[logs.size() - 2] = maths::log(variance);
    logs[logs.size() - 1] = maths::log(nugget);
    climb(posterior, std::move(logs), options.most_evaluations);
  }
  return posterior.best();
}

}  // namespace innochain
