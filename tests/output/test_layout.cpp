#include <gtest/gtest.h>

#include <algorithm>

#include "output/result_layout.hpp"
#include "sim/state/indicators.hpp"
#include "tests/support/tiny_params.hpp"

namespace innochain {
namespace {

using testing::tiny_params;

// Reference: the widths of the simulation's own indicators.
TEST(Layout, EveryIndicatorFitsTheAxesOfTheFile) {
  const Params params = tiny_params();
  const std::vector<CategoryAxis> axes = category_axes(params.system);
  const auto length = [&](const std::string& name) {
    const auto axis = std::ranges::find_if(axes, [&](const CategoryAxis& a) { return a.name == name; });
    EXPECT_NE(axis, axes.end()) << name;
    return axis == axes.end() ? 0 : axis->values.size();
  };
  Indicators indicators;
  indicators.prepare(params);
  visit_indicators(indicators, [&](const auto& indicator, const IndicatorDeclaration& declaration) {
    std::size_t width = 1;
    for (const std::string& dimension : dimensions_of(declaration.axis)) width *= length(dimension);
    EXPECT_EQ(indicator.width(), width) << declaration.name;
  });
}

TEST(Layout, AgesOfFirmsAreNamedByTheYear) {
  const auto axes = category_axes(testing::tiny_system());
  const auto axis = std::ranges::find_if(axes, [](const CategoryAxis& a) { return a.name == std::string("firm_age"); });
  ASSERT_NE(axis, axes.end());
  ASSERT_EQ(axis->values.size(), 20u);
  EXPECT_EQ(axis->values.front(), "1");
  EXPECT_EQ(axis->values.back(), "20");
}

// Reference: the agents of the simulation's own traces.
TEST(Layout, AgentsStandInTheOrderOfTheTraces) {
  Params one = tiny_params("one"), two = tiny_params("two");
  one.traced_categories = {CategoryId(1)};
  two.traced_categories = {CategoryId(0), CategoryId(1)};
  Agents agents;
  for (const Params* params : {&one, &two}) {
    Indicators indicators;
    indicators.prepare(*params);
    const std::vector<std::size_t> places = agents.places(*params);
    ASSERT_EQ(places.size(), indicators.traces.names.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      EXPECT_EQ(agents.names[places[i]], indicators.traces.names[i]);
      EXPECT_EQ(agents.kinds[places[i]], indicators.traces.kinds[i]);
    }
  }
  EXPECT_EQ(agents.names.size(), 5u) << "a category traced in both scenarios stands once";
}

}  // namespace
}  // namespace innochain
