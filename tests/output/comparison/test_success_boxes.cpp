#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "output/comparison/success_boxes.hpp"
#include "sim/core/maths.hpp"

namespace innochain {
namespace {

struct Planted {
  std::vector<BoxInput> inputs;
  std::vector<bool> success;

  void add(std::string name, std::size_t n, std::mt19937_64& bits) {
    BoxInput input{std::move(name), false, {}, {}};
    for (std::size_t i = 0; i < n; ++i) input.values.push_back((static_cast<double>(bits() >> 11) + 0.5) * 0x1.0p-53);
    inputs.push_back(std::move(input));
  }
};

/// Success where a > 0.6, b < 0.4 and the rule is "lottery"; c says nothing. An eighth of the failures succeed by luck.
Planted planted(std::size_t n, bool noise) {
  std::mt19937_64 bits(17);
  Planted data;
  for (const char* name : {"a", "b", "c"}) data.add(name, n, bits);
  data.inputs.push_back({"rule", true, {"merit", "lottery", "rank"}, {}});
  for (std::size_t i = 0; i < n; ++i) {
    data.inputs[3].values.push_back(static_cast<double>(bits() % 3));
    const bool inside =
        data.inputs[0].values[i] > 0.6 && data.inputs[1].values[i] < 0.4 && data.inputs[3].values[i] == 1;
    data.success.push_back(inside || (noise && bits() % 8 == 0));
  }
  return data;
}

// A box without noise is found as it is: density and coverage near 1, limits between the two cases around the truth.
TEST(FindBoxes, APlantedBoxIsFound) {
  const Planted data = planted(6000, false);
  const std::vector<SuccessBox> boxes = find_boxes(data.inputs, data.success);
  ASSERT_GE(boxes.size(), 1u);
  const BoxStep& box = boxes[0].box;
  // One step of peeling takes 5 % of what is left, which may overshoot a limit by as much before pasting repairs it.
  EXPECT_NEAR(box.limits[0].lower, 0.6, 0.05 * 0.4);
  EXPECT_NEAR(box.limits[1].upper, 0.4, 0.05 * 0.4);
  EXPECT_EQ(box.limits[0].upper, maths::infinity);
  EXPECT_EQ(box.limits[1].lower, -maths::infinity);
  EXPECT_FALSE(box.limits[2].limited());
  EXPECT_EQ(box.limits[3].kept, (std::vector<bool>{false, true, false}));
  EXPECT_GT(box.inside.density(), 0.95);
  EXPECT_GT(box.coverage, 0.95);
  for (const std::size_t input : {0u, 1u, 3u}) EXPECT_LT(box.limits[input].quasi_p, 1e-6);
}

TEST(FindBoxes, APlantedBoxIsFoundInNoise) {
  const Planted data = planted(6000, true);
  const BoxStep box = find_boxes(data.inputs, data.success).at(0).box;
  EXPECT_NEAR(box.limits[0].lower, 0.6, 0.05);
  EXPECT_NEAR(box.limits[1].upper, 0.4, 0.05);
  EXPECT_EQ(box.limits[3].kept, (std::vector<bool>{false, true, false}));
  for (const std::size_t input : {0u, 1u, 3u}) EXPECT_LT(box.limits[input].quasi_p, 1e-6);
}

// Success that nothing explains, in half of the cases: one box in 200 such searches, so three in ten are out of
// question.
TEST(FindBoxes, WhatSaysNothingMakesNoBox) {
  std::mt19937_64 bits(3);
  std::size_t n_found = 0;
  for (int search = 0; search < 10; ++search) {
    Planted data;
    for (const char* name : {"a", "b"}) data.add(name, 2000, bits);
    for (int i = 0; i < 2000; ++i) data.success.push_back(bits() % 2 == 0);
    n_found += find_boxes(data.inputs, data.success).empty() ? 0 : 1;
  }
  EXPECT_LE(n_found, 2u);
}

// A slow version of peeling on one input without ties: sort, drop a twentieth from the side that leaves the denser
// rest.
TEST(FindBoxes, PeelingIsThatOfASlowVersion) {
  std::mt19937_64 bits(29);
  Planted data;
  data.add("a", 500, bits);
  for (const double a : data.inputs[0].values)
    data.success.push_back(a > 0.3 && a < 0.7 ? bits() % 4 != 0 : bits() % 4 == 0);
  std::vector<std::pair<double, bool>> left;
  for (std::size_t i = 0; i < 500; ++i) left.emplace_back(data.inputs[0].values[i], data.success[i]);
  std::ranges::sort(left);
  const auto n_success = [](const auto& cases) {
    return static_cast<std::size_t>(std::ranges::count(cases, true, &std::pair<double, bool>::second));
  };
  const std::vector<SuccessBox> boxes = find_boxes(data.inputs, data.success);
  const std::vector<BoxStep>& trajectory = boxes.at(0).trajectory;
  for (const BoxStep& step : trajectory) {
    ASSERT_EQ(step.inside.n, left.size());
    ASSERT_EQ(step.inside.n_success, n_success(left));
    const std::size_t n_out = std::max<std::size_t>(1, left.size() / 20);
    const std::vector<std::pair<double, bool>> upper(left.begin() + static_cast<std::ptrdiff_t>(n_out), left.end());
    const std::vector<std::pair<double, bool>> lower(left.begin(), left.end() - static_cast<std::ptrdiff_t>(n_out));
    left = n_success(upper) >= n_success(lower) ? upper : lower;
  }
  EXPECT_GT(trajectory.size(), 20u);
  EXPECT_LT(left.size(), 0.05 * 500);  // one more step would be below the least mass
}

// Five levels as in a grid: equal values go together.
TEST(FindBoxes, LevelsOfAGridGoTogether) {
  Planted data;
  data.inputs.push_back({"a", false, {}, {}});
  for (int level = 0; level < 5; ++level) {
    for (int i = 0; i < 40; ++i) {
      data.inputs[0].values.push_back(0.25 * level);
      data.success.push_back(level >= 3);
    }
  }
  const std::vector<SuccessBox> boxes = find_boxes(data.inputs, data.success);
  ASSERT_EQ(boxes.size(), 1u);
  EXPECT_DOUBLE_EQ(boxes[0].box.limits[0].lower, 0.625);
  EXPECT_EQ(boxes[0].box.inside.density(), 1.0);
  EXPECT_EQ(boxes[0].box.coverage, 1.0);
  ASSERT_EQ(boxes[0].trajectory.size(), 4u);
}

// Two separate boxes are found one after the other, and no third.
TEST(FindBoxes, OneBoxAfterTheOther) {
  std::mt19937_64 bits(23);
  Planted data;
  for (const char* name : {"a", "b"}) data.add(name, 4000, bits);
  for (std::size_t i = 0; i < 4000; ++i) {
    const double a = data.inputs[0].values[i], b = data.inputs[1].values[i];
    data.success.push_back((a < 0.35 && b < 0.35) || (a > 0.7 && b > 0.7));
  }
  const std::vector<SuccessBox> boxes = find_boxes(data.inputs, data.success);
  ASSERT_GE(boxes.size(), 2u);
  EXPECT_NEAR(boxes[0].box.limits[0].upper, 0.35, 0.05);
  EXPECT_NEAR(boxes[1].box.limits[0].lower, 0.7, 0.05);
  EXPECT_GT(boxes[0].box.coverage + boxes[1].box.coverage, 0.9);
}

}  // namespace
}  // namespace innochain
