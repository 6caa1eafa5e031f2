#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "output/run_store.hpp"
#include "sim/state/indicators.hpp"

namespace innochain {

/// A demand on the 95 % interval (Student's t) of the mean of an indicator in a year: half its width shall be at most
/// `half_width`, of the mean's size or, if `absolute`, of the indicator's unit.
struct PrecisionRule {
  std::string indicator;
  std::size_t member = 0;  ///< along the indicator's axis
  Year year;
  double half_width = 0.0;
  bool absolute = false;
};

/// Finds "self_reliance" or "zone_stock[hidz]" among the indicators: its name, and the place along its axis. Returns
/// what is wrong with the text, or nothing.
std::string find_indicator(std::string_view text, const System& system, std::string& indicator, std::size_t& member);

/// Reads "self_reliance@2035=0.01", "zone_stock[hidz]@2030=2abs". Returns the rule, or what is wrong with the text.
std::variant<PrecisionRule, std::string> read_precision(std::string_view text, const System& system, YearSpan years);

/// Half the width of the 95 % interval of a mean, by Student's t; infinite for fewer than two values.
double half_width_95(std::span<const double> values);

/// How many replicates each arm needs: it is judged after every batch of 16, and ends when all rules hold or at the
/// cap. The decision depends on the values alone, whoever computed them and in which order. Runs are numbered
/// replicate × arms + arm.
class PrecisionPlan {
 public:
  static constexpr std::size_t batch = 16;

  PrecisionPlan(std::vector<PrecisionRule> rules, std::size_t n_arms, std::size_t most_replicates);

  /// A finished run: its values, or nothing where it failed.
  void set(std::size_t run, const Indicators* indicators);
  /// Runs that are needed next, by arms of the shard; empty when every arm has ended.
  std::vector<std::size_t> next(Shard arms = {}) const;
  /// All runs of the plan as far as it is decided, in the order of their numbers.
  std::vector<std::size_t> chosen() const;
  /// Arms that met all rules.
  std::size_t n_precise() const;

 private:
  struct ArmPlan {
    std::size_t n_replicates = 0;  ///< that are part of the plan so far
    bool ended = false, precise = false;
  };
  ArmPlan judged(std::size_t arm) const;
  bool precise(std::size_t arm, std::size_t n_replicates) const;

  std::vector<PrecisionRule> rules_;
  std::size_t n_arms_, most_;
  std::vector<std::uint8_t> done_;
  std::vector<double> values_;  ///< run by run, rules within; NaN where a run failed
};

}  // namespace innochain
