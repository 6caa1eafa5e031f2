#include "calibration/calibration_store.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <system_error>

#include "output/errors.hpp"
#include "output/text_file.hpp"

namespace innochain {

namespace {
constexpr const char* identity_part = "calibration";
}

CalibrationStore::CalibrationStore(const std::filesystem::path& output) : folder_(output.string() + ".parts") {}

void CalibrationStore::open(const std::string& identity) {
  if (const auto known = read(identity_part)) {
    if (*known == identity) return;
    throw AnotherEnsemble(
        fmt::format("{}: holds parts of another calibration (other data, priors, settings, seed or model revision); "
                    "finish that one, or remove the folder",
                    folder_.string()));
  }
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw CannotCreate(fmt::format("{}: cannot create: {}", folder_.string(), error.message()));
  write(identity_part, identity);
}

std::optional<std::string> CalibrationStore::read(const std::string& part) const {
  std::ifstream file(folder_ / part, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) throw ReadFailed(fmt::format("{}: cannot read", (folder_ / part).string()));
  return bytes;
}

void CalibrationStore::write(const std::string& part, const std::string& bytes) const {
  TextFile file((folder_ / part).string(), true);
  file.write(bytes);
  file.finish();
}

void CalibrationStore::remove() const {
  std::error_code ignored;  // what is left does no harm: the posterior is there
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace innochain
