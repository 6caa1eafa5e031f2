#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

/// The distribution of the number that a designation gets in a year, drawn by runs and, in closed form but for one
/// integral, looked at by calibration.
namespace innochain {

/// The stock aimed at: an announced target or plan, else ambition × saturation share × pool.
double target_stock(const Params& params, Year year, DesignationId k);

/// Whether the bar counts: before the pools are fully formed, plans are carried out with whoever is there.
bool bar_binds(const Params& params, Year year);

/// With a gap G = (S* − S)⁺, E candidates above the bar, h years since the last call (at most the cap), a the appetite
/// and κ the designation's speed, the number of a year with a call is
///
///     M = G·E/(G + E),   π = 1 − exp(−a·κ·h·g),  g ~ Gamma(φ, 1/φ),   N ~ min(Binomial(⌊M⌉, π), E),
///
/// where ⌊M⌉ is one of the two whole numbers around M, drawn so that its mean is M; before the bar counts
/// (bar_binds()) M = G. In a year without a call it is min(Poisson(ν), ⌊G⌋, E). A call is announced, ruled out, or
/// drawn with probability 1 − exp(−λ·G/S*). Source: docs/odd.md, submodel "approvals".
struct QuotaLaw {
  double target = 0.0;                ///< S*
  double gap = 0.0;                   ///< G
  std::int64_t eligible = 0;          ///< E
  std::optional<std::int64_t> given;  ///< of a list or a moratorium, and then nothing below counts
  bool moratorium = false;
  double call_probability = 0.0;
  double openings = 0.0;           ///< M
  double openings_unraised = 0.0;  ///< the same at the bar without the quality era's raise
  double closing_rate = 0.0;       ///< a·κ·h
  double dispersion = 1.0;         ///< φ
  double isolated_rate = 0.0;      ///< ν
};

QuotaLaw quota_law(const Params& params, const ApprovalOccasion& occasion);

/// How many candidates of an occasion pass the bar that the parameters set; as many as passed where it keeps no scores.
/// Those approved are the best whatever the bar, so that nothing but their number hangs on it.
/// \param candidate_scores of the state in which the occasion was
std::int64_t eligible_under(const Params& params, const ApprovalOccasion& occasion,
                            std::span<const double> candidate_scores);

/// P(call) = 1 − exp(−λ·G/S*), whatever the scenario announces. \param target positive
double call_probability(const Params& params, Year year, DesignationId k, double target, double gap);

/// \param streams that decide on the designation in this year, see Params::approval_streams
ApprovalDecision draw_decision(const QuotaLaw& law, const Streams& streams, Year year, DesignationId k);

/// The logarithm of the probability of a decision, −∞ where it cannot be; relative error of the probability below 1e-7.
double log_probability(const QuotaLaw& law, const ApprovalDecision& decision);

/// The same of one decision under one law after another, bit by bit. A search that changes few parameters at a time
/// comes back to the same integral, also after others that it rejects: the last ones are kept.
class JudgedDecision {
 public:
  explicit JudgedDecision(const ApprovalDecision& decision) : decision_(decision) {}
  double log_probability(const QuotaLaw& law);

 private:
  /// All that the integral depends on.
  struct Numbers {
    std::int64_t eligible = 0;
    double openings = 0.0, closing_rate = 0.0, dispersion = 0.0;
    bool operator==(const Numbers&) const = default;
  };
  struct Integral {
    Numbers numbers;
    double value = 0.0;
  };

  ApprovalDecision decision_;
  std::array<Integral, 4> last_;  ///< latest use first
  std::size_t n_last_ = 0;
};

}  // namespace innochain
