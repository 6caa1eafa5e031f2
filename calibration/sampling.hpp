#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

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

/// Samples the posterior of a calibration, alone or as one of several shards. The first shard keeps every generation in
/// the store; all go on from the last one that is there.
/// \param model of the calibration; what its runs are corrected by must be known
/// Throws Stopped, and what CalibrationStore::check_joined and ShardResults throw.
AbcResult sample_posterior(const Simulator& model, const Calibration& calibration, const CalibrationStore& store,
                           Shard shard, const WorkOptions& options, const CalibrationNews& news);

/// A part that the first shard makes; another waits for it. Throws Stopped, and what CalibrationStore::check_joined
/// throws.
std::string wait_for_part(const CalibrationStore& store, const std::string& part, Shard shard,
                          const WorkOptions& options, const CalibrationNews& news);

/// Where the sampler ends, if no other rule stops it before.
double target_tolerance(const SmcSettings& smc);

/// The sampler's configuration that a calibration file asks for.
AbcConfig sampler_config(const Calibration& calibration, std::size_t threads);

/// `n` equally probable particles: a systematic choice in proportion to the weights, in a drawn order, so that the
/// first of them are as good a sample as all.
std::vector<std::size_t> choose_particles(std::span<const double> weights, std::size_t n, std::uint64_t seed);

/// Text that two calibrations share if and only if one can go on where the other stopped.
std::string identity_of(const Calibration& calibration);

}  // namespace innochain
