#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "app/commands.hpp"
#include "app/observed_folder.hpp"
#include "calibration/calibration_file.hpp"
#include "calibration/observed.hpp"
#include "calibration/sensitivity/study.hpp"
#include "calibration/targets.hpp"
#include "scenarios/reader/document.hpp"
#include "scenarios/reader/scenario.hpp"

namespace innochain {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  ReadOptions read;
};

const char* name_of(FileKind kind) {
  switch (kind) {
    case FileKind::system:
    case FileKind::system_part:
      return "system";
    case FileKind::sweep:
      return "sweep";
    case FileKind::targets:
      return "targets";
    case FileKind::sensitivity:
      return "sensitivity";
    case FileKind::calibration:
      return "calibration";
    default:
      return "scenario";
  }
}

/// Validates a file of any kind. Throws InputError.
Checked check_any(const std::string& file, const ReadOptions& options) {
  std::vector<Problem> reported_by_the_reader;
  const FileKind kind = file_kind(read_document(file, reported_by_the_reader));
  if (kind == FileKind::sensitivity) return {kind, read_study(file, options).notes};
  if (kind == FileKind::calibration) {
    CalibrationOptions own;
    own.scenario = options;
    return {kind, read_calibration(file, observed_folder(), own).notes};
  }
  if (kind != FileKind::targets) return check_file(file, options);
  read_targets(file, read_observed(observed_folder()));
  return {kind, {}};
}

void check(const CheckOptions& options, Context& context) {
  std::vector<Problem> problems;
  for (const std::string& file : options.files) {
    try {
      const Checked checked = check_any(file, options.read);
      print_problems(context, checked.notes);
      if (!context.quiet) fmt::print("{}: {} ok\n", file, name_of(checked.kind));
    } catch (const InputError& error) {
      print_problems(context, error.problems());
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) context.exit_code = InputError(problems).exit_code();
}

}  // namespace

void add_check(CLI::App& app, Context& context) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check",
      "Examples:\n"
      "  innochain check scenarios/baseline.yaml scenarios/policies/*.yaml\n"
      "  innochain check scenarios/system/china.yaml scenarios/sweeps/*.yaml calibration/china.yaml\n"
      "  innochain check scenarios/sensitivity/*.yaml\n\n"
      "Validates scenario, sweep, sensitivity, calibration and system files, and targets, and prints every problem.");
  command->add_option("FILE", options->files, "Files to check")->required();
  command->add_option("--set", options->read.settings, "path=value, as if the file said so (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->callback([options, &context] { check(*options, context); });
}

}  // namespace innochain
