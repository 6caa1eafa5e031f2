#include "calibration/sensitivity/study.hpp"

#include <limits>

#include "output/kept.hpp"

namespace innochain {

double StudyOutput::value(const Indicators& indicators, YearSpan simulated) const {
  KeptIndicator kept;
  kept.years = YearSpan{Year(window.first), Year(window.last)};
  kept.reducer = window.reduce == YearWindow::Reduce::mean ? KeptIndicator::Reducer::mean : KeptIndicator::Reducer::sum;
  double found = std::numeric_limits<double>::quiet_NaN();
  visit_indicators(indicators, [&](const auto& values, const IndicatorDeclaration& declaration) {
    if (declaration.name == indicator) found = reduced(kept, values, simulated, member);
  });
  return found;
}

std::size_t SensitivityStudy::n_points() const {
  return std::visit([](const auto& points) { return points.n_points(); }, *design);
}

PointRole SensitivityStudy::role(std::size_t point) const {
  return std::visit([&](const auto& points) { return points.role(point); }, *design);
}

double SensitivityStudy::value(std::size_t point, std::size_t factor) const {
  return factors[factor].range.at(std::visit([&](const auto& points) { return points.at(point, factor); }, *design));
}

void SensitivityStudy::apply(std::size_t point, Params& params) const {
  for (const std::size_t factor : order_) axes_[factor].set(value(point, factor), params);
}

}  // namespace innochain
