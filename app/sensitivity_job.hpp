#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "calibration/sensitivity/study_result.hpp"
#include "output/run_store.hpp"
#include "sim/ensemble.hpp"

namespace innochain {

/// Everything that decides what a study's result file holds.
struct SensitivityRequest {
  std::string file;
  std::vector<std::string> settings;  ///< --set path=value
  std::optional<std::uint64_t> seed;  ///< else the file's, else 1984
};

/// A sensitivity study that is ready to run. Run number replicate × points + point keeps it balanced at every moment;
/// points share the luck of a replicate.
class SensitivityJob : public RunSource {
 public:
  /// Throws InputError with all problems.
  explicit SensitivityJob(const SensitivityRequest& request);

  const SensitivityStudy& study() const { return study_; }
  std::size_t n_runs() const { return study_.n_points() * study_.replicates; }

  RunSeed seed(std::size_t run) const override { return {seed_, static_cast<std::uint32_t>(run / study_.n_points())}; }
  const Params& params(std::size_t run, ParamsRoom& room) const override;

  /// A finished run as the journal holds it: why it failed, or its outputs.
  std::string record(const RunOutcome& outcome) const;
  /// All runs of a store that holds them all.
  StudyRuns gather(const StoredRuns& stored) const;

  ResultHeader header() const;
  /// Says what belongs together.
  nlohmann::json manifest() const;

 private:
  SensitivityStudy study_;
  std::uint64_t seed_ = 1984;
};

}  // namespace innochain
