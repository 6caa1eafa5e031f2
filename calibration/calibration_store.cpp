#include "calibration/calibration_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <system_error>

#include "calibration/checked_bytes.hpp"
#include "output/errors.hpp"
#include "output/parts_folder.hpp"
#include "output/text_file.hpp"
#include "output/whole_file.hpp"

namespace innochain {

namespace {

const char* const identity_part = parts_marker(PartsKind::calibration);
constexpr const char* division_part = "shards";

constexpr std::size_t checksum_size = sizeof(std::uint32_t);

std::string division_of(Shard shard) {
  return fmt::format("{} shards\n", shard.of);
}

}  // namespace

CalibrationStore::CalibrationStore(const std::filesystem::path& output) : folder_(parts_folder_of(output)) {}

void CalibrationStore::open(const std::string& identity) {
  create_parts_folder(folder_, PartsKind::calibration);
  identity_ = identity;
  if (create_whole(folder_ / identity_part, identity) || read_whole(folder_ / identity_part) == identity) return;
  throw AnotherEnsemble(fmt::format(
      "{}: holds parts of another calibration (other data, priors, settings or seed, or of an earlier build); "
      "finish that one, or remove the folder",
      folder_.string()));
}

void CalibrationStore::join(Shard shard) {
  lock_.emplace(folder_ / fmt::format("shard-{}.lock", shard.index));
  if (shard.of == 1) return;
  create_whole(folder_ / division_part, division_of(shard));
  check_joined(shard);
}

void CalibrationStore::check_joined(Shard shard) const {
  const std::filesystem::path path = folder_ / division_part;
  const std::optional<std::string> known = read_whole(path);
  if (!known)
    throw InputMissing(
        fmt::format("{}: is gone; the calibration was finished, or its parts were removed", path.string()));
  if (*known == division_of(shard)) return;
  throw AnotherEnsemble(
      fmt::format("{}: the calibration was divided otherwise, not into {} shards. It is `{}`: go on with as many (one "
                  "machine may have several), or alone without --shard; or stop all shards and remove this file",
                  path.string(), shard.of, known->substr(0, known->find('\n'))));
}

std::uint32_t CalibrationStore::sum_of(const std::string& part, std::string_view bytes) const {
  return checksum(fmt::format("{}\n{}\n{}", identity_, part, bytes));
}

std::optional<std::string> CalibrationStore::read(const std::string& part) const {
  const std::filesystem::path path = folder_ / part;
  std::optional<std::string> bytes = read_whole(path);
  if (!bytes) return std::nullopt;
  const std::size_t size = bytes->size() - std::min(bytes->size(), checksum_size);
  std::uint32_t sum = 0;
  if (bytes->size() >= checksum_size) std::memcpy(&sum, bytes->data() + size, checksum_size);
  if (bytes->size() < checksum_size || sum != sum_of(part, std::string_view(*bytes).substr(0, size)))
    throw ReadFailed(fmt::format("{}: is damaged; remove it, and it is made again", path.string()));
  bytes->resize(size);
  return bytes;
}

std::optional<std::filesystem::file_time_type> CalibrationStore::written_at(const std::string& part) const {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(folder_ / part, error);
  return error ? std::nullopt : std::optional(time);
}

void CalibrationStore::write(const std::string& part, const std::string& bytes) const {
  TextFile file((folder_ / part).string(), true);
  const std::uint32_t sum = sum_of(part, bytes);
  file.write(bytes);
  file.write(std::string(reinterpret_cast<const char*>(&sum), checksum_size));
  file.finish();
}

void CalibrationStore::remove() {
  lock_.reset();            // a network folder cannot be removed while a file in it is open
  std::error_code ignored;  // what is left does no harm: the posterior is there
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace innochain
