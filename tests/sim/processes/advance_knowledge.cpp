#include "sim/processes/advance_knowledge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "sim/processes/prepare_research.hpp"
#include "sim/simulate.hpp"
#include "tests/support/indicator_bits.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr double few_roundings = 1e-14;  // relative: a few roundings

double relative_difference(double a, double b) {
  return std::abs(a - b) / std::abs(b);
}

// Worth of a choice of topics.

/// Awards by topic when `programmes` each fund one award on each of `m` topics drawn without looking at each other.
std::vector<double> draw_separately(std::size_t programmes, std::size_t m, std::size_t n_topics, std::mt19937& bits) {
  std::vector<double> awards(n_topics, 0.0);
  std::vector<std::size_t> topics(n_topics);
  std::iota(topics.begin(), topics.end(), 0u);
  for (std::size_t p = 0; p < programmes; ++p) {
    std::shuffle(topics.begin(), topics.end(), bits);
    for (std::size_t i = 0; i < m; ++i) awards[topics[i]] += 1.0;
  }
  return awards;
}

/// Awards of one unit each: the first on a topic is its largest.
double worth_of(const std::vector<double>& awards, double duplicate_value, double variety) {
  std::vector<double> first(awards.size());
  for (std::size_t k = 0; k < awards.size(); ++k) first[k] = std::min(1.0, awards[k]);
  return topic_worth(awards, first, duplicate_value, variety);
}

double binomial_probability(int n, int k, double p) {
  return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0)) * std::pow(p, k) *
         std::pow(1.0 - p, n - k);
}

constexpr int n_programmes = 6, n_topics = 48, topics_of_each = 6;

TEST(TopicWorth, is_1_for_even_money_without_duplicates) {
  for (const double variety : {0.4, 0.6, 0.85, 1.0})
    EXPECT_NEAR(topic_worth(std::vector<double>(48, 3.7), std::vector<double>(48, 3.7), 0.25, variety), 1.0,
                few_roundings);
}

TEST(TopicWorth, is_1_where_nothing_was_awarded) {
  EXPECT_EQ(topic_worth(std::vector<double>(48, 0.0), std::vector<double>(48, 0.0), 0.25, 0.6), 1.0);
}

TEST(TopicWorth, is_1_for_any_money_if_duplicates_count_and_variety_does_not) {
  // δ_dup = λ = 1: Σ e_k = Σ m_k. Whole numbers on 64 topics have no rounding, so that 1 is exact.
  std::mt19937 bits(3);
  for (int round = 0; round < 100; ++round)
    EXPECT_EQ(worth_of(draw_separately(n_programmes, topics_of_each, 64, bits), 1.0, 1.0), 1.0);
}

TEST(TopicWorth, of_one_programme_is_the_share_of_topics_to_a_power) {
  // The merged programme of the model description: money evenly on q of n topics gives (q/n)^(1/λ − 1).
  for (const int q : {1, 6, 18, 48}) {
    std::vector<double> money(n_topics, 0.0);
    std::fill_n(money.begin(), q, 36.0 / q);
    for (const double variety : {0.4, 0.6, 0.85, 1.0})
      EXPECT_NEAR(topic_worth(money, money, 0.25, variety),
                  std::pow(static_cast<double>(q) / n_topics, 1.0 / variety - 1.0), few_roundings);
  }
}

