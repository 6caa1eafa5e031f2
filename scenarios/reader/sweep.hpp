#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/reader/scenario.hpp"
#include "scenarios/reader/sweep_keep.hpp"

namespace innochain {

class SweepPlan;

/// The value of an axis in an arm; nothing where the arm keeps the scenario's own.
using AxisValue = std::variant<std::monostate, double, std::string>;

/// A parameter, lever or scale that the arms of a sweep vary.
struct SweepAxis {
  std::string path;  ///< "parameters.X", "levers.X", "scale.X"; with "@2026..2035" where one path is varied twice
  std::string unit = "1";
  bool text = false;  ///< whether its values are text; otherwise all are numbers
};

/// One scenario at one point of the design.
struct SweepArm {
  std::size_t scenario = 0;
  std::size_t point = 0;
  std::string name;               ///< "baseline, centralization=0.25, allocation_rule=merit", "baseline, point 17"
  std::vector<AxisValue> values;  ///< in the order of the axes
};

/// A sweep as read: scenarios × points of a design, and how often and how each arm is run. Arms are numbered point by
/// point, with the scenarios of a point together. They are computed when asked for, so that memory hardly depends on
/// their number. Const members may be called from any thread.
class Sweep {
 public:
  std::string title;
  std::vector<std::string> scenario_names;
  std::vector<Resolved> scenarios;  ///< with the settings, without the axes
  std::vector<SweepAxis> axes;
  int replicates = 1;                 ///< of every arm
  std::optional<std::uint64_t> seed;  ///< master seed, if the file gives one
  std::optional<Year> branch_from;    ///< all arms share the years before
  std::vector<Kept> keep;             ///< empty: everything
  /// Where parameters come from: "default", "prior", "posterior", a posterior file (relative to this one), or nothing
  /// where the file does not say.
  std::string parameter_source;
  std::string baseline;  ///< one of the scenarios, or empty
  /// Canonical text with all defaults and settings written out, and the rows of a CSV file. Together with the YAML of
  /// the resolved scenarios it says everything: equal texts make equal arms.
  std::string yaml;
  std::vector<Problem> notes;  ///< the number of arms and runs, axes without effect, notes of the scenarios

  std::size_t n_points() const;
  std::size_t n_arms() const { return n_points() * scenarios.size(); }
  std::size_t scenario_of(std::size_t arm) const { return arm % scenarios.size(); }
  SweepArm arm(std::size_t arm) const;

  /// Turns a copy of the parameters of the arm's scenario into those of the arm: what reading the scenario with the
  /// axes as one more file would give (--set > axes > the scenario's files). Microseconds, no YAML.
  /// \param params a copy of `scenarios[scenario_of(arm)].params`, as it is or in the state of another arm of it
  void apply(std::size_t arm, Params& params) const;

 private:
  friend class SweepReader;
  std::shared_ptr<const SweepPlan> plan_;
};

/// Reads a sweep file and its scenarios. Settings apply to all scenarios and beat the axes, after those of the file's
/// `set`. Throws InputError with all problems of all files.
Sweep read_sweep(const std::filesystem::path& file, const ReadOptions& options = {});

}  // namespace innochain
