#include "output/whole_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "output/errors.hpp"

namespace innochain {

bool create_whole(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path draft = path.parent_path() / fmt::format(".{}.{}", path.filename().string(), ::getpid());
  const int descriptor = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) throw CannotCreate(fmt::format("{}: cannot create: {}", path.string(), std::strerror(errno)));
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  const int linked = written ? ::link(draft.c_str(), path.c_str()) : -1;
  const int reason = errno;
  ::unlink(draft.c_str());
  if (!written) throw WriteFailed(fmt::format("{}: cannot write", path.string()));
  if (linked == 0) return true;
  if (reason == EEXIST) return false;
  throw CannotCreate(fmt::format("{}: cannot create: {}", path.string(), std::strerror(reason)));
}

std::optional<std::string> read_whole(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw ReadFailed(fmt::format("{}: is a folder", path.string()));
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) throw ReadFailed(fmt::format("{}: cannot read", path.string()));
  return bytes;
}

}  // namespace innochain