TEST(TopicWorth, of_separate_programmes_falls_with_their_duplicates) {
  // Each of P programmes draws m of n topics: the awards of a topic are binomial(P, m/n), so that
  // E[worth^λ] = (n/Pm)^λ·Σ_b P(b)·(1 + δ (b − 1))^λ. For λ = 1 that is δ + (1 − δ)·n (1 − (1 − m/n)^P)/(P m).
  constexpr double duplicate_value = 0.25, p = static_cast<double>(topics_of_each) / n_topics;
  for (const double variety : {0.6, 0.85, 1.0}) {
    double expected = 0.0;
    for (int b = 1; b <= n_programmes; ++b)
      expected += binomial_probability(n_programmes, b, p) * std::pow(1.0 + duplicate_value * (b - 1), variety);
    expected *= std::pow(1.0 / (n_programmes * p), variety);
    std::mt19937 bits(7);
    std::vector<double> worths;
    for (int round = 0; round < 20000; ++round)
      worths.push_back(std::pow(
          worth_of(draw_separately(n_programmes, topics_of_each, n_topics, bits), duplicate_value, variety), variety));
    const Moments moments = moments_of(worths);
    EXPECT_NEAR(moments.mean, expected, mean_bound(moments.variance, worths.size())) << variety;
    if (variety == 1.0) {
      EXPECT_NEAR(
          expected,
          duplicate_value + (1.0 - duplicate_value) * (1.0 - std::pow(1.0 - p, n_programmes)) / (n_programmes * p),
          few_roundings);
    }
  }
}

TEST(TopicWorth, counts_the_largest_award_in_full) {
  // Slow reference: sorted awards of a topic, the largest in full and the others at δ.
  std::mt19937 bits(11);
  std::uniform_real_distribution<double> amount(0.5, 4.0);
  for (int round = 0; round < 50; ++round) {
    double worth = 0.0, spent = 0.0;
    std::vector<double> money(7, 0.0), first(7, 0.0);
    for (std::size_t k = 0; k < money.size(); ++k) {
      std::vector<double> awards(bits() % 4);
      for (double& award : awards) award = amount(bits);
      std::sort(awards.rbegin(), awards.rend());
      double e = 0.0;
      for (std::size_t i = 0; i < awards.size(); ++i) e += i == 0 ? awards[i] : 0.3 * awards[i];
      money[k] = std::accumulate(awards.begin(), awards.end(), 0.0);
      first[k] = awards.empty() ? 0.0 : awards[0];
      spent += money[k];
      worth += std::pow(e, 0.7);
    }
    if (spent > 0.0) {
      EXPECT_NEAR(topic_worth(money, first, 0.3, 0.7), std::pow(worth / 7.0, 1.0 / 0.7) * 7.0 / spent, 1e-13);
    }
  }
}

// One year of the stocks.

class Knowledge : public ::testing::Test {
 protected:
  Knowledge() { p.frontier_noise = 0.0; }

  /// A year of given efforts.
  void advance(int year, double basic_effort, double applied_effort) {
    prepare_research(params, Year(year), streams, state);
    technology.basic_effort.fill(basic_effort);
    technology.applied_effort.fill(applied_effort);
    advance_knowledge(params, Year(year), streams, state);
  }
  void isolate() { p.basic_diffusion = p.applied_diffusion = p.outflow = p.cooperation_gain = 0.0; }
  std::vector<CategoryId> categories() const {
    std::vector<CategoryId> list;
    for (const CategoryId c : all<CategoryId>(technology.basic.size())) list.push_back(c);
    return list;
  }

  Params params = small_params();
  ChainParameters::Technology& p = params.parameters.chain.technology;
  State state = small_state(params);
  Technology& technology = state.technology;
  Streams streams{5, 0};
};

TEST_F(Knowledge, moves_in_a_year_as_the_formulas_say) {
  // By hand, with openness, controls, coordination and an outflow, for stocks behind and ahead of the frontier; the
  // worth of topics stays as it is set.
  params.parameters.chain.coordination.weight = 0.0;
  p.outflow = 0.03;
  levers_of(params, 2010).openness_share = 0.6;
  params.shocks = {{"s", "export_control", {CategoryId(1), CategoryId(4)}, {Year(2010), Year(2010)}, {0.5}}};
  technology.applied[CategoryId(2)] = technology.basic[CategoryId(2)] = 1.4;
  technology.frontier[CategoryId(2)] = 1.1;
  technology.basic_coordination.fill(0.9);
  technology.applied_coordination.fill(0.8);
  const Technology before = technology;
  advance(2010, 700.0, 2500.0);
  for (const CategoryId c : categories()) {
    const double b = before.basic[c], a = before.applied[c], f = before.frontier[c];
    const double severity = c == CategoryId(1) || c == CategoryId(4) ? 0.5 : 0.0, access = 0.6 * (1.0 - 0.8 * severity);
    const double r_b = 0.9 * (1.0 + 0.1 * 0.6) * 0.7, r_a = 0.8 * 2.5, x = std::pow(b / a, 0.6);
    const double basic =
        0.96 * b + 0.066 * std::pow(r_b, 0.65) * std::pow(b, 0.3) + 0.043 * access * std::max(0.0, f - b);
    const double applied =
        0.98 * a + 0.0183 * std::pow(r_a, 0.5) * std::pow(a, 0.3) * x + 0.043 * access * std::max(0.0, f - a);
    const double frontier = f * std::exp(0.02) + 0.03 * 0.6 * std::max(0.0, a - f);
    EXPECT_LT(relative_difference(technology.basic[c], basic), few_roundings);
    EXPECT_LT(relative_difference(technology.applied[c], applied), few_roundings);
    EXPECT_LT(relative_difference(technology.frontier[c], frontier), few_roundings);
  }
}

