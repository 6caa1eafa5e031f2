#pragma once

#include <cstddef>
#include <filesystem>

#include "calibration/calibrated_draws.hpp"
#include "calibration/posterior_file.hpp"

/// `innochain calibrate --recovery N` and `--sbc N`: does the calibration find parameters that are known?
namespace innochain {

/// Where a check writes to.
struct CheckOutput {
  std::filesystem::path path;
  bool force = false;
  PosteriorProvenance provenance;
};

/// Fits `n` synthetic sets with the sampler's settings of the calibration file, prints how many parameters lie in their
/// intervals, and writes all of them to a file. Finished sets are kept in OUT.parts. Returns exit_difference where
/// there are enough sets to tell that parameters are not recovered, else exit_ok. Throws Stopped, CannotCreate,
/// WriteFailed. \param n at least 1
int recover_synthetic(const Calibration& calibration, std::size_t n, const WorkOptions& work,
                      const CheckOutput& output);

/// Runs of the table of priors that --sbc simulates.
inline constexpr std::size_t rank_table_runs = 50'000;
/// Simulated runs of a rank check over n sets, for telling the progress: the table, and two candidates a set.
constexpr std::size_t rank_check_runs(std::size_t n) {
  return rank_table_runs + 2 * n;
}

/// Simulation-based calibration over `n` sets: prints and writes the ranks. Returns exit_ok where they are uniform,
/// else exit_difference. Throws Stopped, CannotCreate, WriteFailed. \param n at least 1
int check_ranks(const Calibration& calibration, std::size_t n, const WorkOptions& work, const CheckOutput& output);

}  // namespace innochain
