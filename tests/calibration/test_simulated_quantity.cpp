#include <gtest/gtest.h>

#include <set>

#include "calibration/simulated_quantity.hpp"

namespace innochain {
namespace {

SimulatedQuantity papers_of_labs() {
  return {{{{"papers", false, {{"host", {"labs"}}}, {}}}, {}}, {}, {}, Reduce::mean, 0.001};
}

/// A calibration that is begun is not gone on with after one of these has changed.
TEST(SimulatedQuantity, EveryPartIsInItsText) {
  std::vector<SimulatedQuantity> different(10, papers_of_labs());
  different[1].scale = 0.0005;
  different[2].reduce = Reduce::last;
  different[3].value.terms[0].variable = "patents";
  different[4].value.terms[0].trace = true;
  different[5].value.terms[0].select["host"] = {"labs", "firms"};
  different[6].value.terms[0].years = YearSpan{Year(2010), Year(2012)};
  different[7].value.per = {{"labs", false, {}, {}}};
  different[8].relative_to = SimulatedRatio{{{"papers", false, {}, {}}}, {}};
  different[9].growth_since = Year(2000);
  std::set<std::string> texts;
  for (const SimulatedQuantity& quantity : different) texts.insert(text_of(quantity));
  EXPECT_EQ(texts.size(), different.size());
  EXPECT_EQ(text_of(papers_of_labs()), text_of(papers_of_labs()));
}

}  // namespace
}  // namespace innochain
