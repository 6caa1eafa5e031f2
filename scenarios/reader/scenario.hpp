#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/reader/problem.hpp"
#include "sim/system/params.hpp"

namespace innochain {

struct ReadOptions {
  /// `path=value` as given with --set: `parameters.X` or plain X, `levers.X` (all years), `levers.X@2026..2035`,
  /// `scale.X`.
  std::vector<std::string> settings;
};

/// Where a value of the resolved scenario came from.
struct Origin {
  std::string path;   ///< e.g. "levers.zone_merging_rate@2016..2035", "parameters.approvals.ambition"
  std::string value;  ///< as YAML
  std::string from;   ///< "file:line", "--set …", or "default"; "… (centralization)" where the composite set it
};

struct Resolved {
  Params params;
  std::string yaml;             ///< self-contained: reading it gives the same parameters, without any other file
  std::vector<Origin> origins;  ///< of everything but the system, in a fixed order
  std::vector<Problem> notes;   ///< what `centralization` resets or leaves, settings without effect
};

/// Reads a scenario, its parents and its system, and resolves them. Precedence: settings, own file, parents, declared
/// defaults; inside one file an explicit lever beats `centralization`. Throws InputError with all problems of all
/// files.
Resolved read_scenario(const std::filesystem::path& file, const ReadOptions& options = {});

/// The same for text, with files named in it relative to the current directory. `name` stands for the file in messages.
Resolved read_scenario_text(std::string_view text, const std::string& name, const ReadOptions& options = {});

/// What a YAML file is for.
enum class FileKind { scenario, system, system_part, sweep, calibration, sensitivity, targets };

struct Node;

/// By the keys of a document.
FileKind file_kind(const Node& document);

struct Checked {
  FileKind kind = FileKind::scenario;
  std::vector<Problem> notes;
};

/// Validates a scenario, sweep or system file (see read_targets and read_study for others). Throws InputError.
Checked check_file(const std::filesystem::path& file, const ReadOptions& options = {});

}  // namespace innochain
