#include <fmt/core.h>

#include <array>
#include <filesystem>
#include <memory>

#include "app/commands.hpp"
#include "app/table.hpp"
#include "calibration/sensitivity/study.hpp"
#include "scenarios/reader/scalars.hpp"
#include "scenarios/reader/scenario_schema.hpp"
#include "scenarios/reader/system_reader.hpp"
#include "sim/schedule.hpp"
#include "sim/state/indicators.hpp"

namespace innochain {
namespace {

struct DescribeOptions {
  std::string topic, system, of = "scenario";
  bool json = false, markdown = false;
};

std::string range_text(double low, double high) {
  return fmt::format("{} to {}", number_text(low), number_text(high));
}

PrintedTable parameters_table() {
  PrintedTable table{{"parameter", "unit", "default", "range", "meaning", "source"}, {}, 4};
  Parameters parameters{};
  visit_parameters(parameters, [&](double&, const Declaration& d) {
    table.rows.push_back({std::string(d.path), std::string(d.unit), number_text(d.value), range_text(d.low, d.high),
                          std::string(d.meaning), std::string(d.source)});
  });
  table.rows.push_back({"approvals.kappa.NAME", "1", "kappa of the designation", "0 to 100",
                        "Adjustment speed of a lab or zone type relative to discipline SKLs.", "the system file"});
  table.rows.push_back({"approvals.saturation_share.NAME", "1", "saturation_share of the designation", "0 to 1",
                        "Share of its pool that is aimed at while no target is announced.", "the system file"});
  return table;
}

PrintedTable levers_table() {
  PrintedTable table{{"lever", "unit", "default", "range", "centralization 0 to 1", "meaning", "source"}, {}, 5};
  table.rows.push_back(
      {"era", "-", "opening", "a word", "",
       "Whose adjustment speed, bar and rate of calls apply: opening, adjustment, expansion or quality.", ""});
  table.rows.push_back({"centralization", "1", "not set", "0 to 1", "",
                        "Composite: moves the levers with a path from their value at 0 to their value at 1. An "
                        "explicit lever of the same file beats it; a later file's or --set's resets them.",
                        ""});
  Levers levers{};
  visit_number_levers(levers, [&](double&, const LeverDeclaration& d) {
    const std::string path = d.centralization ? fmt::format("{} to {}", number_text(d.centralization->at_zero),
                                                            number_text(d.centralization->at_one))
                                              : "";
    table.rows.push_back({std::string(d.path), std::string(d.unit), number_text(d.value), range_text(d.low, d.high),
                          path, std::string(d.meaning), std::string(d.source)});
  });
  table.rows.push_back(
      {"allocation_rule", "-", "merit", "a word", "",
       "How the money of a call is given to proposals: merit, lottery, threshold_lottery or equal_split.", ""});
  table.rows.push_back(
      {"programme_mergers", "-", "true", "true, false", "", "Whether programmes merge when the system says so.", ""});
  table.rows.push_back({"review.weights", "1", "0.45, 0.2, 0.1, 0.1, 0.15", "shares, sum 1", "",
                        "What reviews look at: {papers, applied, commercialization, strategic, standing}.", ""});
  table.rows.push_back({"quality_bar.NAME", "sd", "none", "-10 to 10, none", "",
                        "Raise of a designation's bar above that of 2006; none: that of the era.", ""});
  table.rows.push_back({"targets.NAME", "1", "none", "number, path, none", "",
                        "Stock announced for a designation, or a path {2020: 240, 2025: 337}; none: internal ambition.",
                        ""});
  table.rows.push_back(
      {"calls.NAME", "-", "drawn", "a word, or a mapping", "",
       "Calls of a designation: drawn, open, closed, moratorium, or {years, until, moratorium, yearly_probability}.",
       ""});
  return table;
}

PrintedTable indicators_table() {
  constexpr std::array axis_names{"",         "lab_type", "zone_type",       "programme", "discipline",
                                  "province", "host",     "programme, host", "firm_age"};
  PrintedTable table{{"indicator", "unit", "dimension", "cell methods", "meaning"}, {}, 4};
  Indicators indicators;
  visit_indicators(indicators, [&](auto&, const IndicatorDeclaration& d) {
    table.rows.push_back({std::string(d.name), std::string(d.unit), axis_names[static_cast<std::size_t>(d.axis)],
                          std::string(d.cell_methods), std::string(d.long_name)});
  });
  return table;
}

PrintedTable schedule_table() {
  PrintedTable table{{"step", "process", "section", "meaning"}, {}, 3};
  for (const Step& step : schedule()) {
    table.rows.push_back({std::to_string(table.rows.size() + 1), std::string(step.name), std::string(step.section),
                          std::string(step.meaning)});
  }
  return table;
}

PrintedTable institutions_table(const System& system) {
  PrintedTable table{{"name", "kind", "authority", "since", "members come by", "reported", "label"}, {}, 6};
  const auto add = [&](const Institution& i, std::string kind, std::string admission) {
    const std::string authority = i.authority.exists() ? system.authorities[i.authority.index()].name : "";
    std::string reported = i.reported_count ? number_text(i.reported_count->value) : "";
    if (i.reported_year) reported += fmt::format(" ({})", i.reported_year->value());
    table.rows.push_back(
        {i.name, std::move(kind), authority, std::to_string(i.since.value()), std::move(admission), reported, i.label});
  };
  for (const LabType& type : system.lab_types)
    add(type, fmt::format("lab, tier {}", type.tier), admission_names[static_cast<std::size_t>(type.admission)]);
  for (const ZoneType& type : system.zone_types) {
    add(type, fmt::format("zone, {}", zone_class_names[static_cast<std::size_t>(type.zone_class)]),
        admission_names[static_cast<std::size_t>(type.admission)]);
  }
  for (const Programme& programme : system.programmes)
    add(programme, fmt::format("programme, {}", competition_names[static_cast<std::size_t>(programme.competition)]),
        "");
  return table;
}

/// The shipped system: scenarios/system/china.yaml in the current folder or one above, else beside the program's build.
std::filesystem::path shipped_system() {
  const std::filesystem::path name = "scenarios/system/china.yaml";
  std::error_code error;
  for (const auto& start :
       {std::filesystem::current_path(error), std::filesystem::read_symlink("/proc/self/exe", error).parent_path()}) {
    for (auto folder = start;; folder = folder.parent_path()) {
      if (std::filesystem::is_regular_file(folder / name, error)) return folder / name;
      if (folder == folder.parent_path()) break;
    }
  }
  return name;
}

System read_system_file(const std::filesystem::path& file) {
  std::vector<Problem> problems;
  System system = read_system(read_system_document(file, problems), problems);
  if (!problems.empty()) throw InputError(problems);
  return system;
}

nlohmann::json schema_of(const std::string& kind) {
  if (kind == "system") return system_file_schema();
  if (kind == "sensitivity") return study_file_schema();
  return kind == "sweep" ? sweep_file_schema() : scenario_schema();
}

void describe(const DescribeOptions& options) {
  if (options.topic == "schema") {
    fmt::print("{}\n", schema_of(options.of).dump(2));
    return;
  }
  const TableFormat format = options.json       ? TableFormat::json
                             : options.markdown ? TableFormat::markdown
                                                : TableFormat::text;
  if (options.topic == "parameters")
    print_table(parameters_table(), format);
  else if (options.topic == "levers")
    print_table(levers_table(), format);
  else if (options.topic == "indicators")
    print_table(indicators_table(), format);
  else if (options.topic == "schedule")
    print_table(schedule_table(), format);
  else
    print_table(institutions_table(read_system_file(options.system.empty() ? shipped_system()
                                                                           : std::filesystem::path(options.system))),
                format);
}

}  // namespace

void add_describe(CLI::App& app, Context&) {
  const auto options = std::make_shared<DescribeOptions>();
  CLI::App* command = app.add_subcommand("describe",
                                         "Examples:\n"
                                         "  innochain describe parameters\n"
                                         "  innochain describe levers --markdown\n"
                                         "  innochain describe schema > scenario.schema.json\n\n"
                                         "Prints what is declared: parameters, levers, indicators, institutions, the "
                                         "schedule of the year, the JSON Schema of files.");
  command->add_option("TOPIC", options->topic, "parameters, levers, indicators, institutions, schedule or schema")
      ->required()
      ->check(CLI::IsMember({"parameters", "levers", "indicators", "institutions", "schedule", "schema"}));
  CLI::Option* json = command->add_flag("--json", options->json, "As JSON");
  command->add_flag("--markdown", options->markdown, "As a Markdown table")->excludes(json);
  command->add_option("--system", options->system, "System file for `institutions` (default: the shipped one)");
  command->add_option("--of", options->of, "Kind of file for `schema`: scenario, sweep, sensitivity or system")
      ->check(CLI::IsMember({"scenario", "sweep", "sensitivity", "system"}));
  command->callback([options] { describe(*options); });
}

}  // namespace innochain
