#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

/// The rule by which every designation gets its members: calls, appetite, bar. Pure functions, shared by labs and
/// zones.
namespace innochain {

/// The stock aimed at: an announced target or plan, else ambition × saturation share × pool.
double target_stock(const Params& params, Year year, DesignationId k);

/// The bar θ in standard deviations of candidate quality, and the bar without the quality era's raise.
struct Bar {
  double now, unraised;
};
Bar quality_bar(const Params& params, Year year, DesignationId k, const State& state);

/// Whether the bar counts: before the pools are fully formed, plans are carried out with whoever is there.
bool bar_binds(const Params& params, Year year);

/// Candidates counted against the bars.
struct Eligible {
  std::int64_t at_bar = 0;       ///< above θ
  std::int64_t at_unraised = 0;  ///< above θ without the raise
};

/// How many are designated this year, and what kept the number from the gap G = (S* − S)⁺: the four `short_of_` parts
/// of the designation's YearOfDesignation add up to G − quota. With h years since the last call (at most the cap), a
/// the appetite, κ the designation's speed:
///
///     M = G·E/(G + E),   π = 1 − exp(−a·κ·h·g),  g ~ Gamma(φ, 1/φ),   N ~ Binomial(⌊M⌉, π) ≤ E
///
/// In a year without a call: min(Poisson(ν), G) isolated approvals. Levers are those of the year before, when the call
/// was opened; call years are those of the year itself. Listed designations take their number from the list. Source:
/// docs/odd.md, submodel "approvals".
std::int64_t decide_quota(const Params& params, Year year, const Streams& streams, DesignationId k, std::int64_t stock,
                          Eligible eligible, State& state);

/// Whether a call is opened: announced, ruled out, or drawn with probability 1 − exp(−λ·(S* − S)⁺/S*).
bool call_opened(const Params& params, Year year, const Streams& streams, DesignationId k, double target, double gap);

/// Turns the members that each province has into its bonus ω·max(0, 1 − 31·S_p/S), in standard deviations of quality;
/// nothing where the designation has no regional preference, and for the special administrative regions.
void weigh_regional_need(const Params& params, const Candidature& candidature, std::int64_t stock,
                         std::vector<double>& per_province);

}  // namespace innochain
