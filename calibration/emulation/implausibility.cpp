#include "calibration/emulation/implausibility.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace innochain {

Implausibility::Implausibility(const std::vector<StatisticEmulator>& emulators, std::vector<std::size_t> used,
                               std::vector<double> discrepancy, const Options& options)
    : emulators_(&emulators), used_(std::move(used)), discrepancy_(std::move(discrepancy)), options_(options) {
  if (options_.rank == 0 || options_.rank > used_.size())
    throw std::invalid_argument("the rank of the implausibility must be from 1 to the number of its statistics");
  if (discrepancy_.size() != emulators.size())
    throw std::invalid_argument("implausibility needs one discrepancy for each statistic");
}

double Implausibility::fixed_variance(std::size_t statistic) const {
  return 1.0 + discrepancy_[statistic] * discrepancy_[statistic];
}

double Implausibility::exact(std::size_t statistic, const VectorXd& point, double mean) const {
  const StatisticEmulator& emulator = (*emulators_)[statistic];
  return std::abs(mean) /
         std::sqrt(fixed_variance(statistic) + emulator.run_variance(point) + emulator.predict(point).variance);
}

bool Implausibility::exceeds(std::size_t statistic, const VectorXd& point, double limit) const {
  const StatisticEmulator& emulator = (*emulators_)[statistic];
  const double mean = emulator.mean(point), fixed = fixed_variance(statistic);
  if (std::abs(mean) <= limit * std::sqrt(fixed)) return false;
  const double known = fixed + emulator.run_variance(point);
  if (std::abs(mean) <= limit * std::sqrt(known)) return false;
  if (std::abs(mean) > limit * std::sqrt(known + emulator.mean_emulator().variance_bound(point))) return true;
  return exact(statistic, point, mean) > limit;
}

double Implausibility::of_statistic(std::size_t statistic, const VectorXd& point) const {
  return exact(statistic, point, (*emulators_)[statistic].mean(point));
}

double Implausibility::value(const VectorXd& point) const {
  struct Candidate {
    double bound, mean;
    std::size_t statistic;
  };
  std::vector<Candidate> candidates;
  for (const std::size_t j : used_) {
    const double mean = (*emulators_)[j].mean(point);
    candidates.push_back({std::abs(mean) / std::sqrt(fixed_variance(j)), mean, j});
  }
  std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::bound);
  std::vector<double> largest;  // falling, at most `rank`
  for (const Candidate& candidate : candidates) {
    if (largest.size() == options_.rank && largest.back() >= candidate.bound) break;
    const double found = exact(candidate.statistic, point, candidate.mean);
    largest.insert(std::ranges::upper_bound(largest, found, std::greater<>()), found);
    if (largest.size() > options_.rank) largest.pop_back();
  }
  return largest.back();
}

bool Implausibility::within(const VectorXd& point, double level) const {
  const double limit = level * options_.cutoff;
  std::size_t beyond = 0;
  for (const std::size_t j : used_) {
    if (exceeds(j, point, limit) && ++beyond == options_.rank) return false;
  }
  return true;
}

}  // namespace innochain
