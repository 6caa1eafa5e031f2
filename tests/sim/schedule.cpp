#include "sim/schedule.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace innochain {
namespace {

std::string all_process_headers() {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(INNOCHAIN_SOURCE_DIR "/sim/processes")) {
    if (entry.path().extension() != ".hpp") continue;
    std::ifstream in(entry.path());
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  return text;
}

TEST(Schedule, every_step_has_a_name_of_its_own_and_a_meaning) {
  std::set<std::string_view> names;
  for (const Step& step : schedule()) {
    EXPECT_TRUE(names.insert(step.name).second) << step.name;
    EXPECT_FALSE(step.meaning.empty() || step.section.empty()) << step.name;
    EXPECT_NE(step.run, nullptr) << step.name;
  }
}

TEST(Schedule, every_step_is_a_documented_process) {
  // Declared in a header of sim/processes, right below its comment.
  const std::string headers = all_process_headers();
  for (const Step& step : schedule())
    EXPECT_TRUE(std::regex_search(headers, std::regex("///[^\n]*\nvoid " + std::string(step.name) + "\\(")))
        << step.name;
}

TEST(Schedule, approvals_come_before_exits_and_the_record_last) {
  // The order of the description: who is fixed by this year's approvals is not at risk from exits drawn before them.
  const auto position = [](std::string_view name) {
    std::size_t i = 0;
    while (i < schedule().size() && schedule()[i].name != name) ++i;
    return i;
  };
  ASSERT_LT(position("record"), schedule().size());
  EXPECT_EQ(position("start_year"), 0u);
  EXPECT_EQ(position("record"), schedule().size() - 1);
  const std::string_view order[] = {"form_candidates", "approve_labs",    "review_labs",
                                    "absorb_labs",     "reorganize_labs", "record"};
  for (std::size_t i = 1; i < std::size(order); ++i) EXPECT_LT(position(order[i - 1]), position(order[i])) << order[i];
  EXPECT_LT(position("approve_zones"), position("evaluate_zones"));
}

}  // namespace
}  // namespace innochain
