#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "output/comparison/comparison.hpp"
#include "tests/output/sample_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::random_indicators;
using testing::Sample;
using testing::TemporaryFolder;
using testing::tiny_params;

/// What one run of a made-up sweep is worth.
struct Outcome {
  std::string scenario, arm;
  int replicate;
  double growth;  ///< swept; NaN: no such axis
  bool failed = false;
  double self_reliance = 0, applicant_time = 0;  ///< in 2009
};

const Year last_year(2009);

void write_outcomes(const std::filesystem::path& path, const std::vector<Outcome>& outcomes) {
  const Params params = tiny_params("any", {Year(2008), last_year});
  ResultHeader header;
  for (const Outcome& outcome : outcomes) {
    if (std::ranges::find(header.scenarios, outcome.scenario, &ScenarioRecord::name) == header.scenarios.end())
      header.scenarios.push_back({outcome.scenario, &params, "schema_version: 1\n"});
  }
  header.swept = {{"parameters.growth", "1", false}};
  header.traces = false;
  ResultWriter writer(path, false, header);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const Outcome& outcome = outcomes[i];
    Indicators indicators = random_indicators(params, static_cast<std::uint32_t>(i));
    indicators.self_reliance.at(last_year) = static_cast<float>(outcome.self_reliance);
    indicators.applicant_time.at(last_year) = static_cast<float>(outcome.applicant_time);
    RunInfo run;
    run.scenario = outcome.scenario;
    run.arm = outcome.arm;
    run.replicate = outcome.replicate;
    run.seed = 7;
    run.failed = outcome.failed;
    run.swept = {std::isnan(outcome.growth) ? SweptValue() : SweptValue(outcome.growth)};
    writer.append(run, indicators);
  }
  writer.finish();
}

/// Two scenarios at four growth rates, six replicates: luck shared by all runs of a replicate, effects that depend on
/// growth.
std::vector<Outcome> swept_outcomes() {
  std::mt19937_64 bits(31);
  const auto noise = [&] { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1.0p-53 - 0.5; };
  std::vector<Outcome> outcomes;
  for (int replicate = 0; replicate < 6; ++replicate) {
    const double luck = noise();
    for (const char* scenario : {"base", "bold"}) {
      for (const double growth : {0.0, 1.0, 2.0, 3.0}) {
        const double effect = std::string(scenario) == "bold" ? 0.5 - 0.4 * growth : 0.0;
        outcomes.push_back({scenario, fmt::format("{}, growth={}", scenario, growth), replicate, growth, false,
                            10.0 + luck + growth + effect + 0.1 * noise(), 100.0 + 10.0 * noise()});
      }
    }
  }
  return outcomes;
}

ComparisonRequest ask(const std::string& baseline) {
  ComparisonRequest request;
  request.baseline = baseline;
  request.indicators = {"self_reliance"};
  request.years = "2009";
  request.goals = "self_reliance@2009,applicant_time@2009:less";
  return request;
}

float as_stored(double value) {
  return static_cast<float>(value);
}

// Against sums written out: replicates are averaged over the four growth rates, then compared.
TEST(Comparison, ScenariosOfASweepAreComparedReplicateByReplicate) {
  const TemporaryFolder folder;
  const std::vector<Outcome> outcomes = swept_outcomes();
  write_outcomes(folder / "out.h5", outcomes);
  const Comparison comparison = compare_policies(folder / "out.h5", ask("base"));
  EXPECT_EQ(comparison.by, PoliciesBy::scenario);
  ASSERT_EQ(comparison.contrasts.size(), 1u);
  const Contrast& contrast = comparison.contrasts[0];
  std::map<int, double> difference;
  int n_higher = 0;
  for (const Outcome& a : outcomes) {
    for (const Outcome& b : outcomes) {
      if (a.scenario != "base" || b.scenario != "bold" || a.replicate != b.replicate || a.growth != b.growth) continue;
      difference[a.replicate] += (as_stored(b.self_reliance) - static_cast<double>(as_stored(a.self_reliance))) / 4;
      n_higher += b.self_reliance > a.self_reliance ? 1 : 0;
    }
  }
  double mean = 0, squares = 0;
  for (const auto& [replicate, d] : difference) mean += d / 6;
  for (const auto& [replicate, d] : difference) squares += (d - mean) * (d - mean);
  EXPECT_EQ(contrast.n_pairs, 24u);
  EXPECT_EQ(contrast.moments.n, 6u);
  EXPECT_NEAR(contrast.moments.difference, mean, 1e-12);
  EXPECT_NEAR(contrast.interval.upper - mean, 2.570582 * std::sqrt(squares / 5 / 6), 1e-6);  // t of 5 degrees
  EXPECT_DOUBLE_EQ(contrast.p_higher, n_higher / 24.0);
  EXPECT_DOUBLE_EQ(contrast.p_better, contrast.p_higher);
  EXPECT_LT(contrast.moments.variance_ratio(), 0.5);
}

