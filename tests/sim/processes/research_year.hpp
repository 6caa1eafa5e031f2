#pragma once

#include "sim/core/year.hpp"

/// The year whose research is tested. Its prices are a quarter above those of 2010.
namespace innochain::testing {

inline constexpr Year research_year(2014);
inline constexpr double research_price = 1.25;

}  // namespace innochain::testing
