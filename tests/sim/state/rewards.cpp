#include "sim/state/rewards.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/small_world.hpp"

namespace innochain {
namespace {

using namespace testing;

/// Every year's weight on papers names the year: 1/(year − 1900).
class Rewards : public ::testing::Test {
 protected:
  Rewards() {
    for (int year = 1985; year <= 2035; ++year) {
      const double papers = 1.0 / (year - 1900);
      levers_of(params, year).review.weights = {papers, 1.0 - papers, 0.0, 0.0, 0.0};
    }
  }
  /// The year whose weights are in force.
  int year_of_weights(int year, FieldId field) const {
    return 1900 + static_cast<int>(std::lround(1.0 / weights_in_force(params, Year(year), field)[0]));
  }

  Params params = small_params({Year(1985), Year(2035)});
};

TEST_F(Rewards, before_the_first_review_are_those_of_the_year) {
  // Reviews of mathematics began in 2000: until then, and in that year, everybody looks at the rules of the day.
  for (int year = 1985; year <= 2000; ++year) EXPECT_EQ(year_of_weights(year, mathematics), year);
}

TEST_F(Rewards, after_a_review_are_those_of_the_last_one) {
  // Chemistry is reviewed in 1999, 2004, …; information in 2002, 2007, …: the review of a year is known to the next.
  for (int year = 2000; year <= 2035; ++year) EXPECT_EQ(year_of_weights(year, chemistry), 1999 + (year - 2000) / 5 * 5);
  for (int year = 2003; year <= 2035; ++year)
    EXPECT_EQ(year_of_weights(year, information), 2002 + (year - 2003) / 5 * 5);
}

TEST_F(Rewards, follow_the_period_of_reviews) {
  for (const int period : {1, 3, 20}) {
    for (Levers& levers : params.levers) levers.review.period_years = period;
    EXPECT_EQ(year_of_weights(1999, chemistry), 1999);
    for (int year = 2000; year <= 2035; ++year)
      EXPECT_EQ(year_of_weights(year, chemistry), 1999 + (year - 2000) / period * period);
  }
}

TEST_F(Rewards, a_review_before_the_first_simulated_year_had_its_weights) {
  Params late = small_params({Year(2006), Year(2020)});
  levers_of(late, 2006).review.weights = {1.0, 0.0, 0.0, 0.0, 0.0};
  for (int year = 2006; year <= 2009; ++year) EXPECT_EQ(weights_in_force(late, Year(year), chemistry)[0], 1.0);
  EXPECT_EQ(weights_in_force(late, Year(2010), chemistry)[0], 0.45);
}

TEST_F(Rewards, top_papers_follow_the_distance_to_the_frontier_and_the_counting_of_papers) {
  // Closed form: share·(B/F)^θ₂·exp(−θ₃ (w − 0.45)), at most 1.
  State state = small_state(params);
  ChainParameters::Outputs& p = params.parameters.chain.outputs;
  p.top_frontier_elasticity = 1.3;
  p.top_counting_loss = 0.7;
  const CategoryId c(0);  // of chemistry: in 2012 the weights of 2009
  const double near = std::pow(state.technology.basic[c] / state.technology.frontier[c], 1.3);
  EXPECT_DOUBLE_EQ(top_paper_share(params, Year(2012), c, state.technology),
                   0.014 * near * std::exp(-0.7 * (1.0 / 109.0 - 0.45)));
  p.top_paper_share = 0.5;
  state.technology.basic[c] = 20.0 * state.technology.frontier[c];
  EXPECT_EQ(top_paper_share(params, Year(2012), c, state.technology), 1.0);
}

}  // namespace
}  // namespace innochain