TEST(Comparison, ArmsAreComparedWhereTheBaselineIsOne) {
  const TemporaryFolder folder;
  write_outcomes(folder / "out.h5", swept_outcomes());
  ComparisonRequest request = ask("base, growth=1");
  request.policies = {"base*"};
  const Comparison comparison = compare_policies(folder / "out.h5", request);
  EXPECT_EQ(comparison.by, PoliciesBy::arm);
  ASSERT_EQ(comparison.contrasts.size(), 3u);
  EXPECT_EQ(comparison.names[comparison.contrasts[2].policy], "base, growth=3");
  EXPECT_NEAR(comparison.contrasts[2].moments.difference, 2.0, 0.1);  // growth itself, and noise of 0.1
  EXPECT_EQ(comparison.contrasts[2].n_pairs, 6u);
}

TEST(Comparison, OneReplicateIsComparedFutureByFuture) {
  const TemporaryFolder folder;
  std::vector<Outcome> outcomes = swept_outcomes();
  std::erase_if(outcomes, [](const Outcome& outcome) { return outcome.replicate > 0; });
  write_outcomes(folder / "out.h5", outcomes);
  const Comparison comparison = compare_policies(folder / "out.h5", ask("base"));
  EXPECT_FALSE(comparison.units_are_replicates);
  EXPECT_EQ(comparison.contrasts[0].moments.n, 4u);
  EXPECT_NE(comparison.notes.at(0).find("as if these were drawn at random"), std::string::npos);
}

TEST(Comparison, OnlyCompletePairsCount) {
  const TemporaryFolder folder;
  std::vector<Outcome> outcomes = swept_outcomes();
  std::erase_if(outcomes, [](const Outcome& outcome) { return outcome.growth > 0.0; });
  for (Outcome& outcome : outcomes) outcome.arm.clear();
  outcomes[2].failed = true;                           // base of replicate 1
  outcomes.pop_back();                                 // bold of replicate 5
  outcomes[5].self_reliance = 9.9692099683868690e+36;  // bold of replicate 2: fill
  write_outcomes(folder / "out.h5", outcomes);
  const Comparison comparison = compare_policies(folder / "out.h5", ask("base"));
  EXPECT_EQ(comparison.contrasts[0].n_pairs, 3u);
  EXPECT_EQ(comparison.contrasts[0].n_without, 1u);
  double mean = 0;
  for (const std::size_t replicate : {0u, 3u, 4u})
    mean += (static_cast<double>(as_stored(outcomes[2 * replicate + 1].self_reliance)) -
             as_stored(outcomes[2 * replicate].self_reliance)) /
            3;
  EXPECT_NEAR(comparison.contrasts[0].moments.difference, mean, 1e-12);
  ASSERT_EQ(comparison.notes.size(), 2u);
  EXPECT_EQ(comparison.notes[0], "1 failed run is left out");
  EXPECT_EQ(comparison.notes[1], "only complete pairs count; fewer finished runs: base (5 of 6), bold (5 of 6)");
  EXPECT_EQ(comparison.pareto.n_units, 3u);
}

TEST(Comparison, PoliciesThatCannotBePairedAreNamed) {
  const TemporaryFolder folder;
  std::vector<Outcome> outcomes = swept_outcomes();
  std::erase_if(outcomes, [](const Outcome& o) { return o.scenario == "bold" ? o.growth == 0.0 : o.growth > 0.0; });
  write_outcomes(folder / "out.h5", outcomes);
  const Comparison comparison = compare_policies(folder / "out.h5", ask("base"));
  EXPECT_EQ(comparison.contrasts[0].n_pairs, 0u);
  EXPECT_TRUE(std::isnan(comparison.contrasts[0].moments.difference));
  EXPECT_EQ(comparison.notes.back(),
            "1 of 1 policies have no replicate and combination of swept values (arms may have: --by arm) in common "
            "with base: bold");
}

