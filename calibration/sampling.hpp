#pragma once

#include <functional>
#include <string>

#include "calibration/abc_smc.hpp"
#include "calibration/calibrated_draws.hpp"
#include "calibration/calibration_store.hpp"

namespace innochain {

/// What a calibration tells on its way.
struct CalibrationNews {
  std::function<void(const std::string& stage, std::size_t n)> begin = [](const std::string&, std::size_t) {};
  std::function<void(std::size_t done)> progress = [](std::size_t) {};
  std::function<void(const std::string& line)> say = [](const std::string&) {};
};

/// Samples the posterior of a model whose corrections are known, alone or as one of several shards. The first shard
/// keeps every generation in the store; all go on from the last one that is there.
/// Throws Stopped, and what CalibrationStore::check_joined and ShardResults throw.
AbcResult sample_posterior(const InstitutionalModel& model, const CalibrationStore& store, Shard shard,
                           const WorkOptions& options, const CalibrationNews& news);

/// A part that the first shard makes; another waits for it. Throws Stopped, and what CalibrationStore::check_joined
/// throws.
std::string wait_for_part(const CalibrationStore& store, const std::string& part, Shard shard,
                          const WorkOptions& options, const CalibrationNews& news);

/// The sampler's configuration that a calibration file asks for.
AbcConfig sampler_config(const Calibration& calibration, std::size_t threads);

/// Text that two calibrations share if and only if one can go on where the other stopped.
std::string identity_of(const InstitutionalModel& model);

}  // namespace innochain
