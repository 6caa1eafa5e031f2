#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "output/errors.hpp"
#include "output/result_file.hpp"
#include "output/result_reader.hpp"
#include "output/sha256.hpp"
#include "sim/model_revision.hpp"
#include "tests/output/sample_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {
namespace {

using testing::Sample;
using testing::TemporaryFolder;

template <class Number>
std::vector<Number> read_numbers(hid_t group, const std::string& name) {
  const Variable variable(group, name);
  std::size_t n = 1;
  for (const hsize_t length : variable.shape()) n *= length;
  std::vector<Number> values(n);
  hdf5::check(H5Dread(variable.id(), hdf5::native<Number>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read");
  return values;
}

std::vector<std::string> read_texts(hid_t group, const std::string& name) {
  return Variable(group, name).texts();
}

/// What a reader must find for one indicator: the values of the runs at their years, fill everywhere else.
template <class Number, class Pick>
std::vector<Number> expected_values(const Sample& sample, Pick pick) {
  constexpr int first = 1995, n_years = 15;
  std::vector<Number> expected;
  for (std::size_t r = 0; r < sample.runs.size(); ++r) {
    const Params& params = sample.runs[r].scenario == "early" ? sample.early : sample.late;
    const Indicator<Number>& indicator = pick(sample.indicators[r]);
    for (int y = 0; y < n_years; ++y) {
      const bool inside = params.scale.years.contains(Year(first + y)) && !sample.runs[r].failed;
      for (std::size_t i = 0; i < indicator.width(); ++i) {
        expected.push_back(inside ? indicator.at(Year(first + y), i) : Indicator<Number>::fill());
      }
    }
  }
  return expected;
}

class ResultFile : public ::testing::TestWithParam<std::size_t> {};

// Reference: the random indicators that were written, placed by a plain loop.
TEST_P(ResultFile, ReturnsEveryValue) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5", {.chunk_bytes = GetParam(), .deflate_level = 4});
  const hdf5::Handle file = open_result(folder / "out.h5");
  const Indicators declared;
  std::size_t n = 0;
  visit_indicators(declared, [&]<class Number>(const Indicator<Number>&, const IndicatorDeclaration& declaration) {
    const auto pick = [&](const Indicators& from) -> const Indicator<Number>& {
      const Indicator<Number>* found = nullptr;
      visit_indicators(from, [&]<class Other>(const Indicator<Other>& indicator, const IndicatorDeclaration& other) {
        if constexpr (std::is_same_v<Other, Number>)
          if (other.name == declaration.name) found = &indicator;
      });
      return *found;
    };
    EXPECT_EQ(read_numbers<Number>(file.id(), std::string(declaration.name)), expected_values<Number>(sample, pick))
        << declaration.name;
    ++n;
  });
  EXPECT_GT(n, 50u);
}

TEST_P(ResultFile, ReturnsTracesAlongAgentAndYear) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5", {.chunk_bytes = GetParam(), .deflate_level = 4});
  const hdf5::Handle file = open_result(folder / "out.h5");
  const hdf5::Handle traces = hdf5::open_group(file.id(), "traces");
  const Variable staff(traces.id(), "staff");
  EXPECT_EQ(staff.dimensions(), (std::vector<std::string>{"run", "agent", "year"}));
  // The category that only the later scenario traces comes last.
  const std::vector<std::string> agents{"skl_robotics", "shenyang_hidz", "siasun", "intelligent_robots",
                                        "integrated_circuits"};
  EXPECT_EQ(read_texts(traces.id(), "agent"), agents);
  EXPECT_EQ(read_texts(traces.id(), "kind"),
            (std::vector<std::string>{"lab", "zone", "organisation", "category", "category"}));
  ASSERT_EQ(staff.shape(), (std::vector<hsize_t>{10, agents.size(), 15}));
  const auto values = read_numbers<float>(traces.id(), "staff");
  for (std::size_t r = 0; r < sample.runs.size(); ++r) {
    const YearSpan years = sample.runs[r].scenario == "early" ? sample.early.scale.years : sample.late.scale.years;
    const Traces& written = sample.indicators[r].traces;
    for (std::size_t agent = 0; agent < agents.size(); ++agent) {
      const auto found = std::ranges::find(written.names, agents[agent]);
      for (int year = 1995; year < 2010; ++year) {
        const bool inside = years.contains(Year(year)) && !sample.runs[r].failed && found != written.names.end();
        const auto place = static_cast<std::size_t>(found - written.names.begin());
        const float expected = inside ? written.staff.at(Year(year), place) : Measure::fill();
        EXPECT_EQ(values[(r * agents.size() + agent) * 15 + static_cast<std::size_t>(year - 1995)], expected);
      }
    }
  }
}

// One row a chunk, a few, all rows in a chunk that is larger than the file.
INSTANTIATE_TEST_SUITE_P(ChunkSizes, ResultFile, ::testing::Values(1, 1500, 1 << 20));

TEST(ResultFileLayout, RunCoordinates) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5");
  const hdf5::Handle file = open_result(folder / "out.h5");
  const double fill = 9.9692099683868690e+36;
  EXPECT_EQ(read_numbers<std::int32_t>(file.id(), "run"), (std::vector<std::int32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(read_numbers<std::int32_t>(file.id(), "replicate"),
            (std::vector<std::int32_t>{0, 0, 1, 1, 2, 2, 3, 3, 4, 4}));
  EXPECT_EQ(read_numbers<std::uint8_t>(file.id(), "status"), (std::vector<std::uint8_t>{0, 0, 0, 1, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(read_numbers<std::uint64_t>(file.id(), "seed"), std::vector<std::uint64_t>(10, 0xfedcba9876543210ull));
  EXPECT_EQ(read_numbers<double>(file.id(), "param.approvals.dispersion"),
            (std::vector<double>{0, fill, 0.5, fill, 1, fill, 1.5, fill, 2, fill}));
  EXPECT_EQ(read_texts(file.id(), "param.allocation_rule"), std::vector<std::string>(10, "lottery"));
  EXPECT_EQ(read_texts(file.id(), "failure")[3], "the budget is “negative”");
  EXPECT_EQ(read_texts(file.id(), "scenario")[3], "late");
  EXPECT_EQ(read_texts(file.id(), "arm")[2], "odd");
}

TEST(ResultFileLayout, DimensionsAndNames) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5");
  const hdf5::Handle file = open_result(folder / "out.h5");
  EXPECT_EQ(Variable(file.id(), "awards_by_host").dimensions(),
            (std::vector<std::string>{"run", "year", "programme", "host"}));
  EXPECT_EQ(Variable(file.id(), "awards_by_host").shape(), (std::vector<hsize_t>{10, 15, 2, 4}));
  EXPECT_EQ(Variable(file.id(), "lab_initial_stock").dimensions(), (std::vector<std::string>{"run", "lab_type"}));
  EXPECT_EQ(read_texts(file.id(), "host"), (std::vector<std::string>{"university", "cas", "institute", "enterprise"}));
  EXPECT_EQ(read_texts(file.id(), "lab_type"), (std::vector<std::string>{"skl_discipline", "skl_enterprise", "nerc"}));
  EXPECT_EQ(read_numbers<std::int32_t>(file.id(), "year").front(), 1995);
  EXPECT_EQ(read_numbers<std::int32_t>(file.id(), "year").back(), 2009);
}

TEST(ResultFileLayout, TablesOfTheScenarios) {
  const TemporaryFolder folder;
  const Sample sample;
  sample.write(folder / "out.h5");
  const hdf5::Handle file = open_result(folder / "out.h5");
  const hdf5::Handle scenarios = hdf5::open_group(file.id(), "scenarios");
  EXPECT_EQ(read_texts(scenarios.id(), "yaml")[1], sample.header.scenarios[1].yaml);
  EXPECT_EQ(read_texts(scenarios.id(), "sha256")[1], sha256(sample.header.scenarios[1].yaml));
  EXPECT_EQ(hdf5::read_text_attribute(file.id(), "scenario_yaml"), sample.header.scenarios[0].yaml);
  const hdf5::Handle targets = hdf5::open_group(file.id(), "targets");
  EXPECT_EQ(read_numbers<std::int32_t>(targets.id(), "stock"), (std::vector<std::int32_t>{300, 300}));
  const hdf5::Handle institutions = hdf5::open_group(file.id(), "institutions");
  EXPECT_EQ(read_texts(institutions.id(), "kind"),
            (std::vector<std::string>{"lab", "lab", "lab", "zone", "zone", "programme", "programme"}));
  EXPECT_EQ(read_numbers<double>(institutions.id(), "reported_count")[0], 285);
  EXPECT_TRUE(std::isnan(read_numbers<double>(institutions.id(), "reported_count")[1]));
  const hdf5::Handle observed = hdf5::open_group(file.id(), "observed/skl_stock");
  EXPECT_EQ(read_texts(observed.id(), "note")[0], "gross, “81+75”");
  EXPECT_EQ(read_numbers<double>(observed.id(), "stock")[0], 156);
}

TEST(ResultFileLayout, NoRunsAndNoCategoriesAreStillAFile) {
  const TemporaryFolder folder;
  Params empty;
  empty.scale.years = {Year(2000), Year(2001)};
  ResultHeader header;
  header.scenarios = {{"empty", &empty, ""}};
  ResultWriter writer(folder / "out.h5", false, header);
  writer.finish();
  const hdf5::Handle file = open_result(folder / "out.h5");
  EXPECT_EQ(Variable(file.id(), "funding_gini").shape(), (std::vector<hsize_t>{0, 2}));
  EXPECT_FALSE(hdf5::has_child(file.id(), "lab_stock"));
}

TEST(ResultFileLayout, ScenariosWithOtherCategoriesAreRefused) {
  const Params one = testing::tiny_params("one");
  Params other = testing::tiny_params("other");
  other.system.provinces.push_back({"tibet", "Tibet", "", false});
  const std::vector<ScenarioRecord> scenarios{{"one", &one, ""}, {"other", &other, ""}, {"one", &one, ""}};
  const std::vector<std::string> problems = incompatibilities(scenarios);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0],
            "scenarios one and other differ in province: [beijing, liaoning] and [beijing, liaoning, tibet]");
  EXPECT_EQ(problems[1], "two scenarios are named one");
  const TemporaryFolder folder;
  ResultHeader header;
  header.scenarios = scenarios;
  EXPECT_THROW(ResultWriter(folder / "out.h5", false, header), std::invalid_argument);
  EXPECT_TRUE(folder.contents().empty());
}

// FIPS 180-4 example values, as published by NIST.
TEST(Sha256, PublishedValues) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace innochain
