#include "app/shard_option.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

namespace innochain {

namespace {

constexpr std::size_t most_shards = 100'000;  ///< more are a slip of the keyboard

}  // namespace

Shard read_shard(const std::string& text) {
  Shard shard;
  const std::size_t slash = text.find('/');
  const auto number = [&](std::string_view part, std::size_t& value) {
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    return error == std::errc() && end == part.data() + part.size() && value > 0;
  };
  const std::string_view all = text;
  if (slash == std::string::npos || !number(all.substr(0, slash), shard.index) ||
      !number(all.substr(slash + 1), shard.of) || shard.index > shard.of || shard.of > most_shards)
    throw CLI::ValidationError(
        "--shard", fmt::format("`{}` is not I/N with I from 1 to N, e.g. 2/8, and N at most {}", text, most_shards));
  return shard;
}

}  // namespace innochain
