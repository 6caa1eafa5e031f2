#include <gtest/gtest.h>

#include <algorithm>
#include <boost/algorithm/string/erase.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "calibration/observed.hpp"
#include "calibration/patterns.hpp"
#include "output/result_layout.hpp"
#include "scenarios/reader/scenario.hpp"
#include "sim/state/indicators.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::TemporaryFolder;

/// Series with everything that a pattern may choose from.
std::vector<ObservedSeries> small_series() {
  const TemporaryFolder folder;
  folder.write("rd.csv",
               "year,metric,value,unit,confidence,level,source\n"
               "2000,papers,30,thousand,recalled,medium,yearbook\n"
               "2001,papers,40,thousand,sourced,high,notice\n"
               "2002,papers,,thousand,sourced,high,notice\n"
               "2000,money,200,100 million CNY,derived,high,a\n"
               "2001,money,3,trillion CNY,recalled,low,b\n"
               "2000,basic,10,100 million CNY,sourced,medium,a\n");
  folder.write("projects.csv",
               "year,projects,low,high,confidence,level,source\n"
               "2016,1163,1163,1193,sourced,high,x\n"
               "2017,,300,800,derived,low,x\n"
               "2016-2021,5262,5262,5262,seed,high,x\n"
               "later,1,,,seed,high,x\n");
  folder.write("facts.csv",
               "key,value,unit,year,confidence,source\n"
               "hazard,8-9.5,percent,2000-2012 cohorts,sourced,y\n"
               "range,8,percent,2010,sourced,y\n");
  folder.write("faulty.csv",
               "year,value,confidence,level,source\n"
               "2022,many,seed,high,w\n"
               "2023,1,sure,high,w\n");
  folder.write("reviews.csv",
               "review_year,field,evaluated,excellent,confidence,source\n"
               "2009,chemistry,27,6,sourced,z\n"
               "2017,information,32,9,sourced,z\n");
  return read_observed(folder.path());
}

constexpr const char* head =
    "schema_version: 1\npatterns:\n  - name: p\n    group: outputs\n    title: t\n    unit: thousand\n"
    "    simulated: {variable: papers, select: {host: all}}\n";

PatternFile read(const std::string& text) {
  const TemporaryFolder folder;
  return read_patterns(folder.write("patterns.yaml", text), small_series());
}

Pattern read_one(const std::string& rest) {
  return read(head + rest).patterns.at(0);
}

/// The messages about a text, without the folder's name.
std::string problems_with(const std::string& text) {
  const TemporaryFolder folder;
  const std::string path = folder.write("patterns.yaml", text).generic_string();
  const std::vector<ObservedSeries> series = small_series();
  const std::string series_folder = std::filesystem::path(series.front().file).parent_path().generic_string() + "/";
  try {
    read_patterns(path, series);
    return "none";
  } catch (const InputError& error) {
    EXPECT_EQ(error.exit_code(), 65);
    std::string message = error.what();
    boost::replace_all(message, path, "f");
    boost::erase_all(message, series_folder);
    return message;
  }
}

// calibration/observed/README.md, "Suggested relative error"; where it gives a range, its upper end.
TEST(ObservedWidth, FollowsConfidenceAndLevel) {
  EXPECT_EQ(relative_error("sourced", "high"), 0.03);
  EXPECT_EQ(relative_error("sourced", "medium"), 0.10);
  EXPECT_EQ(relative_error("seed", "high"), 0.03);
  EXPECT_EQ(relative_error("seed", "medium"), 0.10);
  EXPECT_EQ(relative_error("derived", "high"), 0.05);
  EXPECT_EQ(relative_error("derived", "medium"), 0.10);
  EXPECT_EQ(relative_error("recalled", "high"), 0.05);
  EXPECT_EQ(relative_error("recalled", "medium"), 0.15);
  for (const char* confidence : {"sourced", "seed", "derived", "recalled"})
    EXPECT_EQ(relative_error(confidence, "low"), 0.30) << confidence;
  EXPECT_THROW(relative_error("guessed", "high"), std::invalid_argument);
  EXPECT_THROW(relative_error("sourced", "higher"), std::invalid_argument);
}

