#include "calibration/check_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "output/errors.hpp"
#include "output/part_file.hpp"
#include "output/table_group.hpp"
#include "sim/model_revision.hpp"

namespace innochain {

namespace {

using Numbers = std::vector<double>;
using Counts = std::vector<std::int32_t>;
using Texts = std::vector<std::string>;

struct TableOf {
  Table table;
  std::string dimension;
};
struct CheckContents {
  std::string format, title;
  std::vector<std::pair<std::string, double>> attributes;
  std::vector<TableOf> tables;
};

void write_root(hid_t file, const CheckContents& contents, const Calibration& calibration,
                const PosteriorProvenance& provenance) {
  const auto text = [&](const char* name, std::string_view value) { hdf5::write_attribute(file, name, value); };
  const std::string now = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  text("Conventions", "CF-1.10, ACDD-1.3");
  text("format", contents.format);
  text("title", fmt::format("{}: {}", calibration.title, contents.title));
  text("source", provenance.program);
  text("build", provenance.build);
  text("history", fmt::format("{} {}", now, provenance.command_line));
  text("date_created", now);
  hdf5::write_attribute(file, "threads", static_cast<std::int32_t>(provenance.threads));
  text("volatile_attributes", "history date_created source build threads");
  hdf5::write_attribute(file, "model_revision", static_cast<std::int32_t>(model_revision));
  hdf5::write_attribute(file, "master_seed", calibration.seed);
  text("calibration_yaml", calibration.yaml);
  text("scenario_yaml", calibration.scenario.yaml);
  for (const auto& [name, value] : contents.attributes) hdf5::write_attribute(file, name, value);
}

void write_check_file(const std::filesystem::path& path, bool force, const CheckContents& contents,
                      const Calibration& calibration, const PosteriorProvenance& provenance) {
  PartFile part(path, force);
  hdf5::silence();
  const std::size_t n_lost = hdf5::n_lost_closes();
  hdf5::Handle file;
  try {
    file = hdf5::create_file(part.path());
    write_root(file.id(), contents, calibration, provenance);
    for (const TableOf& entry : contents.tables) write_table(file.id(), entry.table, entry.dimension);
    file.close("close the file");
  } catch (const hdf5::Error& error) {
    if (file.open()) hdf5::abandon(file);
    throw WriteFailed(fmt::format("{}: {}", path.string(), error.what()));
  }
  if (hdf5::n_lost_closes() != n_lost)
    throw WriteFailed(fmt::format("{}: cannot write: the disk may be full", path.string()));
  part.commit();
}

Texts paths_of(const Prior& prior) {
  Texts paths;
  for (const PriorParameter& parameter : prior.parameters()) paths.push_back(parameter.path);
  return paths;
}

Table recovered_parameters(const RecoverySummary& summary) {
  Texts paths;
  Numbers inside, rank, shrinkage;
  for (const ParameterRecovery& own : summary.parameters) {
    paths.push_back(own.path);
    inside.push_back(own.inside);
    rank.push_back(own.mean_rank);
    shrinkage.push_back(own.mean_shrinkage);
  }
  return {"parameters",
          "Parameters over all sets",
          {{"parameter", "", "path in scenarios", paths},
           {"inside", "1", "share of the sets whose truth lies in the 90 % interval", inside},
           {"mean_rank", "1", "mean share of the posterior below the truth", rank},
           {"mean_shrinkage", "1", "mean of 1 - posterior variance / prior variance, in normal scores", shrinkage}}};
}

Table recovered_sets(const std::vector<RecoveredSet>& sets) {
  Numbers tolerance, ess, simulations;
  Counts generations, unique;
  Texts stop;
  for (const RecoveredSet& set : sets) {
    tolerance.push_back(set.tolerance);
    ess.push_back(set.effective_sample_size);
    simulations.push_back(static_cast<double>(set.n_simulations));
    generations.push_back(static_cast<std::int32_t>(set.n_generations));
    unique.push_back(static_cast<std::int32_t>(set.n_unique));
    stop.emplace_back(to_string(set.stop));
  }
  return {"sets",
          "How the sampler ended on each set",
          {{"tolerance", "1", "of the last generation", tolerance},
           {"effective_sample_size", "1", "of the last generation: of all particles where they made last moves", ess},
           {"unique_particles", "1", "particles that are no copies of each other", unique},
           {"generations", "1", "generations after the prior", generations},
           {"simulations", "1", "replicates simulated", simulations},
           {"stopped_because", "", "why the sampler ended", stop}}};
}

Table recovered_pairs(const Prior& prior, const std::vector<RecoveredSet>& sets) {
  Counts numbers, inside;
  Texts paths;
  Numbers truth, low, median, high, rank, shrinkage;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (std::size_t p = 0; p < prior.size(); ++p) {
      const RecoveredParameter& own = sets[i].parameters[p];
      numbers.push_back(static_cast<std::int32_t>(i));
      paths.push_back(prior[p].path);
      truth.push_back(own.truth), low.push_back(own.low), median.push_back(own.median), high.push_back(own.high);
      rank.push_back(own.rank), shrinkage.push_back(own.shrinkage);
      inside.push_back(own.inside() ? 1 : 0);
    }
  }
  return {"recovered",
          "Every parameter of every set, in the unit of the parameter",
          {{"set", "1", "number of the set", numbers},
           {"parameter", "", "path in scenarios", paths},
           {"truth", "", "value that the data were simulated with", truth},
           {"q05", "", "posterior: 5 % quantile", low},
           {"q50", "", "median", median},
           {"q95", "", "95 % quantile", high},
           {"inside", "1", "whether the truth lies between the 5 % and the 95 % quantile", inside},
           {"rank", "1", "share of the posterior below the truth", rank},
           {"shrinkage", "1", "1 - posterior variance / prior variance, in normal scores", shrinkage}}};
}

Table ranked_parameters(const Prior& prior, const RankCheck& check) {
  Numbers chi_square, p_value;
  for (const RankUniformity& own : check.by_parameter)
    chi_square.push_back(own.chi_square), p_value.push_back(own.p_value);
  return {
      "parameters",
      "Uniformity of the ranks",
      {{"parameter", "", "path in scenarios", paths_of(prior)},
       {"chi_square", "1", fmt::format("Pearson's statistic over {} bins", rank_bins), chi_square},
       {"p_value", "1", "probability of a larger one if ranks are uniform", p_value},
       {"mean_shrinkage", "1", "mean of 1 - posterior variance / prior variance, in normal scores", check.shrinkages}}};
}

Table ranked_sets(const RankCheck& check) {
  const Counts truths(check.truths.begin(), check.truths.end()), accepted(check.accepted.begin(), check.accepted.end());
  return {"sets",
          "Sets whose truths were ranked",
          {{"truth", "1", "number of the run that was looked for", truths},
           {"accepted", "1", "runs of the table within the tolerance", accepted}}};
}

Table rank_pairs(const Prior& prior, const RankCheck& check) {
  Counts numbers;
  Texts paths;
  for (std::size_t i = 0; i < check.truths.size(); ++i) {
    for (std::size_t p = 0; p < prior.size(); ++p) {
      numbers.push_back(static_cast<std::int32_t>(i));
      paths.push_back(prior[p].path);
    }
  }
  return {"ranks",
          "Rank of the truth among draws of the posterior",
          {{"set", "1", "number of the set", numbers},
           {"parameter", "", "path in scenarios", paths},
           {"rank", "1", "draws below the truth", Counts(check.ranks.begin(), check.ranks.end())}}};
}

}  // namespace

