#include "output/parts_folder.hpp"

#include <fmt/format.h>

#include <array>
#include <system_error>

#include "output/errors.hpp"

namespace innochain {

namespace {

struct Marker {
  PartsKind kind;
  const char *file, *work;
};
constexpr std::array<Marker, 2> markers{{{PartsKind::ensemble, "manifest.json", "runs of a sweep or of a study"},
                                         {PartsKind::calibration, "calibration", "parts of a calibration"}}};

}  // namespace

const char* parts_marker(PartsKind kind) {
  return markers.at(static_cast<std::size_t>(kind)).file;
}

std::filesystem::path parts_folder_of(const std::filesystem::path& output) {
  return output.string() + ".parts";
}

void create_parts_folder(const std::filesystem::path& folder, PartsKind kind) {
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  if (error) throw CannotCreate(fmt::format("{}: cannot create: {}", folder.string(), error.message()));
  for (const Marker& other : markers)
    if (other.kind != kind && std::filesystem::exists(folder / other.file, error))
      throw AnotherEnsemble(fmt::format("{}: holds {}; finish that, choose another name, or remove the folder",
                                        folder.string(), other.work));
}

}  // namespace innochain
