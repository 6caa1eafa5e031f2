#pragma once

#include <cstdint>
#include <random>

#include "sim/state/indicators.hpp"

namespace innochain::testing {

/// Indicators filled with arbitrary values, about one in eight left at the fill value. The same for the same seed.
inline Indicators random_indicators(const Params& params, std::uint32_t seed) {
  std::mt19937_64 bits(seed);
  Indicators indicators;
  indicators.prepare(params);
  const auto fill = [&]<class Number>(Indicator<Number>& indicator, const IndicatorDeclaration&) {
    for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
      for (std::size_t i = 0; i < indicator.width(); ++i) {
        if (bits() % 8 == 0) continue;
        indicator.at(year, i) = static_cast<Number>(static_cast<std::int64_t>(bits() % 2000000) - 1000000) / 4;
      }
    }
  };
  visit_indicators(indicators, fill);
  visit_traces(indicators.traces, fill);
  for (std::int32_t& stock : indicators.lab_initial_stock) stock = static_cast<std::int32_t>(bits() % 100);
  for (std::int32_t& stock : indicators.zone_initial_stock) stock = static_cast<std::int32_t>(bits() % 100);
  return indicators;
}

}  // namespace innochain::testing
