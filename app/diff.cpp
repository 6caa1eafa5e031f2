#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <set>
#include <sstream>

#include "app/commands.hpp"
#include "scenarios/reader/scenario.hpp"

namespace innochain {
namespace {

struct DiffOptions {
  std::string first, second;
  ReadOptions read;
};

/// A value that holds for a year, or (year 0) for good.
using ValueKey = std::pair<std::string, int>;
using KeyedValues = std::vector<std::pair<ValueKey, std::string>>;

/// The values of a scenario year by year, in the order of the origins.
KeyedValues yearly_values(const std::vector<Origin>& origins) {
  KeyedValues values;
  for (const Origin& origin : origins) {
    const std::size_t at = origin.path.find('@');
    const auto in = [&](std::string_view section) { return origin.path.starts_with(section); };
    if (at == std::string::npos || !(in("levers.") || in("budget.") || in("shocks."))) {
      values.push_back({{origin.path, 0}, origin.value});
      continue;
    }
    int first = 0;
    const char* end = origin.path.data() + origin.path.size();
    const auto [rest, error] = std::from_chars(origin.path.data() + at + 1, end, first);
    int last = first;
    if (rest + 2 < end) std::from_chars(rest + 2, end, last);
    for (int year = first; year <= last; ++year) values.push_back({{origin.path.substr(0, at), year}, origin.value});
  }
  return values;
}

struct Difference {
  std::string path, first, second;
  int from = 0, to = 0;
};

std::vector<Difference> differences(const KeyedValues& first, const KeyedValues& second) {
  const std::map<ValueKey, std::string> a(first.begin(), first.end()), b(second.begin(), second.end());
  std::map<ValueKey, std::string> keys = a;
  keys.insert(b.begin(), b.end());
  const auto text = [](const std::map<ValueKey, std::string>& values, const ValueKey& key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string("-") : found->second;
  };
  std::vector<Difference> list;
  for (const auto& [key, value] : keys) {
    const std::string in_a = text(a, key), in_b = text(b, key);
    if (in_a == in_b) continue;
    const auto& [path, year] = key;
    if (!list.empty() && list.back().path == path && list.back().to == year - 1 && list.back().first == in_a &&
        list.back().second == in_b) {
      list.back().to = year;
    } else {
      list.push_back({path, in_a, in_b, year, year});
    }
  }
  return list;
}

/// The lines of the system and its inputs in a resolved scenario.
std::set<std::string> system_lines(const std::string& yaml) {
  std::istringstream stream(yaml.substr(yaml.find("\nsystem:")));
  std::set<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.insert(line);
  return lines;
}

void print_missing(char sign, const std::set<std::string>& lines, const std::set<std::string>& other) {
  for (const std::string& line : lines) {
    if (!other.contains(line)) fmt::print("{} system:{}\n", sign, line);
  }
}

void diff(const DiffOptions& options, Context& context) {
  const Resolved first = read_scenario(options.first, options.read),
                 second = read_scenario(options.second, options.read);
  const auto list = differences(yearly_values(first.origins), yearly_values(second.origins));
  for (const Difference& d : list) {
    const std::string years = d.from == 0      ? ""
                              : d.from == d.to ? fmt::format("@{}", d.from)
                                               : fmt::format("@{}..{}", d.from, d.to);
    fmt::print("{}{}: {} | {}\n", d.path, years, d.first, d.second);
  }
  const auto a = system_lines(first.yaml), b = system_lines(second.yaml);
  print_missing('-', a, b);
  print_missing('+', b, a);
  if (!list.empty() || a != b) context.exit_code = exit_difference;
}

}  // namespace

void add_diff(CLI::App& app, Context& context) {
  const auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand(
      "diff",
      "Examples:\n"
      "  innochain diff scenarios/baseline.yaml scenarios/policies/commercialization_first.yaml\n\n"
      "Prints what differs between two resolved scenarios, `path: first | second`; exit code 1 if anything does.");
  command->add_option("A", options->first, "Scenario file")->required();
  command->add_option("B", options->second, "Scenario file")->required();
  command->add_option("--set", options->read.settings, "path=value for both (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command->callback([options, &context] { diff(*options, context); });
}

}  // namespace innochain
