#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/system/institutions.hpp"
#include "sim/system/levers.hpp"
#include "sim/system/parameters.hpp"

namespace innochain {

/// How finely the world is drawn.
struct Scale {
  YearSpan years{Year(1984), Year(2035)};
  int firms_per_agent = 1;      ///< high-tech firms that one simulated firm stands for, where they are many
  int proposals_per_agent = 1;  ///< grant proposals that one simulated proposal stands for
};

/// An announcement that a designation shall reach a stock.
struct Target {
  DesignationId designation;
  Year announced, by;
  int stock = 0;
  bool plan = false;  ///< an internal plan of the opening era rather than a public target
};

/// Export controls on the inputs of some categories.
struct Shock {
  std::string name, kind;
  std::vector<CategoryId> categories;
  YearSpan years;
  std::vector<double> severity;  ///< by year of the span: 0 free, 1 cut off
};

/// Everything a run reads and never changes; shared by all runs of an ensemble.
struct Params {
  std::string name, title;
  System system;
  Inputs inputs;
  Parameters parameters;
  Column<DesignationId, double> kappa, saturation_share;  ///< `approvals.kappa.NAME`, `approvals.saturation_share.NAME`
  std::vector<Regime> regimes;
  std::vector<Levers> levers;  ///< by year of the scale
  std::vector<Target> targets;
  std::vector<Shock> shocks;
  std::vector<double> budget_scale;  ///< by year: all programme budgets are multiplied by it (equal-money arms)
  Scale scale;
  std::vector<CategoryId> traced_categories;  ///< followed year by year beside the named agents

  const Levers& levers_in(Year year) const { return levers[scale.years.index(year)]; }
  /// The levers under which the calls decided in `year` were opened: those of the year before.
  const Levers& levers_before(Year year) const { return levers_in(std::max(scale.years.first, year - 1)); }
  double deflator(Year year) const { return inputs.gdp_deflator[inputs.years.index(year)]; }
};

}  // namespace innochain
