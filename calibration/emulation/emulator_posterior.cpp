#include "calibration/emulation/emulator_posterior.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "calibration/emulation/draws.hpp"
#include "calibration/emulation/elliptical_slice.hpp"
#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {
namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

/// Emulator of the log of a block's mean weight; none where all weights are 1. Points whose weight is less than e⁻⁵⁰ of
/// the best one's are set there: they are out of the posterior either way, and would only bend the emulator.
std::vector<Emulator> log_weight_emulator(const DesignRuns& runs, Eigen::Index block, const EmulatorOptions& options) {
  constexpr double irrelevant = 50.0, least_noise = 1e-6;
  if ((runs.log_weights.col(block).array() == 0.0).all()) return {};
  const double floor = runs.log_weights.col(block).maxCoeff() - irrelevant;
  if (!std::isfinite(floor)) throw std::invalid_argument("no point of the last wave gives a block of data any weight");
  return {Emulator({runs.points, runs.log_weights.col(block).cwiseMax(floor),
                    runs.log_weight_variances.col(block).cwiseMax(least_noise)},
                   options)};
}

/// log density of N(0, covariance) at x, without its constant.
double log_normal_density(const MatrixXd& covariance, const VectorXd& x) {
  const Eigen::LLT<MatrixXd> factor(covariance);
  double log_root_determinant = 0.0;
  for (Eigen::Index i = 0; i < x.size(); ++i) log_root_determinant += maths::log(factor.matrixLLT()(i, i));
  return -log_root_determinant - 0.5 * factor.matrixL().solve(x).squaredNorm();
}

/// Normal approximation of weighted points, with its covariance inflated.
NormalMeasure approximate(const MatrixXd& points, const VectorXd& weights, double inflation) {
  NormalMeasure measure;
  measure.centre = points.transpose() * weights / weights.sum();
  const MatrixXd centred = points.rowwise() - measure.centre.transpose();
  const MatrixXd covariance = centred.transpose() * weights.asDiagonal() * centred * (inflation / weights.sum());
  const Eigen::LLT<MatrixXd> factor(covariance);
  if (factor.info() != Eigen::Success) throw std::runtime_error("the points of a posterior lie in a plane");
  measure.root = factor.matrixL();
  return measure;
}

double log_density(const NormalMeasure& measure, const VectorXd& x) {
  return -0.5 * measure.root.triangularView<Eigen::Lower>().solve(x - measure.centre).squaredNorm();
}

class ChainSampler {
 public:
  ChainSampler(const NonImplausibleSpace& space, const EmulatorLikelihood& likelihood,
               const EmulatorPosteriorOptions& options)
      : space_(space),
        likelihood_(likelihood),
        options_(options),
        measure_(approximate(space.points(), space.weights(), 1.0)) {
    const MatrixXd starts = space.spread_points(options.n_chains, 3);
    for (Eigen::Index c = 0; c < starts.rows(); ++c) at_.emplace_back(starts.row(c));
  }

  /// Draws of all chains, after warming up in two halves.
  std::vector<MatrixXd> run() {
    // Heavier than the approximated posterior, whose tails a normal distribution may miss.
    constexpr double inflation = 1.5;
    std::uint32_t step = 0;
    for (int half = 0; half < 2; ++half) {
      const std::vector<MatrixXd> draws = advance(options_.n_warm_up / 2, step);
      const MatrixXd late = stacked_second_halves(draws);
      measure_ = approximate(late, VectorXd::Ones(late.rows()), inflation);
    }
    return advance(options_.n_draws, step);
  }

 private:
  /// Prior × likelihood ÷ measure: what the ellipses do not know.
  double log_rest(const VectorXd& point) const {
    if (!space_.contains(point)) return minus_infinity;
    return likelihood_(point) - 0.5 * point.squaredNorm() - log_density(measure_, point);
  }

  std::vector<MatrixXd> advance(std::size_t n_steps, std::uint32_t& step) {
    std::vector<MatrixXd> draws(at_.size());
    for_each_index(at_.size(), [&](std::size_t c) {
      draws[c].resize(static_cast<Eigen::Index>(n_steps), at_[c].size());
      double here = log_rest(at_[c]);
      for (std::size_t i = 0; i < n_steps; ++i) {
        Stream stream = emulation_stream(options_.seed, DrawKind::chains, 0, c, step + static_cast<std::uint32_t>(i));
        const double height = here + maths::log(stream.uniform());
        at_[c] = elliptical_slice_step(at_[c], measure_, stream, [&](const VectorXd& point) {
          const double there = log_rest(point);
          if (!(there > height)) return false;
          here = there;
          return true;
        });
        draws[c].row(static_cast<Eigen::Index>(i)) = at_[c];
      }
    });
    step += static_cast<std::uint32_t>(n_steps);
    return draws;
  }

