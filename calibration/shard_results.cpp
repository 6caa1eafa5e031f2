#include "calibration/shard_results.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "calibration/particle_bytes.hpp"
#include "output/errors.hpp"
#include "output/text_file.hpp"
#include "output/whole_file.hpp"

namespace innochain {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view results_heading = "innochain abc-smc results 5\n";

template <class Bytes, class Results>
void pass_results(Bytes& bytes, Results& results) {
  const std::size_t n = bytes.size(results.size());
  if constexpr (Bytes::reads) results.resize(n);
  for (auto& result : results) {
    pass_particle(bytes, result.particle);
    bytes(result.n_simulations);
    pass_counts(bytes, result.counts);
  }
}

}  // namespace

ShardResults::ShardResults(fs::path folder, std::string fingerprint)
    : folder_(std::move(folder)), fingerprint_(std::move(fingerprint)) {}

fs::path ShardResults::folder_of(std::size_t generation) const {
  return folder_ / fmt::format("moves-{:03}", generation);
}

fs::path ShardResults::path_of(std::size_t generation, Shard shard) const {
  return folder_of(generation) / fmt::format("shard-{}-of-{}", shard.index, shard.of);
}

std::optional<std::vector<MovedParticle>> ShardResults::read(const ParticleBatch& share, Shard shard) const {
  const fs::path path = path_of(share.generation, shard);
  const std::optional<std::string> bytes = read_whole(path);
  if (!bytes) return std::nullopt;
  ByteReader reader(*bytes, results_heading, fingerprint_, "file of results of ABC-SMC", path.string());
  std::uint32_t answered = 0;
  reader(answered);
  std::vector<MovedParticle> results;
  pass_results(reader, results);
  if (answered != share.checksum || results.size() != share.places.size())
    throw AnotherEnsemble(fmt::format(
        "{}: results of other proposals than those of this shard; all shards need the same build of the program",
        path.string()));
  return results;
}

void ShardResults::write(const ParticleBatch& share, Shard shard, const std::vector<MovedParticle>& results) const {
  std::error_code error;
  fs::create_directory(folder_of(share.generation), error);
  if (error)
    throw CannotCreate(fmt::format("{}: cannot create: {}", folder_of(share.generation).string(), error.message()));
  ByteWriter writer(results_heading, fingerprint_);
  writer(share.checksum);
  pass_results(writer, results);
  TextFile file(path_of(share.generation, shard), true);
  file.write(std::move(writer).sealed());
  file.finish();
}

void ShardResults::look(std::size_t generation) const {
  // A network folder may remember for a minute that a name was not there, unless the folder is opened anew.
  std::error_code ignored;
  const fs::directory_iterator opened(folder_of(generation), ignored);
}

void ShardResults::remove(std::size_t generation) const {
  std::error_code ignored;  // what is left goes with the store
  fs::remove_all(folder_of(generation), ignored);
}

}  // namespace innochain
