#include "calibration/parameter_draws.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/digest.hpp"
#include "output/errors.hpp"
#include "sim/core/random.hpp"
#include "sim/model_revision.hpp"

namespace innochain {

namespace {

/// Whether a scenario says itself what a parameter is. Values of its system stand for declared defaults.
bool stated(const Resolved& scenario, const std::string& path) {
  const auto origin = std::ranges::find(scenario.origins, path, &Origin::path);
  return origin != scenario.origins.end() && origin->from != "default" && origin->from != "system";
}

/// Why a scenario's parameter cannot be anywhere between two values; empty if it can.
std::string misfit_of(const Sweepables& sweepables, const std::string& path, double low, double high) {
  const Sweepable* found = sweepables.find(path);
  if (!found || found->lever || !found->number || found->place.kind == Place::Kind::firms_per_agent ||
      found->place.kind == Place::Kind::proposals_per_agent)
    return fmt::format("the scenario has no parameter {}", path);
  if (low >= found->low && high <= found->high) return "";
  const std::string values = low < high ? fmt::format("may be from {} to {}", low, high) : fmt::format("is {}", low);
  return fmt::format("{} {}, beyond its declared range [{}, {}]", path, values, found->low, found->high);
}

}  // namespace

ParameterDraws::ParameterDraws(const std::filesystem::path& posterior, Kind kind, std::uint64_t seed)
    : kind_(kind), seed_(seed) {
  auto read = std::make_shared<Posterior>(read_posterior(posterior));
  if (read->model_revision != model_revision)
    throw AnotherEnsemble(
        fmt::format("{}: is a posterior of model revision {}, and this program has {}; make it again with `innochain "
                    "calibrate`, or run with --parameters default",
                    read->file, read->model_revision, model_revision));
  label_ = fmt::format("{} of {} ({} draws, SHA-256 {})", kind == Kind::prior ? "prior" : "posterior",
                       posterior.filename().string(), read->n_draws(), digest(posterior));
  posterior_ = std::move(read);
}

std::optional<int> ParameterDraws::last_year_fitted() const {
  if (!any() || kind_ == Kind::prior) return std::nullopt;
  return posterior_->last_pinned.value();
}

std::string ParameterDraws::misfit(const Resolved& scenario) const {
  const Sweepables sweepables(scenario.params);
  const Posterior& posterior = *posterior_;
  std::string misfit;
  for (std::size_t i = 0; i < posterior.paths.size() && misfit.empty(); ++i)
    misfit = misfit_of(sweepables, posterior.paths[i], posterior.priors[i].low, posterior.priors[i].high);
  for (std::size_t i = 0; i < posterior.fixed_paths.size() && misfit.empty(); ++i)
    misfit = misfit_of(sweepables, posterior.fixed_paths[i], posterior.fixed_values[i], posterior.fixed_values[i]);
  if (!misfit.empty()) return misfit;
  for (const std::string& name : posterior_->designations)
    if (!scenario.params.system.designation(name).exists())
      return fmt::format("the scenario's system has no designation `{}`", name);
  return "";
}

ParameterDraws::InScenario ParameterDraws::in(const Resolved& scenario, std::span<const std::string> taken) const {
  InScenario result;
  if (!any()) return result;
  result.draws_ = this;
  const Sweepables sweepables(scenario.params);
  const auto is_free = [&](const std::string& path) {
    return !stated(scenario, path) && std::ranges::find(taken, path) == taken.end();
  };
  for (std::size_t i = 0; i < posterior_->paths.size(); ++i)
    if (is_free(posterior_->paths[i])) result.fitted_.push_back({sweepables.find(posterior_->paths[i])->place, i});
  for (std::size_t i = 0; i < posterior_->fixed_paths.size(); ++i)
    if (is_free(posterior_->fixed_paths[i]))
      result.fixed_.push_back({posterior_->fixed_paths[i], sweepables.find(posterior_->fixed_paths[i])->place,
                               posterior_->fixed_values[i]});
  for (const std::string& name : posterior_->designations)
    result.designations_.push_back(scenario.params.system.designation(name));
  return result;
}

int ParameterDraws::draw_of(std::uint32_t replicate) const {
  if (!any()) return -1;
  return static_cast<int>(kind_ == Kind::prior ? replicate : replicate % posterior_->n_draws());
}

double ParameterDraws::value(std::uint32_t replicate, std::size_t parameter) const {
  if (kind_ == Kind::posterior) return posterior_->values[static_cast<std::size_t>(draw_of(replicate))][parameter];
  const double u = Streams(seed_, replicate).at(Purpose::parameter_draws, Year(0), parameter).uniform();
  return posterior_->priors[parameter].quantile(u);
}

void ParameterDraws::InScenario::apply(std::uint32_t replicate, Params& params) const {
  if (!draws_) return;
  for (const FixedParameter& fixed : fixed_) fixed.place.set(fixed.value, params);
  for (const Fitted& fitted : fitted_) fitted.place.set(draws_->value(replicate, fitted.parameter), params);
  if (draws_->kind_ == Kind::prior) return;
  const Posterior& posterior = *draws_->posterior_;
  const PathLuck& luck = posterior.luck[static_cast<std::size_t>(draws_->draw_of(replicate))];
  if (!params.pinned_luck) params.pinned_luck.emplace();
  PinnedLuck& pinned = *params.pinned_luck;
  pinned.last = posterior.last_pinned;
  pinned.seed = posterior.seed;
  pinned.replicate = luck.replicate;
  pinned.approvals.assign(params.system.n_designations(), {0});
  for (std::size_t k = 0; k < designations_.size(); ++k) pinned.approvals[designations_[k]] = {luck.approvals[k]};
}

Table ParameterDraws::table(std::size_t n_replicates) const {
  std::vector<std::int32_t> numbers;
  const std::size_t n = kind_ == Kind::prior ? n_replicates : std::min(n_replicates, posterior_->n_draws());
  for (std::size_t i = 0; i < n; ++i) numbers.push_back(static_cast<std::int32_t>(i));
  Table table{"parameter_draws",
              "Parameters that were drawn; what a scenario, a setting or an axis states beats them",
              {{"draw", "1", "number of the draw", numbers}}};
  for (std::size_t p = 0; p < posterior_->paths.size(); ++p) {
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i) values.push_back(value(static_cast<std::uint32_t>(i), p));
    table.columns.push_back({posterior_->paths[p], posterior_->units[p], "value of the parameter", std::move(values)});
  }
  return table;
}

}  // namespace innochain
