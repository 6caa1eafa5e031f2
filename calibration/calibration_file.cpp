#include "calibration/calibration_file.hpp"

#include <algorithm>

#include "calibration/calibration_fields.hpp"
#include "calibration/observed.hpp"
#include "calibration/posterior_file.hpp"
#include "calibration/run_quantity.hpp"
#include "output/digest.hpp"
#include "output/errors.hpp"
#include "sim/model_revision.hpp"

namespace innochain {

namespace {

constexpr std::array<const char*, 5> distribution_names{"uniform", "loguniform", "normal", "lognormal", "beta"};

/// A prior as written: one distribution by name, and bounds.
class PriorReader {
 public:
  PriorReader(Scope& scope, const Sweepables& sweepables) : scope_(scope), sweepables_(sweepables) {}

  /// The parameter that a path names; nothing, with a problem, if it is none that can be fitted or fixed.
  const Sweepable* parameter(const Entry& entry, const std::string& section) {
    const std::string path = full_path(entry.key.text);
    const Sweepable* found = sweepables_.find(path);
    if (!found || found->lever || !found->number || path.starts_with("scale.")) {
      std::vector<std::string> candidates;
      for (const std::string& known : sweepables_.paths())
        if (known.starts_with("parameters.")) candidates.push_back(known.substr(prefix_size));
      scope_.error(entry.key, join(section, entry.key.text),
                   "is not a parameter (see `innochain describe parameters`)." +
                       did_you_mean(std::string_view(path).substr(prefix_size), candidates));
      return nullptr;
    }
    return found;
  }

  std::optional<Distribution> distribution(const Entry& entry, const Sweepable& parameter) {
    const std::string path = join("priors", entry.key.text);
    if (!entry.value.is_mapping()) return wrong(entry.value, path, "a distribution such as {uniform: [0, 1]}");
    std::optional<Distribution> result;
    std::optional<std::array<double, 2>> bounds;
    for (const Entry& part : entry.value.entries) {
      const std::string where = join(path, part.key.text);
      if (part.key.text == "bounds")
        bounds = pair(part.value, where);
      else if (result)
        scope_.error(part.key, where, "a parameter has one distribution");
      else
        result = named(part, where);
    }
    if (!result) {
      if (std::ranges::none_of(scope_.problems, [&](const Problem& p) { return p.path.starts_with(path); }))
        scope_.error(entry.value, path, fmt::format("needs a distribution ({})", fmt::join(distribution_names, ", ")));
      return std::nullopt;
    }
    return bounded(entry, path, parameter, *result, bounds);
  }

 private:
  static constexpr std::size_t prefix_size = std::string_view("parameters.").size();

  static std::string full_path(const std::string& path) {
    return path.starts_with("parameters.") ? path : "parameters." + path;
  }

  std::nullopt_t wrong(const Node& node, const std::string& path, std::string_view what) {
    expect_kind(scope_, node, path, what);
    return std::nullopt;
  }

  std::optional<std::array<double, 2>> pair(const Node& node, const std::string& path) {
    std::vector<double> values;
    if (!node.is_sequence() || node.items.size() != 2) return wrong(node, path, "two numbers such as [0, 1]");
    if (!read(scope_, node, path, ListKind<NumberKind>{}, values)) return std::nullopt;
    return std::array{values[0], values[1]};
  }

  std::optional<std::array<double, 2>> members(const Node& node, const std::string& path, const char* first,
                                               const char* second) {
    if (node.is_sequence()) return pair(node, path);
    struct Two {
      const char *first_key, *second_key;
      double first = 0.0, second = 0.0;
    } two{first, second};
    if (!node.is_mapping()) return wrong(node, path, fmt::format("{{{}: …, {}: …}}", first, second));
    const std::size_t before = scope_.problems.size();
    FieldReader reader(scope_, node, path);
    reader.required(two.first_key, two.first, NumberKind{});
    reader.required(two.second_key, two.second, NumberKind{});
    reader.finish();
    if (scope_.problems.size() != before) return std::nullopt;
    return std::array{two.first, two.second};
  }

