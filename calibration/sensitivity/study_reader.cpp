#include "calibration/sensitivity/study_reader.hpp"

#include <algorithm>
#include <cmath>

#include "output/precision.hpp"
#include "scenarios/reader/resolver.hpp"
#include "scenarios/reader/scenario_schema.hpp"
#include "scenarios/reader/sweep_reader.hpp"

namespace innochain {

namespace {

constexpr std::size_t most_factors = most_sobol_dimensions / 2;
constexpr std::size_t most_runs_of_a_study = 100'000'000;

/// The names of all indicators.
std::vector<std::string> indicator_names() {
  std::vector<std::string> names;
  const Indicators declared;
  visit_indicators(declared, [&](const auto&, const IndicatorDeclaration& d) { names.emplace_back(d.name); });
  return names;
}

std::string unit_of(const std::string& indicator) {
  std::string unit;
  const Indicators declared;
  visit_indicators(declared, [&](const auto&, const IndicatorDeclaration& d) {
    if (d.name == indicator) unit = d.unit;
  });
  return unit;
}

/// All years that a scenario could have.
std::vector<int> possible_years() {
  std::vector<int> years;
  for (int year = earliest_year; year <= latest_year; ++year) years.push_back(year);
  return years;
}

}  // namespace

StudyReader::StudyReader(std::filesystem::path file, ReadOptions options)
    : file_(std::move(file)), options_(std::move(options)) {}

void StudyReader::stop() {
  sort_and_join(problems_);
  throw InputError(problems_);
}

void StudyReader::read_document_of_its_kind() {
  document_ = read_document(file_, problems_);
  if (!document_.is_mapping()) {
    expect_kind(scope_, document_, "", "a mapping of the keys of a sensitivity file");
    stop();
  }
  if (file_kind(document_) != FileKind::sensitivity) {
    scope_.error(document_, "", "is not a sensitivity file (it has factors and outputs)");
    stop();
  }
  innochain::read(scope_, document_, "", NestedKind{}, fields_);
}

void StudyReader::read_settings() {
  if (!fields_.set) return;
  std::vector<std::string> own;
  for (auto& [setting, at] : settings_in(scope_, *fields_.set)) {
    setting_places_[setting] = at;
    own.push_back(std::move(setting));
  }
  options_.settings.insert(options_.settings.begin(), own.begin(), own.end());
}

void StudyReader::add_problem_of_scenario(Problem problem) {
  place_in_set(problem, setting_places_);
  (problem.kind == Problem::Kind::note ? study_.notes : problems_).push_back(std::move(problem));
}

void StudyReader::read_own_scenario() {
  if (!fields_.scenario || !innochain::read(scope_, *fields_.scenario, "scenario", TextKind{}, scenario_text_)) return;
  const std::filesystem::path file = (file_.parent_path() / scenario_text_).lexically_normal();
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    problems_.push_back(problem_at(*fields_.scenario, "scenario",
                                   fmt::format("there is no file {}", file.generic_string()), Problem::Kind::missing));
    return;
  }
  try {
    study_.scenario = read_scenario(file, options_);
    study_.scenario_name = file.stem().string();
    for (Problem& note : study_.scenario.notes) add_problem_of_scenario(std::move(note));
    sweepables_.emplace(study_.scenario.params);
  } catch (const InputError& broken) {
    for (const Problem& problem : broken.problems()) add_problem_of_scenario(problem);
  }
}

void StudyReader::read_factors() {
  for (std::size_t i = 0; i < fields_.factors.size(); ++i) read_factor(i);
  const Node* list = document_.find("factors");
  if (list && list->is_sequence() && list->items.empty())
    scope_.error(*list, "factors", "is empty (at least one factor is needed)");
  if (fields_.factors.size() > most_factors)
    scope_.error(*list, "factors", fmt::format("are {} (at most {})", fields_.factors.size(), most_factors));
}

void StudyReader::read_factor(std::size_t number) {
  const FactorFields& fields = fields_.factors[number];
  const std::string where = join("factors", number);
  std::string path;
  if (!fields.path || !innochain::read(scope_, *fields.path, where + ".path", TextKind{}, path)) return;
  const Sweepable* what = find_sweepable(fields, where, path);
  if (!what) return;
  const YearSpan simulated = study_.scenario.params.scale.years;
  const YearSpan years = fields.years.value_or(simulated);
  const auto range = read_range(fields, where, *what);
  if (is_taken(path, years, *fields.path, where + ".path") || !range) return;
  AxisInScenario axis(*sweepables_, *what, years, simulated);
  if (axis.places().empty()) {
    scope_.error(*fields.path, where + ".path", fmt::format("has no effect: {} is not simulated", years_text(years)));
    return;
  }
  taken_.push_back({path, where + ".path", years, fields.path});
  study_.factors.push_back({fields.years ? fmt::format("{}@{}", path, years_text(years)) : path, what->unit, *range});
  study_.axes_.push_back(std::move(axis));
}

