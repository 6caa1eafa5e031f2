#include "sim/processes/move_orientation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/schedule.hpp"
#include "sim/simulate.hpp"
#include "tests/support/small_world.hpp"

namespace innochain {
namespace {

using namespace testing;

using Mix = std::array<double, n_activities>;
using Weights = std::array<double, n_criteria>;

/// The table of the model description, activity by criterion: papers, applied results, commercialization, strategic
/// need, standing.
constexpr std::array<Weights, n_activities> looks_at{{
    {0.70, 0.10, 0.00, 0.15, 0.80},
    {0.30, 0.70, 0.25, 0.60, 0.20},
    {0.00, 0.20, 0.75, 0.25, 0.00},
}};

/// o* ∝ o⁰·((1 − c) D w + c m)^β.
Mix wanted(const Mix& natural, const Weights& weights, const Mix& calls, double call_weight, double response) {
  Mix mix{};
  double sum = 0.0;
  for (std::size_t k = 0; k < n_activities; ++k) {
    double review = 0.0;
    for (std::size_t criterion = 0; criterion < n_criteria; ++criterion)
      review += looks_at[k][criterion] * weights[criterion];
    sum += mix[k] = natural[k] * std::pow((1.0 - call_weight) * review + call_weight * calls[k], response);
  }
  for (double& part : mix) part /= sum;
  return mix;
}

class Orientation : public ::testing::Test {
 protected:
  Orientation() {
    for (const LabId lab : all<LabId>(state.labs.size())) state.labs.designation[lab] = skl_discipline;
  }
  void move(int year, int times = 1) {
    for (int i = 0; i < times; ++i) move_orientation(params, Year(year), Streams(1, 0), state);
  }
  Mix of_lab(LabId lab) const {
    return {state.labs.orientation[0][lab], state.labs.orientation[1][lab], state.labs.orientation[2][lab]};
  }
  Mix natural() const { return params.system.lab_types[skl_discipline].orientation; }
  static void expect_near(const Mix& mix, const Mix& expected, double bound) {
    for (std::size_t k = 0; k < n_activities; ++k) EXPECT_NEAR(mix[k], expected[k], bound) << activity_names[k];
  }
  LabId lab_of(FieldId field) const {
    for (const LabId lab : all<LabId>(state.labs.size()))
      if (state.labs.field[lab] == field) return lab;
    return LabId::none();
  }

