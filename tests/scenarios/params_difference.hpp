#pragma once

#include <fmt/format.h>

#include <bit>
#include <string>

#include "sim/system/params.hpp"

namespace innochain::testing {

/// Notes the first of many things that differs, bit for bit (NaN equals NaN).
class Difference {
 public:
  void compare(double a, double b, const std::string& what) {
    if (found_.empty() && std::bit_cast<std::uint64_t>(a) != std::bit_cast<std::uint64_t>(b))
      found_ = fmt::format("{}: {} and {}", what, a, b);
  }
  void compare_all(const auto& a, const auto& b, const std::string& what) {
    if (a.size() != b.size() && found_.empty()) found_ = what + ": length";
    auto other = b.begin();
    for (auto one = a.begin(); found_.empty() && one != a.end(); ++one, ++other) compare(*one, *other, what);
  }
  void require(bool same, const std::string& what) {
    if (found_.empty() && !same) found_ = what;
  }
  const std::string& found() const { return found_; }

 private:
  std::string found_;
};

inline void compare_levers(const Levers& a, const Levers& b, const std::string& year, Difference& difference) {
  std::vector<double> values;
  visit_number_levers(a, [&](double value, const LeverDeclaration&) { values.push_back(value); });
  std::size_t i = 0;
  visit_number_levers(b, [&](double value, const LeverDeclaration& declaration) {
    difference.compare(values[i++], value, std::string(declaration.path) + year);
  });
  difference.require(a.era == b.era, "era" + year);
  difference.compare(a.centralization, b.centralization, "centralization" + year);
  difference.require(a.allocation_rule == b.allocation_rule, "allocation_rule" + year);
  difference.require(a.programme_mergers == b.programme_mergers, "programme_mergers" + year);
  difference.compare_all(a.review.weights, b.review.weights, "review.weights" + year);
  difference.compare_all(a.quality_bar, b.quality_bar, "quality_bar" + year);
  difference.compare_all(a.target, b.target, "targets" + year);
  for (const DesignationId k : all<DesignationId>(a.calls.size())) {
    difference.require(a.calls[k].kind == b.calls[k].kind, "calls" + year);
    difference.compare(a.calls[k].probability, b.calls[k].probability, "call probability" + year);
  }
}

/// The first thing in which two sets of parameters of one system differ, bit for bit; empty if nothing does. Names and
/// titles are not compared.
inline std::string difference(const Params& a, const Params& b) {
  Difference difference;
  std::vector<double> values;
  visit_parameters(a.parameters, [&](double value, const Declaration&) { values.push_back(value); });
  std::size_t i = 0;
  visit_parameters(b.parameters, [&](double value, const Declaration& declaration) {
    difference.compare(values[i++], value, std::string(declaration.path));
  });
  difference.compare_all(a.kappa, b.kappa, "kappa");
  difference.compare_all(a.saturation_share, b.saturation_share, "saturation_share");
  difference.require(a.scale.years == b.scale.years && a.levers.size() == b.levers.size(), "years");
  if (!difference.found().empty()) return difference.found();
  for (std::size_t year = 0; year < a.levers.size(); ++year)
    compare_levers(a.levers[year], b.levers[year], fmt::format(" in {}", a.scale.years.first.value() + int(year)),
                   difference);
  difference.require(a.targets.size() == b.targets.size(), "number of targets");
  for (std::size_t k = 0; k < std::min(a.targets.size(), b.targets.size()); ++k) {
    const Target &x = a.targets[k], &y = b.targets[k];
    difference.require(x.designation == y.designation && x.announced == y.announced && x.by == y.by &&
                           x.stock == y.stock && x.plan == y.plan,
                       fmt::format("targets[{}]", k));
  }
  difference.require(a.scale.firms_per_agent == b.scale.firms_per_agent, "firms_per_agent");
  difference.require(a.scale.proposals_per_agent == b.scale.proposals_per_agent, "proposals_per_agent");
  difference.compare_all(a.budget_scale, b.budget_scale, "budget_scale");
  difference.require(a.inputs.years == b.inputs.years, "input years");
  for (const ProgrammeId p : all<ProgrammeId>(a.inputs.budget_mcny.size()))
    difference.compare_all(a.inputs.budget_mcny[p], b.inputs.budget_mcny[p], "budget_mcny");
  difference.require(a.shocks.size() == b.shocks.size(), "number of shocks");
  for (std::size_t k = 0; k < std::min(a.shocks.size(), b.shocks.size()); ++k) {
    difference.require(a.shocks[k].name == b.shocks[k].name && a.shocks[k].years == b.shocks[k].years, "shocks");
    difference.compare_all(a.shocks[k].severity, b.shocks[k].severity, "severity");
  }
  difference.require(a.traced_categories == b.traced_categories, "traced categories");
  return difference.found();
}

}  // namespace innochain::testing
