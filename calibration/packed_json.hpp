#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace innochain {

/// What is kept between two starts of one command: CBOR, since JSON text has no infinite numbers.
inline std::string packed(const nlohmann::json& value) {
  std::string bytes;
  nlohmann::json::to_cbor(value, bytes);
  return bytes;
}

/// Throws nlohmann::json::exception.
inline nlohmann::json unpacked(std::string_view bytes) {
  return nlohmann::json::from_cbor(bytes);
}

}  // namespace innochain