  std::optional<Distribution> named(const Entry& part, const std::string& path) {
    using Kind = Distribution::Kind;
    const auto name = read_name_among(scope_, part.key, path, name_list(distribution_names));
    if (!name) return std::nullopt;
    const std::string_view kind = distribution_names[*name];
    const auto refuse = [&](const char* why) {
      scope_.error(part.value, path, why);
      return std::nullopt;
    };
    if (kind == "uniform" || kind == "loguniform") {
      const auto ends = pair(part.value, path);
      if (!ends) return std::nullopt;
      const auto [low, high] = *ends;
      if (!(low < high)) return refuse("the first end must be below the second");
      if (kind == "uniform") return Distribution(Kind::uniform, low, high);
      if (!(low > 0.0)) return refuse("both ends must be positive");
      return Distribution(Kind::log_uniform, low, high);
    }
    if (kind == "beta") {
      const auto shapes = pair(part.value, path);
      if (!shapes) return std::nullopt;
      if (!((*shapes)[0] > 0.0 && (*shapes)[1] > 0.0)) return refuse("both shapes must be positive");
      return Distribution(Kind::beta, (*shapes)[0], (*shapes)[1]);
    }
    const bool logarithmic = kind == "lognormal";
    const auto two =
        logarithmic ? members(part.value, path, "median", "sigma") : members(part.value, path, "mean", "sd");
    if (!two) return std::nullopt;
    if (!((*two)[1] > 0.0)) return refuse("the spread must be positive");
    if (logarithmic && !((*two)[0] > 0.0)) return refuse("the median must be positive");
    return Distribution(logarithmic ? Kind::log_normal : Kind::normal, (*two)[0], (*two)[1]);
  }

  /// Within the declared range of the parameter, which the prior may narrow but not leave.
  std::optional<Distribution> bounded(const Entry& entry, const std::string& path, const Sweepable& parameter,
                                      const Distribution& given, const std::optional<std::array<double, 2>>& bounds) {
    double low = parameter.low, high = parameter.high;
    if (bounds) {
      low = (*bounds)[0], high = (*bounds)[1];
      if (!(low < high) || low < parameter.low || high > parameter.high) {
        scope_.error(
            entry.value, join(path, "bounds"),
            fmt::format("must rise and lie within the declared range [{}, {}]", parameter.low, parameter.high));
        return std::nullopt;
      }
    }
    const Distribution free(given.kind, given.a, given.b);
    const bool has_ends = given.kind == Distribution::Kind::uniform || given.kind == Distribution::Kind::log_uniform;
    if (has_ends && (given.a < parameter.low || given.b > parameter.high)) {
      scope_.error(entry.value, path,
                   fmt::format("reaches beyond the declared range [{}, {}]", parameter.low, parameter.high));
      return std::nullopt;
    }
    const double inside = free.cdf(high) - free.cdf(low);
    constexpr double least_inside = 0.01;
    if (!(inside > least_inside)) {
      scope_.error(entry.value, path, fmt::format("has almost no mass within [{}, {}]", low, high));
      return std::nullopt;
    }
    return Distribution(given.kind, given.a, given.b, std::max(low, free.low), std::min(high, free.high));
  }

  Scope& scope_;
  const Sweepables& sweepables_;
};

template <class Value, class Setting>
void take(const std::optional<Value>& given, Setting& setting) {
  if (given) setting = static_cast<Setting>(*given);
}

class CalibrationReader {
 public:
  CalibrationReader(std::filesystem::path file, std::filesystem::path observed, CalibrationOptions options)
      : file_(std::move(file)), observed_(std::move(observed)), options_(std::move(options)) {}

  Calibration read() {
    document_ = read_document(file_, problems_);
    innochain::read(scope_, document_, "", NestedKind{}, fields_);
    read_scenario_part();
    read_target_part();
    read_years();
    if (sweepables_) read_parameters();
    read_settings();
    if (fields_.after || options_.after) read_first_stage();
    if (!problems_.empty()) throw InputError(std::move(problems_));
    result_.file = file_.generic_string();
    result_.title = fields_.title.value_or("Calibration");
    result_.yaml = canonical_text();
    return std::move(result_);
  }

 private:
  void keep_problems(const InputError& error) {
    problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
  }

  std::optional<std::filesystem::path> beside(const std::string& name, std::string_view key) {
    if (name.empty()) return std::nullopt;  // reported as missing
    std::filesystem::path path = (file_.parent_path() / name).lexically_normal();
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) return path;
    const Node* node = document_.find(key);
    problems_.push_back(problem_at(node ? *node : document_, std::string(key),
                                   fmt::format("there is no file {}", path.generic_string()), Problem::Kind::missing));
    return std::nullopt;
  }

