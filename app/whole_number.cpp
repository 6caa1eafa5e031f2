#include "app/whole_number.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace innochain {

CLI::Validator whole_number() {
  return CLI::Validator(
      [](const std::string& text) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool whole =
            error == std::errc() && end == text.data() + text.size() && (text.size() == 1 || text[0] != '0');
        return whole ? "" : fmt::format("`{}` is not a whole number from 0 to 18446744073709551615", text);
      },
      "");
}

}  // namespace innochain
