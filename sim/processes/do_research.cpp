#include "sim/processes/do_research.hpp"

#include <array>
#include <cmath>

#include "sim/state/lab_type_set.hpp"

namespace innochain {

namespace {

/// Logarithm of the money at which a lab has its type's typical staff: 40 million CNY of 2010.
constexpr double log_reference_money = 3.6888794541139363;
/// Commercial work counts for this much applied work (range 0.1–0.5).
constexpr double commercial_as_applied = 0.3;

/// Poisson counts whose mean is itself log-normal: variance mean + dispersion·mean².
class OverdispersedCount {
 public:
  explicit OverdispersedCount(double dispersion) : variance_(maths::log1p(dispersion)), spread_(std::sqrt(variance_)) {}
  /// Two independent counts with their means.
  std::array<std::int32_t, 2> operator()(Stream& stream, std::array<double, 2> means) const {
    const double first = stream.coarse_normal(), second = stream.coarse_normal();
    const auto luck = maths::exp_pair({spread_ * first - 0.5 * variance_, spread_ * second - 0.5 * variance_});
    const std::int64_t count = stream.poisson(means[0] * luck[0]);
    return {static_cast<std::int32_t>(count), static_cast<std::int32_t>(stream.poisson(means[1] * luck[1]))};
  }

 private:
  double variance_, spread_;
};

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
  double recognition;  ///< exp(0.2·quality): how much more a better lab's basic work is noticed
};

/// Lets staff follow money and returns the effort of the year. Powers are taken through one logarithm each of money and
/// staff.
Work work(const Params& params, const LabType& type, LabId lab, double money, Labs& labs) {
  const Parameters::Labs& p = params.parameters.labs;
  const double log_money = maths::fast_log(money);
  const double wanted = type.staff * maths::exp(p.staff_elasticity * (log_money - log_reference_money));
  labs.staff[lab] += p.staff_speed * (wanted - labs.staff[lab]);
  const double log_effort =
      p.effort_staff_elasticity * maths::fast_log(labs.staff[lab]) + (1.0 - p.effort_staff_elasticity) * log_money;
  const auto [staff_and_money, recognition] = maths::exp_pair({log_effort, 0.2 * labs.quality[lab]});
  return {type.quality * labs.productivity[lab] * staff_and_money, labs.orientation[0][lab], labs.orientation[1][lab],
          labs.orientation[2][lab], recognition};
}

void count_outputs(const Params& params, Year year, const Streams& streams, const OverdispersedCount& count, LabId lab,
                   const Work& w, Labs& labs) {
  const Parameters::Labs& p = params.parameters.labs;
  Stream stream = streams.at(Purpose::lab_outputs, year, lab.index());
  const double papers = p.paper_rate * w.effort * (w.basic + p.applied_paper_weight * w.applied);
  const double patents = p.patent_rate * w.effort * (w.applied + commercial_as_applied * w.commercial);
  const auto counts = count(stream, {papers, patents});
  labs.papers[lab] = counts[0];
  labs.patents[lab] = counts[1];
  if (labs.host[lab] == Host::enterprise)
    labs.standards[lab] = static_cast<std::int32_t>(stream.poisson(p.standard_rate * w.effort * w.commercial));
}

/// What the next review will look at.
void add_evidence(const Category& category, LabId lab, const Work& w, Labs& labs) {
  const auto evidence = [&](Criterion criterion) -> double& {
    return labs.record[static_cast<std::size_t>(criterion)][lab];
  };
  evidence(Criterion::papers) += labs.papers[lab];
  evidence(Criterion::applied) += labs.patents[lab];
  evidence(Criterion::commercialization) += w.effort * w.commercial + labs.standards[lab];
  evidence(Criterion::strategic) += w.effort * category.criticality;
  evidence(Criterion::standing) += w.effort * w.basic * w.recognition;
}

}  // namespace

void do_research(const Params& params, Year year, const Streams& streams, State& state) {
  const System& system = params.system;
  Labs& labs = state.labs;
  const double growth = income_growth(params, year);
  const double price = params.deflator(year);
  const LabTypeSet national = national_series(system);
  const OverdispersedCount count(params.parameters.labs.count_dispersion);
  for (const LabId lab : all<LabId>(labs.size())) {
    labs.papers[lab] = labs.patents[lab] = labs.standards[lab] = 0;
    const LabTypeId held = labs.designation[lab];
    if (!national.contains(held)) continue;
    const LabType& type = system.lab_types[held];
    const double money = labs.funding[lab].in_million_cny() / price + type.own_income_mcny * growth;
    const Work w = work(params, type, lab, money, labs);
    count_outputs(params, year, streams, count, lab, w, labs);
    if (type.rotation != Rotation::none) add_evidence(system.categories[labs.category[lab]], lab, w, labs);
  }
}

}  // namespace innochain
