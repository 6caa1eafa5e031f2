#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/abc_evaluator.hpp"
#include "output/run_store.hpp"

namespace innochain {

/// What the shards of a sampler leave for one another: the particles of each batch, one file a shard, which appears
/// whole or not at all. FOLDER/moves-GENERATION/shard-I-of-N holds a heading with the format's version, the
/// fingerprint, the checksum of the batch, its particles, and the CRC-32 of all of it.
class ShardResults {
 public:
  /// \param folder must exist \param fingerprint of the run, see abc_fingerprint
  ShardResults(std::filesystem::path folder, std::string fingerprint);

  /// The results of a shard's places, in their order, if they are there.
  /// Throws ReadFailed: a damaged file; AnotherEnsemble: of another run, or of another batch than this.
  std::optional<std::vector<MovedParticle>> read(const ParticleBatch& share, Shard shard) const;
  /// Throws CannotCreate, WriteFailed.
  void write(const ParticleBatch& share, Shard shard, const std::vector<MovedParticle>& results) const;
  /// Makes the next read see what other machines have written.
  void look(std::size_t generation) const;
  /// Removes all results of a generation.
  void remove(std::size_t generation) const;

 private:
  std::filesystem::path folder_of(std::size_t generation) const;
  std::filesystem::path path_of(std::size_t generation, Shard shard) const;

  std::filesystem::path folder_;
  std::string fingerprint_;
};

}  // namespace innochain