// By hand: base is worth 1, 4 in the futures growth = 0, 1; bold 3, 2; sly 2, 3.
TEST(Regret, ByHand) {
  const TemporaryFolder folder;
  std::vector<Outcome> outcomes;
  const std::map<std::string, std::array<double, 2>> worth{{"base", {1, 4}}, {"bold", {3, 2}}, {"sly", {2, 3}}};
  for (const auto& [scenario, values] : worth) {
    for (const double growth : {0.0, 1.0}) {
      for (int replicate = 0; replicate < 2; ++replicate)  // their mean is the worth
        outcomes.push_back({scenario, "", replicate, growth, false,
                            values[static_cast<std::size_t>(growth)] + (replicate == 0 ? 0.5 : -0.5), 1.0});
    }
  }
  write_outcomes(folder / "out.h5", outcomes);
  ComparisonRequest request = ask("base");
  request.by = PoliciesBy::scenario;
  request.futures = "param.parameters.growth";
  request.goals = "self_reliance@2009";
  const Regret regret = compare_policies(folder / "out.h5", request).regret.value();
  EXPECT_EQ(regret.policies, (std::vector<std::string>{"base", "bold", "sly"}));
  EXPECT_EQ(regret.futures, (std::vector<std::string>{"growth=0", "growth=1"}));
  std::vector<double> table, largest, mean;
  for (const Regret::Cell& cell : regret.table) table.push_back(cell.regret);
  EXPECT_EQ(table, (std::vector<double>{2, 0, 1, 0, 2, 1}));
  for (const Regret::Summary& summary : regret.summaries) {
    largest.push_back(summary.maximum);
    mean.push_back(summary.mean);
    EXPECT_EQ(summary.minimax, regret.policies[summary.policy] == "sly");
  }
  EXPECT_EQ(largest, (std::vector<double>{2, 2, 1}));
  EXPECT_EQ(mean, (std::vector<double>{1, 1, 1}));
}

TEST(Regret, ScenariosMayBeFutures) {
  const TemporaryFolder folder;
  std::vector<Outcome> outcomes;
  const std::map<std::string, double> worth{{"base", 5}, {"bold", 4}, {"base_cut", 1}, {"bold_cut", 3}};
  for (const auto& [scenario, value] : worth) outcomes.push_back({scenario, "", 0, std::nan(""), false, value, 1.0});
  write_outcomes(folder / "out.h5", outcomes);
  ComparisonRequest request = ask("base");
  request.goals = "self_reliance@2009:less";
  request.futures = "scenario=*_cut";
  const Regret regret = compare_policies(folder / "out.h5", request).regret.value();
  EXPECT_EQ(regret.policies, (std::vector<std::string>{"base", "bold"}));
  std::vector<double> table;
  for (const Regret::Cell& cell : regret.table) table.push_back(cell.regret);
  EXPECT_EQ(table, (std::vector<double>{1, 0, 0, 2}));  // less is better
}

// A case is a scenario at one growth rate: the mean over its replicates decides.
TEST(Success, CasesAreArmsNotRuns) {
  const TemporaryFolder folder;
  write_outcomes(folder / "out.h5", swept_outcomes());
  ComparisonRequest request = ask("base");
  request.success = "self_reliance@2009>11.3";
  const Comparison comparison = compare_policies(folder / "out.h5", request);
  ASSERT_EQ(comparison.cases.success.size(), 8u);
  ASSERT_EQ(comparison.cases.inputs.size(), 2u);
  EXPECT_EQ(comparison.cases.inputs[1].name, "param.parameters.growth");
  const SuccessBox& box = comparison.boxes->at(0);
  EXPECT_EQ(box.box.inside.density(), 1.0);
  EXPECT_GT(box.box.limits[1].lower, 1.0);
}