const Sweepable* StudyReader::find_sweepable(const FactorFields& fields, const std::string& where,
                                             const std::string& path) {
  const Sweepable* what = sweepables_->find(path);
  if (!what) {
    scope_.error(*fields.path, where + ".path",
                 fmt::format("`{}` is not known (allowed: parameters.X, levers.X and scale.X; `innochain describe` "
                             "lists them).{}",
                             path, did_you_mean(path, sweepables_->paths())));
    return nullptr;
  }
  if (!what->number) {
    scope_.error(*fields.path, where + ".path", "is not a number, and a factor must be one (sweep it instead)");
    return nullptr;
  }
  if (fields.years && !what->lever) {
    scope_.error(*fields.path, where + ".path", "has years, which only levers have");
    return nullptr;
  }
  return what;
}

bool StudyReader::is_taken(const std::string& path, YearSpan years, const Node& at, const std::string& where) {
  for (const Taken& other : taken_) {
    if (other.path != path || years.last < other.years.first || other.years.last < years.first) continue;
    scope_.error(at, where, fmt::format("`{}` is varied already by {}", path, other.where));
    return true;
  }
  for (const std::string& setting : options_.settings) {
    const std::string set = setting.substr(0, setting.find_first_of("=@"));
    if (set != path && "parameters." + set != path) continue;
    scope_.error(at, where, fmt::format("`{}` is set by `{}` and cannot vary", path, setting));
    return true;
  }
  // A setting of a whole group holds it too.
  const auto origin = std::ranges::find(study_.scenario.origins, path, &Origin::path);
  if (origin == study_.scenario.origins.end() || !origin->from.starts_with("--set ")) return false;
  scope_.error(at, where, fmt::format("`{}` is set by `{}` and cannot vary", path, origin->from));
  return true;
}

std::optional<AxisRange> StudyReader::read_range(const FactorFields& fields, const std::string& where,
                                                 const Sweepable& what) {
  const int n = (fields.range != nullptr) + (fields.uniform != nullptr) + (fields.log_uniform != nullptr);
  if (n != 1) {
    scope_.error(*fields.path, where,
                 n == 0 ? "does not say between what it varies (one of range, uniform, loguniform)"
                        : "says twice between what it varies (one of range, uniform, loguniform)");
    return {};
  }
  if (fields.scale && !fields.range) {
    scope_.error(*fields.path, where + ".scale", "is for a range (uniform and loguniform have theirs)");
    return {};
  }
  if (fields.range) return read_ends(*fields.range, where + ".range", what, fields.scale == "log");
  if (fields.uniform) return read_ends(*fields.uniform, where + ".uniform", what, false);
  return read_ends(*fields.log_uniform, where + ".loguniform", what, true);
}

std::optional<AxisRange> StudyReader::read_ends(const Node& ends, const std::string& where, const Sweepable& what,
                                                bool logarithmic) {
  if (!ends.is_sequence() || ends.items.size() != 2) {
    expect_kind(scope_, ends, where, "[lowest, highest]");
    return {};
  }
  AxisRange range{0.0, 0.0, logarithmic, what.whole};
  const NumberKind allowed{what.low, what.high};
  const bool low = innochain::read(scope_, ends.items[0], join(where, 0), allowed, range.low);
  const bool high = innochain::read(scope_, ends.items[1], join(where, 1), allowed, range.high);
  if (!low || !high) return {};
  std::string wrong;
  if (range.high <= range.low)
    wrong = "does not go up (write [lowest, highest])";
  else if (logarithmic && range.low <= 0.0)
    wrong = "begins at 0 or below, which has no logarithm (the lowest must be above 0)";
  else if (range.integer && (range.low != std::floor(range.low) || range.high != std::floor(range.high)))
    wrong = "of whole numbers has ends that are not whole";
  if (wrong.empty()) return range;
  scope_.error(ends, where, wrong);
  return {};
}

void StudyReader::read_outputs() {
  if (!fields_.outputs) return;
  const Node& outputs = *fields_.outputs;
  if (!outputs.is_sequence() || outputs.items.empty())
    return expect_kind(scope_, outputs, "outputs", "a list such as [zone_stock[hidz]@2020, self_reliance@2035]");
  for (std::size_t i = 0; i < outputs.items.size(); ++i) read_output(outputs.items[i], join("outputs", i));
}

