/// Runs of the institutions alone: equal to the whole model where the feedbacks from money and outputs are cut off.
#include <gtest/gtest.h>

#include "scenarios/reader/scenario.hpp"
#include "sim/simulate.hpp"

namespace innochain {
namespace {

const std::string baseline_file = std::string(INNOCHAIN_SOURCE_DIR) + "/scenarios/baseline.yaml";
const std::vector<std::string> fitted_labs{"skl_discipline", "skl_enterprise", "skl_province_ministry"};
const std::vector<std::string> fitted_zones{"hidz", "etdz"};

Params params_with(std::vector<std::string> settings) {
  for (const char* coarse : {"scale.firms_per_agent=1000", "scale.proposals_per_agent=100", "scale.years=[1984, 2020]"})
    settings.emplace_back(coarse);
  return read_scenario(baseline_file, {settings}).params;
}

/// All that can reach the number of approvals from outside the institutions: quality from funding, grades from records,
/// and mergers from performance.
const std::vector<std::string> without_feedback{"quality.funding_elasticity=0", "reviews.reliability=0",
                                                "zones.reliability=0", "levers.zone_merging_rate=0"};

bool is_fitted(const std::string& name) {
  return std::ranges::count(fitted_labs, name) + std::ranges::count(fitted_zones, name) > 0;
}

Params institutions_of(Params params) {
  params.institutions_only = true;
  params.left_out.assign(params.system.n_designations(), 0);
  for (const DesignationId k : all<DesignationId>(params.system.n_designations()))
    params.left_out[k] = is_fitted(params.system.institution(k).name) ? 0 : 1;
  return params;
}

template <class Compare>
void for_each_fitted(const Params& params, const Indicators& a, const Indicators& b, Compare&& compare) {
  for (const LabTypeId type : all<LabTypeId>(params.system.lab_types.size())) {
    const std::string& name = params.system.lab_types[type].name;
    if (!is_fitted(name)) continue;
    compare(name, a.lab_approvals, b.lab_approvals, type.index());
    compare(name, a.lab_stock, b.lab_stock, type.index());
    compare(name, a.lab_delisted, b.lab_delisted, type.index());
    compare(name, a.lab_candidates, b.lab_candidates, type.index());
  }
  for (const ZoneTypeId type : all<ZoneTypeId>(params.system.zone_types.size())) {
    const std::string& name = params.system.zone_types[type].name;
    if (!is_fitted(name)) continue;
    compare(name, a.zone_approvals, b.zone_approvals, type.index());
    compare(name, a.zone_stock, b.zone_stock, type.index());
    compare(name, a.zone_delisted, b.zone_delisted, type.index());
    compare(name, a.zone_candidates, b.zone_candidates, type.index());
  }
}

TEST(InstitutionsOnly, EqualTheWholeModelWithoutFeedbacks) {
  const Params whole = params_with(without_feedback), alone = institutions_of(whole);
  Workspace a, b;
  for (std::uint32_t replicate = 0; replicate < 4; ++replicate) {
    const Indicators& first = simulate(whole, 1984, replicate, a);
    const Indicators& second = simulate(alone, 1984, replicate, b);
    for_each_fitted(whole, first, second, [&](const std::string& name, const Count& x, const Count& y, std::size_t i) {
      for (Year year(1984); year <= Year(2020); ++year)
        ASSERT_EQ(x.at(year, i), y.at(year, i)) << name << ' ' << year.value() << ' ' << replicate;
    });
  }
}

TEST(InstitutionsOnly, LeaveOthersUntouched) {
  Params alone = institutions_of(params_with({}));
  Workspace workspace;
  const Indicators& run = simulate(alone, 1984, 0, workspace);
  for (const LabTypeId type : all<LabTypeId>(alone.system.lab_types.size())) {
    if (is_fitted(alone.system.lab_types[type].name)) continue;
    for (Year year(1984); year <= Year(2020); ++year)
      ASSERT_EQ(run.lab_approvals.at(year, type.index()), 0) << alone.system.lab_types[type].name;
  }
}

PinnedLuck pinned_until(Year last, std::uint32_t approvals, const System& system) {
  PinnedLuck pinned{last, 7, 42, {}};
  pinned.approvals.assign(system.n_designations(), {approvals});
  return pinned;
}

TEST(PinnedLuck, RepeatsThePastAndLeavesTheFutureFree) {
  Params alone = institutions_of(params_with({}));
  alone.pinned_luck = pinned_until(Year(2010), 3, alone.system);
  Workspace a, b;
  const std::size_t hidz = [&] {
    for (const ZoneTypeId type : all<ZoneTypeId>(alone.system.zone_types.size()))
      if (alone.system.zone_types[type].name == "hidz") return type.index();
    return std::size_t{0};
  }();
  bool future_differs = false;
  const Indicators& first = simulate(alone, 1, 0, a);
  for (std::uint32_t replicate = 1; replicate < 6; ++replicate) {
    const Indicators& second = simulate(alone, 2, replicate, b);
    for (Year year(1984); year <= Year(2010); ++year)
      ASSERT_EQ(first.zone_approvals.at(year, hidz), second.zone_approvals.at(year, hidz)) << year.value();
    for (Year year(2011); year <= Year(2020); ++year)
      future_differs |= first.zone_approvals.at(year, hidz) != second.zone_approvals.at(year, hidz);
  }
  EXPECT_TRUE(future_differs);

  Params other = alone;
  other.pinned_luck->approvals.fill({4});
  const Indicators& second = simulate(other, 1, 0, b);
  bool past_differs = false;
  for (Year year(1984); year <= Year(2010); ++year)
    past_differs |= first.zone_approvals.at(year, hidz) != second.zone_approvals.at(year, hidz);
  EXPECT_TRUE(past_differs) << "another luck gives another past";
}

/// Calls and quotas of a designation have the luck of the replicate that is named, whatever the run's own is.
TEST(PinnedLuck, OfApprovalsIsThatOfAReplicate) {
  Params alone = institutions_of(params_with({}));
  PinnedLuck pinned = pinned_until(Year(2020), 0, alone.system);
  Workspace a, b;
  alone.pinned_luck = pinned;
  const Indicators& usual = simulate(alone, 7, 42, a);
  pinned.approvals.fill({42});
  alone.pinned_luck = pinned;
  const Indicators& named = simulate(alone, 7, 42, b);
  for_each_fitted(alone, usual, named, [&](const std::string& name, const Count& x, const Count& y, std::size_t i) {
    for (Year year(1984); year <= Year(2020); ++year) ASSERT_EQ(x.at(year, i), y.at(year, i)) << name;
  });
  pinned.approvals.fill({43});
  alone.pinned_luck = pinned;
  const Indicators& another = simulate(alone, 7, 42, b);
  bool differs = false;
  for_each_fitted(alone, usual, another, [&](const std::string&, const Count& x, const Count& y, std::size_t i) {
    for (Year year(1984); year <= Year(2020); ++year) differs |= x.at(year, i) != y.at(year, i);
  });
  EXPECT_TRUE(differs);
  for (const DesignationId k : all<DesignationId>(alone.system.n_designations())) {
    const double named_luck = Streams(7, 43).at(Purpose::quota, Year(2010), k.index()).uniform();
    for (const std::uint32_t replicate : {1u, 42u}) {
      const Streams own(9, replicate);
      const auto quota_luck = [&](int year) {
        return alone.approval_streams(own, Year(year), k).at(Purpose::quota, Year(2010), k.index()).uniform();
      };
      EXPECT_EQ(quota_luck(2010), named_luck);
      EXPECT_NE(quota_luck(2021), named_luck) << "after the years that are pinned";
    }
  }
}

}  // namespace
}  // namespace innochain
