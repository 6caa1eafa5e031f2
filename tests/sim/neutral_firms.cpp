// Neutral settings of firms: with a mechanism off, what worked through it does not matter, bit by bit in whole runs.

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/simulate.hpp"
#include "tests/support/indicator_bits.hpp"
#include "tests/support/small_world.hpp"

namespace innochain {
namespace {

using namespace testing;

using IndicatorNames = std::vector<std::string>;

/// Indicators in which the runs of two countries differ.
IndicatorNames differences(const Params& a, const Params& b) {
  Workspace one, other;
  return differing(simulate(a, 1984, 0, one), simulate(b, 1984, 0, other));
}

bool holds(const IndicatorNames& names, const char* name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Indicators that say something about firms.
IndicatorNames of_firms(const IndicatorNames& names) {
  constexpr std::array firms{"firm_revenue",
                             "zone_firms",
                             "zone_revenue",
                             "firms_by_age",
                             "firm_exits_by_age",
                             "firms",
                             "firms_certified",
                             "firm_entries",
                             "firm_exits",
                             "revenue",
                             "productivity",
                             "rd_spending",
                             "firm_size_tail",
                             "firm_growth_shape",
                             "hidz_firms_above_100m",
                             "hidz_firms_above_10bn",
                             "hidz_gdp_share",
                             "certified_share_in_hidz"};
  IndicatorNames kept;
  for (const std::string& name : names)
    if (std::find(firms.begin(), firms.end(), name) != firms.end()) kept.push_back(name);
  return kept;
}

Params country() {
  Params params = small_params({Year(1995), Year(2015)});
  params.parameters.chain.firms.initial_count = 4'000;
  return params;
}

/// Reviews do not look at what labs transfer, so that results only act through firms.
Params country_without_other_uses_of_results() {
  Params params = country();
  for (Levers& levers : params.levers) levers.review.weights = {0.5, 0.2, 0.0, 0.1, 0.2};
  return params;
}

Params with_more_results(Params params) {
  params.parameters.chain.outputs.transfer_applied_weight = 1.0;
  return params;
}

TEST(NeutralFirms, results_of_labs_do_not_matter_without_absorption_and_spinoffs) {
  Params params = country_without_other_uses_of_results();
  EXPECT_TRUE(holds(of_firms(differences(params, with_more_results(params))), "productivity"));
  params.parameters.chain.firms.absorption = params.parameters.chain.firms.spinoff_rate = 0.0;
  const IndicatorNames changed = differences(params, with_more_results(params));
  EXPECT_EQ(of_firms(changed), IndicatorNames{});
  EXPECT_TRUE(holds(changed, "transfers"));
}

TEST(NeutralFirms, results_of_labs_do_not_matter_without_their_gain_and_spinoffs) {
  // a_lab = 0: firms still absorb what is known, but labs in reach do not help.
  Params params = country_without_other_uses_of_results();
  params.parameters.chain.firms.lab_absorption = params.parameters.chain.firms.spinoff_rate = 0.0;
  const IndicatorNames changed = differences(params, with_more_results(params));
  EXPECT_EQ(of_firms(changed), IndicatorNames{});
  EXPECT_TRUE(holds(changed, "transfers"));
}

TEST(NeutralFirms, spinoffs_alone_connect_labs_and_firms_too) {
  Params params = country_without_other_uses_of_results();
  params.parameters.chain.firms.lab_absorption = 0.0;
  params.parameters.chain.firms.spinoff_rate = 0.1;
  EXPECT_TRUE(holds(of_firms(differences(params, with_more_results(params))), "firm_entries"));
}

TEST(NeutralFirms, distance_does_not_matter_without_the_gain_from_labs) {
  Params params = country();
  params.system.clusters.resize(1);
  for (const CityId city : {CityId(0), CityId(3), CityId(4)}) params.system.cities[city].cluster = ClusterId(0);
  const auto elsewhere = [](Params other) {
    ChainParameters::Firms& p = other.parameters.chain.firms;
    p.cluster_reach = 0.9, p.far_reach = 0.5, p.related_reach = 0.7, p.outside_reach = 0.1, p.reach_scale = 3.0;
    return other;
  };
  EXPECT_TRUE(holds(differences(params, elsewhere(params)), "productivity"));
  params.parameters.chain.firms.lab_absorption = 0.0;
  EXPECT_EQ(differences(params, elsewhere(params)), IndicatorNames{});
}

TEST(NeutralFirms, every_parameter_of_reach_matters_otherwise) {
  Params params = country();
  params.system.clusters.resize(1);
  for (const CityId city : {CityId(0), CityId(3), CityId(4)}) params.system.cities[city].cluster = ClusterId(0);
  using Firm = ChainParameters::Firms;
  for (double Firm::* parameter : {&Firm::cluster_reach, &Firm::far_reach, &Firm::related_reach, &Firm::outside_reach,
                                   &Firm::reach_scale, &Firm::absorption, &Firm::rd_half}) {
    Params other = params;
    other.parameters.chain.firms.*parameter *= 0.5;
    EXPECT_TRUE(holds(differences(params, other), "productivity"));
  }
}

TEST(NeutralFirms, recognition_only_gives_certificates_without_their_gain) {
  Params params = country();
  const auto recognized_less = [](Params other) {
    for (Levers& levers : other.levers) levers.firm_recognition_rate = 0.05;
    return other;
  };
  const IndicatorNames certificates{"firms_certified", "certified_share_in_hidz"};
  EXPECT_TRUE(holds(differences(params, recognized_less(params)), "productivity"));
  params.parameters.chain.firms.certified_rd_gain = 0.0;
  IndicatorNames changed = differences(params, recognized_less(params));
  EXPECT_EQ(changed, certificates);
  params.parameters.chain.firms.certified_distance = 0.0;
  Params stricter = params;
  stricter.parameters.chain.firms.recertification_years = 1;
  changed = differences(params, stricter);
  EXPECT_TRUE(std::includes(certificates.begin(), certificates.end(), changed.begin(), changed.end()));
}

TEST(NeutralFirms, nobody_is_certified_without_recognition) {
  Params params = country();
  for (Levers& levers : params.levers) levers.firm_recognition_rate = 0.0;
  Workspace workspace;
  const Indicators& run = simulate(params, 1984, 0, workspace);
  for (const std::int32_t n : run.firms_certified.values()) EXPECT_EQ(n, 0);
  EXPECT_GT(run.firms.at(Year(2015)), 1000);
}

TEST(NeutralFirms, policies_of_zones_do_not_matter_without_their_weight_in_performance) {
  // f_fit = 0: cities search for policies as before, and firms do not notice.
  Params params = country();
  const auto bolder = [](Params other) {
    ChainParameters::Governance& p = other.parameters.chain.governance;
    p.experiment_step = 1.5, p.imitation_rate = 0.9, p.pull = 0.3, p.local_share = 0.2, p.spillover = 3.0;
    return other;
  };
  EXPECT_TRUE(holds(differences(params, bolder(params)), "revenue"));
  params.parameters.chain.governance.fit_weight = 0.0;
  const IndicatorNames changed = differences(params, bolder(params));
  EXPECT_EQ(of_firms(changed), IndicatorNames{});
  EXPECT_TRUE(holds(changed, "policy_fit"));
}

TEST(NeutralFirms, nobody_exits_without_selection_and_chance) {
  Params params = country();
  params.parameters.chain.firms.exit_distance = 100.0;
  params.parameters.chain.firms.exit_rate = 0.0;
  Workspace workspace;
  const Indicators& run = simulate(params, 1984, 0, workspace);
  std::int32_t firms = 0;
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    EXPECT_EQ(run.firm_exits.at(year), 0);
    EXPECT_EQ(run.firms.at(year), firms += run.firm_entries.at(year));
  }
}

}  // namespace
}  // namespace innochain
