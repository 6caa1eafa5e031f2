// Replication until intervals are narrow enough.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "output/precision.hpp"
#include "tests/support/tiny_params.hpp"

namespace innochain {
namespace {

using namespace testing;

PrecisionRule rule(const char* text) {
  const Params params = tiny_params("tiny", {Year(1995), Year(2004)});
  const auto read = read_precision(text, params.system, params.scale.years);
  EXPECT_TRUE(std::holds_alternative<PrecisionRule>(read)) << std::get<std::string>(read);
  return std::get<PrecisionRule>(read);
}

std::string complaint(const char* text) {
  const Params params = tiny_params("tiny", {Year(1995), Year(2004)});
  const auto read = read_precision(text, params.system, params.scale.years);
  return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : "";
}

TEST(Precision, reads_rules) {
  const PrecisionRule relative = rule("self_reliance@2004=0.01"), absolute = rule("zone_stock[etdz]@2000=2.5abs");
  EXPECT_EQ(relative.indicator, "self_reliance");
  EXPECT_EQ(relative.year, Year(2004));
  EXPECT_EQ(relative.half_width, 0.01);
  EXPECT_FALSE(relative.absolute);
  EXPECT_EQ(absolute.member, 1u);
  EXPECT_EQ(absolute.half_width, 2.5);
  EXPECT_TRUE(absolute.absolute);
}

TEST(Precision, says_what_is_wrong_with_a_rule) {
  for (const char* text : {"", "self_reliance", "self_reliance=0.1", "self_reliance@2004", "self_reliance@1994=0.1",
                           "self_reliance@2004=0", "self_reliance@2004=-1", "self_reliance@2004=nan",
                           "self_reliance@2004=0.1ab", "self@2004=0.1", "zone_stock@2004=1", "zone_stock[skl]@2004=1",
                           "self_reliance[hidz]@2004=1", "awards_by_host[nkp]@2004=1"})
    EXPECT_NE(complaint(text), "") << text;
  EXPECT_NE(complaint("zone_stock@2004=1").find("hidz, etdz"), std::string::npos);
}

TEST(Precision, half_width_is_that_of_students_t) {
  // Values 1 to 5: mean 3, s = √2.5, t(0.975; 4) = 2.776445 (printed tables).
  EXPECT_NEAR(half_width_95(std::vector{1.0, 2.0, 3.0, 4.0, 5.0}), 2.776445 * std::sqrt(2.5 / 5.0), 1e-6);
  EXPECT_TRUE(std::isinf(half_width_95(std::vector{1.0})));
  EXPECT_EQ(half_width_95(std::vector{2.0, 2.0, 2.0}), 0.0);
}

/// Arms whose values are normal with mean 10 and the spreads given; runs are done in the order asked for, or backwards.
std::vector<std::size_t> replicates_of_arms(std::vector<double> spreads, const char* text, std::size_t most,
                                            bool backwards = false, bool fail_some = false) {
  const Params params = tiny_params("tiny", {Year(1995), Year(2004)});
  const std::size_t n_arms = spreads.size();
  PrecisionPlan plan({rule(text)}, n_arms, most);
  Indicators run;
  run.prepare(params);
  std::size_t n_batches = 0;
  for (auto runs = plan.next(); !runs.empty(); runs = plan.next()) {
    EXPECT_LT(n_batches++, 100u);
    if (backwards) std::reverse(runs.begin(), runs.end());
    for (const std::size_t number : runs) {
      std::mt19937_64 bits(number);
      run.self_reliance.at(Year(2004)) =
          static_cast<float>(std::normal_distribution<double>(10.0, spreads[number % n_arms])(bits));
      plan.set(number, fail_some && number % 7 == 0 ? nullptr : &run);
    }
  }
  std::vector<std::size_t> n(n_arms, 0);
  for (const std::size_t number : plan.chosen()) {
    EXPECT_EQ(number / n_arms, n[number % n_arms]) << "replicates without a gap";
    ++n[number % n_arms];
  }
  return n;
}

TEST(Precision, gives_each_arm_as_many_replicates_as_it_needs) {
  // Half width 1.96·s/√n ≤ 0.1 from n = (19.6 s)²: 3.8, 96 and 1537, in batches of 16 with room for chance; the cap is
  // 400.
  const auto n = replicates_of_arms({0.1, 0.5, 2.0}, "self_reliance@2004=0.01", 400);
  EXPECT_EQ(n[0], 16u);
  EXPECT_EQ(n[1] % 16, 0u);
  EXPECT_GT(n[1], 48u);
  EXPECT_LT(n[1], 160u);
  EXPECT_EQ(n[2], 400u);
  EXPECT_EQ(replicates_of_arms({0.1, 0.5, 2.0}, "self_reliance@2004=0.1abs", 400), n);  // mean 10
}

TEST(Precision, does_not_depend_on_the_order_of_runs_and_skips_failed_ones) {
  const std::vector<double> spreads{0.1, 0.5, 1.0};
  EXPECT_EQ(replicates_of_arms(spreads, "self_reliance@2004=0.01", 400),
            replicates_of_arms(spreads, "self_reliance@2004=0.01", 400, true));
  const auto n = replicates_of_arms(spreads, "self_reliance@2004=0.01", 400, false, true);
  EXPECT_GE(n[1], replicates_of_arms(spreads, "self_reliance@2004=0.01", 400)[1] - 16);
}

TEST(Precision, shards_by_arms) {
  PrecisionPlan plan({rule("self_reliance@2004=0.01")}, 5, 40);
  std::vector<std::size_t> all;
  for (std::size_t index = 1; index <= 2; ++index)
    for (const std::size_t run : plan.next({index, 2})) {
      EXPECT_EQ(run % 5 % 2, index - 1);
      all.push_back(run);
    }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, plan.next());
  EXPECT_EQ(all.size(), 5u * 16u);
}

}  // namespace
}  // namespace innochain
