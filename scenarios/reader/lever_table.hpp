#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reader/kinds.hpp"
#include "scenarios/reader/scenario_file.hpp"
#include "sim/system/params.hpp"

namespace innochain {

/// A lever that a path names.
struct Lever {
  enum class Kind {
    number,
    era,
    centralization,
    allocation_rule,
    programme_mergers,
    review_weights,
    quality_bar,
    target,
    calls
  };
  std::string path;
  Kind kind = Kind::number;
  std::size_t number = 0;     ///< of a number lever: its place among the declared ones
  DesignationId designation;  ///< of a quality bar, target or call lever
};

/// What a lever is set to: changes the levers of a year.
using LeverEffect = std::function<void(Levers&, Year)>;

/// All levers of a system, by path.
class LeverTable {
 public:
  explicit LeverTable(const System& system);

  const std::vector<Lever>& levers() const { return levers_; }
  const std::vector<std::string>& paths() const { return paths_; }
  const LeverDeclaration& declaration(const Lever& lever) const { return declarations_[lever.number]; }
  /// Place of the lever with this path in `levers()`.
  std::optional<std::size_t> find(std::string_view path) const;
  /// Places of the number levers that `centralization` moves.
  const std::vector<std::size_t>& centralized() const { return centralized_; }

  /// Reads a value for the years of a span; nothing when it is not valid.
  LeverEffect read_value(Scope& scope, const Lever& lever, const Node& value, const std::string& path,
                         YearSpan years) const;
  /// The value in YAML, as read_value reads it. Empty where nothing is set (no bar, no target).
  std::string text(const Lever& lever, const Levers& levers) const;

 private:
  LeverEffect read_number(Scope& scope, const Lever& lever, const Node& value, const std::string& path,
                          YearSpan years) const;

  std::vector<Lever> levers_;
  std::vector<std::string> paths_;
  std::vector<LeverDeclaration> declarations_;
  std::vector<std::size_t> centralized_;
};

double& number_lever(Levers& levers, std::size_t number);

/// The call policy of one designation. `years` are those to which a list applies when it has no `until`.
LeverEffect call_effect(const CallFields& fields, DesignationId designation, Year list_ends);

/// An announced path {year: stock, …} as targets announced in the first of `years`.
std::optional<std::vector<Target>> read_target_path(Scope& scope, const Node& value, const std::string& path,
                                                    DesignationId designation, YearSpan years);

/// The target in force in a year among those of one designation: the latest announced; of several announced together
/// the next due.
const TargetFields* target_in_force(const std::vector<TargetFields>& targets, DesignationId designation, Year year);

}  // namespace innochain
