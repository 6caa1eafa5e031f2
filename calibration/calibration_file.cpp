#include "calibration/calibration_file.hpp"

#include <algorithm>

#include "calibration/calibration_fields.hpp"
#include "calibration/luck_numbers.hpp"
#include "calibration/observed.hpp"
#include "calibration/parameter_draws.hpp"
#include "calibration/posterior_file.hpp"
#include "calibration/prior_reader.hpp"
#include "calibration/run_quantity.hpp"
#include "calibration/sampling.hpp"
#include "calibration/simulated_quantity.hpp"
#include "output/digest.hpp"
#include "output/errors.hpp"

namespace innochain {

namespace {

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
    if (problems_.empty()) check_calls();
    if (sweepables_) read_parameters();
    read_settings();
    if (fields_.after || options_.after) read_first_stage();
    if (!problems_.empty()) throw InputError(std::move(problems_));
    result_.file = file_.generic_string();
    result_.inputs.push_back(file_);
    result_.title = fields_.title.value_or("Calibration");
    result_.yaml = canonical_text();
    if (!result_.after) result_.judged_by = judgement_text();
    return std::move(result_);
  }

 private:
  void keep_problems(const InputError& error) {
    problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
  }

  std::optional<std::filesystem::path> beside(const std::string& name, std::string_view key) {
    if (name.empty()) {
      if (const Node* node = document_.find(key)) scope_.error(*node, std::string(key), "names no file");
      return std::nullopt;  // where there is no such key, that is reported already
    }
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
    result_.inputs.push_back(*path);
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
    result_.inputs.push_back(*path);
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
      constexpr int years_ahead = 5, last_origin = 2200;
      if (*options_.origin <= result_.fit.first.value() || *options_.origin > last_origin)
        return scope_.error(*years, "years.fit",
                            fmt::format("the last year that is fitted cannot be {}", *options_.origin));
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
    const bool of_approvals = !fields_.after && !options_.after && !result_.targets.series.empty();
    if (of_approvals && std::ranges::none_of(result_.targets.series, [&](const TargetSeries& series) {
          return is_fitted(series, result_.fit);
        }))
      scope_.error(*years, "years.fit", "no target lies in the years that are fitted");
  }