  void read_scenario_part() {
    const auto path = beside(fields_.scenario, "scenario");
    if (!path) return;
    try {
      ReadOptions options = options_.scenario;
      if (fields_.scale && fields_.scale->firms_per_agent)
        options.settings.insert(options.settings.begin(),
                                fmt::format("scale.firms_per_agent={}", *fields_.scale->firms_per_agent));
      if (fields_.scale && fields_.scale->proposals_per_agent)
        options.settings.insert(options.settings.begin(),
                                fmt::format("scale.proposals_per_agent={}", *fields_.scale->proposals_per_agent));
      result_.scenario = read_scenario(*path, options);
      sweepables_.emplace(result_.scenario.params);
    } catch (const InputError& error) {
      keep_problems(error);
    }
  }

  void read_target_part() {
    const auto path = beside(fields_.targets, "targets");
    if (!path) return;
    try {
      result_.targets = read_targets(*path, read_observed(observed_));
    } catch (const InputError& error) {
      keep_problems(error);
      return;
    }
    if (!sweepables_) return;
    for (const TargetSeries& series : result_.targets.series) check_designation(series);
  }

  void check_designation(const TargetSeries& series) {
    const System& system = result_.scenario.params.system;
    std::vector<std::string> names;
    for (const DesignationId k : all<DesignationId>(system.n_designations()))
      names.push_back(system.institution(k).name);
    std::vector<std::string> wanted = series.parts;
    if (wanted.empty()) wanted.push_back(series.designation);
    for (const std::string& name : wanted) {
      if (std::ranges::find(names, name) != names.end()) continue;
      Problem problem =
          series.items.empty() ? Problem{file_.generic_string(), 0, 0, "", ""} : series.items.front().place;
      problem.message =
          fmt::format("the scenario's system has no designation `{}`.{}", name, did_you_mean(name, names));
      problems_.push_back(std::move(problem));
    }
  }

  void read_years() {
    const Node* years = document_.find("years");
    if (!years) return;
    result_.fit = fields_.years.fit;
    result_.predict = fields_.years.predict;
    if (options_.origin) {
      constexpr int years_ahead = 5;
      result_.fit.last = Year(*options_.origin);
      result_.predict = {result_.fit.last + 1, result_.fit.last + years_ahead};
    }
    if (result_.predict.first <= result_.fit.last)
      scope_.error(*years, "years.predict", "must begin after the last year that is fitted");
    if (!sweepables_) return;
    const YearSpan simulated = result_.scenario.params.scale.years;
    if (result_.fit.first != simulated.first)
      scope_.error(*years, "years.fit",
                   fmt::format("must begin with the scenario, in {}: what comes before decides what follows",
                               simulated.first.value()));
    if (result_.predict.last > simulated.last)
      scope_.error(*years, "years.predict", fmt::format("the scenario ends in {}", simulated.last.value()));
  }

  void read_parameters() {
    std::vector<PriorParameter> parameters;
    PriorReader reader(scope_, *sweepables_);
    if (fields_.priors && !fields_.priors->is_mapping())
      expect_kind(scope_, *fields_.priors, "priors", "a mapping of parameters to distributions");
    if (fields_.priors && fields_.priors->is_mapping()) {
      for (const Entry& entry : fields_.priors->entries) {
        const Sweepable* parameter = reader.parameter(entry, "priors");
        if (!parameter) continue;
        if (auto distribution = reader.distribution(entry, *parameter)) {
          parameters.push_back({parameter->path, parameter->unit, *distribution});
          result_.places.push_back(parameter->place);
        }
      }
      if (fields_.priors->entries.empty()) scope_.error(*fields_.priors, "priors", "is empty (nothing to fit)");
    }
    read_fixed(reader);
    result_.neutral = fields_.neutral_parameter.value_or(true);
    if (result_.neutral) parameters.push_back({neutral_path, "1", Distribution(Distribution::Kind::normal, 0.0, 1.0)});
    result_.prior = Prior(std::move(parameters));
  }

  void read_fixed(PriorReader& reader) {
    if (!fields_.fixed) return;
    if (!fields_.fixed->is_mapping()) return expect_kind(scope_, *fields_.fixed, "fixed", "a mapping {path: value}");
    for (const Entry& entry : fields_.fixed->entries) {
      const Sweepable* parameter = reader.parameter(entry, "fixed");
      if (!parameter) continue;
      const std::string path = join("fixed", entry.key.text);
      if (fields_.priors && fields_.priors->is_mapping() && fields_.priors->find(entry.key.text))
        scope_.error(entry.key, path, "is fitted too (remove it from `priors` or from `fixed`)");
      double value = 0.0;
      if (innochain::read(scope_, entry.value, path, NumberKind{parameter->low, parameter->high}, value))
        result_.fixed.push_back({parameter->path, parameter->place, value});
    }
  }

