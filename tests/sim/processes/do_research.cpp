#include "sim/processes/do_research.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/processes/prepare_research.hpp"
#include "sim/schedule.hpp"
#include "sim/state/indicators.hpp"
#include "sim/state/rewards.hpp"
#include "tests/sim/processes/research_year.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr double income = 20.0;
constexpr CategoryId lab_category(3);  // of mathematics

/// A world in which `n` like labs of one host class and category hold a designation. The year's prices are a quarter
/// above those of 2010, research in real terms is that of 2010.
class Research : public ::testing::Test {
 protected:
  explicit Research() {
    params.system.named_labs.clear();
    const std::size_t year = params.inputs.years.index(research_year),
                      reference = params.inputs.years.index(Year(2010));
    params.inputs.gdp_deflator[year] = research_price;
    params.inputs.gerd_bcny[year] = params.inputs.gerd_bcny[reference] * research_price;
    make(12, Host::university);
  }

  void make(std::size_t n, Host host) {
    params.system.lab_types[skl_discipline].pool = fact(static_cast<double>(n));
    n_labs = n;
    state = small_state(params);
    Labs& labs = state.labs;
    for (const LabId lab : all<LabId>(labs.size())) labs.designation[lab] = LabTypeId::none();
    for (const LabId lab : all<LabId>(n)) {
      labs.designation[lab] = skl_discipline;
      labs.host[lab] = host;
      labs.category[lab] = lab_category;
      labs.field[lab] = mathematics;
      labs.staff[lab] = 50.0;
      labs.productivity[lab] = 1.0;
      labs.funding[lab] = Money::thousand_cny(30000);
    }
  }
  void research() {
    prepare_research(params, research_year, streams, state);
    state.research.applying_time = applying_time;
    do_research(params, research_year, streams, state);
  }
  /// By hand: real money M of 30/1.25 + 20 million, staff a step toward 40 (M/40)^0.37.
  double money() const { return 30.0 / research_price + income; }
  double staff() const { return 50.0 + 0.3 * (40.0 * std::pow(money() / 40.0, 0.37) - 50.0); }
  double effort() const { return (1.0 - applying_time) * 1.3 * std::pow(staff(), 0.4) * std::pow(money(), 0.6); }
  double papers() const {
    return p.paper_rate * effort() * (0.5 + 0.25 * 0.3) * state.technology.paper_factor[lab_category];
  }
  double patents() const {
    return p.patent_rate * 1.2 * effort() * (0.3 + 0.3 * 0.2) * state.technology.patent_factor[lab_category];
  }
  template <class Counts>
  std::vector<double> of_labs(const Counts& counts) const {
    return {counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(n_labs)};
  }

  Params params = small_params();
  const Parameters::Labs& p = params.parameters.labs;
  State state;
  Streams streams{5, 0};
  std::size_t n_labs = 0;
  double applying_time = 0.1;
};

TEST_F(Research, staff_and_effort_follow_money_as_the_formulas_say) {
  research();
  for (const LabId lab : all<LabId>(n_labs)) {
    EXPECT_NEAR(state.labs.staff[lab], staff(), 1e-12 * staff());
    EXPECT_NEAR(state.labs.effort[lab], effort(), 1e-12 * effort());
    EXPECT_NEAR(state.labs.results[lab], effort() * (0.2 + 0.4 * 0.3) * state.technology.result_factor[lab_category],
                1e-12 * effort());
  }
}

TEST_F(Research, quality_and_knowledge_multiply_effort) {
  params.system.lab_types[skl_discipline].quality = fact(2.6);
  state.labs.productivity[LabId(1)] = 1.7;
  state.labs.knowledge[LabId(2)] = 0.4;
  research();
  const auto relative = [&](std::size_t lab) { return state.labs.effort[LabId(lab)] / effort(); };
  EXPECT_NEAR(relative(0), 2.0, 1e-12);
  EXPECT_NEAR(relative(1), 2.0 * 1.7, 1e-12);
  EXPECT_NEAR(relative(2), 2.0 * std::exp(0.4), 1e-12);
}

TEST_F(Research, other_income_follows_the_countrys_research) {
  // Elasticity 0.6 in real R&D spending: four times as much of it, 2.297 times the income.
  params.inputs.gerd_bcny[params.inputs.years.index(research_year)] *= 4.0;
  for (const LabId lab : all<LabId>(n_labs)) state.labs.funding[lab] = Money();
  research();
  EXPECT_NEAR(state.research.academic_mcny, 12.0 * research_price * income * std::pow(4.0, 0.6), 1e-9);
}

