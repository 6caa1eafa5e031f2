#pragma once

#include <array>
#include <optional>
#include <string>

#include "calibration/prior.hpp"
#include "scenarios/reader/fields.hpp"
#include "scenarios/reader/sweep_plan.hpp"

namespace innochain {

/// In files, in the order of Distribution::Kind.
inline constexpr std::array<const char*, 5> distribution_names{"uniform", "loguniform", "normal", "lognormal", "beta"};

/// A parameter may be named without its section.
std::string full_parameter_path(const std::string& path);

/// Reads the priors and fixed parameters of a calibration file; what is wrong goes to the problems of the scope.
class PriorReader {
 public:
  PriorReader(Scope& scope, const Sweepables& sweepables) : scope_(scope), sweepables_(sweepables) {}

  /// The parameter that a path names; nothing, with a problem, if it is none that can be fitted or fixed.
  const Sweepable* parameter(const Entry& entry, const std::string& section);
  /// A prior as written: one distribution by name, and bounds. Nothing, with a problem, if it is none.
  std::optional<Distribution> distribution(const Entry& entry, const Sweepable& parameter);

 private:
  std::nullopt_t wrong(const Node& node, const std::string& path, std::string_view what);
  std::optional<std::array<double, 2>> pair(const Node& node, const std::string& path);
  std::optional<std::array<double, 2>> members(const Node& node, const std::string& path, const char* first,
                                               const char* second);
  std::optional<Distribution> named(const Entry& part, const std::string& path);
  /// Within the declared range of the parameter, which the prior may narrow but not leave.
  std::optional<Distribution> bounded(const Entry& entry, const std::string& path, const Sweepable& parameter,
                                      const Distribution& given, const std::optional<std::array<double, 2>>& bounds);

  Scope& scope_;
  const Sweepables& sweepables_;
};

}  // namespace innochain
