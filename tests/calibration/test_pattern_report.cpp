#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "calibration/pattern_report.hpp"
#include "output/errors.hpp"
#include "output/result_file.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_params.hpp"

namespace innochain {
namespace {

using testing::TemporaryFolder;
using testing::tiny_params;

constexpr YearSpan run_years{Year(2000), Year(2004)};

/// Result files whose values are set one by one.
class Results {
 public:
  using Set = std::function<void(Indicators&, std::size_t)>;

  /// Replicates of one scenario or, in turn, of several.
  void write(std::size_t n_runs, const Set& set, std::vector<std::string> names = {"tiny"}, YearSpan span = run_years,
             bool traces = true) {
    std::vector<Params> params;
    for (const std::string& name : names) params.push_back(tiny_params(name, span));
    ResultHeader header;
    for (const Params& one : params) header.scenarios.push_back({one.name, &one, ""});
    header.traces = traces;
    StorageOptions storage;
    storage.deflate_level = 0;
    ResultWriter writer(file(), true, header, storage);
    for (std::size_t run = 0; run < n_runs; ++run) {
      const Params& one = params[run % params.size()];
      Indicators indicators;
      indicators.prepare(one);
      set(indicators, run);
      RunInfo info;
      info.scenario = one.name;
      info.replicate = static_cast<int>(run / params.size());
      info.failed = run == failed_run;
      writer.append(info, indicators);
    }
    writer.finish();
  }
  std::filesystem::path file() const { return folder_ / "out.h5"; }

  std::size_t failed_run = static_cast<std::size_t>(-1);

