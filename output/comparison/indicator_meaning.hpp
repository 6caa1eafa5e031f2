#pragma once

#include <string>
#include <string_view>

namespace innochain {

/// Which direction of an indicator is meant to be better. `none` where opinions differ (concentration, numbers of
/// labs).
enum class Goal { none, more, less };

/// What stands for an indicator as a whole that is kept by category.
enum class OverCategories { sum, mean, nothing };

struct IndicatorMeaning {
  Goal goal = Goal::none;
  OverCategories whole = OverCategories::nothing;
};

/// From a declared table; what the table does not know has no goal, and is summed over categories where it is a whole
/// number (`whole_number`) or a sum over the year (`cell_methods`).
IndicatorMeaning meaning_of(std::string_view indicator, bool whole_number, std::string_view cell_methods);

/// "more", "less" or "".
const char* goal_name(Goal goal);

/// A difference in the direction of the goal: positive is better.
inline double towards(Goal goal, double difference) {
  return goal == Goal::less ? -difference : difference;
}

}  // namespace innochain