TEST_F(Knowledge, of_basic_work_comes_to_rest_under_constant_effort) {
  // δ_B B = ζ_B (R/1000)^λ B^φ_B: B* = (ζ_B (R/1000)^λ/δ_B)^(1/(1 − φ_B)). The way there shrinks by a factor
  // 1 − δ_B (1 − φ_B) = 0.972 a year: 1,500 years leave less than rounding.
  isolate();
  const double effort = 3000.0;
  for (int step = 0; step < 1500; ++step) advance(2010, effort, 1000.0);
  const double rest =
      std::pow(p.basic_productivity * std::pow(effort / 1000.0, p.basic_effort_elasticity) / p.basic_depreciation,
               1.0 / (1.0 - p.basic_stock_elasticity));
  for (const double basic : technology.basic) EXPECT_LT(relative_difference(basic, rest), 1e-12);
}

TEST_F(Knowledge, lapses_without_effort) {
  isolate();
  const Technology before = technology;
  for (int step = 0; step < 10; ++step) advance(2010, 0.0, 0.0);
  for (const CategoryId c : categories()) {
    EXPECT_LT(relative_difference(technology.basic[c], before.basic[c] * std::pow(0.96, 10)), few_roundings);
    EXPECT_LT(relative_difference(technology.applied[c], before.applied[c] * std::pow(0.98, 10)), few_roundings);
  }
}

TEST_F(Knowledge, of_the_world_grows_by_its_rate_and_noise) {
  // Ten categories in thirty years: ln F grows by independent normal steps of mean g and standard deviation σ.
  p.frontier_noise = 0.05;
  std::vector<double> steps;
  for (int year = 1995; year <= 2024; ++year) {
    const Technology before = technology;
    advance(year, 0.0, 0.0);
    for (const CategoryId c : categories()) steps.push_back(std::log(technology.frontier[c] / before.frontier[c]));
  }
  const Moments moments = moments_of(steps);
  EXPECT_NEAR(moments.mean, p.frontier_growth, mean_bound(0.05 * 0.05, steps.size()));
  EXPECT_NEAR(moments.variance, 0.05 * 0.05, moments.variance_bound);
}

TEST_F(Knowledge, does_not_come_from_abroad_to_a_closed_country) {
  // Openness 0 is a country without diffusion, exactly.
  levers_of(params, 2010).openness_share = 0.0;
  const State start = state;
  advance(2010, 700.0, 2500.0);
  const Technology closed = technology;
  state = start;
  isolate();
  levers_of(params, 2010).openness_share = 0.9;
  advance(2010, 700.0, 2500.0);
  for (const CategoryId c : categories()) {
    EXPECT_EQ(closed.basic[c], technology.basic[c]);
    EXPECT_EQ(closed.applied[c], technology.applied[c]);
    EXPECT_EQ(closed.frontier[c], technology.frontier[c]);
  }
}

