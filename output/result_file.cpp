#include "output/result_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "output/errors.hpp"
#include "output/part_file.hpp"
#include "output/provenance.hpp"
#include "output/result_layout.hpp"
#include "output/table_group.hpp"

namespace innochain {

std::vector<std::string> incompatibilities(std::span<const ScenarioRecord> scenarios) {
  std::vector<std::string> problems;
  if (scenarios.empty()) return {"no scenario"};
  const ScenarioRecord& first = scenarios.front();
  const std::vector<CategoryAxis> wanted = category_axes(first.params->system);
  for (std::size_t s = 1; s < scenarios.size(); ++s) {
    const std::vector<CategoryAxis> found = category_axes(scenarios[s].params->system);
    for (std::size_t c = 0; c < wanted.size(); ++c) {
      if (found[c].values == wanted[c].values) continue;
      problems.push_back(fmt::format("scenarios {} and {} differ in {}: [{}] and [{}]", first.name, scenarios[s].name,
                                     wanted[c].name, fmt::join(wanted[c].values, ", "),
                                     fmt::join(found[c].values, ", ")));
    }
    const auto same_name = [&](const ScenarioRecord& other) { return other.name == scenarios[s].name; };
    if (std::ranges::any_of(scenarios.first(s), same_name)) {
      problems.push_back(fmt::format("two scenarios are named {}", scenarios[s].name));
    }
  }
  return problems;
}

class ResultWriter::Implementation {
 public:
  Implementation(std::filesystem::path path, bool force, const ResultHeader& header, const StorageOptions& storage);

  ~Implementation() {
    if (file_.open()) hdf5::abandon(file_);
  }

  void append(const RunInfo& run, const Indicators& indicators);
  void add_observed(const Table& series);
  void add_table(const Table& table, const std::string& dimension) {
    guarded([&] { write_table(file_.id(), table, dimension); });
  }
  void finish();

 private:
  /// What is particular to one scenario's runs.
  struct Place {
    const ScenarioRecord* scenario;
    std::size_t first_year;           ///< among the united years
    std::vector<std::size_t> agents;  ///< among all named agents
  };

  void declare_run_coordinates();
  void declare_indicators();
  void declare_traces();
  void create_variables();
  void create_traces();
  hdf5::Handle create_coordinate(hid_t group, Dimensions& dimensions, const std::string& name,
                                 const std::vector<std::string>& values, const std::string& long_name);
  hdf5::Handle create_years(hid_t group, Dimensions& dimensions);
  void append_coordinates(const RunInfo& run);
  void append_indicators(const Place& place, const RunInfo& run, const Indicators& indicators);
  template <class Number>
  void append_whole(const Place& place, const Indicator<Number>& indicator, const IndicatorDeclaration& declaration,
                    std::span<std::byte> row) const;
  void append_traces(const Place& place, const RunInfo& run, const Traces& traces);
  void flush_full();
  template <class Visit>
  void each_variable(Visit visit);
  /// Runs one step, with failures of HDF5 as WriteFailed.
  template <class Step>
  void guarded(Step step);

  ResultHeader header_;
  KeptIndicators kept_;
  StorageOptions storage_;
  YearSpan years_;
  Agents agents_;
  std::vector<Place> places_;
  std::int32_t n_runs_ = 0;
  bool created_ = false;
  std::size_t n_lost_before_ = hdf5::n_lost_closes();

