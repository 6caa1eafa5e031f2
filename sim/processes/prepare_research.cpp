#include "sim/processes/prepare_research.hpp"

#include <algorithm>

namespace innochain {

namespace {

void set_controls(const Params& params, Year year, Technology& technology) {
  technology.severity_before = technology.severity;
  technology.severity.fill(0.0);
  for (const Shock& shock : params.shocks) {
    if (!shock.years.contains(year)) continue;
    const double severity = shock.severity[shock.years.index(year)];
    for (const CategoryId c : shock.categories) technology.severity[c] = std::max(technology.severity[c], severity);
  }
}

void measure_stocks(const ChainParameters& chain, Technology& technology) {
  const ChainParameters::Outputs& p = chain.outputs;
  for (const CategoryId c : all<CategoryId>(technology.basic.size())) {
    const double basic = technology.basic[c], applied = technology.applied[c];
    const double x = maths::pow(basic / applied, chain.technology.chain_elasticity);
    technology.gap[c] = maths::log(technology.frontier[c] / applied);
    technology.applied_productivity[c] = x;
    technology.paper_factor[c] = maths::pow(basic, p.paper_stock_elasticity);
    technology.patent_factor[c] = x * maths::pow(applied, p.patent_stock_elasticity);
    technology.result_factor[c] = x * maths::pow(applied, p.transfer_stock_elasticity);
  }
  for (auto* effort : {&technology.basic_effort, &technology.applied_effort, &technology.enterprise_effort})
    effort->fill(0.0);
}

/// Time that proposals took, over the staff of designated labs and of academic research a year ago; at most one half.
double applying_time(const State& state) {
  double staff = state.background.academic_staff;
  for (const LabId lab : all<LabId>(state.labs.size()))
    if (state.labs.effort[lab] > 0.0) staff += state.labs.staff[lab];
  return staff > 0.0 ? std::min(0.5, state.applications.work / staff) : 0.0;
}

void clear_outputs(State& state) {
  YearOfResearch& research = state.research;
  for (auto* counts :
       {&research.papers, &research.papers_top, &research.patents, &research.standards, &research.spinoffs})
    counts->fill(0);
  research.transfers.fill(0.0);
  research.contracts_mcny = research.basic_mcny = research.academic_mcny = research.enterprise_mcny = 0.0;
  for (auto* table : {&research.inside, &research.outside, &research.labs})
    std::fill(table->begin(), table->end(), 0.0);
  state.organisations.results.fill(0.0);
}

}  // namespace

void prepare_research(const Params& params, Year year, const Streams&, State& state) {
  set_controls(params, year, state.technology);
  measure_stocks(params.parameters.chain, state.technology);
  clear_outputs(state);
  state.research.applying_time = applying_time(state);
}

}  // namespace innochain
