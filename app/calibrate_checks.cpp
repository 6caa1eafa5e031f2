#include "app/calibrate_checks.hpp"

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/short_number.hpp"
#include "app/table.hpp"
#include "calibration/calibrate.hpp"
#include "calibration/calibration_store.hpp"
#include "calibration/check_file.hpp"
#include "calibration/prior_runs.hpp"
#include "output/part_file.hpp"

namespace innochain {

namespace {

std::string per_cent(double share) {
  return fmt::format("{:.0f} %", 100.0 * share);
}

void print_recovery(const RecoverySummary& summary) {
  PrintedTable table{{"parameter", "inside 90 %", "mean rank", "mean shrinkage"}, {}, 4};
  for (const ParameterRecovery& own : summary.parameters)
    table.rows.push_back({own.path, per_cent(own.inside), fmt::format("{:.2f}", own.mean_rank),
                          fmt::format("{:.2f}", own.mean_shrinkage)});
  print_table(table, TableFormat::text);
  fmt::print("\n{} synthetic sets: {} of {} parameters inside their 90 % interval ({})\n", summary.n_sets,
             summary.all.n_inside, summary.all.n, per_cent(summary.all.share()));
  fmt::print("of those that the data tell something of: {} of {} ({})\n", summary.identified.n_inside,
             summary.identified.n, per_cent(summary.identified.share()));
  if (summary.n_too_wide > 0)
    fmt::print("{} of the sets ended above the tolerance of their data, and have intervals that are too wide\n",
               summary.n_too_wide);
  if (summary.enough_sets())
    fmt::print("Parameters are {}recovered.\n", summary.recovers() ? "" : "not ");
  else
    fmt::print("Too few sets to tell whether parameters are recovered (20 are needed).\n");
}

void print_ranks(const Prior& prior, const RankCheck& check) {
  PrintedTable table{{"parameter", "chi-square", "p", "mean shrinkage"}, {}, 4};
  for (std::size_t p = 0; p < prior.size(); ++p)
    table.rows.push_back({prior[p].path, fmt::format("{:.1f}", check.by_parameter[p].chi_square),
                          short_number(check.by_parameter[p].p_value, 2), fmt::format("{:.2f}", check.shrinkages[p])});
  print_table(table, TableFormat::text);
  fmt::print(
      "\n{} sets ({} passed over), {} degrees of freedom: uniform ranks exceed {:.1f} anywhere with probability "
      "{}\n",
      check.truths.size(), check.n_passed_over, rank_bins - 1, check.critical(), rank_significance);
  fmt::print("pooled over the parameters: chi-square {:.1f}, p {}\n", check.pooled.chi_square,
             short_number(check.pooled.p_value, 2));
  if (check.enough_sets())
    fmt::print("Ranks are {}uniform.\n", check.uniform() ? "" : "not ");
  else
    fmt::print("Too few sets to tell whether ranks are uniform ({} are needed).\n", 5 * rank_bins);
}

/// Work that follows on `n` pieces already told of.
WorkOptions after(std::size_t n, const WorkOptions& work) {
  WorkOptions later = work;
  if (work.progress) later.progress = [n, tell = work.progress](std::size_t done) { tell(n + done); };
  return later;
}

}  // namespace

int recover_synthetic(const Calibration& calibration, std::size_t n, const WorkOptions& work,
                      const CheckOutput& output) {
  refuse_unwritable(output.path, output.force);
  const InstitutionalModel model(calibration);
  CalibrationStore store(output.path);
  store.open(identity_of(model.calibration()) + "recovery\n");
  store.join({});
  std::vector<RecoveredSet> sets;
  while (sets.size() < n) {
    const std::string part = fmt::format("set_{:06}", sets.size());
    if (const auto known = store.read(part)) {
      sets.push_back(recovered_set(*known));
    } else {
      sets.push_back(recover(model, sets.size(), work));
      store.write(part, to_text(sets.back()));
    }
    if (work.progress) work.progress(sets.size());
  }
  write_recovery_file(output.path, output.force, model, sets, output.provenance);
  store.remove();
  const RecoverySummary summary = summarize_recovery(model, sets);
  print_recovery(summary);
  return summary.enough_sets() && !summary.recovers() ? exit_difference : exit_ok;
}

int check_ranks(const Calibration& calibration, std::size_t n, const WorkOptions& work, const CheckOutput& output) {
  refuse_unwritable(output.path, output.force);
  const InstitutionalModel model(calibration);
  RankSettings settings;
  settings.seed = calibration.seed;
  settings.n_sets = n;
  // Where data are rare, few runs are near: candidates beyond the number wanted stand in.
  const PriorRuns truths = simulate_prior_runs(model, SyntheticDraw::table_truth, 2 * n, work);
  const PriorRuns table = simulate_prior_runs(model, SyntheticDraw::table_run, rank_table_runs, after(2 * n, work));
  const RankCheck check = check_ranks(truths, table, settings, work);
  write_rank_file(output.path, output.force, model, check, rank_table_runs, settings.n_draws, output.provenance);
  print_ranks(model.prior(), check);
  return check.uniform() ? exit_ok : exit_difference;
}

}  // namespace innochain