TEST_F(Knowledge, controls_stop_their_part_of_diffusion) {
  // Under full control the gain from abroad is 1 − χ_F of what it was; differences of stocks, hence the wider bound.
  const State start = state;
  const auto stocks = [&](double severity, double openness) {
    state = start;
    params.shocks = {{"s", "export_control", {CategoryId(1)}, {Year(2010), Year(2010)}, {severity}}};
    p.cooperation_gain = 0.0;
    levers_of(params, 2010).openness_share = openness;
    advance(2010, 700.0, 2500.0);
    return std::pair(technology.basic[CategoryId(1)], technology.applied[CategoryId(1)]);
  };
  const auto [basic_closed, applied_closed] = stocks(0.0, 0.0);
  const auto [basic_free, applied_free] = stocks(0.0, 0.7);
  for (const double severity : {0.25, 1.0}) {
    const auto [basic, applied] = stocks(severity, 0.7);
    const double left = 1.0 - params.parameters.chain.imports.diffusion_loss * severity;
    EXPECT_NEAR((basic - basic_closed) / (basic_free - basic_closed), left, 1e-13);
    EXPECT_NEAR((applied - applied_closed) / (applied_free - applied_closed), left, 1e-13);
  }
}

TEST_F(Knowledge, flows_out_only_where_the_country_leads) {
  p.outflow = 0.05;
  levers_of(params, 2010).openness_share = 0.5;
  technology.frontier.fill(1.0);
  technology.applied.fill(0.9);
  technology.applied[CategoryId(3)] = 1.2;
  advance(2010, 0.0, 0.0);
  for (const CategoryId c : categories())
    EXPECT_DOUBLE_EQ(technology.frontier[c], std::exp(0.02) + (c == CategoryId(3) ? 0.05 * 0.5 * 0.2 : 0.0));
}

TEST_F(Knowledge, choice_of_topics_works_on_for_some_years) {
  // 18 of 48 topics with even money, from the state without losses: f_t = 1 + (f* − 1)(1 − (1 − 1/memory)^t),
  // f* = 1 − c_p + c_p·(18/48)^(1/λ − 1).
  const ChainParameters::Coordination& c = params.parameters.chain.coordination;
  std::vector<double>& money = state.applications.topic_money;
  ASSERT_EQ(money.size(), 48 * technology.basic.size());
  for (std::size_t i = 0; i < money.size(); ++i) money[i] = i % 48 < 18 ? 2.0 : 0.0;
  state.applications.topic_first = money;
  for (int t = 1; t <= 12; ++t) {
    advance(2010, 700.0, 2500.0);
    const double way = 1.0 - std::pow(1.0 - 1.0 / c.memory_years, t);
    for (const auto& [worth, variety] : {std::pair(&technology.basic_coordination, c.basic_variety),
                                         std::pair(&technology.applied_coordination, c.applied_variety)})
      EXPECT_NEAR((*worth)[CategoryId(4)], 1.0 - way * c.weight * (1.0 - std::pow(18.0 / 48.0, 1.0 / variety - 1.0)),
                  1e-13);
  }
}

// Whole runs.

/// Basic and applied stocks at the end of a run, as they are.
std::pair<std::vector<double>, std::vector<double>> stocks_after(const Params& params, Workspace& workspace) {
  simulate(params, 1984, 0, workspace);
  const Technology& technology = workspace.state().technology;
  return {{technology.basic.begin(), technology.basic.end()}, {technology.applied.begin(), technology.applied.end()}};
}

TEST(KnowledgeInRuns, applied_is_independent_of_basic_without_the_chain) {
  // φ = 0 is exact for A under any ζ_B. Papers feel B, and share their luck with patents and standards: reviews look at
  // none of them here, so that the labs' fate is the same.
  Params params = small_params();
  for (Levers& levers : params.levers) levers.review.weights = {0.0, 0.0, 0.0, 0.5, 0.5};
  params.parameters.chain.technology.chain_elasticity = 0.0;
  Params rich = params;
  rich.parameters.chain.technology.basic_productivity *= 2.0;
  Workspace workspace;
  const auto [basic, applied] = stocks_after(params, workspace);
  const auto [rich_basic, rich_applied] = stocks_after(rich, workspace);
  EXPECT_EQ(applied, rich_applied);
  for (std::size_t c = 0; c < basic.size(); ++c) EXPECT_GT(rich_basic[c], basic[c]);
  params.parameters.chain.technology.chain_elasticity = rich.parameters.chain.technology.chain_elasticity = 0.3;
  EXPECT_NE(stocks_after(params, workspace).second, stocks_after(rich, workspace).second);
}