 private:
  TemporaryFolder folder_;
};

SimulatedTerm papers(std::vector<std::string> hosts = {}) {
  return {"papers", false, {{"host", std::move(hosts)}}, {}};
}

PatternFile one_pattern(SimulatedQuantity quantity, YearSpan span, double low, double high) {
  Pattern pattern;
  pattern.name = "p";
  pattern.group = "outputs";
  pattern.quantity = std::move(quantity);
  pattern.place = {"patterns.yaml", 7, 5, "patterns[0]", ""};
  KnownValue known;
  known.years = span;
  known.low = low, known.high = high;
  pattern.rows = {known};
  return {{pattern}, {}};
}
YearSpan in(int year) {
  return {Year(year), Year(year)};
}

/// The value in the only replicate.
double value_of(const Results& results, SimulatedQuantity quantity, YearSpan span) {
  const PatternFile file = one_pattern(std::move(quantity), span, 0, 1);
  const PatternReport report = evaluate_patterns(file, results.file(), "tiny");
  EXPECT_TRUE(report.results.at(0).simulated) << report.results.at(0).missing;
  return report.results.at(0).simulated ? report.results[0].simulated->median : std::nan("");
}

// Type 7 by hand: position q (n − 1) between order statistics.
TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  const std::vector<double> five{10, 20, 30, 40, 100};
  EXPECT_DOUBLE_EQ(quantile(five, 0.5), 30);
  EXPECT_DOUBLE_EQ(quantile(five, 0.05), 12);  // 10 + 0.2 (20 − 10)
  EXPECT_DOUBLE_EQ(quantile(five, 0.95), 88);  // 40 + 0.8 (100 − 40)
  EXPECT_DOUBLE_EQ(quantile({1, 4}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({7}, 0.95), 7);
  EXPECT_DOUBLE_EQ(quantile(five, 0), 10);
  EXPECT_DOUBLE_EQ(quantile(five, 1), 100);
}

TEST(PatternReport, MedianAndIntervalOfTheReplicates) {
  Results results;
  results.write(5, [](Indicators& i, std::size_t run) {
    const int values[] = {40, 10, 100, 20, 30};
    for (std::size_t host = 0; host < n_hosts; ++host) i.papers.at(Year(2002), host) = values[run];
  });
  const PatternFile file = one_pattern({{{papers()}, {}}, {}, {}, Reduce::none, 0.25}, in(2002), 87, 200);
  const PatternReport report = evaluate_patterns(file, results.file(), "tiny");
  ASSERT_EQ(report.results.size(), 1u);
  const PatternResult& result = report.results[0];
  EXPECT_DOUBLE_EQ(result.simulated->median, 30);
  EXPECT_DOUBLE_EQ(result.simulated->low, 12);
  EXPECT_DOUBLE_EQ(result.simulated->high, 88);
  EXPECT_EQ(result.simulated->n_replicates, 5u);
  EXPECT_EQ(result.standing, Standing::inside);
  EXPECT_DOUBLE_EQ(*result.ratio, 30.0 / 143.5);
}

TEST(PatternReport, SelectsAndReduces) {
  Results results;
  results.write(1, [](Indicators& i, std::size_t) {
    for (int year = 2000; year <= 2004; ++year) {
      for (std::size_t host = 0; host < n_hosts; ++host)
        i.papers.at(Year(year), host) = (year - 1999) * 10 + static_cast<int>(host);
      for (std::size_t k = 0; k < 2 * n_hosts; ++k)
        i.awards_by_host.at(Year(year), k) = static_cast<int>(100 * (k / n_hosts) + k % n_hosts);
      i.traces.papers.at(Year(year), 0) = static_cast<float>(year - 1999);
      i.traces.papers.at(Year(year), 1) = 77.0f;
    }
  });
  const auto value = [&](const SimulatedTerm& term, YearSpan span, Reduce reduce) {
    return value_of(results, {{{term}, {}}, {}, {}, reduce, 1}, span);
  };
  EXPECT_EQ(value(papers({"cas"}), in(2001), Reduce::none), 21);
  EXPECT_EQ(value(papers({"cas", "enterprise"}), in(2001), Reduce::none), 44);
  EXPECT_EQ(value(papers(), in(2001), Reduce::none), 20 + 21 + 22 + 23);
  EXPECT_EQ(value(papers({"university"}), {Year(2001), Year(2003)}, Reduce::sum), 20 + 30 + 40);
  EXPECT_EQ(value(papers({"university"}), {Year(2001), Year(2003)}, Reduce::mean), 30);
  EXPECT_EQ(value(papers({"university"}), {Year(2001), Year(2003)}, Reduce::last), 40);
  SimulatedTerm own_years = papers({"university"});
  own_years.years = in(2004);
  EXPECT_EQ(value(own_years, in(2001), Reduce::none), 50);
  const SimulatedTerm awards{
      "awards_by_host", false, {{"programme", {"nkp"}}, {"host", {"institute", "enterprise"}}}, {}};
  EXPECT_EQ(value(awards, in(2003), Reduce::none), 102 + 103);
  const SimulatedTerm robotics{"papers", true, {{"agent", {"skl_robotics"}}}, {}};
  EXPECT_EQ(value(robotics, in(2003), Reduce::none), 4);

  const SimulatedRatio share{{papers({"cas"}), papers({"institute"})}, {papers()}};
  EXPECT_DOUBLE_EQ(value_of(results, {share, {}, {}, Reduce::none, 100}, in(2001)), 100.0 * 43 / 86);
  EXPECT_DOUBLE_EQ(value_of(results, {share, SimulatedRatio{{papers({"cas"})}, {}}, {}, Reduce::none, 1}, in(2001)),
                   43.0 / 86 / 21);
  // From 10 in 2000 to 40 in 2003: the third root of 4.
  EXPECT_DOUBLE_EQ(value_of(results, {{{papers({"university"})}, {}}, {}, Year(2000), Reduce::none, 1}, in(2003)),
                   std::cbrt(4.0) - 1.0);
}

TEST(PatternReport, ReplicatesWithoutTheValueAreLeftOut) {
  Results results;
  results.failed_run = 4;
  results.write(6, [](Indicators& i, std::size_t run) {
    for (std::size_t host = 0; host < n_hosts; ++host) {
      if (run != 1 || host != 2) i.papers.at(Year(2002), host) = 1;
    }
    i.funding_gini.at(Year(2002)) = run < 3 ? 0.5f : std::nanf("");
  });
  const auto simulated = [&](SimulatedTerm term) {
    return evaluate_patterns(one_pattern({{{std::move(term)}, {}}, {}, {}, Reduce::none, 1}, in(2002), 0, 9),
                             results.file(), "tiny")
        .results[0]
        .simulated;
  };
  EXPECT_EQ(simulated(papers())->n_replicates, 4u);
  EXPECT_EQ(simulated(papers())->n_left_out, 2u);
  EXPECT_EQ(simulated(papers({"cas"}))->n_left_out, 1u);
  EXPECT_EQ(simulated({"funding_gini", false, {}, {}})->n_left_out, 3u);
  EXPECT_FALSE(simulated({"funding_hhi", false, {}, {}}));
}

TEST(PatternReport, SaysWhatIsNotInTheFile) {
  Results results;
  results.write(2, [](Indicators&, std::size_t) {}, {"tiny"}, run_years, false);
  const auto missing = [&](SimulatedTerm term, YearSpan span) {
    PatternFile file = one_pattern({{{std::move(term)}, {}}, {}, {}, Reduce::sum, 1}, span, 0, 9);
    file.patterns[0].rows[0].must = MustHold{"r", {}};
    const PatternReport report = evaluate_patterns(file, results.file(), "tiny");
    EXPECT_EQ(report.results[0].standing, Standing::not_in_file);
    EXPECT_EQ(report.results[0].must_failure, "not in this file: " + report.results[0].missing);
    const PatternCounts counts = count_patterns(report);
    EXPECT_EQ(counts.compared(), 0u);
    EXPECT_EQ(counts.not_in_file, 1u);
    EXPECT_EQ(counts.must_failed, 1u);
    return report.results[0].missing;
  };
  EXPECT_EQ(missing({"paper_planes", false, {}, {}}, in(2002)), "variable paper_planes");
  EXPECT_EQ(missing(papers({"hospital"}), in(2002)), "hospital along host");
  EXPECT_EQ(missing(papers(), {Year(2003), Year(2005)}), "the year 2005");
  EXPECT_EQ(missing(papers(), {Year(1999), Year(2002)}), "the year 1999");
  EXPECT_EQ(missing(papers(), in(2002)), "a value in any replicate");
  EXPECT_EQ(missing({"papers", true, {{"agent", {"skl_robotics"}}}, {}}, in(2002)), "traces");
}

TEST(PatternReport, InsideOutsideAndMust) {
  Results results;
  results.write(3, [](Indicators& i, std::size_t run) {
    i.funding_gini.at(Year(2002)) = static_cast<float>(run + 1);  // 1, 2, 3: [1.1, 2.9]
  });
  const double endless = std::numeric_limits<double>::infinity();
  const auto result = [&](double low, double high, std::optional<double> median_within) {
    PatternFile file =
        one_pattern({{{{"funding_gini", false, {}, {}}}, {}}, {}, {}, Reduce::none, 1}, in(2002), low, high);
    file.patterns[0].rows[0].must = MustHold{"r", median_within};
    PatternResult found = evaluate_patterns(file, results.file(), "tiny").results[0];
    found.pattern = nullptr, found.known = nullptr;
    return found;
  };
  EXPECT_EQ(result(2.8, 9, {}).must_failure, "");
  EXPECT_EQ(result(2.95, 9, {}).standing, Standing::outside);
  EXPECT_EQ(result(2.95, 9, {}).must_failure, "outside");
  EXPECT_EQ(result(0, 1.05, {}).standing, Standing::outside);
  EXPECT_EQ(result(-endless, 1.2, {}).standing, Standing::inside);
  EXPECT_EQ(result(2.5, endless, {}).standing, Standing::inside);
  EXPECT_FALSE(result(2.5, endless, {}).ratio);
  EXPECT_EQ(result(2.5, 4, 0.2).must_failure, "");  // 2.5 less a fifth is 2
  EXPECT_EQ(result(2.5, 4, 0.1).must_failure, "the median is beyond 10 % of the observed interval");
  EXPECT_EQ(result(-endless, 1.9, 0.0).must_failure, "the median is beyond 0 % of the observed interval");
  EXPECT_EQ(result(-endless, 2.0, 0.0).must_failure, "");
  EXPECT_DOUBLE_EQ(*result(1, 4, {}).ratio, 0.8);
}

TEST(PatternReport, CountsByGroupAndSide) {
  Results results;
  results.write(1, [](Indicators& i, std::size_t) { i.funding_gini.at(Year(2002)) = 5.0f; });
  PatternFile file =
      one_pattern({{{{"funding_gini", false, {}, {}}}, {}}, {}, {}, Reduce::none, 1}, in(2002), 5, 6);  // touches
  KnownValue low = file.patterns[0].rows[0], high = low, absent = low;
  low.low = 6, low.high = 7;
  high.low = 1, high.high = 2;
  absent.years = in(2010);
  file.patterns[0].rows.insert(file.patterns[0].rows.end(), {low, high, absent});
  file.patterns.push_back(file.patterns[0]);
  file.patterns[1].group = "labs";
  const PatternReport report = evaluate_patterns(file, results.file(), "tiny");
  EXPECT_EQ(count_patterns(report).compared(), 6u);
  const PatternCounts labs = count_patterns(report, "labs");
  EXPECT_EQ(labs.inside, 1u);
  EXPECT_EQ(labs.too_low, 1u);
  EXPECT_EQ(labs.too_high, 1u);
  EXPECT_EQ(labs.not_in_file, 1u);
  EXPECT_EQ(count_patterns(report, "firms").compared(), 0u);
  EXPECT_EQ(evaluate_patterns(file, results.file(), "tiny", "labs").results.size(), 4u);
}

// More runs than are read at once, in two scenarios that take turns.
TEST(PatternReport, ManyRunsOfSeveralScenarios) {
  Results results;
  constexpr std::size_t n_runs = 3001;
  const YearSpan two_centuries{Year(1900), Year(2100)};
  results.write(
      n_runs, [](Indicators& i, std::size_t run) { i.awards_by_host.at(Year(2002), 5) = static_cast<int>(run); },
      {"even", "odd"}, two_centuries);
  EXPECT_EQ(scenarios_of(results.file()), (std::vector<std::string>{"even", "odd"}));
  const SimulatedTerm awards{"awards_by_host", false, {{"programme", {"nkp"}}, {"host", {"cas"}}}, {}};
  const PatternFile file = one_pattern({{{awards}, {}}, {}, {}, Reduce::none, 1}, in(2002), 0, 1);
  const SimulatedRange even = *evaluate_patterns(file, results.file(), "even").results[0].simulated;
  EXPECT_EQ(even.n_replicates, 1501u);
  EXPECT_DOUBLE_EQ(even.median, 1500);  // of 0, 2, …, 3000
  EXPECT_DOUBLE_EQ(even.low, 150);
  const SimulatedRange odd = *evaluate_patterns(file, results.file(), "odd").results[0].simulated;
  EXPECT_EQ(odd.n_replicates, 1500u);
  EXPECT_DOUBLE_EQ(odd.median, 1500);  // of 1, 3, …, 2999
  EXPECT_THROW(evaluate_patterns(file, results.file(), "third"), std::invalid_argument);
}

TEST(PatternReport, ASelectionThatDoesNotFitItsVariable) {
  Results results;
  results.write(1, [](Indicators&, std::size_t) {});
  const auto problem = [&](SimulatedTerm term) -> std::string {
    try {
      evaluate_patterns(one_pattern({{{std::move(term)}, {}}, {}, {}, Reduce::none, 1}, in(2002), 0, 1), results.file(),
                        "tiny");
      return "none";
    } catch (const InputError& error) {
      return error.what();
    }
  };
  EXPECT_EQ(problem({"papers", false, {}, {}}),
            "patterns.yaml:7:5: patterns[0]: papers has the dimension host (select: {host: …}, or all)");
  EXPECT_EQ(problem({"funding_gini", false, {{"host", {}}}, {}}),
            "patterns.yaml:7:5: patterns[0]: funding_gini cannot be selected along `host` (it has run, year)");
  EXPECT_EQ(problem({"lab_initial_stock", false, {}, {}}),
            "patterns.yaml:7:5: patterns[0]: lab_initial_stock is not a variable of runs and years");
}

TEST(PatternReport, FilesThatCannotBeUsed) {
  const TemporaryFolder folder;
  const auto exit_code = [](const std::filesystem::path& file) {
    try {
      scenarios_of(file);
      return 0;
    } catch (const FileError& error) {
      return error.exit_code();
    }
  };
  EXPECT_EQ(exit_code(folder / "none.h5"), 66);
  EXPECT_EQ(exit_code(folder.write("text.h5", "no HDF5")), 65);
  EXPECT_EQ(exit_code(folder.path()), 65);
  Results empty;
  empty.write(0, [](Indicators&, std::size_t) {});
  EXPECT_EQ(exit_code(empty.file()), 65);
}

}  // namespace
}  // namespace innochain