  PartFile part_;
  hdf5::Handle file_, observed_;
  std::vector<RunVariable> run_coordinates_, initial_stocks_, indicators_, traces_;
};

ResultWriter::Implementation::Implementation(std::filesystem::path path, bool force, const ResultHeader& header,
                                             const StorageOptions& storage)
    : header_(header), kept_(header.kept), storage_(storage), part_(std::move(path), force) {
  if (const auto problems = incompatibilities(header_.scenarios); !problems.empty()) {
    throw std::invalid_argument(fmt::format("{}", fmt::join(problems, "\n")));
  }
  years_ = united_years(header_.scenarios);
  for (const ScenarioRecord& scenario : header_.scenarios) {
    places_.push_back({&scenario, years_.index(scenario.params->scale.years.first), agents_.places(*scenario.params)});
  }
  guarded([&] {
    file_ = hdf5::create_file(part_.path());
    write_root_attributes(file_.id(), header_, part_.target().string());
  });
  declare_run_coordinates();
  declare_indicators();
  if (header_.traces && !agents_.names.empty()) declare_traces();
}

void ResultWriter::Implementation::declare_run_coordinates() {
  const auto declare = [&](RunVariableSpec spec) {
    run_coordinates_.emplace_back(std::move(spec), storage_, header_.planned_runs);
  };
  declare(number_coordinate<std::int32_t>("run", "number of the run"));
  declare(text_coordinate("scenario", "scenario"));
  declare(text_coordinate("arm", "arm of the sweep"));
  declare(number_coordinate<std::int32_t>("replicate", "replicate"));
  declare(number_coordinate<std::int32_t>("draw", "parameter draw; -1 for the declared defaults"));
  declare(number_coordinate<std::uint64_t>("seed", "seed of the run"));
  declare(status_coordinate());
  declare(text_coordinate("failure", "why the run failed"));
  for (const SweptParameter& parameter : header_.swept) declare(swept_coordinate(parameter));
}

void ResultWriter::Implementation::declare_indicators() {
  std::string coordinates;
  for (const RunVariable& coordinate : run_coordinates_) {
    if (coordinate.name() != "run") coordinates += (coordinates.empty() ? "" : " ") + coordinate.name();
  }
  const System& system = header_.scenarios.front().params->system;
  const auto declare_initial = [&](const char* name, Axis axis, const char* long_name) {
    const std::size_t width = axis_size(system, axis);
    if (width == 0) return;
    const IndicatorDeclaration declaration{name, "1", axis, "", long_name};
    initial_stocks_.emplace_back(
        indicator_spec<std::int32_t>(declaration, {"run", dimensions_of(axis).front()}, {width}, coordinates), storage_,
        header_.planned_runs);
  };
  declare_initial("lab_initial_stock", Axis::lab_type, "labs holding the designation before the first year");
  declare_initial("zone_initial_stock", Axis::zone_type, "zones holding the designation before the first year");

  const Indicators declared;
  visit_indicators(declared, [&]<class Number>(const Indicator<Number>&, const IndicatorDeclaration& declaration) {
    if (axis_size(system, declaration.axis) == 0) return;
    std::vector<std::size_t> members;
    if (declaration.axis == Axis::programme_host)
      members = {system.programmes.size(), n_hosts};
    else if (declaration.axis != Axis::none)
      members = {axis_size(system, declaration.axis)};
    if (kept_.whole(declaration.name)) {
      std::vector<std::string> dimensions{"run", "year"};
      for (const std::string& name : dimensions_of(declaration.axis)) dimensions.push_back(name);
      std::vector<std::size_t> row_shape{years_.size()};
      row_shape.insert(row_shape.end(), members.begin(), members.end());
      indicators_.emplace_back(
          indicator_spec<Number>(declaration, std::move(dimensions), std::move(row_shape), coordinates), storage_,
          header_.planned_runs);
    }
    for (const KeptIndicator* reduction : kept_.reductions(declaration.name)) {
      std::vector<std::string> dimensions{"run"};
      for (const std::string& name : dimensions_of(declaration.axis)) dimensions.push_back(name);
      indicators_.emplace_back(
          reduction_spec(declaration, *reduction, years_, std::move(dimensions), members, coordinates), storage_,
          header_.planned_runs);
    }
  });
}

void ResultWriter::Implementation::declare_traces() {
  traces_.emplace_back(number_coordinate<std::int32_t>("run", "number of the run"), storage_, header_.planned_runs);
  const Traces declared;
  visit_traces(declared, [&]<class Number>(const Indicator<Number>&, const IndicatorDeclaration& declaration) {
    traces_.emplace_back(
        indicator_spec<Number>(declaration, {"run", "agent", "year"}, {agents_.names.size(), years_.size()}, "kind"),
        storage_, header_.planned_runs);
  });
}

template <class Visit>
void ResultWriter::Implementation::each_variable(Visit visit) {
  for (auto* variables : {&run_coordinates_, &initial_stocks_, &indicators_, &traces_}) {
    for (RunVariable& variable : *variables) visit(variable);
  }
}

template <class Step>
void ResultWriter::Implementation::guarded(Step step) {
  hdf5::silence();
  try {
    step();
  } catch (const hdf5::Error& error) {
    throw WriteFailed(fmt::format("{}: {}", part_.target().string(), error.what()));
  }
}

hdf5::Handle ResultWriter::Implementation::create_coordinate(hid_t group, Dimensions& dimensions,
                                                             const std::string& name,
                                                             const std::vector<std::string>& values,
                                                             const std::string& long_name) {
  const hdf5::Handle type = hdf5::text_type();
  hdf5::Handle dataset = hdf5::create_dataset(group, name, type.id(), {.shape = {values.size()}, .chunk = {}});
  hdf5::write_text_rows(dataset.id(), 0, values);
  hdf5::make_scale(dataset.id(), name);
  hdf5::write_attribute(dataset.id(), "long_name", long_name);
  dimensions[name] = dataset.id();
  return dataset;
}

hdf5::Handle ResultWriter::Implementation::create_years(hid_t group, Dimensions& dimensions) {
  std::vector<std::int32_t> years(years_.size());
  std::iota(years.begin(), years.end(), years_.first.value());
  const hid_t type = hdf5::native<std::int32_t>();
  hdf5::Handle dataset = hdf5::create_dataset(group, "year", type, {.shape = {years.size()}, .chunk = {}});
  hdf5::write_rows(dataset.id(), type, 0, years.size(), years.data());
  hdf5::make_scale(dataset.id(), "year");
  // Not "years since …": readers would turn it into dates, and fail before 1582.
  hdf5::write_attribute(dataset.id(), "units", "year");
  hdf5::write_attribute(dataset.id(), "long_name", "calendar year");
  dimensions["year"] = dataset.id();
  return dataset;
}

void ResultWriter::Implementation::create_variables() {
  Dimensions dimensions;
  std::vector<hdf5::Handle> coordinates;
  run_coordinates_.front().create(file_.id(), dimensions);
  coordinates.push_back(create_years(file_.id(), dimensions));
  for (const CategoryAxis& category : category_axes(header_.scenarios.front().params->system)) {
    if (category.values.empty()) continue;
    coordinates.push_back(
        create_coordinate(file_.id(), dimensions, category.name, category.values, category.long_name));
  }
  for (std::size_t i = 1; i < run_coordinates_.size(); ++i) run_coordinates_[i].create(file_.id(), dimensions);
  for (RunVariable& variable : initial_stocks_) variable.create(file_.id(), dimensions);
  for (RunVariable& variable : indicators_) variable.create(file_.id(), dimensions);
  if (!traces_.empty()) create_traces();

  write_table(file_.id(), scenario_table(header_.scenarios), "scenario");
  write_table(file_.id(), regime_table(header_.scenarios), "regime");
  write_table(file_.id(), target_table(header_.scenarios), "target");
  write_table(file_.id(), institution_table(header_.scenarios.front().params->system), "institution");
  created_ = true;
}

/// The group has its own coordinates, so that it can be opened on its own.
void ResultWriter::Implementation::create_traces() {
  const hdf5::Handle group = hdf5::create_group(file_.id(), "traces");
  hdf5::write_attribute(group.id(), "title", "Named labs, zones and organisations, and traced categories, by year");
  Dimensions dimensions;
  traces_.front().create(group.id(), dimensions);
  const hdf5::Handle agents =
      create_coordinate(group.id(), dimensions, "agent", agents_.names, "named agent or traced category");
  const hdf5::Handle years = create_years(group.id(), dimensions);
  const hdf5::Handle type = hdf5::text_type();
  const hdf5::Handle kinds =
      hdf5::create_dataset(group.id(), "kind", type.id(), {.shape = {agents_.kinds.size()}, .chunk = {}});
  hdf5::write_text_rows(kinds.id(), 0, agents_.kinds);
  hdf5::attach_scale(kinds.id(), agents.id(), 0);
  hdf5::write_attribute(kinds.id(), "long_name", "lab, zone, organisation or category");
  for (std::size_t i = 1; i < traces_.size(); ++i) traces_[i].create(group.id(), dimensions);
}

void ResultWriter::Implementation::append(const RunInfo& run, const Indicators& indicators) {
  const auto place = std::ranges::find_if(places_, [&](const Place& p) { return p.scenario->name == run.scenario; });
  if (place == places_.end())
    throw std::invalid_argument("a run of scenario " + run.scenario + ", which the file does not have");
  if (run.swept.size() != header_.swept.size())
    throw std::invalid_argument("a run with other swept parameters than the file");
  append_coordinates(run);
  append_indicators(*place, run, indicators);
  if (!traces_.empty()) append_traces(*place, run, indicators.traces);
  ++n_runs_;
  guarded([&] { flush_full(); });
}

void ResultWriter::Implementation::append_coordinates(const RunInfo& run) {
  auto next = run_coordinates_.begin();
  next++->append(n_runs_);
  next++->append_text(run.scenario);
  next++->append_text(run.arm);
  next++->append(static_cast<std::int32_t>(run.replicate));
  next++->append(static_cast<std::int32_t>(run.draw));
  next++->append(run.seed);
  next++->append(static_cast<std::uint8_t>(run.failed ? RunStatus::failed : RunStatus::done));
  next++->append_text(run.failure);
  for (std::size_t i = 0; i < run.swept.size(); ++i, ++next) {
    if (header_.swept[i].text) {
      const auto* text = std::get_if<std::string>(&run.swept[i]);
      next->append_text(text != nullptr ? *text : "");
    } else {
      const auto* number = std::get_if<double>(&run.swept[i]);
      next->append(number != nullptr ? *number : swept_fill);
    }
  }
}

void ResultWriter::Implementation::append_indicators(const Place& place, const RunInfo& run,
                                                     const Indicators& indicators) {
  const System& system = place.scenario->params->system;
  auto initial = initial_stocks_.begin();
  const auto append_initial = [&](const std::vector<std::int32_t>& stock, std::size_t width) {
    if (width == 0) return;
    const std::span<std::byte> row = initial++->append_row();
    if (run.failed) return;
    if (stock.size() != width) throw std::invalid_argument("an initial stock of another length than the scenario's");
    std::memcpy(row.data(), stock.data(), row.size());
  };
  append_initial(indicators.lab_initial_stock, system.lab_types.size());
  append_initial(indicators.zone_initial_stock, system.zone_types.size());

  auto next = indicators_.begin();
  visit_indicators(
      indicators, [&]<class Number>(const Indicator<Number>& indicator, const IndicatorDeclaration& declaration) {
        const std::size_t width = axis_size(system, declaration.axis);
        if (width == 0) return;
        const YearSpan simulated = place.scenario->params->scale.years;
        if (!run.failed && kept_.wants(declaration.name) && indicator.values().size() != simulated.size() * width) {
          throw std::invalid_argument(fmt::format("{} has another shape than the scenario", declaration.name));
        }
        if (kept_.whole(declaration.name)) {
          const std::span<std::byte> row = next++->append_row();
          if (!run.failed) append_whole(place, indicator, declaration, row);
        }
        for (const KeptIndicator* reduction : kept_.reductions(declaration.name)) {
          const std::span<std::byte> row = next++->append_row();
          for (std::size_t member = 0; member < width && !run.failed; ++member) {
            const double value = reduced(*reduction, indicator, simulated, member);
            if (!std::isnan(value)) std::memcpy(row.data() + member * sizeof value, &value, sizeof value);
          }
        }
      });
}

template <class Number>
void ResultWriter::Implementation::append_whole(const Place& place, const Indicator<Number>& indicator,
                                                const IndicatorDeclaration& declaration,
                                                std::span<std::byte> row) const {
  const std::size_t width = indicator.width();
  const YearSpan simulated = place.scenario->params->scale.years;
  std::byte* to = row.data() + place.first_year * width * sizeof(Number);
  if (!kept_.in_part(declaration.name)) {
    std::memcpy(to, indicator.values().data(), indicator.values().size() * sizeof(Number));
    return;
  }
  for (std::size_t i = 0; i < indicator.values().size(); ++i)
    if (kept_.holds(declaration.name, simulated.first + static_cast<int>(i / width), i % width))
      std::memcpy(to + i * sizeof(Number), &indicator.values()[i], sizeof(Number));
}

void ResultWriter::Implementation::append_traces(const Place& place, const RunInfo& run, const Traces& traces) {
  traces_.front().append(n_runs_);
  auto next = traces_.begin() + 1;
  const std::size_t n_years = place.scenario->params->scale.years.size();
  visit_traces(traces, [&]<class Number>(const Indicator<Number>& trace, const IndicatorDeclaration&) {
    const std::span<std::byte> row = next++->append_row();
    if (run.failed) return;
    for (std::size_t y = 0; y < n_years; ++y) {
      for (std::size_t a = 0; a < place.agents.size(); ++a) {
        const std::size_t to = place.agents[a] * years_.size() + place.first_year + y;
        std::memcpy(row.data() + to * sizeof(Number), &trace.values()[y * place.agents.size() + a], sizeof(Number));
      }
    }
  });
}

void ResultWriter::Implementation::flush_full() {
  bool any = false;
  each_variable([&](RunVariable& variable) { any = any || variable.full(); });
  if (any && !created_) create_variables();
  each_variable([&](RunVariable& variable) {
    if (variable.full()) variable.flush();
  });
}

void ResultWriter::Implementation::add_observed(const Table& series) {
  guarded([&] {
    if (!observed_.open()) {
      observed_ = hdf5::create_group(file_.id(), "observed");
      hdf5::write_attribute(observed_.id(), "title", "Observed series; the simulation never reads them");
    }
    write_table(observed_.id(), series, "row");
  });
}

void ResultWriter::Implementation::finish() {
  guarded([&] {
    if (!created_) {
      each_variable([&](RunVariable& variable) { variable.limit_chunk(static_cast<std::size_t>(n_runs_)); });
      create_variables();
    }
    each_variable([](RunVariable& variable) {
      variable.flush();
      variable.close();
    });
    observed_.close("write the observed series");
    hdf5::check(H5Fflush(file_.id(), H5F_SCOPE_GLOBAL), "write");
    file_.close("write");
    if (hdf5::n_lost_closes() != n_lost_before_) throw hdf5::Error("cannot write: a dataset could not be completed");
  });
  part_.commit();
}

ResultWriter::ResultWriter(std::filesystem::path path, bool force, const ResultHeader& header,
                           const StorageOptions& storage)
    : implementation_(std::make_unique<Implementation>(std::move(path), force, header, storage)) {}
ResultWriter::~ResultWriter() = default;
ResultWriter::ResultWriter(ResultWriter&&) noexcept = default;

void ResultWriter::append(const RunInfo& run, const Indicators& indicators) {
  implementation_->append(run, indicators);
}
void ResultWriter::add_observed(const Table& series) {
  implementation_->add_observed(series);
}
void ResultWriter::add_table(const Table& table, const std::string& dimension) {
  implementation_->add_table(table, dimension);
}
void ResultWriter::finish() {
  implementation_->finish();
}

}  // namespace innochain
