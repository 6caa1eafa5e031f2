#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/abc_evaluator.hpp"
#include "output/run_store.hpp"

namespace innochain {

/// What the shards of a sampler leave for one another: the results of each batch, one file a shard, which appears whole
/// or not at all. FOLDER/moves-GENERATION/MOVE.shard-I-of-N holds "innochain abc-smc results 1\n", the fingerprint, a
/// checksum of the jobs, their results, and the CRC-32 of all of it.
class ShardResults {
 public:
  /// \param folder must exist \param fingerprint of the run, see abc_fingerprint
  ShardResults(std::filesystem::path folder, std::string fingerprint);

  /// The results of a shard's jobs, in their order, if they are there.
  /// Throws ReadFailed: a damaged file; AnotherEnsemble: of another run, or of other jobs than these.
  std::optional<std::vector<ParticleResult>> read(const ParticleTask& task, std::span<const ParticleJob> jobs,
                                                  Shard shard) const;
  /// Throws CannotCreate, WriteFailed.
  void write(const ParticleTask& task, std::span<const ParticleJob> jobs, Shard shard,
             const std::vector<ParticleResult>& results) const;
  /// Makes the next read see what other machines have written.
  void look(const ParticleTask& task) const;
  /// Removes all results of a generation.
  void remove(std::size_t generation) const;

 private:
  std::filesystem::path folder_of(std::size_t generation) const;
  std::filesystem::path path_of(const ParticleTask& task, Shard shard) const;

  std::filesystem::path folder_;
  std::string fingerprint_;
};

}  // namespace innochain
