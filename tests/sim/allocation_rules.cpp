// What rules of allocation select, as the literature on funding has it: merit is best where review is accurate, and the
// less it is the less merit gains over a lottery (Gross and Bergstrom 2019, PLOS Biology 17, e3000065; Harnagel 2019;
// Feliciani et al. 2022).

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "tests/support/money_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain::testing {
namespace {

using enum AllocationRule;

constexpr YearSpan compared_years{Year(2010), Year(2012)};
constexpr std::array noises{0.1, 1.0, 3.0, 10.0, 30.0};
constexpr std::uint32_t n_replicates = 200;
constexpr std::size_t n_organisations = 200;
constexpr double award_threshold = 0.5;

/// Two fields of applicants whose standing is spread evenly from −1.5 to 1.5, with money for about a fifth of what they
/// propose; only standing and the error of reviewers make scores.
Params competition(AllocationRule rule, double noise) {
  Params params = funding_only(money_params(compared_years, 500.0), proposals);
  for (Levers& levers : params.levers) {
    levers.allocation_rule = rule;
    levers.award.quality_weight = 1.0;
    levers.award.strategic_weight = levers.award.industry_weight = levers.award.tier_weight = 0.0;
    levers.award.noise = noise;
    levers.award.threshold_share = award_threshold;
  }
  return params;
}

/// Standing of those funded, weighted by money, in one year of one replicate.
double selected(const Params& params, std::uint32_t replicate) {
  State state = money_state(params, n_organisations, 30.0, 0);
  run_money_year(params, compared_years.first, Streams(2019, replicate), state);
  double quality = 0.0, money = 0.0;
  for (const Project& project : state.projects.running) {
    const double amount = project.amount.in_million_cny();
    quality += amount * state.organisations.standing[state.organisation(project.lead)];
    money += amount;
  }
  return quality / money;
}

/// By replicate; rules and noises share their luck (common random numbers).
std::vector<double> selected_by(AllocationRule rule, double noise) {
  const Params params = competition(rule, noise);
  std::vector<double> quality;
  for (std::uint32_t replicate = 0; replicate < n_replicates; ++replicate)
    quality.push_back(selected(params, replicate));
  return quality;
}

/// Mean of paired differences with the distance that chance allows.
struct Difference {
  double mean, bound;
};

Difference between(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  const Moments m = moments_of(differences);
  return {m.mean, mean_bound(m.variance, a.size() - 1)};
}

/// Expected standing of the best `share` of proposals by score in a field, if there were very many: by bisection for
/// the cut among the organisations of money_state().
double standing_above(std::size_t field, double share, double noise) {
  double low = -1000.0, high = 1000.0, standing = 0.0;
  for (int i = 0; i < 100; ++i) {
    const double cut = 0.5 * (low + high);
    double above = 0.0, sum = 0.0;
    for (std::size_t k = 0; k < n_organisations; ++k) {
      if ((k % 4) / 2 != field) continue;
      const double z = -1.5 + 3.0 * static_cast<double>(k) / static_cast<double>(n_organisations - 1);
      const double p = 0.5 * std::erfc((cut - z) / noise / std::sqrt(2.0)) / static_cast<double>(n_organisations / 2);
      above += p, sum += p * z;
    }
    (above > share ? low : high) = cut;
    standing = sum / above;
  }
  return standing;
}

/// The same of all that is funded. Fields get 0.6 and 0.4 of the money for the same number of proposals.
double expected_merit(double success, double noise) {
  return 0.6 * standing_above(0, 1.2 * success, noise) + 0.4 * standing_above(1, 0.8 * success, noise);
}
double expected_threshold(double noise) {
  return 0.6 * standing_above(0, award_threshold, noise) + 0.4 * standing_above(1, award_threshold, noise);
}
double expected_draw() {
  return 0.6 * standing_above(0, 1.0, 1.0) + 0.4 * standing_above(1, 1.0, 1.0);
}

TEST(AllocationRules, merit_is_best_and_a_threshold_second_where_review_tells_proposals_apart) {
  for (const double noise : {0.1, 1.0, 3.0}) {
    const auto best = selected_by(merit, noise), half = selected_by(threshold_lottery, noise),
               drawn = selected_by(lottery, noise);
    EXPECT_GT(between(best, half).mean, between(best, half).bound) << noise;
    EXPECT_GT(between(half, drawn).mean, between(half, drawn).bound) << noise;
  }
}

TEST(AllocationRules, lottery_and_equal_split_select_nothing_whatever_the_noise) {
  const auto drawn = selected_by(lottery, 0.1), equal = selected_by(equal_split, 0.1);
  for (const auto* quality : {&drawn, &equal}) {
    const Moments m = moments_of(*quality);
    EXPECT_NEAR(m.mean, expected_draw(), mean_bound(m.variance, n_replicates - 1));
  }
  EXPECT_LT(std::abs(between(drawn, equal).mean), between(drawn, equal).bound);
  for (const double noise : noises) {
    EXPECT_EQ(selected_by(lottery, noise), drawn);
    EXPECT_EQ(selected_by(equal_split, noise), equal);
  }
}

TEST(AllocationRules, selection_by_merit_and_threshold_agrees_with_normal_order_statistics) {
  // Against the limit of very many proposals.
  for (const double noise : noises) {
    const Params params = competition(merit, noise);
    double awards = 0.0, applications = 0.0;
    for (std::uint32_t replicate = 0; replicate < n_replicates; ++replicate) {
      State state = money_state(params, n_organisations, 30.0, 0);
      run_money_year(params, compared_years.first, Streams(2019, replicate), state);
      awards += static_cast<double>(state.accounts.awards[proposals]);
      applications += static_cast<double>(state.accounts.applications[proposals]);
    }
    const Moments best = moments_of(selected_by(merit, noise)),
                  half = moments_of(selected_by(threshold_lottery, noise));
    EXPECT_NEAR(best.mean, expected_merit(awards / applications, noise), mean_bound(best.variance, n_replicates - 1))
        << noise;
    EXPECT_NEAR(half.mean, expected_threshold(noise), mean_bound(half.variance, n_replicates - 1)) << noise;
  }
}

TEST(AllocationRules, advantage_of_merit_shrinks_with_the_errors_of_review_until_it_drowns_in_chance) {
  const auto drawn = selected_by(lottery, 1.0);
  std::vector<double> before;
  for (const double noise : noises) {
    const auto best = selected_by(merit, noise);
    // The lottery is the same at every noise, so that this is the change of the advantage.
    if (!before.empty()) {
      EXPECT_GT(between(before, best).mean, between(before, best).bound) << noise;
    }
    before = best;
    // Standard deviation of one competition's difference between the two rules.
    const Difference advantage = between(best, drawn);
    const double by_chance = advantage.bound / sigmas * std::sqrt(n_replicates - 1.0);
    if (noise <= 3.0) {
      EXPECT_GT(advantage.mean, 1.96 * by_chance) << noise;
    } else if (noise >= 30.0) {
      EXPECT_LT(advantage.mean, 1.96 * by_chance) << noise;
    }
    EXPECT_GT(advantage.mean, -advantage.bound) << noise;
  }
}

}  // namespace
}  // namespace innochain::testing
