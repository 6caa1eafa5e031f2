#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "output/comparison/intervals.hpp"
#include "output/comparison/terms.hpp"

namespace innochain {

enum class IntervalMethod { paired_t, bootstrap };

/// How differences are judged.
struct ContrastOptions {
  double confidence = 0.95;
  IntervalMethod method = IntervalMethod::paired_t;
  std::size_t n_resamples = 2000;
  std::uint64_t seed = 1;
  /// Intervals that hold together for all contrasts (Bonferroni), and probabilities adjusted by Holm's method.
  bool simultaneous = false;
};

/// "paired t", "paired bootstrap (BCa, 2000 resamples)" …
std::string method_name(const ContrastOptions& options);

/// A policy against the baseline in one term. NaN stands for what cannot be said.
struct Contrast {
  std::size_t policy = 0;  ///< place among the policies
  std::size_t term = 0;    ///< place among the terms
  Goal goal = Goal::none;
  PairedMoments moments{};
  double relative = 0;  ///< difference over the size of the baseline's mean
  ConfidenceInterval interval{};
  double p_value = 0;   ///< two-sided, by Student's t; adjusted if simultaneous
  double p_higher = 0;  ///< share of pairs in which the policy's value is higher; ties count half
  double p_better = 0;  ///< the same in the direction of the goal; NaN without one
  ConfidenceInterval p_better_interval{};
  std::size_t n_pairs = 0;
  std::size_t n_without = 0;  ///< pairs left out, because the value is missing in one run

  /// Whether the interval leaves out 0; false where there is none.
  bool clear() const { return interval.lower > 0.0 || interval.upper < 0.0; }
  /// Whether a clear difference is in the direction of the goal.
  bool gain() const { return clear() && towards(goal, moments.difference) > 0.0; }
  bool cost() const { return clear() && towards(goal, moments.difference) < 0.0; }
};

/// Computes contrasts indicator by indicator, as often as asked; keeps what all of them share.
class Contrasts {
 public:
  /// The file and the policies must outlive it.
  Contrasts(const ComparedFile& file, const Policies& policies, std::size_t baseline, const ContrastOptions& options);

  /// Of the chosen policies, policy by policy, in the order of the terms. Reads as
  /// many terms at a time as hold about 4 million values. Throws ReadFailed.
  std::vector<Contrast> of(const std::vector<Term>& terms, const std::vector<std::size_t>& chosen);

 private:
  Contrast contrast(Goal goal, const std::vector<double>& values, std::size_t policy, double confidence);
  const Resamples& resamples(std::size_t n);

  const ComparedFile& file_;
  const Policies& policies_;
  std::size_t baseline_;
  ContrastOptions options_;
  std::map<std::size_t, Resamples> resamples_;
};

/// Calls `take(terms, values)` for groups of terms of one indicator, which hold about 4 million values at most; the
/// terms of an indicator need not stand together.
void for_each_read(const ComparedFile& file, const std::vector<Term>& terms,
                   const std::function<void(const std::vector<std::size_t>& places,
                                            const std::vector<std::vector<double>>& values)>& take);

/// Values of a few terms, by term and run.
std::vector<std::vector<double>> read_all_terms(const ComparedFile& file, const std::vector<Term>& terms);

}  // namespace innochain
