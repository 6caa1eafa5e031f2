/// Runs in a world that is known: equal, indicator by indicator, to runs that make their own.
#include "sim/world.hpp"

#include <gtest/gtest.h>

#include <random>

#include "scenarios/reader/scenario.hpp"

namespace innochain {
namespace {

const std::string baseline_file = std::string(INNOCHAIN_SOURCE_DIR) + "/scenarios/baseline.yaml";

Params institutions(std::vector<std::string> settings) {
  for (const char* coarse : {"scale.firms_per_agent=1000", "scale.proposals_per_agent=100", "scale.years=[1984, 2030]"})
    settings.emplace_back(coarse);
  Params params = read_scenario(baseline_file, {settings}).params;
  params.institutions_only = true;
  return params;
}

/// Other values of all that runs in one world may differ in.
std::vector<std::string> other_decisions(std::uint32_t number) {
  std::mt19937 random(number);
  std::uniform_real_distribution<double> factor(0.3, 2.0);
  std::vector<std::string> settings;
  for (const auto& [path, usual] : std::vector<std::pair<std::string, double>>{{"approvals.appetite.opening", 1.0},
                                                                               {"approvals.appetite.adjustment", 0.25},
                                                                               {"approvals.appetite.expansion", 0.15},
                                                                               {"approvals.bar_raise", 0.4},
                                                                               {"approvals.dispersion", 3.0},
                                                                               {"approvals.isolated_rate", 0.4},
                                                                               {"approvals.ambition", 0.5},
                                                                               {"approvals.need_weight", 0.3},
                                                                               {"approvals.kappa.hidz", 1.0},
                                                                               {"approvals.saturation_share.etdz", 0.4},
                                                                               {"exits.absorption_rate", 0.05},
                                                                               {"exits.zone_removal_rate", 0.01}})
    settings.push_back(path + "=" + std::to_string(usual * factor(random)));
  return settings;
}

std::int64_t expect_equal(const Params& params, const Indicators& a, const Indicators& b) {
  std::int64_t designations = 0;
  const auto compare = [&](const Count& x, const Count& y, std::size_t n, const char* name) {
    for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year)
      for (std::size_t i = 0; i < n; ++i) {
        EXPECT_EQ(x.at(year, i), y.at(year, i)) << name << ' ' << i << ' ' << year.value();
        designations += x.at(year, i);
      }
  };
  compare(a.lab_approvals, b.lab_approvals, params.system.lab_types.size(), "approvals of labs");
  compare(a.lab_stock, b.lab_stock, params.system.lab_types.size(), "stock of labs");
  compare(a.lab_delisted, b.lab_delisted, params.system.lab_types.size(), "delisted labs");
  compare(a.lab_candidates, b.lab_candidates, params.system.lab_types.size(), "candidates");
  compare(a.zone_approvals, b.zone_approvals, params.system.zone_types.size(), "approvals of zones");
  compare(a.zone_stock, b.zone_stock, params.system.zone_types.size(), "stock of zones");
  compare(a.zone_delisted, b.zone_delisted, params.system.zone_types.size(), "delisted zones");
  compare(a.zone_candidates, b.zone_candidates, params.system.zone_types.size(), "candidates of zones");
  return designations;
}

TEST(World, ServesRunsThatDifferInDecisions) {
  Workspace own, shared;
  std::int64_t last = 0;
  for (std::uint32_t replicate = 0; replicate < 3; ++replicate) {
    const World world(institutions({}), 1984, replicate);
    for (std::uint32_t number = 0; number < 4; ++number) {
      const Params params = institutions(other_decisions(number));
      const std::int64_t designations = expect_equal(params, simulate(params, 1984, replicate, own),
                                                     simulate(params, 1984, replicate, world, shared));
      EXPECT_NE(designations, last) << "the decisions differ";
      last = designations;
    }
  }
}

TEST(World, ServesPinnedPasts) {
  Params params = institutions({});
  params.pinned_luck = PinnedLuck{Year(2015), 7, 42, {}};
  params.pinned_luck->approvals.assign(params.system.n_designations(), {0});
  const World world(params, 1, 3);
  Workspace own, shared;
  for (std::uint32_t luck = 0; luck < 4; ++luck) {
    params.pinned_luck->approvals.fill({luck});
    expect_equal(params, simulate(params, 1, 3, own), simulate(params, 1, 3, world, shared));
  }
}

TEST(World, IsOfInstitutionsAlone) {
  Params params = institutions({});
  params.institutions_only = false;
  EXPECT_THROW(World(params, 1, 0), std::invalid_argument);
}

TEST(RecentWorlds, AreThoseOfTheirReplicateAndDesignations) {
  Params params = institutions({});
  params.left_out.assign(params.system.n_designations(), 0);
  RecentWorlds worlds(2);
  Workspace own, shared;
  for (const std::uint32_t replicate : {0u, 1u, 0u, 2u, 1u, 0u}) {
    for (const std::uint8_t left_out : {0, 1}) {
      params.left_out[DesignationId(0)] = left_out;
      const World& world = worlds.of(params, 5, replicate);
      EXPECT_EQ(&world, &worlds.of(params, 5, replicate));
      expect_equal(params, simulate(params, 5, replicate, own), simulate(params, 5, replicate, world, shared));
    }
  }
}

}  // namespace
}  // namespace innochain
