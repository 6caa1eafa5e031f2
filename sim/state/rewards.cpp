#include "sim/state/rewards.hpp"

#include <algorithm>

#include "sim/core/maths.hpp"

namespace innochain {

const std::array<double, n_criteria>& weights_in_force(const Params& params, Year year, FieldId field) {
  const Year first = params.system.review_groups[params.system.fields[field].review_group].first;
  if (year <= first) return params.levers_in(year).review.weights;
  const int period = std::max(1, static_cast<int>(params.levers_in(year).review.period_years));
  const Year last = year - 1 - (year - 1 - first) % period;
  return params.levers_in(std::max(last, params.scale.years.first)).review.weights;
}

double top_paper_share(const Params& params, Year year, CategoryId category, const Technology& technology) {
  constexpr double usual_weight = 0.45;  // in 1999–2019, to which the share at the frontier refers
  const ChainParameters::Outputs& p = params.parameters.chain.outputs;
  const auto& weights = weights_in_force(params, year, params.system.categories[category].field);
  const double counting = weights[static_cast<std::size_t>(Criterion::papers)] - usual_weight;
  const double near = maths::pow(technology.basic[category] / technology.frontier[category], p.top_frontier_elasticity);
  return std::min(1.0, p.top_paper_share * near * maths::exp(-p.top_counting_loss * counting));
}

}  // namespace innochain
