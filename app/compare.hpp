#pragma once

#include "output/comparison/comparison.hpp"

namespace innochain {

/// Prints a comparison for people. Of the contrasts, only those of the last year or window, unless `all_years`; and
/// only headline indicators, unless `all_indicators`.
void print_comparison(const Comparison& comparison, bool all_years, bool all_indicators);

}  // namespace innochain
