#pragma once

#include <array>

#include "sim/state/technology.hpp"
#include "sim/system/params.hpp"

namespace innochain {

/// The review weights that researchers of a field have in mind: those of its last review before the year or, before the
/// first, those of the year.
const std::array<double, n_criteria>& weights_in_force(const Params& params, Year year, FieldId field);

/// Share of a category's papers that become top papers, at the usual knowledge of a lab: the share at the frontier,
/// times (B/F)^θ₂·exp(−θ₃ (w − 0.45)) with w the review weight on papers. Counts are bought with quality.
double top_paper_share(const Params& params, Year year, CategoryId category, const Technology& technology);

}  // namespace innochain
