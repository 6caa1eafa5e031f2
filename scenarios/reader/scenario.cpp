#include "scenarios/reader/scenario.hpp"

#include <algorithm>

#include "scenarios/reader/resolver.hpp"
#include "scenarios/reader/settings.hpp"
#include "scenarios/reader/sweep.hpp"
#include "scenarios/reader/system_reader.hpp"

namespace innochain {

FileKind file_kind(const Node& document) {
  const auto has = [&](std::initializer_list<const char*> keys) {
    return std::ranges::any_of(keys, [&](const char* key) { return document.find(key) != nullptr; });
  };
  if (has({"priors"})) return FileKind::calibration;
  if (has({"series"})) return FileKind::targets;
  if (has({"factors", "outputs"})) return FileKind::sensitivity;
  if (has({"design", "axes", "scenarios"})) return FileKind::sweep;
  if (has({"extends", "regimes", "system", "overrides"})) return FileKind::scenario;
  if (has({"files"})) return FileKind::system;
  if (has({"authorities", "clusters", "provinces", "fields", "lab_types", "zone_types", "programmes", "named_labs",
           "inputs"})) {
    return document.find("schema_version") ? FileKind::system : FileKind::system_part;
  }
  return FileKind::scenario;
}

namespace {

Resolved resolve(std::vector<ScenarioDocument> chain, const ReadOptions& options, std::vector<Problem> problems) {
  if (!options.settings.empty()) chain.push_back(settings_document(options.settings, problems));
  return Resolver(std::move(chain), {}, std::move(problems)).resolve();
}

void refuse_other_kinds(const Node& document, const std::string& name) {
  const auto refuse = [&](std::string_view what) {
    throw InputError({{name, 1, 1, "", fmt::format("is {} (a scenario is expected)", what)}});
  };
  switch (file_kind(document)) {
    case FileKind::scenario:
      return;
    case FileKind::system:
      return refuse("a system file");
    case FileKind::system_part:
      return refuse("a part of a system");
    case FileKind::sweep:
      return refuse("a sweep file");
    case FileKind::calibration:
      return refuse("a calibration file");
    case FileKind::sensitivity:
      return refuse("a sensitivity file");
    case FileKind::targets:
      return refuse("a file of targets");
  }
}

}  // namespace

Resolved read_scenario(const std::filesystem::path& file, const ReadOptions& options) {
  std::vector<Problem> problems;
  auto chain = read_chain(file, problems);
  refuse_other_kinds(chain.back().document, file.generic_string());
  return resolve(std::move(chain), options, std::move(problems));
}

Resolved read_scenario_text(std::string_view text, const std::string& name, const ReadOptions& options) {
  std::vector<Problem> problems;
  Node document = parse_document(text, name, problems);
  std::vector<ScenarioDocument> chain;
  const Node* parent = document.find("extends");
  if (const auto file = parent ? as_text(*parent) : std::nullopt) chain = read_chain(*file, problems);
  chain.push_back({name, std::move(document)});
  return resolve(std::move(chain), options, std::move(problems));
}

Checked check_file(const std::filesystem::path& file, const ReadOptions& options) {
  std::vector<Problem> problems;
  const FileKind kind = file_kind(read_document(file, problems));
  const auto refuse = [&](std::string message) {
    problems.push_back({file.generic_string(), 1, 1, "", std::move(message)});
    throw InputError(problems);
  };
  switch (kind) {
    case FileKind::sweep:
      return {kind, read_sweep(file, options).notes};
    case FileKind::calibration:
      refuse("is a calibration file (a scenario, sweep or system is expected)");
      break;
    case FileKind::sensitivity:
      refuse("is a sensitivity file (a scenario, sweep or system is expected)");
      break;
    case FileKind::targets:
      refuse("is a file of targets (they are checked with the observed series)");
      break;
    case FileKind::system_part:
      refuse("is a part of a system (check the file that lists it under `files`)");
      break;
    case FileKind::scenario:
      return {kind, read_scenario(file, options).notes};
    case FileKind::system:
      break;
  }
  problems.clear();
  const Node document = read_system_document(file, problems);
  const System system = read_system(document, problems);
  read_inputs(document, system, Scale{}.years, problems);
  if (!problems.empty()) throw InputError(problems);
  return {kind, {}};
}

}  // namespace innochain