TEST_F(Research, papers_and_patents_have_the_declared_mean_and_dispersion) {
  // Mean m by the formula, variance m + ν m²; 20,000 like labs.
  make(20000, Host::university);
  research();
  for (const auto& [counts, mean] :
       {std::pair(of_labs(state.labs.papers), papers()), std::pair(of_labs(state.labs.patents), patents())}) {
    const Moments moments = moments_of(counts);
    const double variance = mean + p.count_dispersion * mean * mean;
    EXPECT_NEAR(moments.mean, mean, mean_bound(variance, n_labs));
    EXPECT_NEAR(moments.variance, variance, moments.variance_bound);
  }
  EXPECT_EQ(moments_of(of_labs(state.labs.standards)).mean, 0.0);
}

TEST_F(Research, counts_without_dispersion_are_poisson) {
  params.parameters.labs.count_dispersion = 0.0;
  make(20000, Host::enterprise);
  research();
  const double standards = p.standard_rate * effort() * 0.2;
  for (const auto& [counts, mean] :
       {std::pair(of_labs(state.labs.papers), papers()), std::pair(of_labs(state.labs.patents), patents()),
        std::pair(of_labs(state.labs.standards), standards)}) {
    const Moments moments = moments_of(counts);
    EXPECT_NEAR(moments.mean, mean, mean_bound(mean, n_labs));
    EXPECT_NEAR(moments.variance, mean, moments.variance_bound);
  }
}

TEST_F(Research, top_papers_are_a_share_of_papers) {
  // Binomial, given the papers, with k^θ times the share of the category.
  make(20000, Host::university);
  state.technology.basic.fill(1.0);
  state.technology.frontier.fill(1.0);
  for (const LabId lab : all<LabId>(n_labs)) state.labs.knowledge[lab] = 0.5;
  research();
  const double written = static_cast<double>(state.research.papers[0]);
  const double share = std::exp(0.5) * top_paper_share(params, research_year, lab_category, state.technology);
  EXPECT_NEAR(share, std::exp(0.5) * 0.014, 1e-12);  // at the frontier, under the usual weights
  EXPECT_NEAR(static_cast<double>(state.research.papers_top[0]), written * share, binomial_bound(written, share));
}

TEST_F(Research, the_country_gets_what_its_labs_do) {
  // Conservation: national sums, and those of categories, cities and organisations, are those over labs.
  state.labs.host[LabId(1)] = state.labs.host[LabId(2)] = Host::enterprise;
  state.labs.category[LabId(3)] = CategoryId(0);
  for (const LabId lab : all<LabId>(n_labs))
    state.labs.productivity[lab] = 0.5 + 0.1 * static_cast<double>(lab.index());
  research();
  const Labs& labs = state.labs;
  const YearOfResearch& national = state.research;
  std::array<double, n_hosts> papers{}, patents{}, standards{}, results{};
  double total = 0.0, organised = 0.0, basic = 0.0, elsewhere = 0.0, applied = 0.0;
  for (const LabId lab : all<LabId>(n_labs)) {
    const auto host = static_cast<std::size_t>(labs.host[lab]);
    papers[host] += labs.papers[lab], patents[host] += labs.patents[lab];
    standards[host] += labs.standards[lab], results[host] += labs.results[lab];
    total += labs.results[lab];
    organised += labs.organisation[lab].exists() ? labs.results[lab] : 0.0;
    (labs.category[lab] == lab_category ? basic : elsewhere) += 0.5 * labs.effort[lab];
    applied += labs.category[lab] == lab_category ? labs.effort[lab] * (0.3 + 0.3 * 0.2) : 0.0;
  }
  for (std::size_t host = 0; host < n_hosts; ++host) {
    EXPECT_EQ(static_cast<double>(national.papers[host]), papers[host]);
    EXPECT_EQ(static_cast<double>(national.patents[host]), patents[host]);
    EXPECT_EQ(static_cast<double>(national.standards[host]), standards[host]);
    EXPECT_NEAR(national.transfers[host], results[host], 1e-9);
  }
  const auto sum = [](const auto& values) {
    double s = 0.0;
    for (const double x : values) s += x;
    return s;
  };
  EXPECT_GT(standards[static_cast<std::size_t>(Host::enterprise)], 0.0);
  EXPECT_NEAR(sum(national.inside) + sum(national.outside), total, 1e-9);
  EXPECT_GT(organised, 0.0);
  EXPECT_NEAR(sum(state.organisations.results), organised, 1e-9);
  EXPECT_EQ(sum(national.labs), 12.0);
  EXPECT_NEAR(state.technology.basic_effort[lab_category], basic, 1e-9);
  EXPECT_NEAR(state.technology.basic_effort[CategoryId(0)], elsewhere, 1e-9);
  EXPECT_NEAR(state.technology.applied_effort[lab_category], applied, 1e-9);
  EXPECT_NEAR(national.academic_mcny, 10.0 * money() * research_price, 1e-9);
  EXPECT_NEAR(national.basic_mcny, 12.0 * money() * research_price * 0.5, 1e-9);
}

