#include "sim/processes/move_orientation.hpp"

#include <algorithm>
#include <array>

#include "sim/state/lab_type_set.hpp"
#include "sim/state/rewards.hpp"

namespace innochain {

namespace {

using Mix = std::array<double, n_activities>;

/// What each criterion looks at: shares of basic, applied and commercial work; columns of the criteria sum to 1.
constexpr std::array<Mix, n_criteria> looks_at{{
    {0.70, 0.30, 0.00},  // papers
    {0.10, 0.70, 0.20},  // applied results
    {0.00, 0.25, 0.75},  // commercialization
    {0.15, 0.60, 0.25},  // strategic need
    {0.80, 0.20, 0.00},  // standing
}};

/// The mix of work for which the year's competitions pay.
Mix called_for(const Params& params, Year year, const State& state) {
  double basic = 0.0, applied = 0.0;
  for (const ProgrammeId p : all<ProgrammeId>(params.system.programmes.size())) {
    const Programme& programme = params.system.programmes[p];
    if (programme.competition == Competition::institutional || programme.competition == Competition::zones) continue;
    const double money = state.accounts.awarded[p].in_million_cny();
    basic += money * programme.orientation[0];
    applied += money * programme.orientation[1];
  }
  const double commercial = params.levers_in(year).commercialization_emphasis;
  const double part = basic + applied > 0.0 ? basic / (basic + applied) : 0.5;
  return {(1.0 - commercial) * part, (1.0 - commercial) * (1.0 - part), commercial};
}

/// ρ^β for each activity.
Mix rewarded(const ChainParameters::Orientation& p, const std::array<double, n_criteria>& weights, const Mix& calls) {
  Mix reward{};
  for (std::size_t k = 0; k < n_activities; ++k) {
    double review = 0.0;
    for (std::size_t criterion = 0; criterion < n_criteria; ++criterion)
      review += weights[criterion] * looks_at[criterion][k];
    reward[k] = maths::pow((1.0 - p.call_weight) * review + p.call_weight * calls[k], p.response);
  }
  return reward;
}

Mix wanted(const Mix& natural, const Mix& reward) {
  Mix mix{};
  double sum = 0.0;
  for (std::size_t k = 0; k < n_activities; ++k) sum += mix[k] = natural[k] * reward[k];
  if (!(sum > 0.0)) return natural;
  for (double& share : mix) share /= sum;
  return mix;
}

}  // namespace

void move_orientation(const Params& params, Year year, const Streams&, State& state) {
  const ChainParameters::Orientation& p = params.parameters.chain.orientation;
  const ChainParameters::Background& b = params.parameters.chain.background;
  const System& system = params.system;
  Labs& labs = state.labs;
  const Mix calls = called_for(params, year, state);
  const Mix academic{b.natural_basic, b.natural_applied, 1.0 - b.natural_basic - b.natural_applied};
  const LabTypeSet national = national_series(system);
  std::vector<Mix>& goals = state.scratch.mixes;  // by field and type
  goals.clear();
  for (const FieldId field : all<FieldId>(system.fields.size())) {
    const Mix reward = rewarded(p, weights_in_force(params, year, field), calls);
    for (const LabType& type : system.lab_types) goals.push_back(wanted(type.orientation, reward));
    const Mix goal = wanted(academic, reward);
    Mix& now = state.background.orientation[field];
    for (std::size_t k = 0; k < n_activities; ++k) now[k] += p.speed * (goal[k] - now[k]);
  }
  const double speed_if_poor = std::min(1.0, p.speed * (1.0 + p.poor_speed));
  for (const LabId lab : all<LabId>(labs.size())) {
    if (!national.contains(labs.designation[lab])) continue;
    const Mix& goal = goals[labs.field[lab].index() * system.lab_types.size() + labs.designation[lab].index()];
    const double speed = labs.grade[lab] == Grade::poor ? speed_if_poor : p.speed;
    for (std::size_t k = 0; k < n_activities; ++k)
      labs.orientation[k][lab] += speed * (goal[k] - labs.orientation[k][lab]);
  }
}

}  // namespace innochain
