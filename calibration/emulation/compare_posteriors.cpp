#include "calibration/emulation/compare_posteriors.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "calibration/emulation/draws.hpp"
#include "calibration/weighted_quantiles.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {
namespace {

constexpr double false_alarms = 0.05;
constexpr std::uint32_t n_resamples = 2000;

PosteriorInterval interval(const VectorXd& values, const VectorXd& weights) {
  const WeightedQuantiles quantiles(numbers_of(values), numbers_of(weights));
  return {quantiles(0.5), quantiles(0.05), quantiles(0.95)};
}

Eigen::Index effective_size(const PosteriorSample& sample, Eigen::Index parameter) {
  const double sum = sample.weights.sum();
  const double kish = sum * sum / sample.weights.squaredNorm();
  const double size = sample.effective_sizes.size() > 0 ? sample.effective_sizes[parameter] : kish;
  return std::max<Eigen::Index>(1, static_cast<Eigen::Index>(std::floor(std::min(size, 1e5))));
}

/// Both samples as one, in rising order, each with half of the weight.
class Pool {
 public:
  Pool(const PosteriorSample& a, const PosteriorSample& b, Eigen::Index parameter) {
    add(a, parameter);
    add(b, parameter);
    std::ranges::stable_sort(items_, {}, &Item::value);
    for (std::size_t i = 1; i < items_.size(); ++i) items_[i].up_to += items_[i - 1].up_to;
  }

  /// Wasserstein-1 distance of two samples drawn from the pool with replacement.
  double resampled_distance(Eigen::Index n_a, Eigen::Index n_b, Stream& stream) {
    rises_.assign(items_.size(), 0.0);
    for (Eigen::Index i = 0; i < n_a; ++i) rises_[draw(stream)] += 1.0 / static_cast<double>(n_a);
    for (Eigen::Index i = 0; i < n_b; ++i) rises_[draw(stream)] -= 1.0 / static_cast<double>(n_b);
    double area = 0.0, difference = 0.0;
    for (std::size_t i = 0; i + 1 < items_.size(); ++i) {
      difference += rises_[i];
      area += std::abs(difference) * (items_[i + 1].value - items_[i].value);
    }
    return area;
  }

 private:
  struct Item {
    double value, up_to;  ///< up_to: first its own weight, then that of all up to it
  };

  void add(const PosteriorSample& sample, Eigen::Index parameter) {
    const double twice = 2.0 * sample.weights.sum();
    for (Eigen::Index i = 0; i < sample.weights.size(); ++i)
      items_.push_back({sample.scores(i, parameter), sample.weights[i] / twice});
  }
  std::size_t draw(Stream& stream) const {
    const auto found = std::ranges::lower_bound(items_, stream.coarse_uniform(), {}, &Item::up_to);
    return std::min(static_cast<std::size_t>(found - items_.begin()), items_.size() - 1);
  }

  std::vector<Item> items_;
  std::vector<double> rises_;  ///< of the difference between the distribution functions
};

/// Distance that resamples of the pool stay below in all but the given share of cases.
double noise_level(Pool pool, Eigen::Index n_a, Eigen::Index n_b, double share, std::uint64_t seed,
                   Eigen::Index parameter) {
  std::vector<double> distances(n_resamples);
  for (std::uint32_t i = 0; i < n_resamples; ++i) {
    Stream stream = emulation_stream(seed, DrawKind::resampling, 0, static_cast<std::size_t>(parameter), i);
    distances[i] = pool.resampled_distance(n_a, n_b, stream);
  }
  return WeightedQuantiles(distances, std::vector<double>(n_resamples, 1.0))(1.0 - share);
}

void check(const PosteriorSample& sample) {
  if (sample.weights.size() != sample.scores.rows() || !(sample.weights.sum() > 0.0))
    throw std::invalid_argument("a posterior sample needs weights, one a draw");
  if (sample.effective_sizes.size() != 0 && sample.effective_sizes.size() != sample.scores.cols())
    throw std::invalid_argument("a posterior sample needs one effective size for each parameter, or none");
}

}  // namespace

std::vector<MarginalComparison> compare_posteriors(const PosteriorSample& a, const PosteriorSample& b,
                                                   std::uint64_t seed) {
  check(a);
  check(b);
  if (a.scores.cols() != b.scores.cols())
    throw std::invalid_argument("posteriors of different numbers of parameters cannot be compared");
  const Eigen::Index n_parameters = a.scores.cols();
  std::vector<MarginalComparison> result(static_cast<std::size_t>(n_parameters));
  for_each_index(result.size(), [&](std::size_t i) {
    const auto d = static_cast<Eigen::Index>(i);
    MarginalComparison& comparison = result[i];
    comparison.a = interval(a.scores.col(d), a.weights);
    comparison.b = interval(b.scores.col(d), b.weights);
    comparison.distance = wasserstein_distance(a.scores.col(d), a.weights, b.scores.col(d), b.weights);
    comparison.noise = noise_level(Pool(a, b, d), effective_size(a, d), effective_size(b, d),
                                   false_alarms / static_cast<double>(n_parameters), seed, d);
    comparison.disagree = comparison.distance > comparison.noise;
  });
  return result;
}

double wasserstein_distance(const VectorXd& a, const VectorXd& a_weights, const VectorXd& b,
                            const VectorXd& b_weights) {
  struct Step {
    double value, rise;  ///< of the difference between the distribution functions
  };
  std::vector<Step> steps;
  const double a_sum = a_weights.sum(), b_sum = b_weights.sum();
  for (Eigen::Index i = 0; i < a.size(); ++i) steps.push_back({a[i], a_weights[i] / a_sum});
  for (Eigen::Index i = 0; i < b.size(); ++i) steps.push_back({b[i], -b_weights[i] / b_sum});
  std::ranges::stable_sort(steps, {}, &Step::value);
  double area = 0.0, difference = 0.0;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    difference += steps[i].rise;
    area += std::abs(difference) * (steps[i + 1].value - steps[i].value);
  }
  return area;
}

}  // namespace innochain