TEST_F(Research, records_what_the_next_review_looks_at) {
  const LabId lab(4);
  state.labs.quality[lab] = 1.5;
  for (auto& record : state.labs.record) record.fill(100.0);
  research();
  const auto evidence = [&](Criterion criterion) {
    return state.labs.record[static_cast<std::size_t>(criterion)][lab] - 100.0;
  };
  EXPECT_EQ(evidence(Criterion::papers), state.labs.papers[lab]);
  EXPECT_EQ(evidence(Criterion::applied), state.labs.patents[lab]);
  EXPECT_NEAR(evidence(Criterion::commercialization), state.labs.results[lab], 1e-11);
  EXPECT_NEAR(evidence(Criterion::strategic), 0.9 * effort(), 1e-11);  // mathematics' second category
  EXPECT_NEAR(evidence(Criterion::standing), 0.5 * effort() * std::exp(0.2 * 1.5), 1e-11);
}

TEST_F(Research, candidates_and_provincial_labs_do_none) {
  params.system.lab_types[nerc].series = "provincial";
  const LabId provincial(n_labs);
  state.labs.designation[provincial] = nerc;
  research();
  for (LabId lab(n_labs); lab.index() < state.labs.size(); ++lab) {
    EXPECT_EQ(state.labs.papers[lab] + state.labs.patents[lab], 0);
    EXPECT_EQ(state.labs.results[lab] + state.labs.effort[lab], 0.0);
  }
  EXPECT_GT(state.labs.papers[LabId(0)], 0);
}

// What labs learn.

/// ln k after a year, by the formula, lab by lab.
std::vector<double> learned_slowly(const Params& params, const State& before, const State& after, std::size_t n) {
  const ChainParameters::Knowledge& p = params.parameters.chain.knowledge;
  const Labs& labs = after.labs;
  double mean = 0.0;
  for (const LabId lab : all<LabId>(n)) mean += labs.effort[lab] / static_cast<double>(n);
  std::vector<double> knowledge;
  for (const LabId lab : all<LabId>(n)) {
    int neighbours = 0;
    for (const LabId other : all<LabId>(n))
      neighbours += other != lab && labs.city[other] == labs.city[lab] && labs.field[other] == labs.field[lab];
    const double y = labs.effort[lab] / mean;
    const Technology& technology = before.technology;
    const double gap = std::log(technology.frontier[labs.category[lab]] / technology.applied[labs.category[lab]]);
    knowledge.push_back((1.0 - p.forgetting) * before.labs.knowledge[lab] +
                        p.own_learning * 2.0 * (y - 1.0) / (y + 1.0) + p.colocation * std::log1p(neighbours) +
                        p.frontier_learning * params.levers_in(research_year).openness_share * std::max(0.0, gap));
  }
  return knowledge;
}

TEST_F(Research, labs_learn_from_their_work_their_neighbours_and_abroad) {
  for (const LabId lab : all<LabId>(n_labs)) {
    state.labs.city[lab] = CityId(lab.index() % 5);
    state.labs.productivity[lab] = 0.5 + 0.1 * static_cast<double>(lab.index());
    state.labs.knowledge[lab] = 0.1 * static_cast<double>(lab.index()) - 0.3;
  }
  state.labs.field[LabId(5)] = biology;
  state.labs.category[LabId(5)] = CategoryId(4);
  state.labs.category[LabId(6)] = CategoryId(2);
  state.technology.applied[CategoryId(2)] = 2.0 * state.technology.frontier[CategoryId(2)];  // ahead: nothing to learn
  const State before = state;
  research();
  const std::vector<double> expected = learned_slowly(params, before, state, n_labs);
  for (const LabId lab : all<LabId>(n_labs)) EXPECT_NEAR(state.labs.knowledge[lab], expected[lab.index()], 1e-14);
}

TEST_F(Research, knowledge_has_bounds) {
  params.parameters.chain.knowledge.frontier_learning = 5.0;
  for (int step = 0; step < 10; ++step) research();
  for (const LabId lab : all<LabId>(n_labs)) EXPECT_EQ(state.labs.knowledge[lab], 3.0);
}

TEST(ResearchInRuns, labs_that_learn_nothing_stay_as_they_are) {
  // g_own = g_co = g_F = 0, exact in every year of a whole run; by default knowledge moves.
  Params params = small_params();
  const auto largest_knowledge = [&] {
    const Streams run_streams(1984, 0);
    State run = small_state(params, 1984);
    Indicators indicators;
    indicators.prepare(params);
    double largest = 0.0;
    for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
      for (const Step& step : schedule()) step.run(params, year, run_streams, run, indicators);
      for (const double knowledge : run.labs.knowledge) largest = std::max(largest, std::abs(knowledge));
    }
    return largest;
  };
  EXPECT_GT(largest_knowledge(), 0.0);
  ChainParameters::Knowledge& p = params.parameters.chain.knowledge;
  p.own_learning = p.colocation = p.frontier_learning = 0.0;
  EXPECT_EQ(largest_knowledge(), 0.0);
}

}  // namespace
}  // namespace innochain
