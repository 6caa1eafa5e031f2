#pragma once

#include <cstddef>

namespace innochain {

/// Student's t with a whole number of degrees of freedom, the same on every processor.
/// Source: Abramowitz and Stegun (1964), Handbook of Mathematical Functions, 26.7.3 to 26.7.5.

/// P(|T| <= t) for t >= 0 and `freedom` >= 1; absolute error below 1e-13 up to a million degrees of freedom.
double student_t_within(double t, std::size_t freedom);

/// The t with P(|T| <= t) = `confidence`, for 0 < confidence < 1; relative error below 1e-9 as long as 1 − confidence
/// is at least 1e-6.
double student_t_bound(double confidence, std::size_t freedom);

}  // namespace innochain