  void read_settings() {
    const MethodFields& method = fields_.method;
    take(method.particles, result_.smc.particles);
    take(method.replicates, result_.smc.replicates);
    take(method.ess_kept, result_.smc.ess_kept);
    take(method.acceptances, result_.smc.acceptances);
    take(method.most_moves, result_.smc.most_moves);
    take(method.last_moves, result_.smc.last_moves);
    take(method.adaptive_scales, result_.smc.adaptive_scales);
    if (method.stop) {
      take(method.stop->simulations, result_.smc.stop.simulations);
      take(method.stop->generations, result_.smc.stop.generations);
      take(method.stop->tolerance, result_.smc.stop.tolerance);
      take(method.stop->acceptance_share, result_.smc.stop.acceptance_share);
    }
    take(options_.particles, result_.smc.particles);
    take(options_.replicates, result_.smc.replicates);
    take(options_.simulations, result_.smc.stop.simulations);
    check_budget();
    if (fields_.paths) {
      take(fields_.paths->draws, result_.paths.draws);
      take(fields_.paths->attempts, result_.paths.attempts);
      take(fields_.paths->distance, result_.paths.distance);
    }
    if (fields_.history_matching) {
      take(fields_.history_matching->points, result_.history_matching.points);
      take(fields_.history_matching->replicates, result_.history_matching.replicates);
      take(fields_.history_matching->waves, result_.history_matching.waves);
    }
    if (fields_.point_fit) {
      take(fields_.point_fit->evaluations, result_.point_fit.evaluations);
      take(fields_.point_fit->replicates, result_.point_fit.replicates);
    }
    take(fields_.seed, result_.seed);
    take(options_.seed, result_.seed);
  }

  void check_budget() {
    const SmcSettings& smc = result_.smc;
    const auto least = static_cast<std::uint64_t>(smc.particles) * static_cast<std::uint64_t>(smc.replicates) *
                       static_cast<std::uint64_t>(1 + smc.last_moves);
    const Node* method = document_.find("method");
    if (method && smc.stop.simulations > 0 && smc.stop.simulations < least)
      scope_.error(*method, "method.stop.simulations",
                   fmt::format("{} runs are not enough for the prior and the last moves: particles × replicates × (1 + "
                               "last_moves) = {}",
                               smc.stop.simulations, least));
  }

  /// A second stage: its runs have the draws of a first, so that both must know the same past.
  void read_first_stage() {
    const Node* place = document_.find("after");
    const Node& node = place ? *place : document_;
    refuse_first_stage_settings();
    const auto path = options_.after ? options_.after : beside(fields_.after.value_or(""), "after");
    if (!path) return;
    const auto problem = [&](std::string message) { scope_.error(node, "after", std::move(message)); };
    try {
      const Posterior first = read_posterior(*path);
      result_.after = FirstStage{*path, digest(*path)};
      if (first.model_revision != model_revision)
        problem(fmt::format("is a posterior of model revision {}, and this program has {}; make it again",
                            first.model_revision, model_revision));
      if (document_.find("years") && first.last_pinned != result_.fit.last)
        problem(fmt::format("was fitted up to {}, this is to be fitted up to {}: its draws know another past",
                            first.last_pinned.value(), result_.fit.last.value()));
      for (const PriorParameter& parameter : result_.prior.parameters())
        if (std::ranges::find(first.paths, parameter.path) != first.paths.end())
          problem(fmt::format("has fitted {} already", parameter.path));
    } catch (const FileError& error) {
      problem(error.what());
    }
    if (sweepables_) check_outputs(node);
  }

  /// A particle of a second stage is one run of one draw, which has a past already.
  void refuse_first_stage_settings() {
    const auto refuse = [&](const char* key, const char* why) {
      if (const Node* node = document_.find(key)) scope_.error(*node, key, why);
    };
    refuse("history_matching", "is not done in a second stage");
    refuse("point_fit", "is not done in a second stage");
    if (fields_.paths && (fields_.paths->attempts || fields_.paths->distance))
      refuse("paths", "a second stage takes the pasts of the first: only `draws` can be set");
    if (result_.smc.replicates != 1 && (fields_.method.replicates || options_.replicates))
      refuse("method", "a particle of a second stage is one run of one draw: replicates must be 1");
    result_.smc.replicates = 1;
  }

