#pragma once

#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "sim/state/indicators.hpp"

namespace innochain::testing {

/// All values of a run as bytes, with the initial stocks and traces, for comparisons bit by bit.
inline std::string bits_of(const Indicators& indicators) {
  std::string bits;
  const auto append = [&](const auto& values) {
    bits.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0]));
  };
  visit_indicators(indicators, [&](const auto& indicator, const IndicatorDeclaration&) { append(indicator.values()); });
  visit_traces(indicators.traces, [&](const auto& trace, const IndicatorDeclaration&) { append(trace.values()); });
  append(indicators.lab_initial_stock);
  append(indicators.zone_initial_stock);
  return bits;
}

/// Names of the indicators in which two runs of the same shape differ.
inline std::vector<std::string> differing(const Indicators& a, const Indicators& b) {
  std::vector<std::string> names, values;
  visit_indicators(a, [&](const auto& indicator, const IndicatorDeclaration& declaration) {
    names.emplace_back(declaration.name);
    values.emplace_back(reinterpret_cast<const char*>(indicator.values().data()),
                        indicator.values().size() * sizeof(indicator.values()[0]));
  });
  std::vector<std::string> different;
  std::size_t i = 0;
  visit_indicators(b, [&](const auto& indicator, const IndicatorDeclaration&) {
    const std::string other(reinterpret_cast<const char*>(indicator.values().data()),
                            indicator.values().size() * sizeof(indicator.values()[0]));
    if (other != values[i]) different.push_back(names[i]);
    ++i;
  });
  return different;
}

}  // namespace innochain::testing
