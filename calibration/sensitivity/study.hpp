#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "calibration/sensitivity/bootstrap.hpp"
#include "calibration/sensitivity/morris_design.hpp"
#include "calibration/sensitivity/saltelli_design.hpp"
#include "calibration/sensitivity/sobol_indices.hpp"
#include "output/comparison/terms.hpp"
#include "scenarios/reader/sweep_plan.hpp"
#include "sim/state/indicators.hpp"

namespace innochain {

/// A number that a study varies, independently of the others.
struct Factor {
  std::string path;  ///< "parameters.X", "levers.X@2016..2035", "scale.X"
  std::string unit = "1";
  AxisRange range;  ///< uniform over it, or uniform in its logarithm
};

/// One number of a run.
struct StudyOutput {
  std::string name;  ///< "zone_stock[hidz]@2020", "revenue@2026..2035:sum"
  std::string unit;
  std::string indicator;
  std::size_t member = 0;  ///< along the indicator's axis
  YearWindow window;

  /// NaN where a year has no value.
  double value(const Indicators& indicators, YearSpan simulated) const;
};

using StudyDesign = std::variant<MorrisDesign, SaltelliDesign>;

/// A sensitivity file as read: a scenario, factors around it, outputs, and the points at which it is run. Const members
/// may be called from any thread.
class SensitivityStudy {
 public:
  std::string title;
  std::string scenario_name;
  Resolved scenario;  ///< with the settings, without the factors
  std::vector<Factor> factors;
  std::vector<StudyOutput> outputs;
  std::shared_ptr<const StudyDesign> design;
  MissingRows missing = MissingRows::refuse;
  BootstrapOptions intervals;
  std::size_t replicates = 1;         ///< of every point
  std::optional<std::uint64_t> seed;  ///< master seed of the runs, if the file gives one
  /// Canonical text with all defaults and settings written out. With the YAML of the resolved scenario it says
  /// everything: equal texts make equal studies.
  std::string yaml;
  std::vector<Problem> notes;

  std::size_t n_points() const;
  bool is_morris() const { return std::holds_alternative<MorrisDesign>(*design); }
  PointRole role(std::size_t point) const;
  /// Value of a factor at a point.
  double value(std::size_t point, std::size_t factor) const;
  /// Turns a copy of the scenario's parameters, as it is or in the state of another point, into those of the point.
  void apply(std::size_t point, Params& params) const;

 private:
  friend class StudyReader;
  std::vector<AxisInScenario> axes_;  ///< by factor
  std::vector<std::size_t> order_;    ///< in which they apply: first `centralization`, which moves other levers
};

/// Reads a sensitivity file and its scenario. Settings apply to the scenario, after those of the file's `set`.
/// Throws InputError with all problems.
SensitivityStudy read_study(const std::filesystem::path& file, const ReadOptions& options = {});

/// JSON Schema (2020-12) of sensitivity files.
Json study_file_schema();

}  // namespace innochain
