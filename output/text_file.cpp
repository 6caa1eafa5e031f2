#include "output/text_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "output/errors.hpp"

namespace innochain {

TextFile::TextFile(const std::filesystem::path& path, bool force)
    : part_(path, force), stream_(std::fopen(part_.path().c_str(), "wb"), &std::fclose) {
  if (!stream_) fail();
}

void TextFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stream_.get()) != text.size()) fail();
}

void TextFile::finish() {
  if (std::fclose(stream_.release()) != 0) fail();
  part_.commit();
}

void TextFile::fail() const {
  throw WriteFailed(fmt::format("{}: cannot write: {}", part_.target().string(), std::strerror(errno)));
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

}  // namespace innochain
