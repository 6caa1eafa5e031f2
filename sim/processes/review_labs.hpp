#pragma once

#include "sim/core/random.hpp"
#include "sim/state/state.hpp"

namespace innochain {

/// Whether a lab is due for review: by its field's group, or by its batch, every `review.period_years` years.
bool due_for_review(const Params& params, Year year, const Labs& labs, LabId lab);

/// The five-yearly reviews. The labs due are scored on their outputs since the last review with the year's weights,
/// standardized within discipline and host class, plus reviewers' noise; ranked within their type; the best are
/// excellent, the last poor. A poor lab is delisted by chance or put on notice (its institutional grant stops); three
/// excellent grades in a row exempt from the next review. Grades move reputation. Source: docs/odd.md, submodel
/// "reviews of labs".
void review_labs(const Params& params, Year year, const Streams& streams, State& state);

}  // namespace innochain
