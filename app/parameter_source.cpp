#include "app/parameter_source.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <optional>

#include "app/version.hpp"

namespace innochain {

ParameterDraws parameter_source(const std::string& asked, std::span<const Resolved> scenarios,
                                std::span<const std::string> names, std::uint64_t seed, bool quiet) {
  if (asked == "default") return {};
  const bool chosen = !asked.empty();
  const bool shipped = !chosen || asked == "posterior" || asked == "prior";
  if (!chosen && !std::filesystem::exists(shipped_posterior)) return {};
  const auto kind = asked == "prior" ? ParameterDraws::Kind::prior : ParameterDraws::Kind::posterior;
  ParameterDraws draws(shipped ? shipped_posterior : asked, kind, seed);
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const std::string misfit = draws.misfit(scenarios[i]);
    if (!misfit.empty())
      problems.push_back(
          {names[i], 0, 0, "", "the parameters drawn do not suit it: " + misfit, Problem::Kind::invalid});
  }
  if (problems.empty()) return draws;
  if (chosen) throw InputError(std::move(problems));
  if (!quiet) fmt::print(stderr, "Parameters are the declared defaults: the shipped posterior is of another system.\n");
  return {};
}

void say_source(const ParameterDraws& draws, std::size_t n_replicates) {
  if (!draws.any()) return;
  fmt::print(stderr, "Parameters: {}.\n", draws.label());
  const std::optional<int> last_fitted = draws.last_year_fitted();
  if (!last_fitted || n_replicates <= draws.n_draws()) return;
  fmt::print(stderr,
             "{} replicates share {} draws: each comes again with its parameters and its past, and with other luck "
             "after {}.\n",
             n_replicates, draws.n_draws(), *last_fitted);
}

}  // namespace innochain
