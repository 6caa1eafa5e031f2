#include "sim/processes/absorb_labs.hpp"

#include <gtest/gtest.h>

#include "tests/support/small_world.hpp"
#include "tests/support/statistics.hpp"

namespace innochain {
namespace {

using namespace testing;

constexpr std::size_t n_absorbable = 5000;

State all_designated(Params& params, int since) {
  params.system.lab_types[skl_discipline].pool = fact(n_absorbable);
  State state = small_state(params);
  for (const LabId lab : all<LabId>(state.labs.size())) {
    state.labs.designation[lab] = state.labs.pool[lab];
    state.labs.designated[lab] = Year(since);
    ++state.labs.stock[state.labs.pool[lab]];
  }
  return state;
}

TEST(AbsorbLabs, takes_discipline_labs_with_the_declared_hazard) {
  Params params = small_params();
  params.parameters.exits.absorption_rate = 0.03;
  State state = all_designated(params, 1996);
  absorb_labs(params, Year(2005), Streams(1, 0), state);
  const YearOfDesignation& year = state.year_of[params.system.designation(skl_discipline)];
  EXPECT_NEAR(year.merged, n_absorbable * 0.03, binomial_bound(n_absorbable, 0.03));
  EXPECT_EQ(year.delisted, 0);
  EXPECT_EQ(state.year_of[params.system.designation(skl_enterprise)].merged, 0);
  EXPECT_EQ(state.year_of[params.system.designation(nerc)].merged, 0);
}

TEST(AbsorbLabs, spares_labs_before_2000_and_those_of_the_year) {
  Params params = small_params();
  params.parameters.exits.absorption_rate = 1.0;
  State state = all_designated(params, 1999);
  absorb_labs(params, Year(1999), Streams(1, 0), state);
  EXPECT_EQ(state.labs.stock[skl_discipline], static_cast<std::int32_t>(n_absorbable));
  state.labs.designated[LabId(4)] = Year(2000);
  absorb_labs(params, Year(2000), Streams(1, 0), state);
  EXPECT_EQ(state.labs.stock[skl_discipline], 1);
  EXPECT_EQ(state.labs.designation[LabId(4)], skl_discipline);
}

}  // namespace
}  // namespace innochain
