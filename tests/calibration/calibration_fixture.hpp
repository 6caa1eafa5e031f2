#pragma once

#include <gtest/gtest.h>

#include <boost/algorithm/string/erase.hpp>
#include <fstream>

#include "calibration/calibration_file.hpp"
#include "calibration/sampling.hpp"
#include "output/digest.hpp"
#include "tests/support/temporary_folder.hpp"

namespace innochain {

/// Calibration files in a folder of their own, over the shipped scenario and targets.
class CalibrationTest : public ::testing::Test {
 protected:
  static std::string source() { return INNOCHAIN_SOURCE_DIR; }
  static std::string observed() { return source() + "/calibration/observed"; }

  /// The head of a file that names the shipped scenario and targets by absolute paths.
  static std::string head() {
    return "schema_version: 1\nscenario: " + source() + "/scenarios/baseline.yaml\ntargets: " + source() +
           "/calibration/targets.yaml\n";
  }
  /// A small calibration, for the kind of test that runs one.
  static std::string small(int particles, int simulations) {
    return head() +
           "years: {fit: [1984, 2012], predict: [2013, 2017]}\n"
           "scale: {firms_per_agent: 1000, proposals_per_agent: 1000}\n"
           "priors:\n"
           "  approvals.appetite.expansion: {lognormal: {median: 0.2, sigma: 0.5}}\n"
           "  approvals.kappa.hidz: {lognormal: {median: 1, sigma: 0.5}}\n"
           "fixed: {approvals.bar_raise: 0.4}\n"
           "method: {kind: abc_smc, particles: " +
           std::to_string(particles) +
           ", replicates: 2, most_moves: 2, stop: {simulations: " + std::to_string(simulations) +
           "}}\n"
           "paths: {draws: 4, attempts: 3}\n"
           "point_fit: {evaluations: 6, replicates: 2}\n";
  }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_ / name;
    std::ofstream(path) << text;
    return path;
  }
  Calibration read(const std::string& text, const CalibrationOptions& options = {}) const {
    return read_calibration(write("cal.yaml", text), observed(), options);
  }
  std::string problems(const std::string& text) const {
    try {
      read(text);
    } catch (const InputError& error) {
      std::string message = error.what();
      boost::erase_all(message, folder_.string() + "/");
      return message;
    }
    return "";
  }

  /// Does the work on the parts of an output, stopped after a number of news of finished generations (0: never), and
  /// again until it is done. The digest of what it wrote; n_attempts_ says how often it began.
  /// \param work (store, options, news); writes the output
  template <class Work>
  std::string done_in_pieces(const std::filesystem::path& output, const Calibration& calibration, std::size_t threads,
                             int stop_after, Work&& work) {
    constexpr int most_attempts = 30;
    for (n_attempts_ = 1; n_attempts_ <= most_attempts; ++n_attempts_) {
      CalibrationStore store(output);
      store.open(identity_of(calibration));
      std::atomic<bool> stop = false;
      int generations = 0;
      CalibrationNews news;
      news.say = [&](const std::string& line) {
        if (line.starts_with("generation") && ++generations == stop_after) stop = true;
      };
      WorkOptions options;
      options.threads = threads;
      options.stop = &stop;
      try {
        work(store, options, news);
        store.remove();
        return digest(output);
      } catch (const Stopped&) {
      }
    }
    return "never finished";
  }

  int n_attempts_ = 0;
  testing::TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
};

}  // namespace innochain
