#include "calibration/abc_tolerance.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/maths.hpp"
#include "sim/core/parallel.hpp"

namespace innochain {

namespace {

/// The upper median; reorders the values. 0 where there are none.
double take_median(std::vector<double>& values) {
  if (values.empty()) return 0.0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double spread_of(const AbcPopulation& population, std::size_t statistic, std::size_t n_statistics) {
  std::vector<double> values;
  for (const AbcParticle& particle : population) {
    if (!(particle.weight > 0.0)) continue;
    const std::vector<double>& all = particle.replicates.deviations;
    for (std::size_t at = statistic; at < all.size(); at += n_statistics) {
      if (std::isfinite(all[at])) values.push_back(all[at]);
    }
  }
  const double centre = take_median(values);
  for (double& value : values) value = std::abs(value - centre);
  return take_median(values);
}

/// Largest distance of any replicate in any block.
double largest_distance(const AbcPopulation& population, const std::vector<StatisticsBlock>& blocks,
                        std::span<const double> scales) {
  double largest = 0.0;
  for (const AbcParticle& particle : population) {
    const std::vector<double>& all = particle.replicates.deviations;
    for (std::size_t from = 0; from < all.size(); from += scales.size()) {
      for (const StatisticsBlock& block : blocks) {
        double sum = 0.0;
        for (std::size_t j = block.first; j < block.first + block.size; ++j)
          sum += scales[j] * all[from + j] * (scales[j] * all[from + j]);
        const double distance = std::sqrt(sum / static_cast<double>(block.size));
        if (std::isfinite(distance)) largest = std::max(largest, distance);
      }
    }
  }
  return largest;
}

/// Looks for the next target between the present one and the last.
class TargetSearch {
 public:
  TargetSearch(const AbcPopulation& population, const std::vector<StatisticsBlock>& blocks, const AbcTarget& present,
               std::span<const double> scales, const ToleranceRule& rule)
      : population_(population),
        blocks_(blocks),
        present_(present),
        scales_(scales),
        rule_(rule),
        present_ess_(effective_sample_size(weights_of(population))),
        wanted_(rule.ess_share * present_ess_) {}

  std::optional<NextTarget> find() const {
    if (present_.data_power < 1.0) {
      NextTarget all_data = judged(with_power(1.0));
      if (!is_enough(all_data))
        return bisect(1.0, present_.data_power, [&](double power) { return with_power(power); });
    }
    const auto at = [&](double tolerance) { return with_tolerance(tolerance); };
    NextTarget last = judged(at(rule_.target_tolerance));
    if (is_enough(last)) return last;
    return bisect(rule_.target_tolerance, loosest_tolerance(), at);
  }

 private:
  AbcTarget with_power(double power) const {
    AbcTarget target = present_;
    target.data_power = power;
    return target;
  }

  AbcTarget with_tolerance(double tolerance) const {
    AbcTarget target{tolerance, 1.0, present_.inverse_radii};
    for (std::size_t j = 0; j < scales_.size(); ++j)
      target.inverse_radii[j] = std::max(target.inverse_radii[j], scales_[j] / tolerance);
    return target;
  }

  /// A tolerance at which the region is the present one: above the present tolerance where scales have changed.
  double loosest_tolerance() const {
    if (!std::isfinite(present_.tolerance))
      return std::max(2.0 * rule_.target_tolerance, largest_distance(population_, blocks_, scales_));
    double loosest = rule_.target_tolerance;
    for (std::size_t j = 0; j < scales_.size(); ++j)
      loosest = std::max(loosest, scales_[j] / present_.inverse_radii[j]);
    return loosest;
  }

  NextTarget judged(AbcTarget target) const {
    NextTarget next{std::move(target), std::vector<double>(population_.size(), -maths::infinity), {}, 0.0};
    for_each_index(population_.size(), [&](std::size_t i) {
      if (population_[i].weight > 0.0)
        next.log_likelihoods[i] = log_likelihood(next.target, blocks_, population_[i].replicates);
    });
    next.weights = reweighted(population_, next.log_likelihoods);
    next.ess = effective_sample_size(next.weights);
    return next;
  }

  bool is_enough(const NextTarget& next) const { return next.ess >= wanted_; }

  bool is_present(const NextTarget& next) const {
    for (std::size_t i = 0; i < population_.size(); ++i) {
      if (population_[i].weight > 0.0 && next.log_likelihoods[i] != population_[i].log_likelihood) return false;
    }
    return true;
  }

  /// \param strict where the sample is too small, \param loose where it is large enough
  template <class MakeTarget>
  std::optional<NextTarget> bisect(double strict, double loose, MakeTarget make) const {
    constexpr double precision = 1e-4;
    NextTarget small = judged(make(strict)), large = judged(make(loose));
    while (std::abs(strict - loose) > precision * std::max(strict, loose)) {
      const double middle = 0.5 * (strict + loose);
      NextTarget next = judged(make(middle));
      if (is_enough(next))
        loose = middle, large = std::move(next);
      else
        strict = middle, small = std::move(next);
    }
    const auto miss = [&](const NextTarget& next) { return std::abs(maths::log(next.ess / wanted_)); };
    const bool small_serves = small.ess >= 2.0;
    if (!is_present(large) && !(small_serves && miss(small) < miss(large))) return large;
    if (small_serves) return small;
    return std::nullopt;
  }

  const AbcPopulation& population_;
  const std::vector<StatisticsBlock>& blocks_;
  const AbcTarget& present_;
  std::span<const double> scales_;
  const ToleranceRule& rule_;
  double present_ess_, wanted_;
};

}  // namespace

std::vector<double> spread_scales(const AbcPopulation& population, const std::vector<StatisticsBlock>& blocks,
                                  std::size_t n_statistics) {
  std::vector<double> spreads(n_statistics), scales(n_statistics, 1.0);
  for_each_index(n_statistics, [&](std::size_t j) { spreads[j] = spread_of(population, j, n_statistics); });
  for (const StatisticsBlock& block : blocks) {
    const auto first = spreads.begin() + static_cast<std::ptrdiff_t>(block.first);
    std::vector<double> of_block(first, first + static_cast<std::ptrdiff_t>(block.size));
    const double usual = take_median(of_block);
    if (!(usual > 0.0)) continue;
    for (std::size_t j = block.first; j < block.first + block.size; ++j)
      scales[j] = 1.0 / std::max(1.0, spreads[j] / usual);
  }
  return scales;
}

std::optional<NextTarget> next_target(const AbcPopulation& population, const std::vector<StatisticsBlock>& blocks,
                                      const AbcTarget& present, std::span<const double> scales,
                                      const ToleranceRule& rule) {
  return TargetSearch(population, blocks, present, scales, rule).find();
}

}  // namespace innochain
