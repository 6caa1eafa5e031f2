#include "sim/processes/do_research.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sim/state/lab_type_set.hpp"
#include "sim/state/rewards.hpp"

namespace innochain {

namespace {

/// Logarithm of the money at which a lab has its type's typical staff: 40 million CNY of 2010.
constexpr double log_reference_money = 3.6888794541139363;
/// Each kind of output has luck of its own, so that what changes one leaves the others as they are.
enum class LabOutput : std::uint32_t { papers, patents, standards, top_papers };

/// A count as a lab's columns hold it; larger ones are cut off.
std::int32_t count_of(std::int64_t n) {
  return static_cast<std::int32_t>(std::min<std::int64_t>(n, std::numeric_limits<std::int32_t>::max()));
}

/// Poisson counts whose mean is itself log-normal: variance mean + dispersion·mean².
class OverdispersedCount {
 public:
  explicit OverdispersedCount(double dispersion) : variance_(maths::log1p(dispersion)), spread_(std::sqrt(variance_)) {}
  /// Two counts with their streams and means.
  std::array<std::int32_t, 2> operator()(std::array<Stream, 2> streams, std::array<double, 2> means) const {
    const double first = streams[0].coarse_normal(), second = streams[1].coarse_normal();
    const auto luck = maths::exp_pair({spread_ * first - 0.5 * variance_, spread_ * second - 0.5 * variance_});
    return {count_of(streams[0].poisson(means[0] * luck[0])), count_of(streams[1].poisson(means[1] * luck[1]))};
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
  double effort;  ///< money and staff, with the lab's quality, productivity and knowledge
  double basic, applied, commercial;
  double recognition;  ///< exp(0.2·quality): how much more a better lab's basic work is noticed
};

/// The labs' research of one year.
class LabResearch {
 public:
  LabResearch(const Params& params, Year year, const Streams& streams, State& state)
      : params_(params),
        p_(params.parameters.labs),
        chain_(params.parameters.chain),
        year_(year),
        streams_(streams),
        state_(state),
        labs_(state.labs),
        growth_(income_growth(params, year)),
        price_(params.deflator(year)),
        working_time_(1.0 - state.research.applying_time) {
    const Technology& technology = state.technology;
    auto& shares = state.scratch.category_values;  // of papers that become top papers, before the lab's knowledge
    shares.clear();
    for (const CategoryId c : all<CategoryId>(technology.basic.size()))
      shares.push_back(top_paper_share(params, year, c, technology));
  }

  void work_at(LabId lab) {
    const LabType& type = params_.system.lab_types[labs_.designation[lab]];
    const double income = type.own_income_mcny * growth_;
    const double money = labs_.funding[lab].in_million_cny() / price_ + income;
    const Work w = work(type, lab, money);
    count_outputs(lab, w);
    contribute(lab, w);
    state_.research.basic_mcny += money * price_ * w.basic;
    (labs_.host[lab] == Host::enterprise ? state_.research.enterprise_mcny : state_.research.academic_mcny) +=
        money * price_;
    if (type.rotation != Rotation::none) add_evidence(lab, w);
  }

 private:
  /// Lets staff follow money and returns the work of the year. Powers are taken through one logarithm each of money and
  /// staff.
  Work work(const LabType& type, LabId lab, double money) {
    if (!(money > 0.0)) {  // nobody is paid
      labs_.staff[lab] -= p_.staff_speed * labs_.staff[lab];
      return {0.0, labs_.orientation[0][lab], labs_.orientation[1][lab], labs_.orientation[2][lab], 1.0};
    }
    const double log_money = maths::fast_log(money);
    const double wanted = type.staff * maths::exp(p_.staff_elasticity * (log_money - log_reference_money));
    labs_.staff[lab] += p_.staff_speed * (wanted - labs_.staff[lab]);
    const double log_effort = p_.effort_staff_elasticity * maths::fast_log(labs_.staff[lab]) +
                              (1.0 - p_.effort_staff_elasticity) * log_money + labs_.knowledge[lab];
    const auto [staff_and_money, recognition] = maths::exp_pair({log_effort, 0.2 * labs_.quality[lab]});
    return {working_time_ * type.quality * labs_.productivity[lab] * staff_and_money, labs_.orientation[0][lab],
            labs_.orientation[1][lab], labs_.orientation[2][lab], recognition};
  }

  void count_outputs(LabId lab, const Work& w) {
    const Technology& technology = state_.technology;
    const CategoryId c = labs_.category[lab];
    const double papers =
        p_.paper_rate * w.effort * (w.basic + p_.applied_paper_weight * w.applied) * technology.paper_factor[c];
    const double patents = p_.patent_rate * chain_.outputs.lab_patent_weight * w.effort *
                           (w.applied + chain_.technology.commercial_weight * w.commercial) *
                           technology.patent_factor[c];
    const auto counts = count_({luck(lab, LabOutput::papers), luck(lab, LabOutput::patents)}, {papers, patents});
    labs_.papers[lab] = counts[0];
    labs_.patents[lab] = counts[1];
    if (labs_.host[lab] == Host::enterprise)
      labs_.standards[lab] =
          count_of(luck(lab, LabOutput::standards).poisson(p_.standard_rate * w.effort * w.commercial));
    labs_.results[lab] =
        w.effort * (w.commercial + chain_.outputs.transfer_applied_weight * w.applied) * technology.result_factor[c];
    labs_.effort[lab] = w.effort;

    const auto host = static_cast<std::size_t>(labs_.host[lab]);
    YearOfResearch& national = state_.research;
    national.papers[host] += labs_.papers[lab];
    national.papers_top[host] += top_papers(lab, c);
    national.patents[host] += labs_.patents[lab];
    national.standards[host] += labs_.standards[lab];
    national.transfers[host] += labs_.results[lab];
  }

