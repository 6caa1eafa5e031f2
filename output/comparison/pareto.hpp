#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "output/comparison/terms.hpp"

namespace innochain {

/// Which policies no other policy beats in one goal without losing in another.
struct Pareto {
  struct Member {
    std::size_t policy = 0;
    std::vector<double> means;      ///< of each goal, over the units that all policies share
    bool in_set = false;            ///< not dominated on the means
    double share_of_resamples = 0;  ///< in which it is not dominated, units drawn with replacement; NaN: not computed
  };
  std::vector<Term> goals;
  std::vector<Member> members;
  std::size_t n_units = 0;  ///< that all policies have in all goals
};

/// Whether a point is dominated: another is at least as good in every goal and better in one. `points` by policy and
/// goal, larger is better.
std::vector<bool> dominated(std::span<const std::vector<double>> points);

/// Over the chosen policies (the baseline among them, if it is to be a candidate). Every goal must have a direction.
/// Throws ReadFailed.
Pareto pareto_set(const ComparedFile& file, const Policies& policies, const std::vector<std::size_t>& chosen,
                  const std::vector<Term>& goals, std::size_t n_resamples, std::uint64_t seed);

}  // namespace innochain
