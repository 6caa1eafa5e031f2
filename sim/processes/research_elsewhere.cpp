#include "sim/processes/research_elsewhere.hpp"

#include <algorithm>
#include <array>

#include "sim/core/contracts.hpp"
#include "sim/state/rewards.hpp"

namespace innochain {

namespace {

constexpr double million_per_billion = 1000.0;

/// Staff wanted at a real income, and their speed of adjustment.
struct Staffing {
  double staff, money_mcny, elasticity, speed;
  double follow(double now, double money) const {
    if (!(money > 0.0)) return now * (1.0 - speed);
    const double wanted = staff * maths::pow(money / money_mcny, elasticity);
    return now > 0.0 ? now + speed * (wanted - now) : wanted;  // at first they are there
  }
};

/// E = S^α M^(1−α) of all categories together; each has its share, as both factors are divided alike.
double effort_of(double staff, double money, double staff_weight) {
  if (!(staff > 0.0) || !(money > 0.0)) return 0.0;
  return maths::exp(staff_weight * maths::log(staff) + (1.0 - staff_weight) * maths::log(money));
}

/// Each kind of output of each host class has luck of its own.
enum class BackgroundOutput : std::uint32_t { papers, patents, top_papers };

Stream luck(const Streams& streams, Year year, CategoryId category, std::size_t host, BackgroundOutput output) {
  constexpr std::uint32_t n_outputs = 3;
  return streams.at(Purpose::background_outputs, year, category.index(),
                    n_outputs * static_cast<std::uint32_t>(host) + static_cast<std::uint32_t>(output));
}

/// National R&D spending of the year, million CNY.
struct Spending {
  double academic, enterprise;  ///< current prices, without designated labs
  Spending(const Params& params, Year year, const YearOfResearch& research) {
    const Inputs& inputs = params.inputs;
    const std::size_t i = inputs.years.index(year);
    const double gerd = inputs.gerd_bcny[i] * million_per_billion;
    academic = std::max(0.0, gerd * inputs.academic_share[i] - research.academic_mcny);
    enterprise = std::max(0.0, gerd * (1.0 - inputs.academic_share[i]) - research.enterprise_mcny);
  }
};

/// The host classes of academic research by their researchers.
std::array<double, n_hosts> academic_hosts(const System& system) {
  std::array<double, n_hosts> share = system.researcher_share;
  share[static_cast<std::size_t>(Host::enterprise)] = 0.0;
  double total = 0.0;
  for (const double part : share) total += part;
  for (double& part : share) part = total > 0.0 ? part / total : 0.0;
  return share;
}

void academic_research(const Params& params, Year year, const Streams& streams, const Spending& spending,
                       State& state) {
  const ChainParameters& chain = params.parameters.chain;
  const Parameters::Labs& labs = params.parameters.labs;
  const double price = params.deflator(year), real = spending.academic / price;
  Background& background = state.background;
  background.academic_staff = Staffing{chain.background.academic_staff, chain.background.academic_money_mcny,
                                       chain.background.staff_elasticity, labs.staff_speed}
                                  .follow(background.academic_staff, real);
  const double effort =
      (1.0 - state.research.applying_time) * effort_of(background.academic_staff, real, labs.effort_staff_elasticity);
  const auto hosts = academic_hosts(params.system);
  Technology& technology = state.technology;
  YearOfResearch& national = state.research;
  double basic_share = 0.0;
  for (const CategoryId c : all<CategoryId>(technology.weight.size())) {
    const auto& [basic, applied, commercial] = background.orientation[params.system.categories[c].field];
    const double e = effort * technology.weight[c];
    const double applied_effort = e * (applied + chain.technology.commercial_weight * commercial);
    technology.basic_effort[c] += e * basic;
    technology.applied_effort[c] += applied_effort;
    basic_share += technology.weight[c] * basic;
    const double results =
        e * (commercial + chain.outputs.transfer_applied_weight * applied) * technology.result_factor[c];
    const double papers = labs.paper_rate * e * (basic + labs.applied_paper_weight * applied);
    const double top = top_paper_share(params, year, c, technology);
    for (std::size_t host = 0; host < n_hosts; ++host) {
      if (hosts[host] == 0.0) continue;
      const std::int64_t written = luck(streams, year, c, host, BackgroundOutput::papers)
                                       .poisson(hosts[host] * papers * technology.paper_factor[c]);
      national.papers[host] += written;
      national.papers_top[host] += luck(streams, year, c, host, BackgroundOutput::top_papers).binomial(written, top);
      national.patents[host] +=
          luck(streams, year, c, host, BackgroundOutput::patents)
              .poisson(hosts[host] * labs.patent_rate * applied_effort * technology.patent_factor[c]);
      national.transfers[host] += hosts[host] * results;
    }
  }
  national.academic_basic_share = basic_share;
  national.basic_mcny += spending.academic * basic_share;
}

/// Shares of the categories in enterprises' development, left in `share`.
void share_development(const Params& params, const Spending& spending, const State& state, std::vector<double>& share) {
  const Technology& technology = state.technology;
  const Column<CategoryId, double>& by_firms = state.firms.sums.rd_of;
  double firms = 0.0;
  for (const double rd : by_firms) firms += rd;
  const double part = spending.enterprise > 0.0 ? std::min(1.0, firms / spending.enterprise) : 0.0;
  const double search = params.parameters.chain.imports.directed_search;
  double total = 0.0;
  share.clear();
  for (const CategoryId c : all<CategoryId>(technology.weight.size())) {
    const double known = firms > 0.0 ? by_firms[c] / firms : technology.weight[c];
    const double usual = (1.0 - part) * technology.weight[c] + part * known;
    share.push_back(usual * (1.0 + search * technology.severity[c] * technology.import_reliance[c]));
    total += share.back();
  }
  for (double& x : share) x /= total;
}

void enterprise_development(const Params& params, Year year, const Streams& streams, const Spending& spending,
                            State& state) {
  const ChainParameters& chain = params.parameters.chain;
  const Parameters::Labs& labs = params.parameters.labs;
  const double price = params.deflator(year), real = spending.enterprise / price;
  Background& background = state.background;
  background.enterprise_staff = Staffing{chain.background.enterprise_staff, chain.background.enterprise_money_mcny,
                                         chain.background.staff_elasticity, labs.staff_speed}
                                    .follow(background.enterprise_staff, real);
  const double effort = effort_of(background.enterprise_staff, real, labs.effort_staff_elasticity);
  Technology& technology = state.technology;
  YearOfResearch& national = state.research;
  std::vector<double>& share = state.scratch.category_values;
  share_development(params, spending, state, share);
  double results = 0.0;
  const auto host = static_cast<std::size_t>(Host::enterprise);
  for (const CategoryId c : all<CategoryId>(technology.weight.size())) {
    const double e = effort * share[c.index()];
    technology.enterprise_effort[c] = e;
    technology.applied_effort[c] += chain.technology.enterprise_weight * e;
    national.patents[host] +=
        luck(streams, year, c, host, BackgroundOutput::patents)
            .poisson(labs.patent_rate * chain.technology.enterprise_weight * e * technology.patent_factor[c]);
    results += chain.outputs.contract_enterprise_weight * e * technology.result_factor[c];
  }
  for (const double transfers : national.transfers) results += transfers;
  national.contracts_mcny = chain.outputs.contract_rate * price * results;
}

}  // namespace

void research_elsewhere(const Params& params, Year year, const Streams& streams, State& state) {
  const Spending spending(params, year, state.research);
  academic_research(params, year, streams, spending, state);
  enterprise_development(params, year, streams, spending, state);
  std::int64_t filed = 0;
  for (const std::int64_t patents : state.research.patents) filed += patents;
  state.research.filed[params.scale.years.index(year)] = filed;
}

}  // namespace innochain