void StudyReader::read_output(const Node& at, const std::string& where) {
  StudyOutput output;
  if (!innochain::read(scope_, at, where, TextKind{}, output.name)) return;
  const std::size_t sign = output.name.find('@');
  if (sign == std::string::npos) {
    scope_.error(at, where, "has no year (write self_reliance@2035, zone_stock[hidz]@2020 or revenue@2026..2035:sum)");
    return;
  }
  const std::string name = output.name.substr(0, sign);
  const Params& params = study_.scenario.params;
  const std::string wrong = find_indicator(name, params.system, output.indicator, output.member);
  if (!wrong.empty()) {
    const bool unknown = output.indicator.empty();
    const std::string hint = did_you_mean(name.substr(0, name.find('[')), indicator_names());
    scope_.error(at, where, unknown ? fmt::format("{}.{}", wrong, hint) : fmt::format("`{}`: {}", name, wrong));
    return;
  }
  try {
    output.window = parse_window(output.name.substr(sign + 1), possible_years());
  } catch (const CannotCompare& error) {
    scope_.error(at, where, error.what());
    return;
  }
  const YearSpan simulated = params.scale.years;
  if (!simulated.contains(Year(output.window.first)) || !simulated.contains(Year(output.window.last))) {
    scope_.error(at, where,
                 fmt::format("`{}` is not simulated (allowed: {})", output.window.text(), years_text(simulated)));
    return;
  }
  if (std::ranges::find(study_.outputs, output.name, &StudyOutput::name) != study_.outputs.end())
    scope_.error(at, where, "is listed twice");
  output.unit = unit_of(output.indicator);
  study_.outputs.push_back(std::move(output));
}

void StudyReader::refuse_keys_of_the_other_method() {
  const bool morris = fields_.method.kind == StudyMethodKind::morris;
  const auto refuse = [&](bool given, const char* key, const char* method) {
    if (given) scope_.error(method_key(key), join("method", key), fmt::format("is for {}", method));
  };
  if (morris) {
    refuse(fields_.method.base_points.has_value(), "base_points", "sobol (morris has trajectories)");
    refuse(fields_.method.second_order.has_value(), "second_order", "sobol");
  } else {
    refuse(fields_.method.trajectories.has_value(), "trajectories", "morris (sobol has base_points)");
    refuse(fields_.method.levels.has_value(), "levels", "morris");
    refuse(fields_.method.candidates.has_value(), "candidates", "morris");
  }
}

void StudyReader::check_size(std::size_t n_points) {
  if (n_points * study_.replicates <= most_runs_of_a_study) return;
  scope_.error(*document_.find("method"), "method",
               fmt::format("makes {} points × {} replicates (at most {} runs)", n_points, study_.replicates,
                           most_runs_of_a_study));
  stop();
}

void StudyReader::lay_design() {
  const StudyMethodFields& method = fields_.method;
  const std::size_t n_factors = study_.factors.size();
  const auto size = [](std::optional<int> given, int otherwise) {
    return static_cast<std::size_t>(given.value_or(otherwise));
  };
  const auto seed = static_cast<std::uint64_t>(method.seed.value_or(1));
  if (method.kind == StudyMethodKind::sobol) {
    const std::size_t n = size(method.base_points, 1024);
    const bool second = method.second_order.value_or(false);
    check_size(n * (second ? 2 * n_factors + 2 : n_factors + 2));
    study_.design = std::make_shared<const StudyDesign>(SaltelliDesign(n, n_factors, second, seed));
    return;
  }
  const MorrisDesign::Options options{size(method.trajectories, 20), size(method.levels, 4), size(method.candidates, 0),
                                      seed};
  if (options.levels % 2 != 0)
    scope_.error(method_key("levels"), "method.levels",
                 fmt::format("is {} (must be even: only then are all levels visited equally often)", options.levels));
  if (method.candidates && options.candidates < options.trajectories)
    scope_.error(method_key("candidates"), "method.candidates",
                 fmt::format("is {} (at least the {} trajectories)", options.candidates, options.trajectories));
  if (!problems_.empty()) stop();
  check_size(options.trajectories * (n_factors + 1));
  study_.design = std::make_shared<const StudyDesign>(MorrisDesign(n_factors, options));
}

void StudyReader::check_shares() {
  for (std::size_t group = 0; group < shares_of_one.size(); ++group) {
    const auto concerned =
        std::ranges::find_if(taken_, [&](const Taken& factor) { return is_share_of_one(group, factor.path); });
    if (concerned == taken_.end()) continue;
    Params params = study_.scenario.params;
    for (std::size_t point = 0; point < study_.n_points(); ++point) {
      study_.apply(point, params);
      const std::string excess = excess_of_shares(group, params);
      if (excess.empty()) continue;
      scope_.error(*concerned->at, concerned->where, fmt::format("{}, at point {} (at most 1)", excess, point));
      break;
    }
  }
}

