#include "scenarios/reader/resolver.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/reader/system_reader.hpp"

namespace innochain {

void flatten(Scope& scope, const Node& node, const std::string& where, const std::vector<std::string>& paths,
             const std::function<void(const std::string& path, const Node& key, const Node& value)>& use) {
  const std::function<void(const Node&, const std::string&)> walk = [&](const Node& mapping,
                                                                        const std::string& prefix) {
    for (const Entry& entry : mapping.entries) {
      const std::string path = join(prefix, entry.key.text);
      if (std::ranges::find(paths, path) != paths.end()) {
        use(path, entry.key, entry.value);
      } else if (entry.value.is_mapping() &&
                 std::ranges::any_of(paths, [&](const std::string& p) { return p.starts_with(path + "."); })) {
        walk(entry.value, path);
      } else {
        scope.error(entry.key, join(where, path),
                    "is not known (`innochain describe` lists what is)." + did_you_mean(path, paths));
      }
    }
  };
  if (!node.is_mapping()) return expect_kind(scope, node, where, "a mapping of paths to values");
  walk(node, "");
}

Resolver::Resolver(std::vector<ScenarioDocument> chain, std::vector<std::filesystem::path> comparing,
                   std::vector<Problem> problems)
    : chain_(std::move(chain)), comparing_(std::move(comparing)), problems_(std::move(problems)) {}

bool Resolver::has_errors() const {
  return !problems_.empty();
}

void Resolver::stop() {
  const auto place = [](const Problem& problem) {
    return std::tie(problem.file, problem.line, problem.column, problem.path, problem.message);
  };
  std::ranges::stable_sort(problems_, {}, place);
  const auto [first, last] = std::ranges::unique(problems_, {}, place);
  problems_.erase(first, last);
  throw InputError(problems_);
}

void Resolver::read_system_files() {
  for (std::size_t i = chain_.size(); i-- > 0;) {
    const Node* system = chain_[i].document.find("system");
    if (!system) continue;
    if (system->is_mapping()) {
      system_document_ = *system;
    } else if (const auto name = as_text(*system)) {
      const auto file = (chain_[i].file.parent_path() / *name).lexically_normal();
      std::error_code error;
      if (!std::filesystem::is_regular_file(file, error)) {
        problems_.push_back(problem_at(*system, "system", fmt::format("there is no file {}", file.generic_string()),
                                       Problem::Kind::missing));
        stop();
      }
      system_document_ = read_system_document(file, problems_);
    } else {
      expect_kind(scope_, *system, "system", "the name of a system file");
      stop();
    }
    params_.system = read_system(system_document_, problems_);
    return;
  }
  // A parent that could not be read may have named it.
  if (!has_errors())
    scope_.error(chain_.back().document, "system",
                 "is missing here and in all parents (the file of institutions, such as system/china.yaml)");
  stop();
}

void Resolver::read_scale() {
  for (const ScenarioDocument& document : chain_) {
    const Node* scale = document.document.find("scale");
    if (!scale || !scale->is_mapping()) continue;
    std::vector<Problem> reported_later;  // with the other fields of the file
    Scope quiet{reported_later};
    ScaleFields fields;
    read(quiet, *scale, "scale", NestedKind{}, fields);
    if (fields.years) params_.scale.years = *fields.years;
    if (fields.firms_per_agent) params_.scale.firms_per_agent = *fields.firms_per_agent;
    if (fields.proposals_per_agent) params_.scale.proposals_per_agent = *fields.proposals_per_agent;
    for (const Entry& entry : scale->entries) scale_sources_[entry.key.text] = &entry.value;
  }
  constexpr std::size_t most_years = 500;
  if (params_.scale.years.size() > most_years) {
    scope_.error(*scale_sources_["years"], "scale.years",
                 fmt::format("spans {} years (at most {})", params_.scale.years.size(), most_years));
    stop();
  }
}

void Resolver::read_files() {
  const System& system = params_.system;
  for (const DesignationId k : all<DesignationId>(system.n_designations())) {
    scope_.names<DesignationId>().push_back(system.institution(k).name);
  }
  for (const Category& category : system.categories) scope_.names<CategoryId>().push_back(category.name);
  for (const Programme& programme : system.programmes) scope_.names<ProgrammeId>().push_back(programme.name);
  for (const ScenarioDocument& document : chain_) {
    ScenarioFields fields;
    read(scope_, document.document, "", NestedKind{}, fields);
    const Node* targets = document.document.find("targets");
    for (std::size_t i = 0; i < fields.targets.size(); ++i) {
      TargetFields& target = fields.targets[i];
      target.at = &targets->items[i];
      if (target.by < target.announced) {
        scope_.error(*target.at, join("targets", i), "is due before it is announced (by must not be before announced)");
      }
    }
    if (fields.title) params_.title = *fields.title;
    files_.push_back(std::move(fields));
  }
}

void Resolver::merge_regimes() {
  for (const ScenarioFields& file : files_) {
    const Node* regimes = file.regimes;
    if (!regimes) continue;
    if (!regimes->is_mapping()) {
      expect_kind(scope_, *regimes, "regimes", "a mapping of names to {years, era, label, levers}");
      continue;
    }
    for (const Entry& entry : regimes->entries) {
      const std::string path = join("regimes", entry.key.text);
      std::string name;
      RegimeFields fields;
      read(scope_, entry.key, path, NameKind{}, name);
      read(scope_, entry.value, path, NestedKind{}, fields);
      auto merged = std::ranges::find(regimes_, entry.key.text, &MergedRegime::name);
      if (merged == regimes_.end()) merged = regimes_.insert(regimes_.end(), {entry.key.text, {}, &entry.key});
      if (fields.years) merged->fields.years = fields.years, merged->at = &entry.key;
      if (fields.label) merged->fields.label = fields.label;
    }
  }
}

void Resolver::check_regimes() {
  const YearSpan years = params_.scale.years;
  std::vector<MergedRegime> with_years;
  for (const MergedRegime& regime : regimes_) {
    if (regime.fields.years)
      with_years.push_back(regime);
    else
      scope_.error(*regime.at, join("regimes", regime.name) + ".years",
                   "is missing (a new regime needs its span of years)");
  }
  if (with_years.size() != regimes_.size() || has_errors()) return;
  std::ranges::stable_sort(with_years, {}, [](const MergedRegime& regime) { return regime.fields.years->first; });
  regimes_ = with_years;
  Year next = years.first;
  const auto uncovered = [&](const Node& at, Year last) {
    scope_.error(at, "regimes",
                 fmt::format("no regime covers {} (every year of scale.years needs one)", years_text({next, last})));
  };
  const MergedRegime* before = nullptr;
  for (const MergedRegime& regime : regimes_) {
    const YearSpan span = *regime.fields.years;
    if (before && span.first <= before->fields.years->last) {
      const Year last = std::min(span.last, before->fields.years->last);
      scope_.error(*regime.at, join("regimes", regime.name) + ".years",
                   fmt::format("overlaps with regime `{}` in {} (a year belongs to one regime)", before->name,
                               years_text({span.first, last})));
    } else if (next < span.first && next <= years.last) {
      uncovered(*regime.at, std::min(span.first - 1, years.last));
    }
    if (next <= span.last) next = span.last + 1;
    if (!before || before->fields.years->last < span.last) before = &regime;
  }
  if (next <= years.last) uncovered(regimes_.empty() ? chain_.back().document : *regimes_.back().at, years.last);
}

void Resolver::collect_parameters() {
  Params& p = params_;
  p.parameters = default_parameters();
  visit_parameters(p.parameters, [&](double& value, const Declaration& declaration) {
    parameters_.push_back({std::string(declaration.path), &value, declaration.low, declaration.high});
  });
  p.kappa.assign(p.system.n_designations(), 0.0);
  p.saturation_share.assign(p.system.n_designations(), 0.0);
  for (const DesignationId k : all<DesignationId>(p.system.n_designations())) {
    p.kappa[k] = p.system.candidature(k).kappa.value;
    p.saturation_share[k] = p.system.candidature(k).saturation_share.value;
    if (p.system.candidature(k).admission != Admission::calls) continue;
    parameters_.push_back({join("approvals.kappa", p.system.institution(k).name), &p.kappa[k], 0, 100});
    parameters_.push_back(
        {join("approvals.saturation_share", p.system.institution(k).name), &p.saturation_share[k], 0, 1});
  }
}

void Resolver::apply_parameters(const Node& parameters) {
  std::vector<std::string> paths;
  for (const ParameterSource& parameter : parameters_) paths.push_back(parameter.path);
  flatten(scope_, parameters, "parameters", paths, [&](const std::string& path, const Node&, const Node& value) {
    ParameterSource& parameter = *std::ranges::find(parameters_, path, &ParameterSource::path);
    if (read(scope_, value, join("parameters", path), NumberKind{parameter.low, parameter.high}, *parameter.value))
      parameter.at = &value;
  });
}

void Resolver::check_levers() {
  const YearSpan years = params_.scale.years;
  const auto at_most_one = [&](std::initializer_list<std::string_view> paths) {
    for (Year year = years.first; year <= years.last; ++year) {
      Levers levers = history_->levers()[years.index(year)];
      double sum = 0.0;
      const Node* at = nullptr;
      for (const std::string_view path : paths) {
        const std::size_t lever = *table_->find(path);
        sum += number_lever(levers, table_->levers()[lever].number);
        if (const Node* source = history_->source(lever, year).at) at = source;
      }
      if (sum <= 1.0 + share_tolerance || !at) continue;
      scope_.error(*at, std::string(*paths.begin()),
                   fmt::format("{} sum to {:.6g} in {} (at most 1)", fmt::join(paths, " + "), sum, year.value()));
      return;
    }
  };
  at_most_one({"reorganization.keep_share", "reorganization.merge_share", "reorganization.drop_share"});
  at_most_one({"review.excellent_share", "review.poor_share"});
}

void Resolver::fill_params() {
  const ScenarioDocument* own = nullptr;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    if (chain_[i].file.empty()) continue;
    own = &chain_[i];
    params_.name = files_[i].name.value_or("");
  }
  if (params_.name.empty() && own) {
    params_.name = own->file.stem().string();
    std::ranges::replace_if(params_.name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  }
  for (const MergedRegime& regime : regimes_) {
    params_.regimes.push_back({regime.name, regime.fields.label.value_or(regime.name), *regime.fields.years});
  }
  for (const TargetFields& target : targets_) params_.targets.push_back(target);
  params_.levers = history_->levers();
}

Resolved Resolver::resolve() {
  for (const ScenarioDocument& document : chain_) {
    if (!document.document.is_mapping())
      expect_kind(scope_, document.document, "", "a mapping of the keys of a scenario");
  }
  if (!std::ranges::all_of(chain_, [](const ScenarioDocument& d) { return d.document.is_mapping(); })) stop();
  read_scale();
  read_system_files();
  // Prices and incomes refer to 2010, and budgets grow from their last given year, whatever years are simulated.
  const Year reference(2010);
  const YearSpan simulated = params_.scale.years;
  const YearSpan needed{std::min(simulated.first, reference), std::max(simulated.last, reference)};
  params_.inputs = read_inputs(system_document_, params_.system, needed, problems_);
  read_files();
  merge_regimes();
  check_regimes();
  collect_parameters();
  table_.emplace(params_.system);
  history_.emplace(params_.system, *table_, params_.scale.years);
  window_end_ = params_.scale.years.last;
  for (std::size_t layer = 0; layer < files_.size(); ++layer) apply_layer(layer);
  check_levers();
  if (has_errors()) stop();
  apply_budgets();
  if (has_errors()) stop();
  fill_params();

  Resolved resolved;
  resolved.yaml = yaml();
  resolved.origins = origins();
  resolved.notes = std::move(notes_);
  resolved.params = std::move(params_);
  return resolved;
}

}  // namespace innochain
