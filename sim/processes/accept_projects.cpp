#include "sim/processes/accept_projects.hpp"

#include "sim/state/funds.hpp"

namespace innochain {

namespace {

/// A binomial count by inversion, for few expected events; two words however many projects are alike.
std::int32_t rare_events(Stream& stream, std::int32_t trials, double probability) {
  if (!(probability > 0.0)) return 0;
  if (probability >= 1.0) return trials;
  if (trials * probability > 30.0) return static_cast<std::int32_t>(stream.binomial(trials, probability));
  double left = stream.uniform();
  if (left < 1.0 - trials * probability) return 0;  // at most (1 − p)ⁿ, the probability of none
  double mass = maths::exp(trials * maths::log1p(-probability));
  const double odds = probability / (1.0 - probability);
  std::int32_t events = 0;
  while (left > mass && events < trials) {
    left -= mass;
    ++events;
    mass *= odds * static_cast<double>(trials - events + 1) / events;
  }
  return events;
}

Money part_of(Money amount, std::int32_t some, std::int32_t all_of_them) {
  return some == all_of_them ? amount : Money::thousand_cny(amount.in_thousand_cny() * some / all_of_them);
}

/// Takes back what is not yet paid of some of a project's like projects.
void take_back(const System& system, Year year, std::int32_t some, Project& project, State& state) {
  const Money cut = part_of(project.instalment, some, project.count),
              prize = part_of(project.on_delivery, some, project.count);
  for (Year y = year; y <= project.end; ++y) state.payments.at(y, project.lead) -= cut;
  const Money back = (project.end - year + 1) * cut + prize;
  project.instalment -= cut;
  project.on_delivery -= prize;
  project.amount -= back;
  recover(system, project.programme, back, state);
}

double acceptance(const Params& params, Year year, const State& state, ApplicantId lead) {
  const Parameters::Projects& p = params.parameters.projects;
  if (!(p.acceptance_share > 0.0 && p.acceptance_share < 1.0)) return p.acceptance_share;
  const double z = state.is_lab(lead)
                       ? state.labs.quality[state.lab(lead)] - params.parameters.quality.growth * (year - Year(2006))
                       : state.organisations.standing[state.organisation(lead)];
  return maths::normal_cdf(maths::normal_quantile(p.acceptance_share) + p.acceptance_slope * z);
}

}  // namespace

void accept_projects(const Params& params, Year year, const Streams& streams, State& state) {
  std::vector<Project>& running = state.projects.running;
  std::erase_if(running, [&](const Project& project) { return project.end < year || project.count == 0; });
  for (Project& project : running) {
    const auto programme_and_start =
        (project.programme.index() << 12) | static_cast<std::size_t>(project.start.value());
    Stream stream = streams.at(Purpose::project_delivery, year, programme_and_start, project.number);
    const std::int32_t cancelled = rare_events(stream, project.count, params.parameters.projects.cancellation_rate);
    if (cancelled > 0) {
      take_back(params.system, year, cancelled, project, state);
      project.count -= cancelled;
    }
    if (project.end > year || project.count == 0) continue;
    const std::int32_t failed = rare_events(stream, project.count, 1.0 - acceptance(params, year, state, project.lead));
    if (failed > 0) take_back(params.system, year, failed, project, state);
    state.payments.at(year, project.lead) += project.on_delivery;
    project.on_delivery = Money();
  }
}

}  // namespace innochain