  std::int64_t top_papers(LabId lab, CategoryId c) const {
    const double own = chain_.outputs.top_knowledge_elasticity == 0.0 || labs_.knowledge[lab] == 0.0
                           ? 1.0
                           : maths::exp(chain_.outputs.top_knowledge_elasticity * labs_.knowledge[lab]);
    return luck(lab, LabOutput::top_papers)
        .binomial(labs_.papers[lab], std::min(1.0, own * state_.scratch.category_values[c.index()]));
  }

  Stream luck(LabId lab, LabOutput output) const {
    return streams_.at(Purpose::lab_outputs, year_, lab.index(), static_cast<std::uint32_t>(output));
  }

  void contribute(LabId lab, const Work& w) {
    const CategoryId c = labs_.category[lab];
    state_.technology.basic_effort[c] += w.effort * w.basic;
    state_.technology.applied_effort[c] += w.effort * (w.applied + chain_.technology.commercial_weight * w.commercial);
    YearOfResearch& national = state_.research;
    const std::size_t n_categories = params_.system.categories.size(), n_fields = params_.system.fields.size();
    const std::size_t city = labs_.city[lab].index();
    (labs_.beside_zone[lab] ? national.inside : national.outside)[city * n_categories + c.index()] +=
        labs_.results[lab];
    national.labs[city * n_fields + labs_.field[lab].index()] += 1.0;
    if (labs_.organisation[lab].exists()) state_.organisations.results[labs_.organisation[lab]] += labs_.results[lab];
  }

  /// What the next review will look at.
  void add_evidence(LabId lab, const Work& w) {
    const auto evidence = [&](Criterion criterion) -> double& {
      return labs_.record[static_cast<std::size_t>(criterion)][lab];
    };
    evidence(Criterion::papers) += labs_.papers[lab];
    evidence(Criterion::applied) += labs_.patents[lab];
    evidence(Criterion::commercialization) += labs_.results[lab] + labs_.standards[lab];
    evidence(Criterion::strategic) += w.effort * params_.system.categories[labs_.category[lab]].criticality;
    evidence(Criterion::standing) += w.effort * w.basic * w.recognition;
  }

  const Params& params_;
  const Parameters::Labs& p_;
  const ChainParameters& chain_;
  Year year_;
  const Streams& streams_;
  State& state_;
  Labs& labs_;
  double growth_, price_, working_time_;
  OverdispersedCount count_{p_.count_dispersion};
};

/// A lab knows at most twenty times as much as is usual, or as little.
constexpr double most_knowledge = 3.0;

/// Labs learn from their own basic work, from neighbours in the field, and from abroad; and they forget.
void learn(const Params& params, Year year, State& state) {
  const ChainParameters::Knowledge& p = params.parameters.chain.knowledge;
  const Technology& technology = state.technology;
  Labs& labs = state.labs;
  std::vector<double>& means = state.scratch.values;  // basic effort by type; then the number of labs
  const std::size_t n_types = params.system.lab_types.size(), n_fields = params.system.fields.size();
  means.assign(2 * n_types, 0.0);
  for (const LabId lab : all<LabId>(labs.size())) {
    if (labs.effort[lab] == 0.0) continue;
    means[labs.designation[lab].index()] += labs.effort[lab] * labs.orientation[0][lab];
    means[n_types + labs.designation[lab].index()] += 1.0;
  }
  const double openness = params.levers_in(year).openness_share;
  for (const LabId lab : all<LabId>(labs.size())) {
    if (labs.effort[lab] == 0.0) continue;
    const std::size_t type = labs.designation[lab].index();
    const double basic = labs.effort[lab] * labs.orientation[0][lab];
    const double relative = means[type] > 0.0 ? basic * means[n_types + type] / means[type] : 1.0;
    const double others = state.research.labs[labs.city[lab].index() * n_fields + labs.field[lab].index()] - 1.0;
    const CategoryId c = labs.category[lab];
    const double gap = std::max(0.0, technology.gap[c]);
    const double learned = p.own_learning * 2.0 * (relative - 1.0) / (relative + 1.0) +
                           p.colocation * (others > 0.0 ? maths::log1p(others) : 0.0) +
                           p.frontier_learning * openness * gap;
    labs.knowledge[lab] =
        std::clamp((1.0 - p.forgetting) * labs.knowledge[lab] + learned, -most_knowledge, most_knowledge);
  }
}

}  // namespace

void do_research(const Params& params, Year year, const Streams& streams, State& state) {
  Labs& labs = state.labs;
  LabResearch research(params, year, streams, state);
  const LabTypeSet national = national_series(params.system);
  for (const LabId lab : all<LabId>(labs.size())) {
    labs.papers[lab] = labs.patents[lab] = labs.standards[lab] = 0;
    labs.results[lab] = labs.effort[lab] = 0.0;
    if (national.contains(labs.designation[lab])) research.work_at(lab);
  }
  learn(params, year, state);
}

}  // namespace innochain
