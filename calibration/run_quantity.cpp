#include "calibration/run_quantity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "calibration/simulated_quantity.hpp"
#include "output/result_layout.hpp"

namespace innochain {

namespace {

/// Finds what a term selects along the axis of its indicator, as positions in a year's row.
class TermResolver {
 public:
  TermResolver(const Pattern& pattern, const System& system) : pattern_(pattern), system_(system) {}

  std::vector<std::size_t> positions(const SimulatedTerm& term) const {
    if (term.trace) fail(term, "is a trace of a named agent, which no calibration reads");
    const std::vector<std::string> dimensions = dimensions_of(axis_of(term));
    for (const auto& [dimension, names] : term.select)
      if (std::ranges::find(dimensions, dimension) == dimensions.end())
        fail(term, fmt::format("cannot be selected along `{}` (it has {})", dimension, fmt::join(dimensions, ", ")));
    std::vector<std::size_t> positions{0};
    for (const std::string& dimension : dimensions) extend(positions, term, dimension);
    return positions;
  }

 private:
  Axis axis_of(const SimulatedTerm& term) const {
    std::optional<Axis> axis;
    visit_indicators(none_, [&](const auto&, const IndicatorDeclaration& declaration) {
      if (declaration.name == term.variable) axis = declaration.axis;
    });
    if (!axis) fail(term, "is no indicator (see `innochain describe indicators`)");
    return *axis;
  }

  /// Positions along one more dimension, which varies faster than those before.
  void extend(std::vector<std::size_t>& positions, const SimulatedTerm& term, const std::string& dimension) const {
    const auto selected = term.select.find(dimension);
    if (selected == term.select.end()) fail(term, fmt::format("has the dimension {0} (select: {{{0}: …}})", dimension));
    const std::vector<std::string> labels = labels_along(dimension);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; selected->second.empty() && i < labels.size(); ++i) places.push_back(i);
    for (const std::string& name : selected->second) {
      const auto found = std::ranges::find(labels, name);
      if (found == labels.end()) fail(term, fmt::format("has no {} along {}", name, dimension));
      places.push_back(static_cast<std::size_t>(found - labels.begin()));
    }
    std::vector<std::size_t> extended;
    for (const std::size_t position : positions)
      for (const std::size_t place : places) extended.push_back(position * labels.size() + place);
    positions = std::move(extended);
  }

  std::vector<std::string> labels_along(const std::string& dimension) const {
    for (CategoryAxis& axis : category_axes(system_))
      if (axis.name == dimension) return std::move(axis.values);
    return {};
  }

  [[noreturn]] void fail(const SimulatedTerm& term, const std::string& what) const {
    Problem problem = pattern_.place;
    problem.message = fmt::format("{} {}", term.variable, what);
    throw InputError({problem});
  }

  const Pattern& pattern_;
  const System& system_;
  const Indicators none_;
};

}  // namespace

RunQuantity::RunQuantity(const Pattern& pattern, const System& system) : pattern_(&pattern) {
  const TermResolver resolver(pattern, system);
  visit_terms(pattern.quantity, YearSpan{}, [&](const SimulatedTerm& term, YearSpan) {
    if (std::ranges::find(terms_, &term, &Term::term) == terms_.end())
      terms_.push_back({&term, resolver.positions(term)});
  });
}

double RunQuantity::value(const Indicators& run, YearSpan simulated, YearSpan years) const {
  return value_of(pattern_->quantity, years,
                  [&](const SimulatedTerm& term, Year year) { return value(run, simulated, term, year); });
}

double RunQuantity::value(const Indicators& run, YearSpan simulated, const SimulatedTerm& term, Year year) const {
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  if (!simulated.contains(year)) return missing;
  const std::vector<std::size_t>& positions = std::ranges::find(terms_, &term, &Term::term)->positions;
  double sum = 0.0;
  visit_indicators(run, [&](const auto& values, const IndicatorDeclaration& declaration) {
    if (declaration.name != term.variable) return;
    for (const std::size_t position : positions) {
      const auto value = values.at(year, position);
      sum += value == values.fill() ? missing : static_cast<double>(value);
    }
  });
  return sum;
}

}  // namespace innochain
