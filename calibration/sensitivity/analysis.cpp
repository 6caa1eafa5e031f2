#include "calibration/sensitivity/analysis.hpp"

#include <fmt/format.h>

#include <cmath>

#include "calibration/sensitivity/whole_rows.hpp"

namespace innochain {

namespace {

/// The values of one output, run by run.
std::vector<double> values_of(std::span<const double> values, std::size_t output, std::size_t n_outputs) {
  std::vector<double> own(values.size() / n_outputs);
  for (std::size_t run = 0; run < own.size(); ++run) own[run] = values[run * n_outputs + output];
  return own;
}

/// Means over replicates; NaN where one is missing, since the others had other luck than the points beside.
std::vector<double> means_over_replicates(std::span<const double> values, std::size_t n_points) {
  std::vector<double> means(n_points, 0.0);
  for (std::size_t run = 0; run < values.size(); ++run) means[run % n_points] += values[run];
  const std::size_t n_replicates = values.size() / n_points;
  for (double& mean : means) mean /= static_cast<double>(n_replicates);
  return means;
}

/// The values at A and B alone: points spread over the factors without repetition.
std::vector<double> values_at_samples(std::span<const double> values, const SaltelliDesign& design) {
  std::vector<double> chosen;
  for (std::size_t first = 0; first < values.size(); first += design.points_per_row()) {
    chosen.push_back(values[first]);
    chosen.push_back(values[first + design.points_per_row() - 1]);
  }
  return chosen;
}

std::string remark_on(const OutputAnalysis& analysis, MissingRows missing, bool morris) {
  const char* rows = morris ? "trajectories" : "rows of the design";
  if (analysis.n_whole == 0) return fmt::format("none of the {} {} is without a missing value", analysis.n_rows, rows);
  const std::string lack =
      fmt::format("{} of {} {} lack a value", analysis.n_rows - analysis.n_whole, analysis.n_rows, rows);
  const bool lacks = analysis.n_whole < analysis.n_rows;
  if (lacks && missing == MissingRows::refuse)
    return lack + ": no indices (`missing: drop` would let the others stand for them)";
  const std::string still = analysis.variance() > 0.0 ? "" : "does not vary over these factors";
  if (!lacks) return still;
  return fmt::format("{} and are left out{}", lack, still.empty() ? "" : "; the output " + still);
}

OutputAnalysis analyse_output(const SensitivityStudy& study, const std::vector<double>& values) {
  const std::vector<double> means = means_over_replicates(values, study.n_points());
  OutputAnalysis analysis;
  if (const auto* morris = std::get_if<MorrisDesign>(study.design.get())) {
    analysis.n_rows = morris->n_trajectories();
    analysis.n_whole = whole_rows(means, morris->points_per_row()).size();
    analysis.result = morris_effects(*morris, means, study.missing, study.intervals);
    analysis.luck = luck_share(values, study.n_points());
  } else {
    const auto& sobol = std::get<SaltelliDesign>(*study.design);
    analysis.n_rows = sobol.n_rows();
    analysis.n_whole = whole_rows(means, sobol.points_per_row()).size();
    analysis.result = sobol_indices(sobol, means, study.missing, study.intervals);
    analysis.luck = luck_share(values_at_samples(values, sobol), 2 * sobol.n_rows());
  }
  analysis.remark = remark_on(analysis, study.missing, study.is_morris());
  return analysis;
}

}  // namespace

double OutputAnalysis::mean() const {
  return std::visit([](const auto& indices) { return indices.mean; }, result);
}
double OutputAnalysis::variance() const {
  return std::visit([](const auto& indices) { return indices.variance; }, result);
}

std::vector<OutputAnalysis> analyse(const SensitivityStudy& study, std::span<const double> values) {
  std::vector<OutputAnalysis> analyses;
  for (std::size_t o = 0; o < study.outputs.size(); ++o)
    analyses.push_back(analyse_output(study, values_of(values, o, study.outputs.size())));
  return analyses;
}

std::vector<IndexRow> index_rows(const SensitivityStudy& study, std::span<const OutputAnalysis> analyses) {
  std::vector<IndexRow> rows;
  for (std::size_t o = 0; o < analyses.size(); ++o) {
    const auto add = [&](const char* index, const std::vector<BootstrapEstimate>& estimates) {
      for (std::size_t i = 0; i < estimates.size(); ++i)
        rows.push_back({study.outputs[o].name, index, study.factors[i].path, "", estimates[i]});
    };
    if (const auto* morris = std::get_if<MorrisEffects>(&analyses[o].result)) {
      add("mu", morris->mu);
      add("mu_star", morris->mu_star);
      add("sigma", morris->sigma);
      continue;
    }
    const auto& sobol = std::get<SobolIndices>(analyses[o].result);
    add("first_order", sobol.first);
    add("total_order", sobol.total);
    for (std::size_t i = 0; !sobol.second.empty() && i < study.factors.size(); ++i)
      for (std::size_t j = i + 1; j < study.factors.size(); ++j)
        rows.push_back({study.outputs[o].name, "second_order", study.factors[i].path, study.factors[j].path,
                        sobol.second[pair_of(i, j, study.factors.size())]});
  }
  return rows;
}

}  // namespace innochain