TEST(Terms, WindowsAndCategories) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5");
  const ComparedFile file(folder / "out.h5");
  const std::vector<IndicatorInFile> indicators = indicators_in(file);
  const std::vector<YearWindow> windows = parse_windows("2000,2001..2003:sum,2001..2003:mean", file.years());
  const std::vector<std::string> patterns{"funding_gini", "papers", "papers[cas]"};
  const std::vector<Term> terms = select_terms(indicators, patterns, windows, false);
  ASSERT_EQ(terms.size(), 9u);
  EXPECT_EQ(terms[8].name(), "papers[cas]@2001..2003:mean");
  const auto values = read_all_terms(file, terms);
  for (std::size_t run = 0; run < sample.runs.size(); ++run) {
    if (sample.runs[run].failed) {
      for (const auto& column : values) EXPECT_TRUE(std::isnan(column[run]));
      continue;
    }
    const Indicators& from = sample.indicators[run];
    const auto at = [](const auto& indicator, int year, std::size_t i) {
      const auto value = indicator.at(Year(year), i);
      return value == indicator.fill() ? std::nan("") : static_cast<double>(value);
    };
    const auto whole = [&](int year) {  // fill counts for nothing, unless all are
      double sum = 0;
      int n = 0;
      for (std::size_t i = 0; i < from.papers.width(); ++i) {
        const double value = at(from.papers, year, i);
        if (!std::isnan(value)) sum += value, ++n;
      }
      return n > 0 ? sum : std::nan("");
    };
    const auto expect = [&](std::size_t term, double expected) {
      if (std::isnan(expected))
        EXPECT_TRUE(std::isnan(values[term][run]));
      else
        EXPECT_NEAR(values[term][run], expected, 1e-9 * std::abs(expected));
    };
    const auto gini = [&](int year) { return at(from.funding_gini, year, 0); };
    const auto cas = [&](int year) { return at(from.papers, year, 1); };
    expect(0, gini(2000));
    expect(1, gini(2001) + gini(2002) + gini(2003));
    expect(2, (gini(2001) + gini(2002) + gini(2003)) / 3);
    expect(3, whole(2000));
    expect(4, whole(2001) + whole(2002) + whole(2003));
    expect(6, cas(2000));
    expect(8, (cas(2001) + cas(2002) + cas(2003)) / 3);
  }
}

TEST(Terms, WhatIsNotThere) {
  const TemporaryFolder folder;
  Sample().write(folder / "out.h5");
  const ComparedFile file(folder / "out.h5");
  const std::vector<IndicatorInFile> indicators = indicators_in(file);
  const std::vector<YearWindow> windows{{2000, 2000, YearWindow::Reduce::none}};
  const auto select = [&](const std::string& pattern) {
    return select_terms(indicators, std::vector{pattern}, windows, false);
  };
  EXPECT_THROW(select("paper"), NotInFile);
  EXPECT_THROW(select("papers[casx]"), NotInFile);
  EXPECT_THROW(select("papers[cas"), CannotCompare);
  EXPECT_THROW(select("funding_gini[cas]"), CannotCompare);
  for (const char* text : {"", "x", "1980", "2000..2001", "2003..2001:sum", "2000..2001:max", "2000..2050:sum"})
    EXPECT_THROW(parse_window(text, file.years()), CannotCompare) << text;
  for (const char* text : {"papers", "papers@x", "*@2000", "lab_quality_mean@2000:more"})
    EXPECT_THROW(parse_term(indicators, text, file.years()), CannotCompare) << text;
  for (const char* text : {"papers@2000", "papers@2000>", "papers@2000>x", "papers@2000=1"})
    EXPECT_THROW(parse_success(indicators, text, file.years()), CannotCompare) << text;
}

TEST(ComparisonFiles, AreReadBackAsTheyWere) {
  const TemporaryFolder folder;
  write_outcomes(folder / "out.h5", swept_outcomes());
  ComparisonRequest request = ask("base, growth=1");
  request.indicators.clear();
  request.success = "self_reliance@2009>11.3";
  const Comparison comparison = compare_policies(folder / "out.h5", request);
  TextFile json_file(folder / "out.json", false), csv_file(folder / "out.csv", false);
  write_json(comparison, json_file);
  json_file.finish();
  write_csv(comparison, csv_file);
  csv_file.finish();
  const auto document = nlohmann::json::parse(testing::read_text(folder / "out.json"));
  ASSERT_EQ(document["contrasts"].size(), comparison.contrasts.size());
  const Contrast& first = comparison.contrasts[0];
  EXPECT_EQ(document["contrasts"][0]["label"], comparison.terms[first.term].label());
  for (std::size_t i = 0; i < comparison.contrasts.size(); ++i) {
    const double difference = comparison.contrasts[i].moments.difference;
    if (std::isfinite(difference)) {
      EXPECT_EQ(document["contrasts"][i]["difference"], difference);
    } else {
      EXPECT_TRUE(document["contrasts"][i]["difference"].is_null());
    }
  }
  EXPECT_EQ(document["pareto"]["goals"][1]["label"], "applicant_time@2009");
  EXPECT_TRUE(document["regret"].is_null());
  EXPECT_FALSE(document["boxes"].empty());
  const std::string text = testing::read_text(folder / "out.csv");
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), comparison.contrasts.size() + 1);
  EXPECT_NE(text.find("\n\"base, growth=0\","), std::string::npos);
}

}  // namespace
}  // namespace innochain
