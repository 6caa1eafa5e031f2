#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/state/indicators.hpp"

namespace innochain {

/// An indicator that a result file holds, where it does not hold all.
struct KeptIndicator {
  enum class Reducer : std::uint8_t { none, sum, mean };
  std::string name;
  std::vector<std::size_t> members;  ///< along its axis; empty: all; the others are fill values
  Reducer reducer = Reducer::none;   ///< over the years; the variable is then NAME_sum_2026_2035, without a year
  std::optional<YearSpan> years;     ///< absent: all; the others are fill values
};

/// Which indicators, members and years a result file holds.
class KeptIndicators {
 public:
  /// Everything if the list is empty.
  explicit KeptIndicators(std::vector<KeptIndicator> list = {}) : list_(std::move(list)) {}

  /// Whether anything of the indicator is held, reduced or not.
  bool wants(std::string_view name) const;
  /// Whether it is held year by year.
  bool whole(std::string_view name) const;
  /// Whether it is held year by year, but not for all years and members.
  bool in_part(std::string_view name) const;
  bool holds(std::string_view name, Year year, std::size_t member) const;
  /// Sums and means over years of the indicator.
  std::vector<const KeptIndicator*> reductions(std::string_view name) const;

 private:
  std::vector<KeptIndicator> list_;
};

/// NAME_sum_2026_2035. \param years those of the file where the entry names none
std::string name_of_reduction(const KeptIndicator& kept, YearSpan years);

/// The reduced value of one member, or NaN where a year has none.
template <class Number>
double reduced(const KeptIndicator& kept, const Indicator<Number>& indicator, YearSpan simulated, std::size_t member) {
  const YearSpan years = kept.years.value_or(simulated);
  double sum = 0.0;
  for (Year year = years.first; year <= years.last; ++year) {
    if (!simulated.contains(year) || indicator.at(year, member) == Indicator<Number>::fill())
      return std::numeric_limits<double>::quiet_NaN();
    sum += static_cast<double>(indicator.at(year, member));
  }
  return kept.reducer == KeptIndicator::Reducer::mean ? sum / static_cast<double>(years.size()) : sum;
}

}  // namespace innochain
