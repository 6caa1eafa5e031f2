#pragma once

#include <string>

#include "output/run_store.hpp"

namespace innochain {

/// Reads the value of --shard, "2/8": the second of eight. Throws CLI::ValidationError.
Shard read_shard(const std::string& text);

}  // namespace innochain
