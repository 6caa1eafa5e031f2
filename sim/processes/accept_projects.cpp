#include "sim/processes/accept_projects.hpp"

#include <utility>
#include <vector>

#include "sim/state/funds.hpp"

namespace innochain {

namespace {

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

/// Probability that a lead's project is accepted.
class Acceptance {
 public:
  Acceptance(const Params& params, Year year, const State& state)
      : parameters_(params.parameters.projects),
        certain_(!(parameters_.acceptance_share > 0.0 && parameters_.acceptance_share < 1.0)),
        usual_(certain_ ? 0.0 : maths::normal_quantile(parameters_.acceptance_share)),
        trend_(params.parameters.quality.growth * (year - Year(2006))),
        state_(state) {}
  double operator()(ApplicantId lead) const {
    if (certain_) return parameters_.acceptance_share;
    const double z = state_.is_lab(lead) ? state_.labs.quality[state_.lab(lead)] - trend_
                                         : state_.organisations.standing[state_.organisation(lead)];
    return maths::normal_point(usual_ + parameters_.acceptance_slope * z).cdf;
  }

 private:
  const Parameters::Projects& parameters_;
  bool certain_;
  double usual_, trend_;
  const State& state_;
};

/// The luck of a project this year. Projects of one lead in one category, programme and year share it.
Stream luck(const Streams& streams, Year year, const Project& project) {
  const std::size_t category = project.category.exists() ? project.category.index() : 1023u;
  const std::size_t start = static_cast<std::size_t>(project.start.value()) % 64;  // no project runs for so long
  return streams.at(Purpose::project_delivery, year, project.lead.index(),
                    static_cast<std::uint32_t>((project.programme.index() << 16) | (start << 10) | category));
}

}  // namespace

void accept_projects(const Params& params, Year year, const Streams& streams, State& state) {
  std::vector<Project>& running = state.projects.running;
  std::erase_if(running, [&](const Project& project) { return project.end < year || project.count == 0; });
  const Acceptance acceptance(params, year, state);
  for (Project& project : running) {
    Stream stream = luck(streams, year, project);
    const auto cancelled =
        static_cast<std::int32_t>(stream.binomial(project.count, params.parameters.projects.cancellation_rate));
    if (cancelled > 0) {
      take_back(params.system, year, cancelled, project, state);
      project.count -= cancelled;
    }
    if (project.end > year || project.count == 0) continue;
    const auto failed = static_cast<std::int32_t>(stream.binomial(project.count, 1.0 - acceptance(project.lead)));
    if (failed > 0) take_back(params.system, year, failed, project, state);
    state.payments.at(year, project.lead) += project.on_delivery;
    project.on_delivery = Money();
  }
}

}  // namespace innochain