void write_recovery_file(const std::filesystem::path& path, bool force, const InstitutionalModel& model,
                         const std::vector<RecoveredSet>& sets, const PosteriorProvenance& provenance) {
  const RecoverySummary summary = summarize_recovery(model, sets);
  write_check_file(path, force,
                   {"innochain recovery 1",
                    "recovery of known parameters",
                    {{"share_inside", summary.all.share()},
                     {"share_inside_identified", summary.identified.share()},
                     {"neutral_shrinkage", summary.neutral_shrinkage}},
                    {{recovered_parameters(summary), "parameter"},
                     {recovered_sets(sets), "set"},
                     {recovered_pairs(model.prior(), sets), "row"}}},
                   model.calibration(), provenance);
}

void write_rank_file(const std::filesystem::path& path, bool force, const InstitutionalModel& model,
                     const RankCheck& check, std::size_t n_table_runs, std::size_t n_draws,
                     const PosteriorProvenance& provenance) {
  write_check_file(path, force,
                   {"innochain rank check 1",
                    "simulation-based calibration",
                    {{"table_runs", static_cast<double>(n_table_runs)},
                     {"draws", static_cast<double>(n_draws)},
                     {"tolerance", check.tolerance},
                     {"passed_over", static_cast<double>(check.n_passed_over)},
                     {"critical_chi_square", check.critical()},
                     {"pooled_chi_square", check.pooled.chi_square},
                     {"pooled_p_value", check.pooled.p_value}},
                    {{ranked_parameters(model.prior(), check), "parameter"},
                     {ranked_sets(check), "set"},
                     {rank_pairs(model.prior(), check), "row"}}},
                   model.calibration(), provenance);
}

}  // namespace innochain
