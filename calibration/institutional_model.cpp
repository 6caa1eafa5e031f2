#include "calibration/institutional_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "calibration/path_comparison.hpp"
#include "sim/core/maths.hpp"
#include "sim/processes/quota_law.hpp"

namespace innochain {

namespace {

/// Worlds that a thread keeps, about a megabyte each: enough for the replicates of a particle, a point fit or a design.
constexpr std::size_t recent_worlds = 24;

}  // namespace

/// What one thread simulates in.
struct InstitutionalModel::Room {
  Room(const InstitutionalModel& model, Params own) : params(std::move(own)), comparison(model) {}
  Params params;
  Workspace workspace;
  RecentWorlds worlds{recent_worlds};
  PathComparison comparison;
};

namespace {

std::string_view without_root(std::string_view path) {
  constexpr std::string_view root = "parameters.";
  return path.starts_with(root) ? path.substr(root.size()) : path;
}

/// Whether the parameter acts on nothing but calls and the numbers approved (see QuotaLaw), or on nothing at all.
bool acts_by_decisions_alone(std::string_view path) {
  const std::string_view name = without_root(path);
  const auto is_of = [&](std::string_view group) { return name.starts_with(group); };
  constexpr std::array groups{"approvals.appetite.", "approvals.saturation_share.", "approvals.kappa.",
                              "approvals.call_intensity."};
  constexpr std::array names{"approvals.ambition", "approvals.dispersion", "approvals.isolated_rate",
                             "approvals.waiting_cap_years", "approvals.bar_raise"};
  return std::ranges::any_of(groups, is_of) || std::ranges::count(names, name) > 0 || path == neutral_path;
}

/// Whether runs that differ in the parameter can share a World.
bool leaves_worlds_alone(std::string_view path) {
  const std::string_view name = without_root(path);
  return name.starts_with("approvals.") || name.starts_with("exits.") || name == neutral_path;
}

}  // namespace

void draw_calls_after(Year last_known, Params& params) {
  for (Year year = std::max(last_known + 1, params.scale.years.first); year <= params.scale.years.last; ++year)
    for (CallLever& call : params.levers[params.scale.years.index(year)].calls)
      if (call.kind == CallLever::Kind::open || call.kind == CallLever::Kind::closed) call = CallLever{};
}

InstitutionalModel::InstitutionalModel(const Calibration& calibration) : calibration_(calibration) {
  for (const TargetSeries& series : calibration.targets.series) {
    if (is_fitted(series, calibration.fit)) series_.push_back(fitted_part(series, calibration));
  }
  std::size_t first = 0;
  for (const FittedSeries& fitted : series_) {
    const std::size_t size = fitted.items.size() + (fitted.end ? 1 : 0);
    blocks_.push_back({fitted.series->designation, first, size});
    first += size;
  }
  corrections_.assign(n_statistics(), 0.0);
  shares_worlds_ = std::ranges::all_of(calibration.prior.parameters(), [](const PriorParameter& parameter) {
    return leaves_worlds_alone(parameter.path);
  });
  institutions_ = institutions_until(calibration.fit.last);
}

InstitutionalModel::~InstitutionalModel() = default;

std::vector<std::string> InstitutionalModel::statistic_names() const {
  std::vector<std::string> names;
  for (const FittedSeries& fitted : series_) {
    for (const TargetItem* item : fitted.items)
      names.push_back(fmt::format("{}: {}", fitted.series->designation, item->name));
    if (fitted.end) names.push_back(fmt::format("{}: end of the fit", fitted.series->designation));
  }
  return names;
}

bool InstitutionalModel::designations_depend_on_each_other() const {
  const System& system = institutions_.system;
  for (const LabTypeId type : all<LabTypeId>(system.lab_types.size()))
    if (!system.lab_types[type].drawn_from.empty() && institutions_.simulates(system.designation(type))) return true;
  return false;
}

std::vector<std::vector<std::size_t>> InstitutionalModel::own_parameters() const {
  std::vector<std::vector<std::size_t>> own(series_.size());
  if (designations_depend_on_each_other()) return own;
  for (std::size_t k = 0; k < series_.size(); ++k) {
    for (std::size_t i = 0; i < prior().size(); ++i) {
      const std::string &path = prior()[i].path, &designation = series_[k].series->designation;
      if (path.ends_with("approvals.kappa." + designation) ||
          path.ends_with("approvals.saturation_share." + designation))
        own[k].push_back(i);
    }
  }
  return own;
}

std::vector<TradeOff> InstitutionalModel::trade_offs() const {
  if (designations_depend_on_each_other()) return {};
  TradeOff trade{std::vector<double>(prior().size(), 0.0), {}};
  double square = 0.0;
  // Puts a parameter on one side or the other: a step of its logarithm by ±1.
  const auto takes_part = [&](std::string_view path, double sign) {
    const auto named = [&](const PriorParameter& parameter) { return parameter.path == path; };
    const auto found = std::ranges::find_if(prior().parameters(), named);
    if (found == prior().parameters().end()) return false;
    const Distribution& d = found->distribution;
    if (d.kind != Distribution::Kind::log_normal) return false;
    trade.direction[static_cast<std::size_t>(found - prior().parameters().begin())] = sign / d.b;
    square += 1.0 / (d.b * d.b);
    return true;
  };
  for (const char* era : {"opening", "adjustment", "expansion"})
    if (!takes_part(fmt::format("parameters.approvals.appetite.{}", era), 1.0)) return {};
  for (std::size_t k = 0; k < series_.size(); ++k)
    if (!takes_part(fmt::format("parameters.approvals.kappa.{}", series_[k].series->designation), -1.0))
      trade.blocks.push_back(k);
  for (double& entry : trade.direction) entry /= std::sqrt(square);
  return {trade};
}

void InstitutionalModel::apply(std::span<const double> values, Params& params) const {
  for (const FixedParameter& fixed : calibration_.fixed) fixed.place.set(fixed.value, params);
  for (std::size_t i = 0; i < calibration_.places.size(); ++i) calibration_.places[i].set(values[i], params);
}

Params InstitutionalModel::institutions_until(Year last) const {
  Params params = whole_until(last, calibration_);
  params.institutions_only = true;
  params.left_out.assign(params.system.n_designations(), 1);
  for (const FittedSeries& fitted : series_) params.left_out[fitted.designation] = 0;
  return params;
}

Params whole_until(Year last, const Calibration& calibration) {
  Params params = calibration.scenario.params;
  params.scale.years.last = last;
  params.levers.resize(params.scale.years.size());
  params.budget_scale.resize(params.scale.years.size());
  draw_calls_after(calibration.fit.last, params);
  return params;
}

void InstitutionalModel::pin(const PathLuck& luck, Params& params) const {
  PinnedLuck pinned;
  pinned.last = calibration_.fit.last;
  pinned.seed = calibration_.seed;
  pinned.replicate = luck.replicate;
  pinned.approvals.assign(params.system.n_designations(), {0});
  for (std::size_t i = 0; i < series_.size(); ++i) pinned.approvals[series_[i].designation] = {luck.approvals[i]};
  params.pinned_luck = std::move(pinned);
}

InstitutionalModel::Room& InstitutionalModel::room() const {
  std::unique_ptr<Room>& room = rooms_.local();
  if (!room) {
    room = std::make_unique<Room>(*this, institutions_);
    pin({0, std::vector<std::uint32_t>(series_.size(), 0)}, room->params);
  }
  return *room;
}

void InstitutionalModel::values_of(const Params& params, const Indicators& run, std::span<double> values) const {
  ApprovalPath path;
  for (std::size_t k = 0; k < series_.size(); ++k) {
    read_path(params, run, series_[k].designation, {params.scale.years.first, calibration_.fit.last}, path);
    for_each_item(series_[k], blocks_[k].first,
                  [&](const TargetItem& item, std::size_t j) { values[j] = simulated_value(item, path); });
  }
}

void InstitutionalModel::measure(const Params& params, const Indicators& run, std::span<double> deviations) const {
  values_of(params, run, deviations);
  if (params.institutions_only)
    for (std::size_t j = 0; j < deviations.size(); ++j) deviations[j] += corrections_[j];
  for (std::size_t k = 0; k < series_.size(); ++k)
    for_each_item(series_[k], blocks_[k].first,
                  [&](const TargetItem& item, std::size_t j) { deviations[j] = deviation(item, deviations[j]); });
}

double InstitutionalModel::distance(std::size_t k, std::span<const double> deviations) const {
  const StatisticsBlock& block = blocks_[k];
  const std::size_t n = series_[k].items.size();
  double squares = 0.0;
  for (std::size_t j = 0; j < n; ++j) squares += deviations[block.first + j] * deviations[block.first + j];
  const double of_items = n > 0 ? std::sqrt(squares / static_cast<double>(n)) : 0.0;
  return series_[k].end ? std::max(of_items, std::abs(deviations[block.first + n])) : of_items;
}

const Indicators& InstitutionalModel::run(const Params& institutions, std::uint32_t replicate, RecentWorlds& worlds,
                                          Workspace& workspace, const GoesOn& goes_on) const {
  const std::uint64_t seed = calibration_.seed;
  if (!shares_worlds_) return innochain::simulate(institutions, seed, replicate, workspace, goes_on);
  const World& world = worlds.of(institutions, seed, replicate);
  return innochain::simulate(institutions, seed, replicate, world, workspace, goes_on);
}

const Indicators& InstitutionalModel::run(std::span<const double> values, Luck luck, const GoesOn& goes_on) const {
  Room& here = room();
  apply(values, here.params);
  for (std::size_t k = 0; k < series_.size(); ++k) {
    std::vector<std::uint32_t>& approvals = here.params.pinned_luck->approvals[series_[k].designation];
    approvals.resize(luck.n_parts);
    for (std::size_t year = 0; year < luck.n_parts; ++year) approvals[year] = luck.block(k, year);
  }
  here.params.pinned_luck->replicate = luck.number;
  return run(here.params, luck.number, here.worlds, here.workspace, goes_on);
}

void InstitutionalModel::simulate(std::span<const double> values, Luck luck, std::span<double> deviations,
                                  std::span<double> log_weights) const {
  InstitutionalModel::simulate_unless({}, values, luck, deviations, log_weights);
}

bool InstitutionalModel::simulate_unless(const IsHopeless& is_hopeless, std::span<const double> values, Luck luck,
                                         std::span<double> deviations, std::span<double> log_weights) const {
  Room& here = room();
  bool ended = false;
  run(values, luck, [&](Year year) {
    here.comparison.add(year, here.params, here.workspace.indicators(), here.workspace.state().occasions);
    ended = is_hopeless && is_hopeless(here.comparison.deviations(), here.comparison.log_weights());
    return !ended;
  });
  std::ranges::copy(here.comparison.deviations(), deviations.begin());
  std::ranges::copy(here.comparison.log_weights(), log_weights.begin());
  return !ended;
}

/// Calls and quotas of the fitted series. What else happens hangs on these, on luck that no block has of its own, and
/// on parameters that stay.
class InstitutionalModel::InstitutionalHistory : public History {
 public:
  InstitutionalHistory(const InstitutionalModel& model, const State& state)
      : model_(model),
        candidate_scores_(state.candidate_scores),
        occasions_(model.series_.size()),
        decisions_(occasions_.size()) {
    for (std::size_t k = 0; k < occasions_.size(); ++k) {
      for (const ApprovalOccasion& occasion : state.occasions) {
        if (occasion.designation != model.series_[k].designation) continue;
        occasions_[k].push_back(occasion);
        decisions_[k].emplace_back(occasion.decision);
      }
    }
  }