TEST(ObservedRows, OneForEachYearWithItsOwnConfidence) {
  const Pattern pattern = read_one("    observed: {series: rd, metric: papers}\n");
  ASSERT_EQ(pattern.rows.size(), 2u);  // 2002 is empty
  EXPECT_EQ(pattern.rows[0].years, (YearSpan{Year(2000), Year(2000)}));
  EXPECT_EQ(pattern.rows[0].value, 30);
  EXPECT_DOUBLE_EQ(pattern.rows[0].low, 30 * 0.85);
  EXPECT_DOUBLE_EQ(pattern.rows[0].high, 30 * 1.15);
  EXPECT_EQ(pattern.rows[0].source, "rd.csv: yearbook");
  EXPECT_DOUBLE_EQ(pattern.rows[1].high, 40 * 1.03);
  EXPECT_EQ(pattern.series, "rd");
  EXPECT_EQ(pattern.metric, "papers");
}

TEST(ObservedRows, FewerYearsAndAnotherLevel) {
  const Pattern fewer = read_one("    observed: {series: rd, metric: papers, years: [2001, 2005], level: low}\n");
  ASSERT_EQ(fewer.rows.size(), 1u);
  EXPECT_DOUBLE_EQ(fewer.rows[0].low, 40 * 0.7);
  const Pattern excluded = read_one("    observed: {series: rd, metric: papers, exclude: [{year: 2001, reason: r}]}\n");
  ASSERT_EQ(excluded.rows.size(), 1u);
  EXPECT_EQ(excluded.rows[0].years.first, Year(2000));
}

TEST(ObservedRows, UnitsAreConverted) {
  const Pattern pattern =
      read_one("    observed: {series: rd, metric: money, units: {100 million CNY: 0.0001, trillion CNY: 1}}\n");
  ASSERT_EQ(pattern.rows.size(), 2u);
  EXPECT_DOUBLE_EQ(*pattern.rows[0].value, 0.02);
  EXPECT_DOUBLE_EQ(*pattern.rows[1].value, 3);
  EXPECT_DOUBLE_EQ(pattern.rows[1].high, 3.9);
}

TEST(ObservedRows, QuotientsOfMetricsAndOfColumns) {
  const Pattern metrics = read_one("    observed: {series: rd, metric: basic, over_metric: money}\n");
  ASSERT_EQ(metrics.rows.size(), 1u);
  EXPECT_DOUBLE_EQ(*metrics.rows[0].value, 0.05);
  const Pattern columns = read_one(
      "    observed: {series: reviews, where: {field: information}, column: excellent, over_column: evaluated}\n");
  ASSERT_EQ(columns.rows.size(), 1u);
  EXPECT_DOUBLE_EQ(*columns.rows[0].value, 9.0 / 32.0);
  EXPECT_EQ(columns.rows[0].years.first, Year(2017));
  EXPECT_DOUBLE_EQ(columns.rows[0].high, 1.1 * 9.0 / 32.0);  // no levels: medium
}

// low and high are the interval, unless they say no more than the value.
TEST(ObservedRows, IntervalsStayIntervals) {
  const Pattern pattern = read_one(
      "    reduce: sum\n    observed: {series: projects, column: projects, exclude: [{year: later, reason: r}]}\n");
  ASSERT_EQ(pattern.rows.size(), 3u);
  EXPECT_EQ(pattern.rows[0].value, 1163);
  EXPECT_EQ(pattern.rows[0].low, 1163);
  EXPECT_EQ(pattern.rows[0].high, 1193);
  EXPECT_FALSE(pattern.rows[1].value);
  EXPECT_EQ(pattern.rows[1].low, 300);
  EXPECT_EQ(pattern.rows[1].high, 800);
  EXPECT_EQ(pattern.rows[2].years, (YearSpan{Year(2016), Year(2021)}));
  EXPECT_DOUBLE_EQ(pattern.rows[2].low, 5262 * 0.97);
  const Pattern text = read_one(
      "    years: [2000, 2012]\n    reduce: sum\n"
      "    observed: {series: facts, metric: hazard, units: {percent: 0.01}}\n");
  ASSERT_EQ(text.rows.size(), 1u);
  EXPECT_DOUBLE_EQ(text.rows[0].low, 0.08);
  EXPECT_DOUBLE_EQ(text.rows[0].high, 0.095);
  EXPECT_EQ(text.rows[0].years, (YearSpan{Year(2000), Year(2012)}));
}

