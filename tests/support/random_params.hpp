#pragma once

#include <random>

#include "tests/support/small_world.hpp"

namespace innochain::testing {

/// Parameters and levers of the small country, each left at its default or drawn from its declared range; calls of
/// every kind. The same for the same seed.
inline Params random_small_params(std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  const auto one_in = [&](std::uint64_t n) { return bits() % n == 0; };
  const auto unit = [&] { return static_cast<double>(bits() >> 11) * 0x1.0p-53; };
  const auto redraw = [&](double& value, const Declaration& declaration) {
    if (one_in(3))
      value = declaration.low + unit() * (declaration.high - declaration.low);
    else if (one_in(12))
      value = one_in(2) ? declaration.low : declaration.high;
  };
  Params params =
      small_params({Year(1995 + static_cast<int>(bits() % 12)), Year(2012 + static_cast<int>(bits() % 16))});
  visit_parameters(params.parameters, redraw);
  // Few firms, so that thousands of runs are quick.
  ChainParameters::Firms& firms = params.parameters.chain.firms;
  firms.initial_count = std::min(firms.initial_count, 500.0 * unit());
  firms.entry_floor = std::min(firms.entry_floor, 20.0);
  firms.agents_at_least = std::min(firms.agents_at_least, 200.0);
  firms.agents_at_most = std::min(firms.agents_at_most, 1e4);
  params.scale.firms_per_agent = 1 + static_cast<int>(bits() % 60);
  Levers levers = params.levers.front();
  visit_number_levers(levers, redraw);
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    if (one_in(6)) visit_number_levers(levers, redraw);
    Levers& own = params.levers[params.scale.years.index(year)];
    const Era era = own.era;
    own = levers;
    own.era = era;
    own.allocation_rule = static_cast<AllocationRule>(bits() % 4);
    own.programme_mergers = !one_in(4);
    for (CallLever& call : own.calls) {
      call.kind = static_cast<CallLever::Kind>(bits() % 4);
      if (one_in(3)) call.probability = unit();
    }
    for (double& target : own.target)
      if (one_in(3)) target = unit() * 80.0;
    for (double& bar : own.quality_bar)
      if (one_in(4)) bar = 3.0 * unit() - 1.0;
    params.budget_scale[params.scale.years.index(year)] = 2.0 * unit();
  }
  params.scale.proposals_per_agent = 1 + static_cast<int>(bits() % 30);
  return params;
}

}  // namespace innochain::testing
