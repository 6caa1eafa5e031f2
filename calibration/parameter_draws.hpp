#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "calibration/posterior_file.hpp"
#include "output/table.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/reader/sweep_plan.hpp"

namespace innochain {

/// Where the parameters of an ensemble's runs come from: the declared defaults, or draws from a posterior or its prior,
/// one draw a replicate, so that all arms of a comparison share it. A parameter that a scenario, a setting or an axis
/// states keeps what they say. A posterior draw also brings the luck of its past: up to the last year fitted, its
/// history is one that fits what was observed.
class ParameterDraws {
 public:
  /// The declared defaults.
  ParameterDraws() = default;

  enum class Kind { posterior, prior };
  /// Draws from a posterior file. \param seed of the draws from the prior
  /// Throws InputMissing, NotAResultFile, ReadFailed; AnotherEnsemble for a posterior of another model revision.
  ParameterDraws(const std::filesystem::path& posterior, Kind kind, std::uint64_t seed);

  bool any() const { return posterior_ != nullptr; }
  /// For the result file: "default", "posterior: 400 draws of china.h5 (SHA-256 …)".
  const std::string& label() const { return label_; }
  /// Up to which the past of a draw fits what was observed; nothing where draws bring no past.
  std::optional<int> last_year_fitted() const;
  /// Why the draws do not suit a scenario: a designation or parameter that its system does not have. Empty if they do.
  std::string misfit(const Resolved& scenario) const;

  /// What they do in one scenario.
  class InScenario {
   public:
    /// Writes the draw of a replicate into the params of the scenario. Thread-safe.
    void apply(std::uint32_t replicate, Params& params) const;

   private:
    friend class ParameterDraws;
    struct Fitted {
      Place place;
      std::size_t parameter = 0;
    };
    const ParameterDraws* draws_ = nullptr;
    std::vector<Fitted> fitted_;
    std::vector<FixedParameter> fixed_;
    std::vector<DesignationId> designations_;
  };
  /// \param taken paths of axes, which beat the draws. The draws must outlive the result and suit the scenario.
  InScenario in(const Resolved& scenario, std::span<const std::string> taken = {}) const;

  /// Draws of the posterior; 0 for the declared defaults.
  std::size_t n_draws() const { return posterior_ ? posterior_->n_draws() : 0; }
  /// Number of the draw that a replicate has; −1 for the declared defaults.
  int draw_of(std::uint32_t replicate) const;
  /// The values of the draws of `n_replicates` replicates, for the result file: /parameter_draws.
  Table table(std::size_t n_replicates) const;

 private:
  double value(std::uint32_t replicate, std::size_t parameter) const;

  std::shared_ptr<const Posterior> posterior_;
  Kind kind_ = Kind::posterior;
  std::uint64_t seed_ = 0;
  std::string label_ = "default";
};

}  // namespace innochain
