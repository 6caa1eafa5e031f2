#pragma once

#include <optional>
#include <string>
#include <vector>

#include "output/comparison/contrasts.hpp"
#include "output/comparison/pareto.hpp"
#include "output/comparison/regret.hpp"
#include "output/comparison/success_boxes.hpp"
#include "output/text_file.hpp"

namespace innochain {

/// What is asked of a result file.
struct ComparisonRequest {
  std::string baseline;                 ///< an arm, or else a scenario; or what `by` says
  std::optional<PoliciesBy> by;         ///< nothing: arms if the baseline is one, else scenarios
  std::vector<std::string> policies;    ///< patterns; none: all
  std::vector<std::string> indicators;  ///< patterns; none: all
  bool by_category = false;
  std::string years;    ///< windows; empty: those of 2025, 2030 and 2035 that the file has, or its last year
  std::string goals;    ///< terms; empty: default_goals
  std::string futures;  ///< empty: no regret
  std::string success;  ///< empty: no boxes
  std::vector<std::string> inputs;
  ContrastOptions contrasts;
  BoxOptions boxes;
};

/// Money committed over the compared years.
struct CommittedMoney {
  std::size_t policy = 0;
  PairedMoments moments;  ///< thousand CNY, current prices
  double relative = 0;
  bool equal = true;  ///< within 0.1 %
};

/// Policies of a file against one of them.
struct Comparison {
  std::string file, baseline;
  ContrastOptions options;
  PoliciesBy by = PoliciesBy::arm;
  bool units_are_replicates = true;
  std::size_t n_replicates = 0, n_futures = 1, n_failed = 0;
  std::vector<std::string> names;   ///< of all policies of the file
  std::vector<std::size_t> chosen;  ///< those compared with the baseline, in the order of the file
  std::vector<YearWindow> windows;
  std::vector<Term> terms;
  std::vector<Contrast> contrasts;    ///< policy by policy, term by term
  std::vector<Contrast> prices;       ///< the same of the goals
  std::vector<CommittedMoney> money;  ///< empty if the file does not know
  YearWindow money_years;
  Pareto pareto;
  std::optional<Regret> regret;
  std::vector<Condition> success;
  std::optional<std::vector<SuccessBox>> boxes;
  BoxCases cases;
  std::vector<std::string> notes;
};

/// What is compared where nothing is asked for: papers and patents, self-reliance, revenue, the work of applicants …
const std::vector<std::string>& headline_indicators();

/// Throws InputMissing, NotAResultFile, ReadFailed; NotInFile and CannotCompare for a request that does not fit the
/// file.
Comparison compare_policies(const std::string& file, const ComparisonRequest& request);

/// One row a contrast.
void write_csv(const Comparison& comparison, TextFile& file);
void write_json(const Comparison& comparison, TextFile& file);

}  // namespace innochain
