#include "sim/processes/research_elsewhere.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/processes/do_research.hpp"
#include "sim/processes/prepare_research.hpp"
#include "sim/state/rewards.hpp"
#include "tests/sim/processes/research_year.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr auto enterprise = static_cast<std::size_t>(Host::enterprise);

class Elsewhere : public ::testing::Test {
 protected:
  Elsewhere() {
    params.inputs.gdp_deflator[params.inputs.years.index(research_year)] = research_price;
    for (const CategoryId c : all<CategoryId>(params.system.categories.size()))
      params.system.categories[c].share = fact(0.1 + 0.02 * static_cast<double>(c.index()));
    state = small_state(params);
  }
  void prepare() { prepare_research(params, research_year, streams, state); }
  void research() { research_elsewhere(params, research_year, streams, state); }

  double gerd_mcny() const { return 1000.0 * params.inputs.gerd_bcny[params.inputs.years.index(research_year)]; }
  double academic_mcny() const { return 0.3 * gerd_mcny(); }
  double enterprise_mcny() const { return 0.7 * gerd_mcny(); }
  /// In the first year staff are those wanted at the year's money: S = S₀ (M/M₀)^ε, E = S^0.4 M^0.6.
  double academic_effort() const { return effort(583000.0, academic_mcny() / research_price, 187900.0); }
  double enterprise_effort() const { return effort(1874000.0, enterprise_mcny() / research_price, 518500.0); }
  static double effort(double staff, double money, double reference) {
    return std::pow(staff * std::pow(money / reference, 0.37), 0.4) * std::pow(money, 0.6);
  }
  template <class Values>
  static double sum(const Values& values) {
    double total = 0.0;
    for (const auto value : values) total += static_cast<double>(value);
    return total;
  }
  std::vector<CategoryId> categories() const {
    std::vector<CategoryId> list;
    for (const CategoryId c : all<CategoryId>(params.system.categories.size())) list.push_back(c);
    return list;
  }

  Params params = small_params();
  const ChainParameters& chain = params.parameters.chain;
  State state;
  const Technology& technology = state.technology;
  Streams streams{5, 0};
};

TEST_F(Elsewhere, academic_money_adds_up_with_that_of_designated_labs) {
  // All academic work is basic here, and none of that of enterprises: spending on basic research is then the academic
  // part of R&D spending, whatever designated labs have of it.
  for (const LabId lab : all<LabId>(state.labs.size())) {
    if (lab.index() % 2) continue;
    state.labs.designation[lab] = skl_discipline;
    state.labs.funding[lab] = Money::thousand_cny(40000);
    const bool academic = state.labs.host[lab] != Host::enterprise;
    for (std::size_t k = 0; k < n_activities; ++k) state.labs.orientation[k][lab] = (k == 0) == academic ? 1.0 : 0.0;
  }
  state.background.orientation.fill({1.0, 0.0, 0.0});
  prepare();
  do_research(params, research_year, streams, state);
  const double labs = state.research.academic_mcny;
  EXPECT_GT(labs, 1000.0);
  EXPECT_NEAR(state.research.basic_mcny, labs, 1e-9 * labs);
  research();
  EXPECT_NEAR(state.research.basic_mcny, academic_mcny(), 1e-12 * academic_mcny());
  EXPECT_NEAR(state.research.academic_basic_share, 1.0, 1e-14);
}

TEST_F(Elsewhere, nothing_is_left_where_labs_have_more_than_the_academic_part) {
  prepare();
  state.research.academic_mcny = 2.0 * academic_mcny();
  research();
  EXPECT_EQ(sum(technology.basic_effort), 0.0);
  EXPECT_EQ(sum(state.research.papers), 0.0);
  EXPECT_GT(sum(technology.enterprise_effort), 0.0);
}

TEST_F(Elsewhere, academic_effort_is_shared_by_research_weight) {
  state.research.applying_time = 0.0;
  prepare();
  state.research.applying_time = 0.2;
  state.background.orientation.fill({0.2, 0.5, 0.3});
  research();
  for (const CategoryId c : categories()) {
    const double e = 0.8 * academic_effort() * technology.weight[c];
    EXPECT_NEAR(technology.basic_effort[c], 0.2 * e, 1e-11 * e);
    EXPECT_NEAR(technology.applied_effort[c], (0.5 + 0.3 * 0.3) * e + 0.25 * technology.enterprise_effort[c],
                1e-11 * e);
  }
  EXPECT_NEAR(sum(technology.weight), 1.0, 1e-15);
  EXPECT_NEAR(state.research.academic_basic_share, 0.2, 1e-15);
}

TEST_F(Elsewhere, staff_follow_money_with_a_lag) {
  // From then on S ← S + 0.3 (S* − S).
  state.background.academic_staff = 400000.0;
  state.background.enterprise_staff = 1000000.0;
  prepare();
  research();
  const auto expected = [](double now_staff, double staff, double money, double reference) {
    return now_staff + 0.3 * (staff * std::pow(money / reference, 0.37) - now_staff);
  };
  EXPECT_NEAR(state.background.academic_staff, expected(400000.0, 583000.0, academic_mcny() / research_price, 187900.0),
              1e-6);
  EXPECT_NEAR(state.background.enterprise_staff,
              expected(1000000.0, 1874000.0, enterprise_mcny() / research_price, 518500.0), 1e-6);
}

TEST_F(Elsewhere, shares_of_categories_in_development_sum_to_1) {
  for (CategoryId c(0); c.index() < 4; ++c) state.firms.sums.rd_of[c] = 0.05 * enterprise_mcny();
  params.shocks = {{"s", "export_control", {CategoryId(1), CategoryId(4)}, {research_year, research_year}, {0.7}}};
  prepare();
  research();
  EXPECT_NEAR(sum(technology.enterprise_effort), enterprise_effort(), 1e-11 * enterprise_effort());
}

