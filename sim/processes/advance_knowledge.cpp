#include "sim/processes/advance_knowledge.hpp"

#include <algorithm>
#include <cmath>

namespace innochain {

double topic_worth(std::span<const double> money, std::span<const double> first, double duplicate_value,
                   double variety) {
  double spent = 0.0, worth = 0.0;
  for (std::size_t k = 0; k < money.size(); ++k) {
    if (!(money[k] > 0.0)) continue;
    spent += money[k];
    worth += maths::pow(first[k] + duplicate_value * (money[k] - first[k]), variety);
  }
  if (!(spent > 0.0)) return 1.0;
  const auto n = static_cast<double>(money.size());
  return maths::pow(worth / n, 1.0 / variety) * n / spent;
}

namespace {

/// Topics chosen this year join those of the years before, on which projects still run.
void choose_topics(const Params& params, const Applications& applications, Technology& technology) {
  const ChainParameters::Coordination& p = params.parameters.chain.coordination;
  const std::size_t n = applications.topic_money.size() / technology.weight.size();
  if (n == 0 || !(p.weight > 0.0)) return;
  for (const CategoryId c : all<CategoryId>(technology.weight.size())) {
    const auto money = std::span(applications.topic_money).subspan(c.index() * n, n);
    const auto first = std::span(applications.topic_first).subspan(c.index() * n, n);
    const auto move = [&](double& worth, double variety) {
      const double now = 1.0 - p.weight + p.weight * topic_worth(money, first, p.duplicate_value, variety);
      worth += (now - worth) / p.memory_years;
    };
    move(technology.basic_coordination[c], p.basic_variety);
    move(technology.applied_coordination[c], p.applied_variety);
  }
}

/// New ideas of a year: ζ·(effort/1000)^λ·stock^φ.
double ideas(double productivity, double effort, double effort_elasticity, double stock, double stock_elasticity) {
  constexpr double unit_of_effort = 1000.0;
  if (!(effort > 0.0)) return 0.0;
  return productivity * maths::pow(effort / unit_of_effort, effort_elasticity) * maths::pow(stock, stock_elasticity);
}

}  // namespace

void advance_knowledge(const Params& params, Year year, const Streams& streams, State& state) {
  const ChainParameters::Technology& p = params.parameters.chain.technology;
  Technology& technology = state.technology;
  choose_topics(params, state.applications, technology);
  const double openness = params.levers_in(year).openness_share;
  const double cooperation = 1.0 + p.cooperation_gain * openness;
  for (const CategoryId c : all<CategoryId>(technology.basic.size())) {
    double &basic = technology.basic[c], &applied = technology.applied[c], &frontier = technology.frontier[c];
    const double access = openness * (1.0 - params.parameters.chain.imports.diffusion_loss * technology.severity[c]);
    const double new_basic =
        ideas(p.basic_productivity, technology.basic_coordination[c] * cooperation * technology.basic_effort[c],
              p.basic_effort_elasticity, basic, p.basic_stock_elasticity) +
        p.basic_diffusion * access * std::max(0.0, frontier - basic);
    const double new_applied =
        technology.applied_productivity[c] * ideas(p.applied_productivity,
                                                   technology.applied_coordination[c] * technology.applied_effort[c],
                                                   p.applied_effort_elasticity, applied, p.applied_stock_elasticity) +
        p.applied_diffusion * access * std::max(0.0, frontier - applied);
    const double lead = std::max(0.0, applied - frontier);
    const double luck = streams.at(Purpose::frontier, year, c.index()).normal();
    frontier = frontier * maths::exp(p.frontier_growth + p.frontier_noise * luck) + p.outflow * openness * lead;
    basic = (1.0 - p.basic_depreciation) * basic + new_basic;
    applied = (1.0 - p.applied_depreciation) * applied + new_applied;
  }
}

}  // namespace innochain