  void check_outputs(const Node& node) {
    if (result_.targets.outputs.empty() && problems_.empty())
      scope_.error(node, "after", "the targets name no `outputs` that a second stage could fit to");
    for (const Pattern& pattern : result_.targets.outputs) {
      try {
        const RunQuantity checked(pattern, result_.scenario.params.system);
      } catch (const InputError& error) {
        keep_problems(error);
      }
    }
  }

  std::string canonical_text() const;

  std::filesystem::path file_, observed_;
  CalibrationOptions options_;
  std::vector<Problem> problems_;
  Scope scope_{problems_};
  Node document_;
  CalibrationFields fields_;
  std::optional<Sweepables> sweepables_;
  Calibration result_;
};

const char* name_of(Distribution::Kind kind) {
  return distribution_names[static_cast<std::size_t>(kind)];
}

std::string outputs_text(const Calibration& c) {
  std::string text = fmt::format("after: {}\noutputs:\n", c.after->digest);
  for (const Pattern& pattern : c.targets.outputs) {
    text += fmt::format("  {}:\n", pattern.name);
    for (const KnownValue& known : pattern.rows)
      text += fmt::format("    {}_{}: [{}, {}]\n", known.years.first.value(), known.years.last.value(), known.low,
                          known.high);
  }
  return text;
}

std::string CalibrationReader::canonical_text() const {
  const Calibration& c = result_;
  std::string text = "schema_version: 1\n";
  text += fmt::format("years: {{fit: [{}, {}], predict: [{}, {}]}}\n", c.fit.first.value(), c.fit.last.value(),
                      c.predict.first.value(), c.predict.last.value());
  text += "priors:\n";
  for (const PriorParameter& parameter : c.prior.parameters()) {
    const Distribution& d = parameter.distribution;
    text += fmt::format("  {}: {{{}: [{}, {}], bounds: [{}, {}]}}\n", parameter.path, name_of(d.kind), d.a, d.b, d.low,
                        d.high);
  }
  if (!c.fixed.empty()) text += "fixed:\n";
  for (const FixedParameter& fixed : c.fixed) text += fmt::format("  {}: {}\n", fixed.path, fixed.value);
  text += fmt::format(
      "method: {{kind: abc_smc, particles: {}, replicates: {}, ess_kept: {}, acceptances: {}, most_moves: {}, "
      "last_moves: {}, adaptive_scales: {}, stop: {{simulations: "
      "{}, tolerance: {}, acceptance_share: {}, generations: {}}}}}\n",
      c.smc.particles, c.smc.replicates, c.smc.ess_kept, c.smc.acceptances, c.smc.most_moves, c.smc.last_moves,
      c.smc.adaptive_scales, c.smc.stop.simulations, c.smc.stop.tolerance, c.smc.stop.acceptance_share,
      c.smc.stop.generations);
  text += fmt::format("paths: {{draws: {}, attempts: {}, distance: {}}}\n", c.paths.draws, c.paths.attempts,
                      c.paths.distance);
  text += fmt::format("history_matching: {{points: {}, replicates: {}, waves: {}}}\n", c.history_matching.points,
                      c.history_matching.replicates, c.history_matching.waves);
  text +=
      fmt::format("point_fit: {{evaluations: {}, replicates: {}}}\n", c.point_fit.evaluations, c.point_fit.replicates);
  text += fmt::format("seed: {}\n", c.seed);
  if (c.after) return text + outputs_text(c);
  text += "targets:\n";
  for (const TargetSeries& series : c.targets.series) {
    text += fmt::format("  {}:\n", series.designation);
    for (const auto* items : {&series.items, &series.ends})
      for (const TargetItem& item : *items)
        text += fmt::format("    {}: [{}, {}, {}]\n", item.name, item.low, item.high, item.sigma);
    for (const CallDatum& datum : series.calls)
      text += fmt::format("    call_{}: {}\n", datum.year.value(), datum.call);
  }
  return text;
}

}  // namespace

Calibration read_calibration(const std::filesystem::path& file, const std::filesystem::path& observed,
                             const CalibrationOptions& options) {
  return CalibrationReader(file, observed, options).read();
}

}  // namespace innochain
