#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Running projects are cancelled with the hazard `projects.cancellation_rate`; those in their last year are accepted
/// with probability Φ(Φ⁻¹(acceptance_share) + acceptance_slope·z), z the lead's quality in standard deviations. What is
/// not yet paid of a cancelled or failed project is recovered; the delivery part of an accepted open competition falls
/// due. Projects of earlier years that have ended leave the table.
void accept_projects(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
