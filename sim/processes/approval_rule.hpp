#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/processes/quota_law.hpp"
#include "sim/state/state.hpp"

/// The rule by which every designation gets its members: calls, appetite, bar. Shared by labs and zones.
namespace innochain {

/// The bar θ in standard deviations of candidate quality, and the bar without the quality era's raise.
struct Bar {
  double now, unraised;
};
Bar quality_bar(const Params& params, Year year, DesignationId k, const State& state);

/// The bar that candidates of a designation have to pass in a year. In runs of institutions alone, where a parameter
/// raises it and no lever, their scores are kept for the occasion: no other designation may be looked at meanwhile.
class Entrance {
 public:
  Entrance(const Params& params, Year year, DesignationId k, std::int64_t stock, State& state);
  /// Counts a candidate, and says whether it passes. \param due named for the year or before: passes whatever its score
  bool passes(double score, bool due) {
    Eligible& eligible = occasion_.eligible;
    if (due) ++eligible.due;
    if (!due && keeps_scores_) {
      scores_.push_back(score);
      ++occasion_.n_scores;
    }
    const bool anyway = due || !filters_;
    if (anyway || score > bar_.unraised) ++eligible.at_unraised;
    const bool passes = anyway || score > bar_.now;
    if (passes) ++eligible.at_bar;
    return passes;
  }
  /// What is decided on, with all candidates so far.
  const ApprovalOccasion& occasion() const { return occasion_; }

 private:
  Bar bar_;
  bool filters_, keeps_scores_;
  std::vector<double>& scores_;
  ApprovalOccasion occasion_;
};

/// How many are designated this year (see QuotaLaw), and what kept the number from the gap G = (S* − S)⁺: the four
/// `short_of_` parts of the designation's YearOfDesignation add up to G − quota. Levers are those of the year before,
/// when the call was opened; call years are those of the year itself. Listed designations take their number from the
/// list. Adds the occasion to those of the state.
std::int64_t decide_quota(const Params& params, const Streams& streams, ApprovalOccasion occasion, State& state);

/// Those of a ranking (score, smaller is better; row) that fill a quota, at most as many as there are, best first: a
/// part of the ranking, which is reordered. Ties go to the older row, so that the order of candidates cannot matter.
std::span<const std::pair<double, std::uint32_t>> take_best(std::vector<std::pair<double, std::uint32_t>>& ranking,
                                                            std::int64_t quota);

/// Turns the members that each province has into its bonus ω·max(0, 1 − 31·S_p/S), in standard deviations of quality;
/// nothing where the designation has no regional preference, and for the special administrative regions.
void weigh_regional_need(const Params& params, const Candidature& candidature, std::int64_t stock,
                         std::vector<double>& per_province);

}  // namespace innochain
