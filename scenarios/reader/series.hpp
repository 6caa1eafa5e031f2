#pragma once

#include <utility>
#include <vector>

#include "scenarios/reader/kinds.hpp"

/// Numbers given for some years, and their values in the years between.
namespace innochain {

using YearValue = std::pair<Year, double>;

/// A mapping of years to numbers that are not negative; read in the order of the years.
struct SeriesKind {
  double high = std::numeric_limits<double>::infinity();
};

bool read(Scope& scope, const Node& node, const std::string& path, const SeriesKind& kind, std::vector<YearValue>& out);
Json schema(const SeriesKind& kind);

/// The value in a year: linear between the given years, constant before the first and after the last.
/// \param values at least one, in the order of the years
double linear_between(const std::vector<YearValue>& values, Year year);

}  // namespace innochain