  Params params = small_params();
  ChainParameters::Orientation& p = params.parameters.chain.orientation;
  State state = small_state(params);
};

TEST_F(Orientation, comes_to_rest_where_rewards_are) {
  // Stationary point o* for labs and academic research; 1 − η = 0.91 a year: 0.91^400 is below rounding. Without awards
  // calls pay for basic and applied work alike.
  const Weights chemistry_weights{0.1, 0.25, 0.4, 0.15, 0.1}, others{0.45, 0.2, 0.1, 0.1, 0.15};
  p.response = 1.7;
  levers_of(params, 2009).review.weights = chemistry_weights;  // its last review before 2012
  levers_of(params, 2012).commercialization_emphasis = 0.36;
  move(2012, 400);
  const Mix calls{0.32, 0.32, 0.36};
  expect_near(of_lab(lab_of(chemistry)), wanted(natural(), chemistry_weights, calls, 0.25, 1.7), 1e-14);
  expect_near(of_lab(lab_of(biology)), wanted(natural(), others, calls, 0.25, 1.7), 1e-14);
  const ChainParameters::Background& b = params.parameters.chain.background;
  const Mix academic{b.natural_basic, b.natural_applied, 1.0 - b.natural_basic - b.natural_applied};
  expect_near(state.background.orientation[chemistry], wanted(academic, chemistry_weights, calls, 0.25, 1.7), 1e-14);
  expect_near(state.background.orientation[biology], wanted(academic, others, calls, 0.25, 1.7), 1e-14);
}

TEST_F(Orientation, follows_the_money_of_the_years_calls) {
  // Calls alone (c = 1): basic 3·0.8 + 1·0.1 of 4 million; grants to institutions and zones are no calls.
  p.call_weight = 1.0;
  const auto award = [&](ProgrammeId programme, double mcny, Mix mix) {
    state.accounts.awarded[programme] = Money::thousand_cny(static_cast<std::int64_t>(1000.0 * mcny));
    params.system.programmes[programme].orientation = mix;
  };
  award(proposals, 3.0, {0.8, 0.2, 0.0});
  award(steered, 1.0, {0.1, 0.9, 0.0});
  award(institutional, 50.0, {0.0, 1.0, 0.0});
  award(zone_support, 50.0, {0.0, 1.0, 0.0});
  move(2012, 400);
  const double basic = (3.0 * 0.8 + 0.1) / 4.0;
  expect_near(of_lab(LabId(0)), wanted(natural(), {}, {0.7 * basic, 0.7 * (1.0 - basic), 0.3}, 1.0, 1.0), 1e-14);
}

TEST_F(Orientation, moves_faster_after_a_poor_grade) {
  // A step leaves 1 − η of the way, after a poor grade 1 − η (1 + η_poor); never more than the whole way.
  const LabId usual(0), poor(1);
  state.labs.field[poor] = state.labs.field[usual];
  state.labs.grade[usual] = Grade::good;
  state.labs.grade[poor] = Grade::poor;
  const Mix goal = wanted(natural(), {0.45, 0.2, 0.1, 0.1, 0.15}, {0.35, 0.35, 0.3}, 0.25, 1.0);
  const Mix start = of_lab(usual);
  move(2012, 3);
  for (std::size_t k = 0; k < n_activities; ++k) {
    EXPECT_NEAR(of_lab(usual)[k] - goal[k], std::pow(1.0 - 0.09, 3) * (start[k] - goal[k]), 1e-15);
    EXPECT_NEAR(of_lab(poor)[k] - goal[k], std::pow(1.0 - 0.09 * 1.5, 3) * (start[k] - goal[k]), 1e-15);
  }
  p.speed = 0.8, p.poor_speed = 10.0;
  move(2012);
  expect_near(of_lab(poor), goal, 1e-15);
}

TEST_F(Orientation, shares_sum_to_1_for_good) {
  // A thousand years of changing rules, fast and slow.
  p.response = 2.5;
  for (int i = 0; i < 1000; ++i) {
    p.speed = i % 3 == 0 ? 1.0 : 0.07;
    levers_of(params, 2010).review.weights =
        i % 2 ? Weights{0.1, 0.2, 0.5, 0.1, 0.1} : Weights{0.6, 0.1, 0.0, 0.1, 0.2};
    for (Levers& levers : params.levers) levers.review.weights = levers_of(params, 2010).review.weights;
    move(2010);
  }
  for (const LabId lab : all<LabId>(state.labs.size())) {
    const Mix mix = of_lab(lab);
    EXPECT_NEAR(mix[0] + mix[1] + mix[2], 1.0, 1e-12);
    for (const double share : mix) EXPECT_GE(share, 0.0);
  }
  for (const Mix& mix : state.background.orientation) EXPECT_NEAR(mix[0] + mix[1] + mix[2], 1.0, 1e-12);
}

TEST_F(Orientation, candidates_keep_their_natural_mix) {
  state.labs.designation[LabId(7)] = LabTypeId::none();
  const Mix before = of_lab(LabId(7));
  move(2012, 20);
  EXPECT_EQ(of_lab(LabId(7)), before);
  EXPECT_NE(of_lab(LabId(8)), before);
}

// Neutral settings on whole runs, exact. Labs that are drawn from another pool, or carried over, want another mix: all
// types have the same one here.

/// Every orientation of every year of a run, of labs and of academic research, one after the other.
std::vector<double> all_orientations(const Params& params) {
  const Streams streams(1984, 0);
  State state = small_state(params, 1984);
  Indicators indicators;
  indicators.prepare(params);
  std::vector<double> values;
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    for (const Step& step : schedule()) step.run(params, year, streams, state, indicators);
    for (const auto& activity : state.labs.orientation) values.insert(values.end(), activity.begin(), activity.end());
    for (const Mix& mix : state.background.orientation) values.insert(values.end(), mix.begin(), mix.end());
  }
  return values;
}

Params with_weights(Params params, const Weights& weights) {
  for (Levers& levers : params.levers) levers.review.weights = weights;
  return params;
}

Params with_emphasis(Params params, double emphasis) {
  for (Levers& levers : params.levers) levers.commercialization_emphasis = emphasis;
  return params;
}

TEST(OrientationInRuns, without_response_reviews_and_calls_do_not_matter) {
  // β_o = 0: labs stay at the natural mix, where they begin; academic research goes there: after 31 years
  // 0.91^31 of the way is left.
  Params params = small_params();
  const Params counting = with_weights(params, {0.8, 0.1, 0.0, 0.1, 0.0});
  EXPECT_NE(all_orientations(params), all_orientations(counting));
  params.parameters.chain.orientation.response = 0.0;
  const std::vector<double> usual = all_orientations(params);
  EXPECT_EQ(usual, all_orientations(with_weights(params, {0.8, 0.1, 0.0, 0.1, 0.0})));
  EXPECT_EQ(usual, all_orientations(with_weights(params, {0.0, 0.0, 1.0, 0.0, 0.0})));
  EXPECT_EQ(usual, all_orientations(with_emphasis(params, 0.9)));
  const std::size_t n_labs = small_state(params).labs.size();
  for (std::size_t lab = 0; lab < n_labs; ++lab) EXPECT_EQ(usual[lab], 0.5);
  const ChainParameters::Background& b = params.parameters.chain.background;
  EXPECT_NEAR(usual[usual.size() - 3] - b.natural_basic, std::pow(0.91, 31) * (b.initial_basic - b.natural_basic),
              1e-15);
}

TEST(OrientationInRuns, without_movement_it_is_constant) {
  // η_o = 0: every year is like the state before the first one.
  Params params = small_params();
  params.parameters.chain.orientation.speed = 0.0;
  const State start = small_state(params, 1984);
  const std::vector<double> values = all_orientations(params);
  std::vector<double> first;
  for (const auto& activity : start.labs.orientation) first.insert(first.end(), activity.begin(), activity.end());
  for (const Mix& mix : start.background.orientation) first.insert(first.end(), mix.begin(), mix.end());
  ASSERT_EQ(values.size(), 31 * first.size());
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], first[i % first.size()]);
}

TEST(OrientationInRuns, without_weight_of_calls_their_emphasis_does_not_matter) {
  // c = 0.
  Params params = small_params();
  EXPECT_NE(all_orientations(params), all_orientations(with_emphasis(params, 0.9)));
  params.parameters.chain.orientation.call_weight = 0.0;
  EXPECT_EQ(all_orientations(params), all_orientations(with_emphasis(params, 0.9)));
}

}  // namespace
}  // namespace innochain
