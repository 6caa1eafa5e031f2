#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/observed_folder.hpp"
#include "app/own_input.hpp"
#include "app/short_number.hpp"
#include "app/table.hpp"
#include "app/version.hpp"
#include "calibration/observed.hpp"
#include "calibration/pattern_report.hpp"
#include "output/errors.hpp"
#include "output/text_file.hpp"

namespace innochain {
namespace {

namespace fs = std::filesystem;

struct PatternsOptions {
  std::string result, scenario, group, patterns, csv, json;
  bool force = false;
};

/// The shipped file stands beside the shipped series.
fs::path shipped_patterns() {
  return fs::path(observed_series).parent_path() / "patterns.yaml";
}

const char* standing_name(Standing standing) {
  switch (standing) {
    case Standing::inside:
      return "inside";
    case Standing::outside:
      return "outside";
    case Standing::not_in_file:
      break;
  }
  return "not in this file";
}

std::string interval_text(double low, double high) {
  if (std::isinf(low)) return "below " + short_number(high);
  if (std::isinf(high)) return "above " + short_number(low);
  return fmt::format("[{}, {}]", short_number(low), short_number(high));
}

std::string years_text(YearSpan years) {
  return years.first == years.last ? fmt::format("{}", years.first.value())
                                   : fmt::format("{}-{}", years.first.value(), years.last.value());
}

const char* verdict(Standing standing) {
  switch (standing) {
    case Standing::inside:
      return "yes";
    case Standing::outside:
      return "no";
    case Standing::not_in_file:
      break;
  }
  return standing_name(standing);
}

std::vector<std::string> printed_row(const PatternResult& result) {
  const KnownValue& known = *result.known;
  const std::string interval = interval_text(known.low, known.high);
  std::string simulated = "-";
  if (result.simulated) {
    simulated = fmt::format("{} {}", short_number(result.simulated->median),
                            interval_text(result.simulated->low, result.simulated->high));
    if (result.simulated->n_left_out > 0) simulated += fmt::format(" -{}", result.simulated->n_left_out);
  }
  return {result.pattern->name,
          years_text(known.years) + (known.must ? "*" : ""),
          known.value ? fmt::format("{} {}", short_number(*known.value), interval) : interval,
          simulated,
          result.ratio ? fmt::format("{:.2f}", *result.ratio) : "-",
          verdict(result.standing),
          result.pattern->unit};
}

std::string count_text(const PatternCounts& counts) {
  return fmt::format("{} of {} inside", counts.inside, counts.compared());
}

void print_report(const PatternReport& report) {
  for (const std::string& group : pattern_groups()) {
    PrintedTable table{{"pattern", "years", "observed", "median [90 % interval]", "ratio", "inside", "unit"}, {}, 7};
    for (const PatternResult& result : report.results) {
      if (result.pattern->group == group) table.rows.push_back(printed_row(result));
    }
    if (table.rows.empty()) continue;
    fmt::print("{}: {}\n", group, count_text(count_patterns(report, group)));
    print_table(table, TableFormat::text);
    fmt::print("\n");
  }
}

void print_legend(const PatternReport& report) {
  const auto any = [&](auto is_so) { return std::ranges::any_of(report.results, is_so); };
  if (any([](const PatternResult& result) { return result.known->must.has_value(); })) fmt::print("* must hold\n");
  if (any([](const PatternResult& result) { return result.simulated && result.simulated->n_left_out > 0; }))
    fmt::print("-N after an interval: N replicates without this value are left out\n");
}

void print_summary(const PatternReport& report) {
  print_legend(report);
  const PatternCounts all = count_patterns(report);
  std::vector<std::string> by_group;
  for (const std::string& group : pattern_groups()) {
    const PatternCounts counts = count_patterns(report, group);
    if (counts.compared() + counts.not_in_file > 0)
      by_group.push_back(fmt::format("{} {}/{}", group, counts.inside, counts.compared()));
  }
  fmt::print("Scenario {}, {} replicates: {}; misses: {} too low, {} too high; {} not in this file.\n", report.scenario,
             report.n_runs, count_text(all), all.too_low, all.too_high, all.not_in_file);
  fmt::print("By group: {}.\n", fmt::join(by_group, ", "));
  fmt::print("{} of {} rows that must hold do{}\n", all.must - all.must_failed, all.must,
             all.must_failed > 0 ? "; these do not:" : ".");
  for (const PatternResult& result : report.results) {
    if (result.must_failure.empty()) continue;
    fmt::print("  {} {}: {}\n    must hold: {}\n", result.pattern->name, years_text(result.known->years),
               result.must_failure, result.known->must->reason);
  }
}

void write_file(const std::string& path, bool force, const std::string& text) {
  TextFile file(path, force);
  file.write(text);
  file.finish();
}

/// One row with all that is known of it. Infinite and missing numbers are null.
nlohmann::ordered_json json_row(const PatternResult& result) {
  const auto number = [](double value) -> nlohmann::ordered_json {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nullptr;
  };
  const KnownValue& known = *result.known;
  const double none = std::nan("");
  const SimulatedRange simulated = result.simulated.value_or(SimulatedRange{none, none, none, 0, 0});
  return {{"pattern", result.pattern->name},
          {"group", result.pattern->group},
          {"title", result.pattern->title},
          {"first_year", known.years.first.value()},
          {"last_year", known.years.last.value()},
          {"unit", result.pattern->unit},
          {"value", number(known.value.value_or(none))},
          {"low", number(known.low)},
          {"high", number(known.high)},
          {"confidence", known.confidence},
          {"level", known.level},
          {"source", known.source},
          {"simulated_median", number(simulated.median)},
          {"simulated_low", number(simulated.low)},
          {"simulated_high", number(simulated.high)},
          {"replicates", simulated.n_replicates},
          {"left_out", simulated.n_left_out},
          {"ratio", number(result.ratio.value_or(none))},
          {"status", standing_name(result.standing)},
          {"missing", result.missing},
          {"must", known.must.has_value()},
          {"must_failure", result.must_failure}};
}

std::string field_of(const nlohmann::ordered_json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? csv_field(value.get_ref<const std::string&>()) : value.dump();
}

std::string csv_text(const PatternReport& report) {
  const auto line = [](const nlohmann::ordered_json& row, auto field) {
    std::vector<std::string> fields;
    for (const auto& [name, value] : row.items()) fields.push_back(field(name, value));
    return fmt::format("{}\n", fmt::join(fields, ","));
  };
  const Pattern no_pattern;
  const KnownValue nothing_known;
  PatternResult nothing;
  nothing.pattern = &no_pattern;
  nothing.known = &nothing_known;
  std::string text = line(json_row(nothing), [](const std::string& name, const auto&) { return name; });
  for (const PatternResult& result : report.results)
    text += line(json_row(result), [](const std::string&, const auto& value) { return field_of(value); });
  return text;
}

nlohmann::ordered_json json_counts(const PatternCounts& counts) {
  return {{"inside", counts.inside},          {"compared", counts.compared()}, {"too_low", counts.too_low},
          {"too_high", counts.too_high},      {"must", counts.must},           {"must_failed", counts.must_failed},
          {"not_in_file", counts.not_in_file}};
}

std::string json_text(const PatternReport& report) {
  nlohmann::ordered_json document{
      {"scenario", report.scenario}, {"replicates", report.n_runs}, {"summary", json_counts(count_patterns(report))}};
  for (const std::string& group : pattern_groups()) {
    const PatternCounts counts = count_patterns(report, group);
    if (counts.compared() + counts.not_in_file > 0) document["groups"][group] = json_counts(counts);
  }
  document["rows"] = nlohmann::ordered_json::array();
  for (const PatternResult& result : report.results) document["rows"].push_back(json_row(result));
  return document.dump(2) + "\n";
}

/// A word of the command line that is not among those the files know.
void check_word(const char* option, const std::string& word, const std::vector<std::string>& known) {
  if (std::ranges::find(known, word) == known.end()) {
    throw CLI::ValidationError(option, fmt::format("`{}` is not there (known: {}).{}", word, fmt::join(known, ", "),
                                                   did_you_mean(word, known)));
  }
}

void compare_with_patterns(const PatternsOptions& options, Context& context) {
  if (!options.csv.empty() && options.csv == options.json)
    throw CLI::ValidationError("--json", "is the same file as --csv");
  const PatternFile patterns = read_patterns(options.patterns.empty() ? shipped_patterns() : fs::path(options.patterns),
                                             read_observed(observed_folder()));
  const std::vector<std::string> scenarios = scenarios_of(options.result);
  const std::string scenario = options.scenario.empty() ? scenarios.front() : options.scenario;
  check_word("--scenario", scenario, scenarios);
  const PatternReport report = evaluate_patterns(patterns, options.result, scenario, options.group);
  refuse_shared_outputs({{"--csv", options.csv}, {"--json", options.json}});
  refuse_own_input(options.csv, {options.result});
  refuse_own_input(options.json, {options.result});
  if (!options.csv.empty()) write_file(options.csv, options.force, csv_text(report));
  if (!options.json.empty()) write_file(options.json, options.force, json_text(report));
  print_report(report);
  print_summary(report);
  if (count_patterns(report).must_failed > 0) context.exit_code = exit_difference;
}

}  // namespace

void add_patterns(CLI::App& app, Context& context) {
  const auto options = std::make_shared<PatternsOptions>();
  CLI::App* command = app.add_subcommand(
      "patterns",
      "Examples:\n"
      "  innochain patterns out/baseline.h5\n"
      "  innochain patterns out/baseline.h5 --group firms\n"
      "  innochain patterns out/baseline.h5 --json out/patterns.json --csv out/patterns.csv\n\n"
      "Prints what is known of the system against what the replicates of a scenario do. A row is inside when the "
      "observed interval (the value\n"
      "with its error) and the simulated 90 % interval overlap; the ratio of median to observed value shows what a "
      "wide interval may hide.\n"
      "Exit code 1 if a row that must hold is outside, or not in this file.");
  command->add_option("FILE", options->result, "Result file")->required();
  command->add_option("--scenario", options->scenario, "Scenario of the file (default: the first)");
  command->add_option("--group", options->group, "Only this group of patterns")->check(CLI::IsMember(pattern_groups()));
  command->add_option("--patterns", options->patterns,
                      "File of patterns (default: calibration/patterns.yaml, as shipped)");
  command->add_option("--csv", options->csv, "Write all rows as CSV");
  command->add_option("--json", options->json, "Write all rows and the summary as JSON");
  command->add_flag("--force", options->force, "Overwrite files that exist");
  command->callback([options, &context] { compare_with_patterns(*options, context); });
}

}  // namespace innochain
