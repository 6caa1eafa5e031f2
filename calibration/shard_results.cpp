#include "calibration/shard_results.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "calibration/checked_bytes.hpp"
#include "output/errors.hpp"
#include "output/text_file.hpp"
#include "output/whole_file.hpp"

namespace innochain {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view results_heading = "innochain abc-smc results 1\n";

/// Tells whether two shards have the same jobs in mind.
std::uint32_t checksum_of(const ParticleTask& task, std::span<const ParticleJob> jobs) {
  ByteWriter bytes;
  bytes(task.target.tolerance);
  bytes(task.target.data_power);
  pass_numbers(bytes, task.target.inverse_radii);
  pass_numbers(bytes, task.log_weight_bounds);
  for (const ParticleJob& job : jobs) {
    pass_numbers(bytes, job.scores);
    pass_numbers(bytes, job.luck.numbers);
    pass_numbers(bytes, job.luck.blocks);
    bytes(job.needed_log_likelihood);
  }
  return checksum(bytes.bytes());
}

template <class Bytes, class Results>
void pass_results(Bytes& bytes, Results& results) {
  const std::size_t n = bytes.size(results.size());
  if constexpr (Bytes::reads) results.resize(n);
  for (auto& result : results) {
    bytes(result.complete);
    bytes(result.n_simulated);
    bytes(result.log_likelihood);
    pass_numbers(bytes, result.replicates.deviations);
    pass_numbers(bytes, result.replicates.log_weights);
  }
}

}  // namespace

ShardResults::ShardResults(fs::path folder, std::string fingerprint)
    : folder_(std::move(folder)), fingerprint_(std::move(fingerprint)) {}

fs::path ShardResults::folder_of(std::size_t generation) const {
  return folder_ / fmt::format("moves-{:03}", generation);
}

fs::path ShardResults::path_of(const ParticleTask& task, Shard shard) const {
  return folder_of(task.generation) / fmt::format("{:03}.shard-{}-of-{}", task.move, shard.index, shard.of);
}

std::optional<std::vector<ParticleResult>> ShardResults::read(const ParticleTask& task,
                                                              std::span<const ParticleJob> jobs, Shard shard) const {
  const fs::path path = path_of(task, shard);
  const std::optional<std::string> bytes = read_whole(path);
  if (!bytes) return std::nullopt;
  ByteReader reader(*bytes, results_heading, fingerprint_, "file of results of ABC-SMC", path.string());
  std::uint32_t answered = 0;
  reader(answered);
  std::vector<ParticleResult> results;
  pass_results(reader, results);
  if (answered != checksum_of(task, jobs) || results.size() != jobs.size())
    throw AnotherEnsemble(fmt::format(
        "{}: results of other proposals than those of this shard; all shards need the same build of the program",
        path.string()));
  return results;
}

void ShardResults::write(const ParticleTask& task, std::span<const ParticleJob> jobs, Shard shard,
                         const std::vector<ParticleResult>& results) const {
  std::error_code error;
  fs::create_directory(folder_of(task.generation), error);
  if (error)
    throw CannotCreate(fmt::format("{}: cannot create: {}", folder_of(task.generation).string(), error.message()));
  ByteWriter writer(results_heading, fingerprint_);
  writer(checksum_of(task, jobs));
  pass_results(writer, results);
  TextFile file(path_of(task, shard), true);
  file.write(std::move(writer).sealed());
  file.finish();
}

void ShardResults::look(const ParticleTask& task) const {
  // A network folder may remember for a minute that a name was not there, unless the folder is opened anew.
  std::error_code ignored;
  const fs::directory_iterator opened(folder_of(task.generation), ignored);
}

void ShardResults::remove(std::size_t generation) const {
  std::error_code ignored;  // what is left goes with the store
  fs::remove_all(folder_of(generation), ignored);
}

}  // namespace innochain