TEST(Patterns, ValuesOfTheFileItself) {
  const double endless = std::numeric_limits<double>::infinity();
  const std::string known = "    years: 2004\n    confidence: derived\n    level: low\n    source: s\n";
  const KnownValue value = read_one(known + "    value: 10\n").rows.at(0);
  EXPECT_DOUBLE_EQ(value.low, 7);
  EXPECT_DOUBLE_EQ(value.high, 13);
  const KnownValue interval = read_one(known + "    value: 1.1\n    low: 0.9\n    high: 1.3\n").rows.at(0);
  EXPECT_EQ(interval.value, 1.1);
  EXPECT_EQ(interval.low, 0.9);
  EXPECT_EQ(read_one(known + "    low: 1\n").rows.at(0).high, endless);
  EXPECT_EQ(read_one(known + "    high: 1\n").rows.at(0).low, -endless);
}

TEST(Patterns, TermsAndMustsAreRead) {
  const Pattern pattern =
      read(
          "schema_version: 1\npatterns:\n  - name: p\n    group: firms\n    title: t\n    unit: \"1\"\n"
          "    simulated: [{variable: a, select: {firm_age: [4, 5]}, years: 2003}, {trace: b, select: {agent: sia}}]\n"
          "    per: {variable: c}\n    relative_to: {simulated: {variable: d}}\n    growth_since: 2001\n    scale: "
          "100\n"
          "    reduce: mean\n    observed: {series: rd, metric: papers, units: {thousand: 1}}\n"
          "    must: {reason: r, only: [2001], median_within: 0.5, median_reason: m}\n")
          .patterns.at(0);
  const SimulatedQuantity& q = pattern.quantity;
  ASSERT_EQ(q.value.terms.size(), 2u);
  EXPECT_EQ(q.value.terms[0].select.at("firm_age"), (std::vector<std::string>{"4", "5"}));
  EXPECT_EQ(q.value.terms[0].years->first, Year(2003));
  EXPECT_TRUE(q.value.terms[1].trace);
  EXPECT_EQ(q.value.per.at(0).variable, "c");
  EXPECT_EQ(q.relative_to->terms.at(0).variable, "d");
  EXPECT_EQ(q.growth_since, Year(2001));
  EXPECT_EQ(q.reduce, Reduce::mean);
  EXPECT_EQ(q.scale, 100);
  EXPECT_FALSE(pattern.rows[0].must);
  EXPECT_EQ(pattern.rows[1].must->reason, "r");
  EXPECT_EQ(pattern.rows[1].must->median_within, 0.5);
  EXPECT_EQ(pattern.place.line, 3);
}

struct BadFile {
  std::string rest;      ///< after the head
  std::string messages;  ///< beginnings of the problems, one a line
};