TEST(KnowledgeInRuns, openness_does_not_matter_without_anything_that_crosses_the_border) {
  // d_A = d_B = u = χ_co = g_F = 0: exact for every indicator. Each one alone shows that the comparison can fail.
  Params params = small_params();
  ChainParameters& chain = params.parameters.chain;
  const ChainParameters usual = chain;
  chain.technology.basic_diffusion = chain.technology.applied_diffusion = 0.0;
  chain.technology.outflow = chain.technology.cooperation_gain = chain.knowledge.frontier_learning = 0.0;
  Workspace one, other;
  const auto openness_matters = [&](const Params& p) {
    Params closed = p;
    for (Levers& levers : closed.levers) levers.openness_share = 0.0;
    return bits_of(simulate(p, 1984, 0, one)) != bits_of(simulate(closed, 1984, 0, other));
  };
  EXPECT_FALSE(openness_matters(params));
  const auto matters_with = [&](auto&& change) {
    Params p = params;
    change(p.parameters.chain);
    return openness_matters(p);
  };
  EXPECT_TRUE(matters_with([&](auto& c) { c.technology.basic_diffusion = usual.technology.basic_diffusion; }));
  EXPECT_TRUE(matters_with([&](auto& c) { c.technology.applied_diffusion = usual.technology.applied_diffusion; }));
  EXPECT_TRUE(matters_with([&](auto& c) { c.technology.cooperation_gain = usual.technology.cooperation_gain; }));
  EXPECT_TRUE(matters_with([&](auto& c) { c.knowledge.frontier_learning = usual.knowledge.frontier_learning; }));
}

/// Topic programmes that fund institutes alone, in a country where these host no labs, and whose calls cost no time: a
/// merger can act only through the choice of topics.
Params topics_beside_the_labs() {
  Params params = small_params();
  System& system = params.system;
  for (const Host host : {Host::university, Host::institute})
    system.organisations_by_host[static_cast<std::size_t>(host)] = fact(40.0);
  for (LabType& type : system.lab_types) type.host_mix = {1.0, 0.0, 0.0, 0.0};
  params.parameters.topics.partner_share = 0.0;
  params.parameters.applications.cost_years_per_proposal = 0.0;
  for (Programme& programme : system.programmes) programme.eligible_hosts = {false, false, true, false};
  return params;
}

TEST(KnowledgeInRuns, merging_programmes_has_no_effect_where_topics_need_no_coordination) {
  // c_p = 0, or δ_dup = λ = 1. The first is exact; the second leaves the roundings of sums of money.
  Params merged = topics_beside_the_labs();
  Params separate = merged;
  for (Levers& levers : separate.levers) levers.programme_mergers = false;
  Workspace one, other;
  const auto set = [&](auto&& change) {
    for (Params* p : {&merged, &separate}) change(p->parameters.chain.coordination);
  };
  const auto difference = [&] {
    const auto [basic, applied] = stocks_after(merged, one);
    const auto [other_basic, other_applied] = stocks_after(separate, other);
    double most = 0.0;
    for (std::size_t c = 0; c < basic.size(); ++c)
      most = std::max(
          {most, relative_difference(basic[c], other_basic[c]), relative_difference(applied[c], other_applied[c])});
    return most;
  };
  EXPECT_GT(difference(), 1e-4);
  EXPECT_NE(one.indicators().programme_awarded.values(), other.indicators().programme_awarded.values());
  set([](auto& c) { c.weight = 0.0; });
  EXPECT_EQ(difference(), 0.0);
  set([](auto& c) { c.weight = 0.3, c.duplicate_value = c.basic_variety = c.applied_variety = 1.0; });
  EXPECT_LT(difference(), 1e-11);
}

}  // namespace
}  // namespace innochain
