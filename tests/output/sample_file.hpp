#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "output/result_file.hpp"
#include "tests/output/random_indicators.hpp"
#include "tests/support/tiny_params.hpp"

namespace innochain::testing {

/// A result file with two scenarios of different years and traced categories, swept parameters, a failed run, traces
/// and an observed series.
struct Sample {
  Params early = tiny_params("early", {Year(1995), Year(2004)});
  Params late = tiny_params("late", {Year(2000), Year(2009)});
  ResultHeader header;
  std::vector<RunInfo> runs;
  std::vector<Indicators> indicators;

  explicit Sample(int n_replicates = 5) {
    early.traced_categories = {CategoryId(1)};
    late.traced_categories = {CategoryId(0), CategoryId(1)};
    header.scenarios = {{"early", &early, "schema_version: 1\n"},
                        {"late", &late, std::string(100000, '#') + "\nschema_version: 1\n"}};
    header.title = "Sample";
    header.seed = 42;
    header.swept = {{"approvals.dispersion", "1", false}, {"allocation_rule", "1", true}};
    header.program = "innochain 0.0.0 (test)";
    header.command_line = "innochain run early late";
    for (int replicate = 0; replicate < n_replicates; ++replicate) {
      for (const Params* params : {&early, &late}) {
        RunInfo run;
        run.scenario = params->name;
        run.arm = replicate % 2 == 0 ? "even" : "odd";
        run.replicate = replicate;
        run.seed = 0xfedcba9876543210ull;
        run.swept = {replicate * 0.5, std::string("lottery")};
        if (params == &late) run.swept[0] = std::monostate();
        if (replicate == 1 && params == &late) run.failed = true, run.failure = "the budget is “negative”";
        runs.push_back(run);
        indicators.push_back(random_indicators(*params, static_cast<std::uint32_t>(runs.size())));
      }
    }
  }
  Sample(const Sample&) = delete;

  static Table series() {
    return {"skl_stock",
            "skl_stock.csv",
            {{"year", "", "year", std::vector<double>{1995, 1999}},
             {"stock", "", "stock", std::vector<double>{156, std::nan("")}},
             {"note", "", "note", std::vector<std::string>{"gross, “81+75”", ""}}}};
  }

  void append_all(ResultWriter& writer) const {
    writer.add_observed(series());
    for (std::size_t i = 0; i < runs.size(); ++i) writer.append(runs[i], indicators[i]);
  }
  void write(const std::filesystem::path& path, const StorageOptions& storage = {}) const {
    ResultWriter writer(path, false, header, storage);
    append_all(writer);
    writer.finish();
  }
};

}  // namespace innochain::testing