TEST(Patterns, EveryProblemHasItsPlace) {
  const std::string given = "    years: 2004\n    confidence: derived\n    level: low\n    source: s\n";
  const std::string series = "    observed: {series: rd, metric: papers}\n";
  const std::vector<BadFile> files{
      {"", "f:3:5: patterns[0]: says nothing known (value, low, high or observed is due)"},
      {"    value: 1\n",
       "f:3:5: patterns[0]: has no source\nf:3:5: patterns[0]: has no confidence\nf:3:5: patterns[0]: has no level\n"
       "f:3:5: patterns[0]: has no years"},
      {given + "    value: 1\n    levle: low\n", "f:13:5: patterns[0].levle: unknown key"},
      {given + "    low: 2\n    high: 1\n", "f:12:10: patterns[0].low: is above `high`"},
      {given + "    value: 3\n    high: 1\n", "f:12:12: patterns[0].value: is outside [low, high]"},
      {"    years: [2000, 2003]\n    confidence: derived\n    level: low\n    source: s\n    value: 1\n",
       "f:3:5: patterns[0].reduce: is missing (several years are read as sum, mean or last)"},
      {series + "    value: 1\n", "f:9:12: patterns[0].value: stands beside `observed`"},
      {"    observed: {series: rb, metric: papers}\n",
       "f:8:24: patterns[0].observed.series: `rb` is not known (allowed: facts, faulty, projects, rd, reviews). Did "
       "you mean "
       "`rd`?"},
      {"    observed: {series: rd, metric: paper}\n",
       "f:8:36: patterns[0].observed.metric: `paper` is not known (allowed: basic, money, papers). Did you mean "
       "`papers`?"},
      {"    observed: {series: rd, metric: papers, column: valeu}\n",
       "f:8:52: patterns[0].observed.column: `valeu` is not known"},
      {"    observed: {series: projects}\n", "f:8:15: patterns[0].observed: projects has no column value"},
      {"    observed: {series: projects, column: projects}\n",
       "f:8:15: patterns[0].observed: row later of projects: its year is neither a year nor a span"},
      {"    observed: {series: rd, metric: money}\n",
       "f:8:15: patterns[0].observed: row 2000 of rd: its unit is `100 million CNY`\n"
       "f:8:15: patterns[0].observed: row 2001 of rd: its unit is `trillion CNY`"},
      {"    observed: {series: rd, metric: money, units: {trillion CNY: 1}}\n",
       "f:8:15: patterns[0].observed: row 2000 of rd: its unit is `100 million CNY`, which `units` does not convert"},
      {"    observed: {series: rd, metric: money, units: {trillion CNY: many}}\n",
       "f:8:65: patterns[0].observed.units.trillion CNY: `many` where a decimal number"},
      {"    observed: {series: rd, metric: papers, exclude: [{year: 1999, reason: r}]}\n",
       "f:8:61: patterns[0].observed.exclude: no row that is chosen has this year"},
      {"    observed: {series: rd, metric: papers, years: [1990, 1995]}\n",
       "f:8:15: patterns[0].observed: no row of rd has such a value"},
      {"    years: 2000\n    observed: {series: rd, metric: papers}\n",
       "f:9:15: patterns[0].observed: 2 rows of rd are chosen for the years of the pattern"},
      {"    observed: {series: reviews, where: {field: chemisty}, column: excellent}\n",
       "f:8:48: patterns[0].observed.where.field: no row of reviews has `chemisty` there. Did you mean `chemistry`?"},
      {"    observed: {series: rd, metric: papers, over_metric: basic}\n",
       "f:8:15: patterns[0].observed: row 2000 of rd: it has nothing to be divided by\n"
       "f:8:15: patterns[0].observed: row 2001 of rd: it has nothing to be divided by"},
      {"    observed: {series: faulty}\n",
       "faulty.csv:2:6: `many` is neither a number nor an interval such as 8-9.5 (chosen by patterns[0].observed in "
       "f:8:15)\n"
       "faulty.csv:3:8: confidence `sure` is not known (chosen by patterns[0].observed in f:8:15)"},
      {series + "    must: {}\n", "f:9:11: patterns[0].must.reason: is missing"},
      {series + "    must: {reason: r, only: [2009]}\n",
       "f:9:30: patterns[0].must.only[0]: no row of this pattern begins"},
      {series + "    must: {reason: r, median_within: 0.1}\n",
       "f:9:11: patterns[0].must: median_within needs a median_reason"},
      {series + "  - {}\n",
       "f:9:5: patterns[1].name: is missing\nf:9:5: patterns[1].group: is missing\nf:9:5: patterns[1].title: is "
       "missing\n"
       "f:9:5: patterns[1].unit: is missing\nf:9:5: patterns[1].simulated: is missing"},
      {series + "not_compared: [{series: rd, metrics: [papers, monkey], reason: r}]\n",
       "f:9:38: not_compared[0].metrics: `monkey` is not a metric of rd. Did you mean `money`?"},
      {series + "not_compared: [{series: rd}]\n", "f:9:16: not_compared[0].reason: is missing"},
  };
  for (const BadFile& file : files) {
    const std::string found = problems_with(head + file.rest);
    std::istringstream expected_lines(file.messages), found_lines(found);
    std::string expected, line;
    while (std::getline(expected_lines, expected)) {
      std::getline(found_lines, line);
      EXPECT_TRUE(line.starts_with(expected)) << found << "\n" << file.messages;
    }
    EXPECT_FALSE(std::getline(found_lines, line)) << found;
  }
}

