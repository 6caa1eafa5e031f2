#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "calibration/patterns.hpp"
#include "output/hdf5.hpp"

namespace innochain {

/// The values of one term in the runs of a scenario, by run and year; NaN where anything summed is a fill value.
struct Slice {
  std::string missing;  ///< what is not in the file; the rest is then empty
  std::vector<int> years;
  std::vector<double> values;

  double at(std::size_t run, std::size_t year_index) const { return values[run * years.size() + year_index]; }
};

/// Reads sums over categories from a result file, block of runs by block.
class ResultSlices {
 public:
  /// Throws InputMissing, NotAResultFile, ReadFailed.
  explicit ResultSlices(const std::filesystem::path& result);

  /// In the order of their first runs.
  const std::vector<std::string>& scenarios() const { return scenarios_; }
  /// Throws std::invalid_argument if there is no such scenario.
  void choose(const std::string& scenario);
  std::size_t n_runs() const { return runs_.size(); }

  /// Valid until forget(). `place` is where problems of the term are reported (InputError).
  const Slice& of(const SimulatedTerm& term, const Problem& place);
  void forget() { slices_.clear(); }

 private:
  Slice read(const SimulatedTerm& term, const Problem& place) const;

  std::string name_;
  hdf5::Handle file_;
  std::vector<std::string> scenario_of_run_, scenarios_;
  std::vector<std::size_t> runs_;  ///< of the chosen scenario
  std::map<std::string, Slice> slices_;
};

}  // namespace innochain
