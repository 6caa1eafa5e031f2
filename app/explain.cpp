#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "scenarios/reader/scenario.hpp"

namespace innochain {
namespace {

struct ExplainOptions {
  std::string file;
  ReadOptions read;
  bool yaml = false, json = false, set_only = false;
};

void print_json(const std::vector<Origin>& origins) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Origin& origin : origins)
    list.push_back({{"path", origin.path}, {"value", origin.value}, {"from", origin.from}});
  fmt::print("{}\n", list.dump(2));
}

void print_table(const std::vector<Origin>& origins) {
  std::size_t path_width = 0, value_width = 0;
  constexpr std::size_t widest_value = 24;  // longer values push their origin to the right
  for (const Origin& origin : origins) {
    path_width = std::max(path_width, origin.path.size());
    if (origin.value.size() <= widest_value) value_width = std::max(value_width, origin.value.size());
  }
  for (const Origin& origin : origins)
    fmt::print("{:<{}}  {:<{}}  # {}\n", origin.path, path_width, origin.value, value_width, origin.from);
}

void explain(const ExplainOptions& options, const Context& context) {
  Resolved resolved = read_scenario(options.file, options.read);
  print_problems(context, resolved.notes);
  if (options.yaml) {
    fmt::print("{}", resolved.yaml);
    return;
  }
  if (options.set_only)
    std::erase_if(resolved.origins,
                  [](const Origin& origin) { return origin.from == "default" || origin.from == "system"; });
  if (options.json)
    print_json(resolved.origins);
  else
    print_table(resolved.origins);
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  const auto options = std::make_shared<ExplainOptions>();
  CLI::App* command = app.add_subcommand(
      "explain",
      "Examples:\n"
      "  innochain explain scenarios/baseline.yaml\n"
      "  innochain explain scenarios/baseline.yaml --set levers.centralization@2026..2035=0.8 --set-only\n"
      "  innochain explain scenarios/policies/decoupling_2018.yaml --yaml > resolved.yaml\n\n"
      "Prints the resolved scenario with where each value came from.");
  command->add_option("SCENARIO", options->file, "Scenario file")->required();
  command->add_option("--set", options->read.settings, "path=value, as if the file said so (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_flag("--set-only", options->set_only, "Leave out values that are declared defaults");
  command->add_flag("--json", options->json, "As JSON");
  command->add_flag("--yaml", options->yaml, "As one self-contained scenario file, without origins");
  command->callback([options, &context] { explain(*options, context); });
}

}  // namespace innochain
