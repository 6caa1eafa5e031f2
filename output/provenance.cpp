#include "output/provenance.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <limits>

#include "output/sha256.hpp"
#include "sim/model_revision.hpp"

namespace innochain {

namespace {

std::string now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

using Texts = std::vector<std::string>;
using Integers = std::vector<std::int32_t>;
using Numbers = std::vector<double>;

}  // namespace

void write_root_attributes(hid_t file, const ResultHeader& header, const std::string& output_path) {
  const ScenarioRecord& first = header.scenarios.front();
  const auto text = [&](const char* name, std::string_view value) { hdf5::write_attribute(file, name, value); };
  text("Conventions", "CF-1.10, ACDD-1.3");
  text("title", header.title.empty() ? first.params->title : header.title);
  text("summary", header.summary.empty()
                      ? "Simulated runs of a national innovation-funding system: indicators by run, year and category."
                      : header.summary);
  text("source", header.program);
  text("history", fmt::format("{} {}", now(), header.command_line));
  text("date_created", now());
  text("license", "MIT");
  text("build", header.build);
  text("machine", machine_name());
  hdf5::write_attribute(file, "threads", static_cast<std::int32_t>(header.threads));
  text("output_path", output_path);
  text("ensemble", header.ensemble.empty() ? "none" : header.ensemble);  // of the sweep that the file completes
  hdf5::write_attribute(file, "model_revision", static_cast<std::int32_t>(model_revision));
  hdf5::write_attribute(file, "master_seed", header.seed);
  text("rng", "philox4x32-10");
  text("parameters", header.parameters);
  if (header.last_year_fitted)
    hdf5::write_attribute(file, "last_year_fitted", static_cast<std::int32_t>(*header.last_year_fitted));
  text("fill_conventions",
       "_FillValue marks what does not exist: failed runs, years outside a scenario, institutions before their time; "
       "text is empty there");
  text("scenario_yaml", first.yaml);
  text("scenario_sha256", sha256(first.yaml));
  text("volatile_attributes", volatile_attributes);
}

Table scenario_table(std::span<const ScenarioRecord> scenarios) {
  Texts names, titles, yamls, digests;
  Integers first, last;
  for (const ScenarioRecord& scenario : scenarios) {
    names.push_back(scenario.name);
    titles.push_back(scenario.params->title);
    first.push_back(scenario.params->scale.years.first.value());
    last.push_back(scenario.params->scale.years.last.value());
    digests.push_back(sha256(scenario.yaml));
    yamls.push_back(scenario.yaml);
  }
  return {"scenarios",
          "The scenarios of this file",
          {{"scenario", "", "scenario", names},
           {"title", "", "title", titles},
           {"first", "year", "first simulated year", first},
           {"last", "year", "last simulated year", last},
           {"yaml", "", "resolved scenario, verbatim", yamls},
           {"sha256", "", "SHA-256 of the resolved scenario", digests}}};
}

Table regime_table(std::span<const ScenarioRecord> scenarios) {
  Texts names_of_scenarios, names, labels;
  Integers first, last;
  for (const ScenarioRecord& scenario : scenarios) {
    for (const Regime& regime : scenario.params->regimes) {
      names_of_scenarios.push_back(scenario.name);
      names.push_back(regime.name);
      labels.push_back(regime.label);
      first.push_back(regime.years.first.value());
      last.push_back(regime.years.last.value());
    }
  }
  return {"regimes",
          "Regimes of the policy history",
          {{"scenario", "", "scenario", names_of_scenarios},
           {"name", "", "regime", names},
           {"label", "", "label", labels},
           {"first", "year", "first year", first},
           {"last", "year", "last year", last}}};
}

Table target_table(std::span<const ScenarioRecord> scenarios) {
  Texts names_of_scenarios, designations;
  Integers announced, by, stock, plan;
  for (const ScenarioRecord& scenario : scenarios) {
    for (const Target& target : scenario.params->targets) {
      names_of_scenarios.push_back(scenario.name);
      designations.push_back(scenario.params->system.institution(target.designation).name);
      announced.push_back(target.announced.value());
      by.push_back(target.by.value());
      stock.push_back(target.stock);
      plan.push_back(target.plan ? 1 : 0);
    }
  }
  return {"targets",
          "Announced targets and internal plans",
          {{"scenario", "", "scenario", names_of_scenarios},
           {"designation", "", "lab type or zone type", designations},
           {"announced", "year", "year of the announcement", announced},
           {"by", "year", "year in which the stock shall be reached", by},
           {"stock", "1", "stock aimed at", stock},
           {"plan", "1", "1 for an internal plan, 0 for a public target", plan}}};
}

Table institution_table(const System& system) {
  Texts names, labels, labels_zh, kinds, classes, authorities, sources, notes;
  Integers tiers, since, reported_years;
  Numbers counts;
  const auto add = [&](const Institution& institution, const char* kind, const std::string& class_name, int tier) {
    const auto& count = institution.reported_count;
    names.push_back(institution.name);
    labels.push_back(institution.label);
    labels_zh.push_back(institution.name_zh);
    kinds.emplace_back(kind);
    classes.push_back(class_name);
    tiers.push_back(tier);
    authorities.push_back(institution.authority.exists() ? system.authorities[institution.authority.index()].name : "");
    since.push_back(institution.since.value());
    counts.push_back(count ? count->value : std::numeric_limits<double>::quiet_NaN());
    reported_years.push_back(institution.reported_year ? institution.reported_year->value() : Count::fill());
    sources.push_back(!count ? "" : count->source.empty() ? "assumed: " + count->assumed : count->source);
    notes.push_back(institution.note);
  };
  for (const LabType& type : system.lab_types) add(type, "lab", type.series, type.tier);
  for (const ZoneType& type : system.zone_types) {
    add(type, "zone", zone_class_names[static_cast<std::size_t>(type.zone_class)], Count::fill());
  }
  for (const Programme& programme : system.programmes) {
    add(programme, "programme", competition_names[static_cast<std::size_t>(programme.competition)], Count::fill());
  }
  return {"institutions",
          "Lab types, zone types and programmes, with the numbers reported for them",
          {{"name", "", "name", names},
           {"label", "", "label", labels},
           {"name_zh", "", "name in Chinese", labels_zh},
           {"kind", "", "lab, zone or programme", kinds},
           {"class", "", "series of a lab type, class of a zone type, competition of a programme", classes},
           {"tier", "1", "tier of a lab type, 1 highest", tiers},
           {"authority", "", "authority in charge", authorities},
           {"since", "year", "first year", since},
           {"reported_count", "1", "number reported", counts},
           {"reported_year", "year", "year of the reported number", reported_years},
           {"reported_source", "", "source of the reported number", sources},
           {"note", "", "note", notes}}};
}

}  // namespace innochain