  /// Calls that are data must be input too: they count by their probability, given runs in which they come as they did.
  /// Moratoria, in which nothing is decided, are no data.
  void check_calls() {
    using Kind = CallLever::Kind;
    const Params& params = result_.scenario.params;
    const Node* scenario = document_.find("scenario");
    if (!scenario) return;
    for (const TargetSeries& series : result_.targets.series) {
      if (!series.parts.empty()) continue;
      std::string years;
      for (const CallDatum& datum : series.calls) {
        if (datum.year > result_.fit.last || datum.year < params.scale.years.first) continue;
        const Kind kind = params.levers_in(datum.year).calls[params.system.designation(series.designation)].kind;
        if (kind != Kind::moratorium && kind != (datum.call ? Kind::open : Kind::closed))
          years +=
              fmt::format("{}{} ({})", years.empty() ? "" : ", ", datum.year.value(), datum.call ? "open" : "closed");
      }
      if (!years.empty()) {
        scope_.error(*scenario, "scenario",
                     fmt::format("the targets hold calls of {} for data, but the scenario says otherwise, or leaves to "
                                 "chance, whether there is one in {}: let its `calls.{}` be that, or leave `calls` out "
                                 "of the targets",
                                 series.designation, years, series.designation));
      }
    }
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
        check_is_free(entry, "priors", *parameter);
        if (std::ranges::find(parameters, parameter->path, &PriorParameter::path) != parameters.end()) {
          scope_.error(entry.key, join("priors", entry.key.text), "has a prior already, under its other name");
          continue;
        }
        if (auto distribution = reader.distribution(entry, *parameter)) {
          parameters.push_back({parameter->path, parameter->unit, *distribution});
          result_.places.push_back(parameter->place);
        }
      }
      if (fields_.priors->entries.empty()) scope_.error(*fields_.priors, "priors", "is empty (nothing to fit)");
    }
    read_fixed(reader, parameters);
    result_.neutral = fields_.neutral_parameter.value_or(true);
    if (result_.neutral) parameters.push_back({neutral_path, "1", Distribution(Distribution::Kind::normal, 0.0, 1.0)});
    result_.prior = Prior(std::move(parameters));
  }

  /// A setting of the command line would be overwritten by every draw.
  void check_is_free(const Entry& entry, const std::string& section, const Sweepable& parameter) {
    const auto origin = std::ranges::find(result_.scenario.origins, parameter.path, &Origin::path);
    if (origin != result_.scenario.origins.end() && origin->from.starts_with("--set "))
      scope_.error(entry.key, join(section, entry.key.text),
                   fmt::format("is set on the command line too ({}): change this line instead", origin->from));
  }

  void read_fixed(PriorReader& reader, const std::vector<PriorParameter>& fitted) {
    if (!fields_.fixed) return;
    if (!fields_.fixed->is_mapping()) return expect_kind(scope_, *fields_.fixed, "fixed", "a mapping {path: value}");
    for (const Entry& entry : fields_.fixed->entries) {
      const Sweepable* parameter = reader.parameter(entry, "fixed");
      if (!parameter) continue;
      const std::string path = join("fixed", entry.key.text);
      check_is_free(entry, "fixed", *parameter);
      if (std::ranges::find(fitted, parameter->path, &PriorParameter::path) != fitted.end())
        scope_.error(entry.key, path, "is fitted too (remove it from `priors` or from `fixed`)");
      if (std::ranges::find(result_.fixed, parameter->path, &FixedParameter::path) != result_.fixed.end())
        scope_.error(entry.key, path, "is fixed already, under its other name");
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
      take(method.stop->luck_acceptance_share, result_.smc.stop.luck_acceptance_share);
    }
    take(options_.particles, result_.smc.particles);
    take(options_.replicates, result_.smc.replicates);
    take(options_.last_moves, result_.smc.last_moves);
    take(options_.simulations, result_.smc.stop.simulations);
    take(options_.tolerance, result_.smc.stop.tolerance);
    check_budget();
    if (fields_.paths) {
      take(fields_.paths->draws, result_.paths.draws);
      take(fields_.paths->attempts, result_.paths.attempts);
      take(fields_.paths->distance, result_.paths.distance);
      check_pasts();
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

  /// Every past that is tried has luck of its own.
  void check_pasts() {
    const auto needed =
        static_cast<std::uint64_t>(result_.paths.draws) * static_cast<std::uint64_t>(result_.paths.attempts);
    if (needed > most_pasts)
      scope_.error(
          *document_.find("paths"), "paths.attempts",
          fmt::format("draws × attempts = {} pasts: more than the {} that have luck of their own", needed, most_pasts));
  }

  void check_budget() {
    const SmcSettings& smc = result_.smc;
    const auto n_lucks = static_cast<std::uint64_t>(smc.particles) * static_cast<std::uint64_t>(smc.replicates) *
                         static_cast<std::uint64_t>(1 + smc.last_moves);
    const Node* method = document_.find("method");
    if (!method) return;
    if (n_lucks > LuckNumbers::n_available) {
      scope_.error(
          *method, "method.particles",
          fmt::format("particles × replicates × (1 + last_moves) = {} runs: more than the {} that have luck of "
                      "their own",
                      n_lucks, LuckNumbers::n_available));
    } else if (const std::uint64_t least = least_budget(sampler_config(result_, 1), !result_.after);
               smc.stop.simulations > 0 && smc.stop.simulations < least) {
      scope_.error(
          *method, "method.stop.simulations",
          fmt::format("{} runs are not enough: the prior and the last moves may take {}", smc.stop.simulations, least));
    }
  }

  /// A second stage: its runs have the draws of a first, so that both must know the same past.
  void read_first_stage() {
    const Node* place = document_.find("after");
    const Node& node = place ? *place : document_;
    refuse_first_stage_settings();
    const auto path = options_.after ? options_.after : beside(fields_.after.value_or(""), "after");
    if (!path) return;
    result_.inputs.push_back(*path);
    const auto problem = [&](std::string message) { scope_.error(node, "after", std::move(message)); };
    try {
      const Posterior first = read_posterior(*path);
      result_.after = FirstStage{*path, digest(*path)};
      const ParameterDraws draws(*path, ParameterDraws::Kind::posterior, result_.seed);
      if (sweepables_)
        if (const std::string misfit = draws.misfit(result_.scenario); !misfit.empty()) problem(misfit);
      if (document_.find("years") && first.last_pinned != result_.fit.last)
        problem(fmt::format("was fitted up to {}, this is to be fitted up to {}: its draws know another past",
                            first.last_pinned.value(), result_.fit.last.value()));
      for (const PriorParameter& parameter : result_.prior.parameters())
        if (std::ranges::find(first.paths, parameter.path) != first.paths.end())
          problem(fmt::format("has fitted {} already", parameter.path));
    } catch (const InputMissing& error) {
      scope_.problems.push_back(problem_at(node, "after", error.what(), Problem::Kind::missing));
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
    const auto is_fitted = [&](const KnownValue& known) { return result_.fit.contains(known.years.last); };
    if (problems_.empty() && std::ranges::none_of(result_.targets.outputs, [&](const Pattern& pattern) {
          return std::ranges::any_of(pattern.rows, is_fitted);
        }))
      scope_.error(node, "after", "the targets name no `outputs` with values in the years that are fitted");
    for (const Pattern& pattern : result_.targets.outputs) {
      try {
        const RunQuantity checked(pattern, result_.scenario.params.system);
      } catch (const InputError& error) {
        keep_problems(error);
      }
    }
  }

  std::string canonical_text() const;
  std::string judgement_text() const;

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
    text += fmt::format("  {}: # {}\n", pattern.name, text_of(pattern.quantity));
    for (const KnownValue& known : pattern.rows) {
      text += fmt::format("    {}_{}: [{}, {}]", known.years.first.value(), known.years.last.value(), known.low,
                          known.high);
      if (known.value) text += fmt::format(" # {}", *known.value);
      text += fmt::format(" # {} {}\n", known.confidence, known.level);
    }
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
      "{}, tolerance: {}, acceptance_share: {}, luck_acceptance_share: {}, generations: {}}}}}\n",
      c.smc.particles, c.smc.replicates, c.smc.ess_kept, c.smc.acceptances, c.smc.most_moves, c.smc.last_moves,
      c.smc.adaptive_scales, c.smc.stop.simulations, c.smc.stop.tolerance, c.smc.stop.acceptance_share,
      c.smc.stop.luck_acceptance_share, c.smc.stop.generations);
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

std::string item_text(const TargetItem& item) {
  std::string text = fmt::format("      {}: [{}, {}] # {} {}, {}", item.name, item.low, item.high, item.confidence,
                                 item.level, item.source);
  if (item.point) text += fmt::format(", likeliest {}", *item.point);
  return text + (item.usable_total ? ", usable total\n" : "\n");
}

std::string CalibrationReader::judgement_text() const {
  std::string text;
  for (const TargetSeries& series : result_.targets.series) {
    text += fmt::format("{}:\n  sum_of: [{}]\n", series.designation, fmt::join(series.parts, ", "));
    text += "  items:\n";
    for (const auto* items : {&series.items, &series.ends})
      for (const TargetItem& item : *items) text += item_text(item);
    text += "  curve:\n";
    for (const TargetItem& item : series.curve) text += item_text(item);
    text += "  approvals:\n";
    for (const YearlyApprovals& known : series.yearly)
      text += fmt::format("    {}: {}\n", known.year.value(), known.approvals);
  }
  return text;
}

}  // namespace

Calibration read_calibration(const std::filesystem::path& file, const std::filesystem::path& observed,
                             const CalibrationOptions& options) {
  return CalibrationReader(file, observed, options).read();
}

}  // namespace innochain
