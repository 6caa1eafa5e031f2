#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
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

/// Luck that a calibrated draw fixes: a past that fits what was observed is re-run bit for bit, while the years after
/// it have the run's own luck.
struct PinnedLuck {
  Year last;                    ///< year whose luck is fixed
  std::uint64_t seed = 0;       ///< of the years up to `last`, in place of the run's own seed …
  std::uint32_t replicate = 0;  ///< … and replicate
  /// By designation: the replicates whose luck its calls and quotas have, by year of the scale, the last of them in all
  /// years after it too; 0 stands for the one above.
  Column<DesignationId, std::vector<std::uint32_t>> approvals;

  std::uint32_t of_approvals(DesignationId k, std::size_t year) const {
    return approvals[k][std::min(year, approvals[k].size() - 1)];
  }
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
  std::optional<PinnedLuck> pinned_luck;
  /// Only the steps that decide who is designated are run: no money, research, knowledge or firms, which reach the
  /// number of approvals by small feedbacks alone (docs/odd.md, "The institutions alone"). For calibration.
  bool institutions_only = false;
  Column<DesignationId, std::uint8_t> left_out;  ///< 1: not simulated, and nobody designated; empty: none

  const Levers& levers_in(Year year) const { return levers[scale.years.index(year)]; }
  /// The levers under which the calls decided in `year` were opened: those of the year before.
  const Levers& levers_before(Year year) const { return levers_in(std::max(scale.years.first, year - 1)); }
  bool simulates(DesignationId k) const { return left_out.empty() || !left_out[k]; }
  /// The streams that decide on a designation's calls and quotas. \param streams of all else in the year
  Streams approval_streams(const Streams& streams, Year year, DesignationId k) const {
    if (!pinned_luck || year > pinned_luck->last) return streams;
    const std::uint32_t replicate = pinned_luck->of_approvals(k, scale.years.index(year));
    return replicate > 0 ? Streams(pinned_luck->seed, replicate) : streams;
  }
  double deflator(Year year) const { return inputs.gdp_deflator[inputs.years.index(year)]; }
};

}  // namespace innochain
