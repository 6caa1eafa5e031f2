#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "output/kept.hpp"
#include "output/run_variable.hpp"
#include "output/table.hpp"
#include "sim/state/indicators.hpp"
#include "sim/system/params.hpp"

namespace innochain {

/// The status of a run in the file.
enum class RunStatus : std::uint8_t { done, failed };

/// A value of a swept parameter in one run; nothing where the run's arm has no such axis.
using SweptValue = std::variant<std::monostate, double, std::string>;

/// What tells one run from the others.
struct RunInfo {
  std::string scenario;  ///< one of the header's
  std::string arm;       ///< of a sweep; empty outside
  int replicate = 0;
  int draw = -1;  ///< number of the parameter draw; −1 for declared defaults
  std::uint64_t seed = 0;
  bool failed = false;
  std::string failure;            ///< why, in words
  std::vector<SweptValue> swept;  ///< in the order of the header's swept parameters
};

/// A scenario that runs in the file belong to.
struct ScenarioRecord {
  std::string name;
  const Params* params = nullptr;
  std::string yaml;  ///< resolved
};

/// A parameter or lever that differs between the runs: the variable `param.PATH`.
struct SweptParameter {
  std::string path, unit = "1";
  bool text = false;
};

/// What the file says about all its runs.
struct ResultHeader {
  std::vector<ScenarioRecord> scenarios;  ///< at least one; the params must outlive the writer
  std::string title, summary;
  std::uint64_t seed = 0;               ///< master seed
  std::string parameters = "default";   ///< where parameter values come from
  std::optional<int> last_year_fitted;  ///< of the posterior from which they were drawn
  std::vector<SweptParameter> swept;
  bool traces = true;               ///< whether named agents are kept, in /traces
  std::vector<KeptIndicator> kept;  ///< empty: all indicators
  std::size_t planned_runs = 0;     ///< 0: unknown; only the size of the chunks depends on it

  // Volatile: may differ between identical runs and does not count in the digest.
  std::string command_line;
  std::string program;  ///< name, version and commit
  std::string build;    ///< compiler, build type, libraries
  int threads = 0;
  std::string ensemble;  ///< identity of the sweep that the file completes; empty outside
};

/// Why the scenarios cannot stand in one file: category names that differ, two scenarios of one name. Empty if they
/// can. Years and named agents may differ; they are united, with fill values.
std::vector<std::string> incompatibilities(std::span<const ScenarioRecord> scenarios);

/// Writes a result file (HDF5 in netCDF-4 layout), run by run. The file appears under its name in finish(); a writer
/// that is destroyed before leaves nothing. One thread at a time.
///
/// Errors: CannotCreate (from the constructor and finish), WriteFailed (from any other member; the writer is then
/// useless), std::invalid_argument where scenarios are incompatible() or a run does not fit the header.
class ResultWriter {
 public:
  ResultWriter(std::filesystem::path path, bool force, const ResultHeader& header, const StorageOptions& storage = {});
  ~ResultWriter();
  ResultWriter(ResultWriter&&) noexcept;

  /// The next run, in the order in which runs stand in the file. The indicators of a failed run are not read.
  void append(const RunInfo& run, const Indicators& indicators);
  /// An observed series, as group /observed/NAME.
  void add_observed(const Table& series);
  /// A table of its own, as group /NAME along a dimension.
  void add_table(const Table& table, const std::string& dimension);
  /// Completes the file and gives it its name.
  void finish();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace innochain