  static MatrixXd stacked_second_halves(const std::vector<MatrixXd>& draws) {
    const Eigen::Index half = (draws.front().rows() + 1) / 2;
    MatrixXd result(half * static_cast<Eigen::Index>(draws.size()), draws.front().cols());
    for (std::size_t c = 0; c < draws.size(); ++c)
      result.middleRows(static_cast<Eigen::Index>(c) * half, half) = draws[c].bottomRows(half);
    return result;
  }

  const NonImplausibleSpace& space_;
  const EmulatorLikelihood& likelihood_;
  const EmulatorPosteriorOptions& options_;
  NormalMeasure measure_;
  std::vector<VectorXd> at_;
};

void check(const HistoryMatch& match, const EmulatorPosteriorOptions& options) {
  if (match.waves.empty() || match.space.empty()) throw std::invalid_argument("an empty space has no posterior");
  if (options.n_chains < 2 || options.n_draws < 4 ||
      options.n_chains * options.n_warm_up < 8 * (match.space.dimensions() + 1))
    throw std::invalid_argument("a posterior needs two chains, four draws and more warm-up draws");
}

}  // namespace

EmulatorLikelihood::EmulatorLikelihood(const Wave& wave, const std::vector<StatisticsBlock>& blocks,
                                       std::vector<double> discrepancy, const EmulatorOptions& options)
    : wave_(&wave), discrepancy_(std::move(discrepancy)) {
  if (discrepancy_.empty()) discrepancy_.assign(wave.emulators.size(), 0.0);
  if (discrepancy_.size() != wave.emulators.size())
    throw std::invalid_argument("a likelihood needs one discrepancy for each statistic");
  std::size_t n_used = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    Block block;
    std::vector<Eigen::Index> places;
    for (std::size_t j = 0; j < blocks[b].size; ++j) {
      if (!wave.statistics[blocks[b].first + j].used) continue;
      block.statistics.push_back(blocks[b].first + j);
      places.push_back(static_cast<Eigen::Index>(j));
    }
    block.correlation = wave.runs.correlations[b](places, places);
    block.log_weight = log_weight_emulator(wave.runs, static_cast<Eigen::Index>(b), options);
    n_used += places.size();
    blocks_.push_back(std::move(block));
  }
  if (n_used == 0) throw std::invalid_argument("no statistic has an emulator that passed its diagnostics");
}

double EmulatorLikelihood::operator()(const VectorXd& point) const {
  double sum = 0.0;
  for (const Block& block : blocks_) sum += of_block(block, point);
  return sum;
}

double EmulatorLikelihood::of_block(const Block& block, const VectorXd& point) const {
  const double log_weight = block.log_weight.empty() ? 0.0 : block.log_weight.front().mean(point);
  const auto n = static_cast<Eigen::Index>(block.statistics.size());
  if (n == 0) return log_weight;
  VectorXd mean(n), run_sd(n), independent(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const std::size_t j = block.statistics[static_cast<std::size_t>(i)];
    const Prediction prediction = wave_->emulators[j].predict(point);
    mean[i] = prediction.mean;
    run_sd[i] = std::sqrt(wave_->emulators[j].run_variance(point));
    independent[i] = 1.0 + discrepancy_[j] * discrepancy_[j] + prediction.variance;
  }
  MatrixXd covariance = run_sd.asDiagonal() * block.correlation * run_sd.asDiagonal();
  covariance.diagonal() += independent;
  return log_weight + log_normal_density(covariance, mean);
}

EmulatorPosterior sample_emulator_posterior(const Simulator& simulator, const HistoryMatch& match,
                                            const EmulatorOptions& emulator, const EmulatorPosteriorOptions& options) {
  check(match, options);
  const EmulatorLikelihood likelihood(*match.waves.back(), simulator.blocks(), options.discrepancy, emulator);
  const std::vector<MatrixXd> chains = ChainSampler(match.space, likelihood, options).run();
  EmulatorPosterior result;
  result.diagnostics = diagnose_chains(chains);
  const auto n_draws = static_cast<Eigen::Index>(options.n_draws);
  result.sample.scores.resize(n_draws * static_cast<Eigen::Index>(chains.size()), chains.front().cols());
  for (std::size_t c = 0; c < chains.size(); ++c)
    result.sample.scores.middleRows(static_cast<Eigen::Index>(c) * n_draws, n_draws) = chains[c];
  result.sample.weights = VectorXd::Ones(result.sample.scores.rows());
  result.sample.effective_sizes = result.diagnostics.effective_size;
  return result;
}

}  // namespace innochain
