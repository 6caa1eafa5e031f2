#include "sim/processes/reorganize_labs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "sim/processes/form_candidates.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr std::size_t n_reorganized = 200;

/// All discipline labs designated since 2000; the plan of 2021–2025 is about to begin.
class Reorganizations : public ::testing::Test {
 protected:
  Reorganizations() {
    params.system.named_labs.clear();
    params.system.lab_types[skl_discipline].pool = fact(n_reorganized);
    make();
  }
  void make(std::uint32_t replicate = 0) {
    state = small_state(params, 1, replicate);
    form_candidates(params, Year(2020), Streams(1, replicate), state);
    for (LabId lab(0); lab.index() < n_reorganized; ++lab) {
      state.labs.designation[lab] = skl_discipline;
      state.labs.designated[lab] = Year(2000);
      state.labs.reputation[lab] = Streams(2, replicate).at(Purpose::initial_labs, Year(2000), lab.index()).uniform();
    }
    state.labs.stock[skl_discipline] = n_reorganized;
  }
  void share_out(double keep, double merge, double drop) {
    for (Levers& levers : params.levers) {
      levers.reorganization.keep_share = keep;
      levers.reorganization.merge_share = merge;
      levers.reorganization.drop_share = drop;
    }
  }
  YearOfDesignation run(int year, std::uint32_t replicate = 0) {
    clear_year(state);
    reorganize_labs(params, Year(year), Streams(1, replicate), state);
    return state.year_of[params.system.designation(skl_discipline)];
  }
  Params params = small_params();
  State state;
};

TEST_F(Reorganizations, examine_every_lab_once_in_the_year_of_its_review) {
  share_out(1.0, 0.0, 0.0);
  // 2021 biology, 2022 information, 2023 engineering, 2024 chemistry, 2025 mathematics.
  std::map<int, FieldId> due{
      {2021, biology}, {2022, information}, {2023, engineering}, {2024, chemistry}, {2025, mathematics}};
  for (const auto& [year, field] : due) {
    const auto before = state.labs.designation;
    run(year);
    for (LabId lab(0); lab.index() < n_reorganized; ++lab)
      EXPECT_EQ(before[lab] != state.labs.designation[lab], state.labs.field[lab] == field);
  }
  EXPECT_EQ(state.labs.stock[skl_discipline], 0);
  EXPECT_EQ(state.labs.stock[nkl], static_cast<std::int32_t>(n_reorganized));
}

TEST_F(Reorganizations, do_nothing_outside_the_window) {
  for (const int year : {2015, 2020}) {
    run(year);
    EXPECT_EQ(state.labs.stock[skl_discipline], static_cast<std::int32_t>(n_reorganized));
  }
}

TEST_F(Reorganizations, without_rotation_take_an_equal_part_a_year) {
  share_out(1.0, 0.0, 0.0);
  params.system.reorganizations[0].by_review_rotation = false;
  params.system.reorganizations[0].window = {Year(2021), Year(2024)};
  for (int year = 2021; year <= 2024; ++year) EXPECT_EQ(run(year).carried_over, 50) << year;
  EXPECT_EQ(state.labs.stock[skl_discipline], 0);
}

TEST_F(Reorganizations, labs_passed_over_are_not_examined_again) {
  share_out(0.5, 0.0, 0.0);
  int carried = 0;
  for (int year = 2021; year <= 2025; ++year) carried += run(year).carried_over;
  // Half of each year's labs, rounded up or down: at most one lab a year from half of all.
  EXPECT_NEAR(carried, n_reorganized / 2.0, 5 * 0.5 + 1e-9);
  EXPECT_EQ(state.labs.stock[skl_discipline], static_cast<std::int32_t>(n_reorganized) - carried);
}

TEST_F(Reorganizations, share_out_as_the_levers_say) {
  // Means over many worlds; rounding is without bias and its variance below ¼ a year.
  const std::uint32_t n_worlds = 200;
  double kept = 0.0, merged = 0.0, dropped = 0.0, examined = 0.0;
  for (std::uint32_t replicate = 0; replicate < n_worlds; ++replicate) {
    make(replicate);
    const auto [first, end] = state.labs.pool_rows[skl_discipline];
    for (LabId lab = first; lab != end; ++lab) examined += state.labs.field[lab] == biology;
    const YearOfDesignation year = run(2021, replicate);
    kept += year.carried_over;
    merged += year.merged;
    dropped += year.delisted;
  }
  const double bound = sigmas * std::sqrt(0.25 * n_worlds);
  EXPECT_NEAR(kept, 0.75 * examined, bound);
  EXPECT_NEAR(merged + dropped, 0.25 * examined, 2.0 * bound);
  EXPECT_LE(merged, 0.15 * examined + bound);
  EXPECT_GE(dropped, 0.10 * examined - bound);
}