TEST(Patterns, ProblemsOfTermsAndGroups) {
  const std::string before =
      "schema_version: 1\npatterns:\n  - {name: p, group: outputs, title: t, unit: x, simulated: ";
  const std::string after = ", years: 2000, value: 1, confidence: seed, level: low, source: s}\n";
  EXPECT_EQ(problems_with(before + "{}" + after),
            "f:3:61: patterns[0].simulated: needs either a variable or a trace, not both");
  EXPECT_EQ(problems_with(before + "{variable: a, trace: b}" + after),
            "f:3:61: patterns[0].simulated: needs either a variable or a trace, not both");
  EXPECT_EQ(problems_with(before + "[]" + after),
            "f:3:61: patterns[0].simulated: is empty (a term or a list of terms)");
  EXPECT_EQ(problems_with(before + "{variable: a, select: {host: []}}" + after),
            "f:3:90: patterns[0].simulated.select.host: is empty (a name, a list of names, or all)");
  EXPECT_EQ(problems_with(before + "{variable: a, selekt: {}}" + after),
            "f:3:75: patterns[0].simulated.selekt: unknown key (allowed: variable, trace, select, years). Did you mean "
            "`select`?");
  const std::string twice = "patterns: [{name: p, group: goal, title: t, unit: x, simulated: {variable: a}}]\n";
  EXPECT_TRUE(problems_with("schema_version: 1\n" + twice)
                  .starts_with("f:2:29: patterns[0].group: `goal` is not known (allowed: outputs, firms, zones, labs, "
                               "programmes, reviews, robotics, goals). Did you mean `goals`?"));
  EXPECT_EQ(problems_with("patterns: []\n"), "f:1:1: schema_version: is missing");
  EXPECT_TRUE(problems_with("schema_version: 2\n").starts_with("f:1:17: schema_version: 2 is out of range"));
  EXPECT_TRUE(problems_with(std::string(head) + "    observed: {series: rd, metric: papers}\n" +
                            std::string(head).substr(std::string("schema_version: 1\npatterns:\n").size()) +
                            "    observed: {series: rd, metric: papers}\n")
                  .starts_with("f:9:11: patterns[1].name: a second pattern named `p`"));
}

TEST(Patterns, AGoalIsNeverAMust) {
  EXPECT_EQ(
      problems_with("schema_version: 1\npatterns:\n"
                    "  - {name: p, group: goals, title: t, unit: x, simulated: {variable: a}, years: 2000, value: 1,\n"
                    "     confidence: seed, level: low, source: s, must: {reason: r}}\n"),
      "f:4:53: patterns[0].must: goals are not facts (a goal can never be a must)");
}

TEST(Patterns, AMissingFile) {
  const TemporaryFolder folder;
  try {
    read_patterns(folder / "none.yaml", {});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.exit_code(), 66);
  }
}

const std::vector<ObservedSeries>& shipped_series() {
  static const std::vector<ObservedSeries> series = read_observed(INNOCHAIN_SOURCE_DIR "/calibration/observed");
  return series;
}
const PatternFile& shipped_patterns() {
  static const PatternFile file = read_patterns(INNOCHAIN_SOURCE_DIR "/calibration/patterns.yaml", shipped_series());
  return file;
}

/// All terms of a pattern.
std::vector<SimulatedTerm> terms_of(const Pattern& pattern) {
  std::vector<SimulatedTerm> terms;
  const auto add = [&](const SimulatedRatio& ratio) {
    terms.insert(terms.end(), ratio.terms.begin(), ratio.terms.end());
    terms.insert(terms.end(), ratio.per.begin(), ratio.per.end());
  };
  add(pattern.quantity.value);
  if (pattern.quantity.relative_to) add(*pattern.quantity.relative_to);
  return terms;
}

// No observed value is forgotten: every metric of every series has a row, or a reason why it has none, and not both.
TEST(ShippedPatterns, EveryMetricIsComparedOrExplained) {
  std::set<std::pair<std::string, std::string>> used;
  for (const Pattern& pattern : shipped_patterns().patterns) used.insert({pattern.series, pattern.metric});
  const auto explained = [&](const std::string& series, const std::string& metric) {
    return std::ranges::any_of(shipped_patterns().not_compared,
                               [&](const NotCompared& item) { return item.series == series && item.names(metric); });
  };
  for (const ObservedSeries& series : shipped_series()) {
    const std::vector<std::string> metrics = metrics_of(series);
    const auto of_series = [&](const Pattern& pattern) { return pattern.series == series.name; };
    if (metrics.empty()) {
      EXPECT_NE(std::ranges::any_of(shipped_patterns().patterns, of_series), explained(series.name, "")) << series.name;
    }
    for (const std::string& metric : metrics) {
      const bool is_divisor = series.name == "national_rd" && metric == "gerd";
      const bool both_patterns = series.name == "seed_facts";  // a family of names, of which one is compared
      const bool compared = used.contains({series.name, metric});
      EXPECT_TRUE(compared || explained(series.name, metric)) << series.name << " " << metric;
      if (!is_divisor && !both_patterns) {
        EXPECT_FALSE(compared && explained(series.name, metric)) << series.name << " " << metric;
      }
    }
  }
}

