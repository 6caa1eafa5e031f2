#pragma once

#include "sim/core/random.hpp"
#include "sim/processes/quota_law.hpp"
#include "sim/state/state.hpp"

/// The rule by which every designation gets its members: calls, appetite, bar. Pure functions, shared by labs and
/// zones.
namespace innochain {

/// The bar θ in standard deviations of candidate quality, and the bar without the quality era's raise.
struct Bar {
  double now, unraised;
};
Bar quality_bar(const Params& params, Year year, DesignationId k, const State& state);

/// Whether the scores of the year's candidates are kept for the occasion: in runs of institutions alone, where the bar
/// is raised by the parameter and not by a lever.
bool keeps_scores(const Params& params, Year year, DesignationId k);

/// How many are designated this year (see QuotaLaw), and what kept the number from the gap G = (S* − S)⁺: the four
/// `short_of_` parts of the designation's YearOfDesignation add up to G − quota. Levers are those of the year before,
/// when the call was opened; call years are those of the year itself. Listed designations take their number from the
/// list.
std::int64_t decide_quota(const Params& params, Year year, const Streams& streams, DesignationId k, std::int64_t stock,
                          Eligible eligible, State& state);

/// Turns the members that each province has into its bonus ω·max(0, 1 − 31·S_p/S), in standard deviations of quality;
/// nothing where the designation has no regional preference, and for the special administrative regions.
void weigh_regional_need(const Params& params, const Candidature& candidature, std::int64_t stock,
                         std::vector<double>& per_province);

}  // namespace innochain