TEST_F(Reorganizations, shares_of_the_plan_apply_where_levers_do_not_govern) {
  params.system.reorganizations[0].governed_by_levers = false;
  params.system.reorganizations[0].parts[0].keep_share = fact(0.0);
  params.system.reorganizations[0].parts[0].merge_share = fact(0.0);
  params.system.reorganizations[0].parts[0].drop_share = fact(1.0);
  const auto biologists = std::count(state.labs.field.begin(), state.labs.field.begin() + n_reorganized, biology);
  EXPECT_EQ(run(2021).delisted, biologists);
}

/// The declared index, computed one lab at a time: weights × standardized fit, standing and commercial work.
std::vector<double> slow_index(const Params& params, const Labs& labs, const std::vector<LabId>& examined,
                               const Levers& levers) {
  std::vector<double> index(examined.size(), 0.0);
  const auto add = [&](double weight, auto&& value) {
    std::vector<double> values;
    for (const LabId lab : examined) values.push_back(value(lab));
    const Moments moments = moments_of(values);
    if (moments.variance < 1e-20) return;
    for (std::size_t i = 0; i < values.size(); ++i)
      index[i] += weight * (values[i] - moments.mean) / std::sqrt(moments.variance);
  };
  add(levers.reorganization.alignment_weight,
      [&](LabId lab) { return params.system.categories[labs.category[lab]].criticality.value; });
  add(levers.reorganization.standing_weight, [&](LabId lab) { return labs.reputation[lab]; });
  add(levers.reorganization.commercial_weight, [&](LabId lab) { return labs.orientation[2][lab]; });
  return index;
}

TEST_F(Reorganizations, keep_the_better_labs_and_merge_the_next) {
  const Labs before = state.labs;
  std::vector<LabId> examined;
  for (LabId lab(0); lab.index() < n_reorganized; ++lab)
    if (before.field[lab] == biology) examined.push_back(lab);
  const auto index = slow_index(params, before, examined, levers_of(params, 2021));
  run(2021);
  double worst_kept = 1e9, best_gone = -1e9, best_merged = -1e9, worst_merged = 1e9, best_dropped = -1e9;
  for (std::size_t i = 0; i < examined.size(); ++i) {
    const LabFate fate = state.labs.fate[examined[i]];
    if (fate == LabFate::carried_over)
      worst_kept = std::min(worst_kept, index[i]);
    else
      best_gone = std::max(best_gone, index[i]);
    if (fate == LabFate::merged)
      worst_merged = std::min(worst_merged, index[i]), best_merged = std::max(best_merged, index[i]);
    if (fate == LabFate::delisted) best_dropped = std::max(best_dropped, index[i]);
  }
  EXPECT_GT(best_merged, -1e9);
  EXPECT_GT(worst_kept, best_gone - 1e-9);
  EXPECT_GT(worst_merged, best_dropped - 1e-9);  // all labs of a field have a neighbour in one of its two categories
}

TEST_F(Reorganizations, merging_conserves_staff_and_leaves_it_with_the_nearest) {
  share_out(0.4, 0.6, 0.0);
  const Labs before = state.labs;
  run(2021);
  double staff_before = 0.0, staff_after = 0.0;
  for (const LabId lab : all<LabId>(before.size()))
    staff_before += before.staff[lab], staff_after += state.labs.staff[lab];
  EXPECT_NEAR(staff_after, staff_before, 1e-9 * staff_before);
  int n_merged = 0;
  for (LabId lab(0); lab.index() < n_reorganized; ++lab) {
    n_merged += state.labs.fate[lab] == LabFate::merged;
    if (state.labs.staff[lab] <= before.staff[lab]) continue;
    // It took somebody over: a survivor, and in the merged lab's category as long as that has survivors.
    EXPECT_EQ(state.labs.fate[lab], LabFate::carried_over);
  }
  EXPECT_GT(n_merged, 10);
  for (const CategoryId category : {CategoryId(4), CategoryId(5)}) {  // those of biology
    double in_before = 0.0, in_after = 0.0;
    bool survivors = false;
    for (LabId lab(0); lab.index() < n_reorganized; ++lab) {
      if (before.category[lab] != category) continue;
      in_before += before.staff[lab];
      in_after += state.labs.staff[lab];
      survivors = survivors || state.labs.fate[lab] == LabFate::carried_over;
    }
    EXPECT_TRUE(!survivors || in_after >= in_before - 1e-9);
  }
}

}  // namespace
}  // namespace innochain