  Judgement judge(std::size_t block, std::span<const double> values) override {
    Params& params = model_.room().params;
    model_.apply(values, params);
    // Luck for what happens once in 100,000 times takes a tenth of a second to find. No step begins or ends where
    // anything is rarer, so that the posterior within the rest is kept, and all of it by the other moves.
    static const double rarest = maths::log(1e-5);
    Judgement judgement;
    for (std::size_t i = 0; i < occasions_[block].size(); ++i) {
      const double log_p = decisions_[block][i].log_probability(law_of(params, occasions_[block][i]));
      if (log_p < rarest) return {-maths::infinity, 0.0};
      judgement.log_probability += log_p;
    }
    judgement.log_weight = log_probability_of_calls(model_.series_[block], params, occasions_[block]);
    return judgement;
  }

  void draw_luck(std::size_t block, std::span<const double> values, Stream& stream,
                 std::span<std::uint32_t> luck) const override {
    Params& params = model_.room().params;
    model_.apply(values, params);
    const auto any = [&] { return static_cast<std::uint32_t>(1 + stream.index(0xffffffffu)); };  // 0 is no luck
    for (std::uint32_t& number : luck) number = any();
    for (const ApprovalOccasion& occasion : occasions_[block]) {
      const QuotaLaw law = law_of(params, occasion);
      std::uint32_t& number = luck[params.scale.years.index(occasion.year)];
      const auto happens = [&] {
        return draw_decision(law, Streams(params.pinned_luck->seed, number), occasion.year, occasion.designation) ==
               occasion.decision;
      };
      while (!happens()) number = any();
    }
  }

 private:
  QuotaLaw law_of(const Params& params, ApprovalOccasion occasion) const {
    occasion.eligible.at_bar = eligible_under(params, occasion, candidate_scores_);
    return quota_law(params, occasion);
  }

  const InstitutionalModel& model_;
  std::vector<double> candidate_scores_;
  std::vector<std::vector<ApprovalOccasion>> occasions_;  ///< by series
  std::vector<std::vector<JudgedDecision>> decisions_;    ///< of the occasions
};

std::unique_ptr<History> InstitutionalModel::history(std::span<const double> values, Luck luck) const {
  run(values, luck);
  return std::make_unique<InstitutionalHistory>(*this, room().workspace.state());
}

std::vector<std::size_t> InstitutionalModel::history_parameters() const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < prior().size(); ++i)
    if (acts_by_decisions_alone(prior()[i].path)) places.push_back(i);
  return places;
}

}  // namespace innochain