void StudyReader::add_notes() {
  const std::size_t n_points = study_.n_points(), n_runs = n_points * study_.replicates;
  study_.notes.push_back({file_.generic_string(), 1, 1, "",
                          fmt::format("makes {} points of {} factors and {} run{} ({} of each)", n_points,
                                      study_.factors.size(), n_runs, n_runs == 1 ? "" : "s", study_.replicates),
                          Problem::Kind::note});
  const std::size_t base = static_cast<std::size_t>(fields_.method.base_points.value_or(1024));
  if (!study_.is_morris() && (base & (base - 1)) != 0)
    study_.notes.push_back(problem_at(method_key("base_points"), "method.base_points",
                                      fmt::format("{} is not a power of two: the points are not quite balanced", base),
                                      Problem::Kind::note));
  sort_and_join(study_.notes);
}

std::string StudyReader::method_text() const {
  const StudyMethodFields& method = fields_.method;
  std::string text = fmt::format("method:\n  kind: {}\n", study_method_names[static_cast<std::size_t>(method.kind)]);
  if (method.kind == StudyMethodKind::sobol)
    text += fmt::format("  base_points: {}\n  second_order: {}\n", method.base_points.value_or(1024),
                        method.second_order.value_or(false));
  else
    text +=
        fmt::format("  trajectories: {}\n  levels: {}\n", method.trajectories.value_or(20), method.levels.value_or(4));
  if (method.candidates) text += fmt::format("  candidates: {}\n", *method.candidates);
  return text + fmt::format("  seed: {}\n  resamples: {}\n  confidence: {}\n  missing: {}\n", method.seed.value_or(1),
                            study_.intervals.resamples, number_text(study_.intervals.confidence),
                            missing_rows_names[static_cast<std::size_t>(method.missing)]);
}

std::string StudyReader::text() const {
  std::string text = fmt::format("schema_version: 1\ntitle: {}\nscenario: {}\n{}factors:\n", Json(study_.title).dump(),
                                 Json(scenario_text_).dump(), method_text());
  for (std::size_t i = 0; i < study_.factors.size(); ++i) {
    const AxisRange& range = study_.factors[i].range;
    text +=
        fmt::format("  - {{path: {}, {}range: [{}, {}], scale: {}}}\n", taken_[i].path,
                    study_.factors[i].path == taken_[i].path
                        ? ""
                        : fmt::format("years: [{}, {}], ", taken_[i].years.first.value(), taken_[i].years.last.value()),
                    number_text(range.low), number_text(range.high), range.logarithmic ? "log" : "linear");
  }
  text += "outputs:\n";
  for (const StudyOutput& output : study_.outputs) text += fmt::format("  - {}\n", Json(output.name).dump());
  text += fmt::format("replicates: {}\n", study_.replicates);
  if (study_.seed) text += fmt::format("seed: {}\n", *study_.seed);
  if (options_.settings.empty()) return text;
  text += "set:\n";
  for (const std::string& setting : options_.settings) text += fmt::format("  - {}\n", Json(setting).dump());
  return text;
}

SensitivityStudy StudyReader::read() {
  read_document_of_its_kind();
  study_.title = fields_.title.value_or("");
  study_.replicates = static_cast<std::size_t>(fields_.replicates.value_or(1));
  if (fields_.seed) study_.seed = static_cast<std::uint64_t>(*fields_.seed);
  study_.missing = fields_.method.missing;
  study_.intervals = {static_cast<std::size_t>(fields_.method.resamples.value_or(1000)),
                      fields_.method.confidence.value_or(0.95),
                      static_cast<std::uint64_t>(fields_.method.seed.value_or(1))};
  if (document_.find("method")) refuse_keys_of_the_other_method();
  read_settings();
  read_own_scenario();
  if (!sweepables_) stop();
  read_factors();
  read_outputs();
  for (const bool centralization : {true, false})
    for (std::size_t i = 0; i < study_.axes_.size(); ++i)
      if (study_.axes_[i].is_centralization() == centralization) study_.order_.push_back(i);
  if (!problems_.empty()) stop();
  lay_design();
  check_shares();
  if (!problems_.empty()) stop();
  study_.yaml = text();
  add_notes();
  return std::move(study_);
}

SensitivityStudy read_study(const std::filesystem::path& file, const ReadOptions& options) {
  return StudyReader(file, options).read();
}

Json study_file_schema() {
  Json document{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "innochain sensitivity study"}};
  document.update(struct_schema<StudyFields>());
  document["properties"]["factors"]["minItems"] = 1;
  document["properties"]["factors"]["items"]["properties"]["path"] = swept_path_schema();
  return document;
}

}  // namespace innochain