TEST_F(Elsewhere, development_follows_firms_as_far_as_they_spend_it) {
  // Firms that spend 40 % of enterprises' R&D, all of it in one category: shares 0.6 ω + 0.4 [c = that one].
  state.firms.sums.rd_of[CategoryId(3)] = 0.4 * enterprise_mcny();
  prepare();
  research();
  for (const CategoryId c : categories())
    EXPECT_NEAR(technology.enterprise_effort[c] / enterprise_effort(),
                0.6 * technology.weight[c] + (c == CategoryId(3) ? 0.4 : 0.0), 1e-12);
}

TEST_F(Elsewhere, firms_that_spend_more_than_there_is_decide_all_of_it) {
  state.firms.sums.rd_of[CategoryId(3)] = 1.5 * enterprise_mcny();
  state.firms.sums.rd_of[CategoryId(5)] = 0.5 * enterprise_mcny();
  prepare();
  research();
  EXPECT_NEAR(technology.enterprise_effort[CategoryId(3)] / enterprise_effort(), 0.75, 1e-12);
  EXPECT_NEAR(technology.enterprise_effort[CategoryId(5)] / enterprise_effort(), 0.25, 1e-12);
}

TEST_F(Elsewhere, search_is_directed_to_controlled_categories_that_import) {
  // share = ω (1 + ξ s m)/Σ ω (1 + ξ s m).
  params.shocks = {{"s", "export_control", {CategoryId(1)}, {research_year, research_year}, {0.8}}};
  prepare();
  research();
  const double gain = chain.imports.directed_search * 0.8 * technology.import_reliance[CategoryId(1)];
  EXPECT_GT(gain, 0.1);
  const double total = 1.0 + technology.weight[CategoryId(1)] * gain;
  for (const CategoryId c : categories())
    EXPECT_NEAR(technology.enterprise_effort[c] / enterprise_effort(),
                technology.weight[c] * (c == CategoryId(1) ? 1.0 + gain : 1.0) / total, 1e-12);
}

TEST_F(Elsewhere, papers_and_patents_are_poisson_by_the_formulas) {
  // Sums over categories of Poisson numbers are Poisson: means by hand, over 200 replicates.
  params.parameters.labs.paper_rate = 0.02, params.parameters.labs.patent_rate = 0.01;
  params.parameters.chain.outputs.top_paper_share = 0.5;
  const double applied_paper_weight = params.parameters.labs.applied_paper_weight;
  state.background.orientation.fill({0.2, 0.5, 0.3});
  const State start = state;
  std::vector<double> papers, patents, developed, top;
  double paper_mean = 0.0, patent_mean = 0.0, developed_mean = 0.0, top_mean = 0.0;
  for (std::uint32_t replicate = 0; replicate < 200; ++replicate) {
    state = start;
    streams = Streams(5, replicate);
    prepare();
    const double e = academic_effort(), development = enterprise_effort();
    research();
    papers.push_back(sum(state.research.papers));
    top.push_back(sum(state.research.papers_top));
    developed.push_back(static_cast<double>(state.research.patents[enterprise]));
    patents.push_back(sum(state.research.patents) - developed.back());
    EXPECT_EQ(state.research.papers[enterprise], 0);
    if (replicate > 0) continue;
    for (const CategoryId c : categories()) {
      const double w = technology.weight[c];
      const double written = 0.02 * e * w * (0.2 + applied_paper_weight * 0.5) * technology.paper_factor[c];
      paper_mean += written;
      top_mean += written * top_paper_share(params, research_year, c, technology);
      patent_mean += 0.01 * e * w * (0.5 + 0.3 * 0.3) * technology.patent_factor[c];
      developed_mean += 0.01 * 0.25 * development * w * technology.patent_factor[c];
    }
  }
  for (const auto& [counts, mean] : {std::pair(papers, paper_mean), std::pair(patents, patent_mean),
                                     std::pair(developed, developed_mean), std::pair(top, top_mean)}) {
    const Moments moments = moments_of(counts);
    EXPECT_NEAR(moments.mean, mean, mean_bound(mean, counts.size()));
    EXPECT_NEAR(moments.variance, mean, moments.variance_bound);
  }
}

TEST_F(Elsewhere, contracts_are_results_in_the_prices_of_the_year) {
  // κ_V P (Σ T + ω_V Σ E_ent x A^ψ_V), T by hand for the academic performers.
  state.background.orientation.fill({0.2, 0.5, 0.3});
  prepare();
  research();
  double transfers = 0.0, development = 0.0;
  for (const CategoryId c : categories()) {
    transfers += academic_effort() * technology.weight[c] * (0.3 + 0.4 * 0.5) * technology.result_factor[c];
    development += technology.enterprise_effort[c] * technology.result_factor[c];
  }
  EXPECT_NEAR(sum(state.research.transfers), transfers, 1e-11 * transfers);
  EXPECT_EQ(state.research.transfers[enterprise], 0.0);
  const double contracts = chain.outputs.contract_rate * research_price * (transfers + 0.25 * development);
  EXPECT_NEAR(state.research.contracts_mcny, contracts, 1e-11 * contracts);
}

TEST_F(Elsewhere, patents_filed_are_kept_until_they_are_granted) {
  prepare();
  state.research.patents[0] += 17;
  research();
  EXPECT_EQ(static_cast<double>(state.research.filed[params.scale.years.index(research_year)]),
            sum(state.research.patents));
}

}  // namespace
}  // namespace innochain
