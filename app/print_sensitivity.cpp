#include "app/print_sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/short_number.hpp"
#include "app/table.hpp"
#include "output/text_file.hpp"

namespace innochain {

namespace {

std::string with_interval(const BootstrapEstimate& estimate) {
  if (std::isnan(estimate.value)) return "-";
  return fmt::format("{} [{}, {}]", short_number(estimate.value), short_number(estimate.lower),
                     short_number(estimate.upper));
}

std::string share_text(double share) {
  return std::isnan(share) ? "unknown" : fmt::format("{:.1f} %", 100.0 * share);
}

/// Factors by size, the largest first; those without a number last.
std::vector<std::size_t> by_size(const std::vector<BootstrapEstimate>& estimates) {
  std::vector<std::size_t> order(estimates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) {
    return std::isnan(estimates[i].value) ? -std::numeric_limits<double>::infinity() : estimates[i].value;
  });
  return order;
}

/// " [labs]", or nothing for a plain number.
std::string in_brackets(const std::string& unit) {
  return unit == "1" ? "" : fmt::format(" [{}]", unit);
}

/// Effects of a factor's whole range, in the unit of the output.
PrintedTable morris_table(const SensitivityStudy& study, const std::string& unit, const MorrisEffects& effects) {
  const std::string in_unit = in_brackets(unit);
  PrintedTable table{{"factor", "mu_star" + in_unit, "mu" + in_unit, "sigma" + in_unit}, {}, 4};
  for (const std::size_t i : by_size(effects.mu_star))
    table.rows.push_back({study.factors[i].path, with_interval(effects.mu_star[i]), with_interval(effects.mu[i]),
                          with_interval(effects.sigma[i])});
  return table;
}

PrintedTable sobol_table(const SensitivityStudy& study, const SobolIndices& indices) {
  PrintedTable table{{"factor", "first order", "total order"}, {}, 3};
  for (const std::size_t i : by_size(indices.total))
    table.rows.push_back({study.factors[i].path, with_interval(indices.first[i]), with_interval(indices.total[i])});
  return table;
}

void print_pairs(const SensitivityStudy& study, const SobolIndices& indices) {
  if (indices.second.empty()) return;
  PrintedTable table{{"factor", "other factor", "second order"}, {}, 3};
  for (std::size_t i = 0; i < study.factors.size(); ++i) {
    for (std::size_t j = i + 1; j < study.factors.size(); ++j) {
      const BootstrapEstimate& pair = indices.second[pair_of(i, j, study.factors.size())];
      if (pair.lower > 0.0 || pair.upper < 0.0)
        table.rows.push_back({study.factors[i].path, study.factors[j].path, with_interval(pair)});
    }
  }
  const std::size_t n_pairs = indices.second.size();
  if (table.rows.empty()) {
    fmt::print("Of {} pairs none has a second-order index whose interval leaves out 0.\n", n_pairs);
    return;
  }
  print_table(table, TableFormat::text);
  fmt::print("Those {} of {} pairs whose interval leaves out 0; --csv and --json have all.\n", table.rows.size(),
             n_pairs);
}

void print_luck(const SensitivityStudy& study, const LuckShare& luck) {
  if (study.replicates < 2) {
    fmt::print("One replicate a point: how much of the variance is luck cannot be told.\n");
    return;
  }
  fmt::print(
      "Luck makes {} of the variance of single runs; {} of that of means over {} is luck that differs between "
      "points.\n",
      share_text(luck.of_runs), share_text(luck.of_means), study.replicates);
}

nlohmann::json number_or_null(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

}  // namespace

void print_sensitivity(const SensitivityStudy& study, std::span<const OutputAnalysis> analyses) {
  fmt::print("{}: {} points × {} replicates, {} % intervals (bias-corrected and accelerated bootstrap, {} resamples)\n",
             study.title.empty() ? "Sensitivity study" : study.title, study.n_points(), study.replicates,
             short_number(100.0 * study.intervals.confidence, 4), study.intervals.resamples);
  for (std::size_t o = 0; o < analyses.size(); ++o) {
    const OutputAnalysis& analysis = analyses[o];
    fmt::print("\n{}{}: mean {}, standard deviation {} over the factors\n", study.outputs[o].name,
               in_brackets(study.outputs[o].unit), short_number(analysis.mean(), 4),
               short_number(std::sqrt(analysis.variance())));
    if (!analysis.remark.empty()) fmt::print("Mind: {}.\n", analysis.remark);
    print_luck(study, analysis.luck);
    if (const auto* morris = std::get_if<MorrisEffects>(&analysis.result)) {
      print_table(morris_table(study, study.outputs[o].unit, *morris), TableFormat::text);
    } else {
      print_table(sobol_table(study, std::get<SobolIndices>(analysis.result)), TableFormat::text);
      print_pairs(study, std::get<SobolIndices>(analysis.result));
    }
  }
}

void write_indices_csv(const SensitivityStudy& study, std::span<const OutputAnalysis> analyses, const std::string& path,
                       bool force) {
  TextFile file(path, force);
  file.write("output,index,factor,other_factor,value,lower,upper\n");
  const auto number = [](double value) { return std::isfinite(value) ? fmt::format("{}", value) : std::string(); };
  for (const IndexRow& row : index_rows(study, analyses))
    file.write(fmt::format("{},{},{},{},{},{},{}\n", csv_field(row.output), row.index, csv_field(row.factor),
                           csv_field(row.other_factor), number(row.estimate.value), number(row.estimate.lower),
                           number(row.estimate.upper)));
  file.finish();
}

void write_indices_json(const SensitivityStudy& study, std::span<const OutputAnalysis> analyses,
                        const std::string& path, bool force) {
  nlohmann::ordered_json outputs = nlohmann::ordered_json::array(), indices = nlohmann::ordered_json::array();
  for (std::size_t o = 0; o < analyses.size(); ++o) {
    outputs.push_back({{"output", study.outputs[o].name},
                       {"unit", study.outputs[o].unit},
                       {"mean", number_or_null(analyses[o].mean())},
                       {"variance", number_or_null(analyses[o].variance())},
                       {"luck_share", number_or_null(analyses[o].luck.of_runs)},
                       {"luck_share_of_means", number_or_null(analyses[o].luck.of_means)},
                       {"remark", analyses[o].remark}});
  }
  for (const IndexRow& row : index_rows(study, analyses)) {
    indices.push_back({{"output", row.output},
                       {"index", row.index},
                       {"factor", row.factor},
                       {"other_factor", row.other_factor},
                       {"value", number_or_null(row.estimate.value)},
                       {"lower", number_or_null(row.estimate.lower)},
                       {"upper", number_or_null(row.estimate.upper)}});
  }
  TextFile file(path, force);
  file.write(nlohmann::ordered_json{{"confidence", study.intervals.confidence},
                                    {"points", study.n_points()},
                                    {"replicates", study.replicates},
                                    {"outputs", outputs},
                                    {"indices", indices}}
                 .dump(1) +
             "\n");
  file.finish();
}

}  // namespace innochain
