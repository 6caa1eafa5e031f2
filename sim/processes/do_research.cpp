#include "sim/processes/do_research.hpp"

#include <cmath>

namespace innochain {

namespace {

/// Logarithm of the money at which a lab has its type's typical staff: 40 million CNY of 2010.
constexpr double log_reference_money = 3.6888794541139363;
/// Commercial work counts for this much applied work (range 0.1–0.5).
constexpr double commercial_as_applied = 0.3;

std::int64_t overdispersed_count(Stream& stream, double mean, double dispersion) {
  const double variance = maths::log1p(dispersion);
  return stream.poisson(mean * maths::exp(std::sqrt(variance) * stream.normal() - 0.5 * variance));
}

/// Labs' income from elsewhere, relative to 2010.
double income_growth(const Params& params, Year year) {
  const Inputs& inputs = params.inputs;
  const double real = inputs.gerd_bcny[inputs.years.index(year)] / params.deflator(year);
  const double reference = inputs.gerd_bcny[inputs.years.index(Year(2010))] / params.deflator(Year(2010));
  return maths::pow(real / reference, params.parameters.labs.income_elasticity);
}

/// What a lab does in a year.
struct Work {
  double effort, basic, applied, commercial;
};

/// Lets staff follow money and returns the effort of the year. Powers are taken through one logarithm each of money and staff.
Work work(const Params& params, const LabType& type, LabId lab, double money, Labs& labs) {
  const Parameters::Labs& p = params.parameters.labs;
  const double log_money = maths::log(money);
  const double wanted = type.staff * maths::exp(p.staff_elasticity * (log_money - log_reference_money));
  labs.staff[lab] += p.staff_speed * (wanted - labs.staff[lab]);
  const double log_effort = p.effort_staff_elasticity * maths::log(labs.staff[lab]) + (1.0 - p.effort_staff_elasticity) * log_money;
  return {type.quality * labs.productivity[lab] * maths::exp(log_effort), labs.orientation[0][lab], labs.orientation[1][lab],
          labs.orientation[2][lab]};
}

void count_outputs(const Params& params, Year year, const Streams& streams, LabId lab, const Work& w, Labs& labs) {
  const Parameters::Labs& p = params.parameters.labs;
  Stream stream = streams.at(Purpose::lab_outputs, year, lab.index());
  const double papers = p.paper_rate * w.effort * (w.basic + p.applied_paper_weight * w.applied);
  const double patents = p.patent_rate * w.effort * (w.applied + commercial_as_applied * w.commercial);
  labs.papers[lab] = static_cast<std::int32_t>(overdispersed_count(stream, papers, p.count_dispersion));
  labs.patents[lab] = static_cast<std::int32_t>(overdispersed_count(stream, patents, p.count_dispersion));
  if (labs.host[lab] == Host::enterprise)
    labs.standards[lab] = static_cast<std::int32_t>(stream.poisson(p.standard_rate * w.effort * w.commercial));
}

/// What the next review will look at.
void add_evidence(const Category& category, LabId lab, const Work& w, Labs& labs) {
  const auto evidence = [&](Criterion criterion) -> double& { return labs.record[static_cast<std::size_t>(criterion)][lab]; };
  evidence(Criterion::papers) += labs.papers[lab];
  evidence(Criterion::applied) += labs.patents[lab];
  evidence(Criterion::commercialization) += w.effort * w.commercial + labs.standards[lab];
  evidence(Criterion::strategic) += w.effort * category.criticality;
  evidence(Criterion::standing) += w.effort * w.basic * maths::exp(0.2 * labs.quality[lab]);
}

}  // namespace

void do_research(const Params& params, Year year, const Streams& streams, State& state) {
  const System& system = params.system;
  Labs& labs = state.labs;
  const double growth = income_growth(params, year);
  const double price = params.deflator(year);
  for (const LabId lab : all<LabId>(labs.size())) {
    labs.papers[lab] = labs.patents[lab] = labs.standards[lab] = 0;
    const LabTypeId held = labs.designation[lab];
    if (!held.exists() || system.lab_types[held].series == "provincial") continue;
    const LabType& type = system.lab_types[held];
    const double money = labs.funding[lab].in_million_cny() / price + type.own_income_mcny * growth;
    const Work w = work(params, type, lab, money, labs);
    count_outputs(params, year, streams, lab, w, labs);
    if (type.rotation != Rotation::none) add_evidence(system.categories[labs.category[lab]], lab, w, labs);
  }
}

}  // namespace innochain
