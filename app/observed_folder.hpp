#pragma once

#include <cstdlib>
#include <string>

#include "app/version.hpp"

namespace innochain {

/// The observed series: those of the source tree, unless INNOCHAIN_OBSERVED names another folder.
inline std::string observed_folder() {
  const char* folder = std::getenv("INNOCHAIN_OBSERVED");
  return folder ? folder : observed_series;
}

}  // namespace innochain