TEST(ShippedPatterns, EveryVariableIsDeclared) {
  std::set<std::string> variables, traces;
  const Indicators indicators;
  visit_indicators(indicators, [&](const auto&, const IndicatorDeclaration& d) { variables.emplace(d.name); });
  visit_traces(indicators.traces, [&](const auto&, const IndicatorDeclaration& d) { traces.emplace(d.name); });
  for (const Pattern& pattern : shipped_patterns().patterns) {
    for (const SimulatedTerm& term : terms_of(pattern))
      EXPECT_TRUE((term.trace ? traces : variables).contains(term.variable)) << pattern.name << " " << term.variable;
  }
}

TEST(ShippedPatterns, EverySelectedNameIsInTheSystem) {
  const Params params = read_scenario(INNOCHAIN_SOURCE_DIR "/scenarios/baseline.yaml").params;
  std::map<std::string, std::set<std::string>> known;
  for (const CategoryAxis& axis : category_axes(params.system))
    known[axis.name].insert(axis.values.begin(), axis.values.end());
  const auto add_agents = [&](const auto& things) {
    for (const auto& thing : things) known["agent"].insert(thing.name);
  };
  add_agents(params.system.named_labs);
  add_agents(params.system.named_zones);
  add_agents(params.system.named_organisations);
  add_agents(params.system.categories);
  for (const Pattern& pattern : shipped_patterns().patterns) {
    for (const SimulatedTerm& term : terms_of(pattern)) {
      for (const auto& [dimension, names] : term.select) {
        for (const std::string& name : names)
          EXPECT_TRUE(known[dimension].contains(name)) << pattern.name << " " << dimension << " " << name;
      }
    }
  }
}

// Numbers that are printed in the report of 2023 and in the communiques.
TEST(ShippedPatterns, KnownNumbers) {
  const auto row = [&](const std::string& name, int year) {
    for (const Pattern& pattern : shipped_patterns().patterns) {
      for (const KnownValue& known : pattern.rows) {
        if (pattern.name == name && known.years.first == Year(year)) return known;
      }
    }
    ADD_FAILURE() << name << " " << year;
    return KnownValue{};
  };
  EXPECT_DOUBLE_EQ(*row("sci_papers", 2017).value, 361.2);
  EXPECT_DOUBLE_EQ(*row("hidz_revenue", 2010).value, 10591.7);
  EXPECT_DOUBLE_EQ(*row("hidz_revenue", 2017).value, 30700);
  EXPECT_DOUBLE_EQ(*row("enterprise_skl_standards", 2016).value, 669);
  EXPECT_NEAR(*row("information_lab_papers", 2012).value, 135.0, 0.02);
  EXPECT_DOUBLE_EQ(*row("hidz_gdp_share_2021", 2021).value, 13.4);
  EXPECT_DOUBLE_EQ(*row("skl_share_in_hidz", 2022).value, 84);
  EXPECT_DOUBLE_EQ(*row("robotics_share_of_nkp", 2016).value, 2.4);
  EXPECT_DOUBLE_EQ(*row("nkp_launched_in_all", 2016).value, 5262);
  EXPECT_NEAR(*row("basic_share_of_gerd", 2000).value, 46.7 / 895.7, 1e-12);
  EXPECT_DOUBLE_EQ(row("exit_hazard_age_4_to_7", 2000).high, 9.5);
}

TEST(ShippedPatterns, FitTheTable) {
  for (const Pattern& pattern : shipped_patterns().patterns) {
    EXPECT_LE(pattern.name.size(), 24u) << pattern.name;
    EXPECT_LE(pattern.unit.size(), 12u) << pattern.name;
    EXPECT_FALSE(pattern.title.empty());
  }
}

}  // namespace
}  // namespace innochain
