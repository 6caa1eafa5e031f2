#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calibration/abc_smc.hpp"
#include "calibration/calibrated_draws.hpp"
#include "output/hdf5.hpp"
#include "output/table.hpp"

/// The file that a calibration leaves: HDF5 in netCDF-4 layout, so that xarray opens every group of it.
namespace innochain {

/// What the file says of itself beside its contents; the volatile part does not count in the digest.
struct PosteriorProvenance {
  std::string command_line, program, build;
  int threads = 0;
};

/// What a posterior file is about.
struct PosteriorSubject {
  const Calibration* calibration = nullptr;
  Prior prior;  ///< of all parameters that a draw has
  std::vector<std::pair<std::string, double>> fixed;
  std::vector<std::string> fitted;        ///< the parameters of the population; the others come from a first stage
  std::vector<std::string> designations;  ///< whose luck is pinned
  std::vector<std::string> statistics;    ///< what is compared with the data
  std::uint64_t seed = 0;                 ///< of the pasts of the draws
};
PosteriorSubject subject_of(const InstitutionalModel& model);

/// An array with named dimensions, which are those of the file or of the group it stands in.
struct NamedArray {
  std::string name, unit, long_name;
  std::vector<std::string> dimensions;
  std::vector<std::size_t> shape;
  std::vector<double> values;  ///< the last dimension changes fastest
  bool whole_numbers = false;  ///< stored as int32
};

/// Writes a posterior file, part by part. It appears under its name in finish(); a writer that is destroyed before
/// leaves nothing. Throws CannotCreate, WriteFailed.
class PosteriorWriter {
 public:
  PosteriorWriter(const std::filesystem::path& path, bool force, PosteriorSubject subject,
                  const PosteriorProvenance& provenance);
  ~PosteriorWriter();

  /// /prior: what was believed before. /fixed: what was not fitted.
  void write_prior();
  /// /generations/NNN: each population with its weights, tolerance, scales and counts.
  void write_generations(const AbcState& state, AbcStop stop);
  /// Draws with the luck of their past.
  void write_draws(const std::vector<CalibratedDraw>& draws);
  /// A table, as group `table.name`.
  void write(const Table& table, const std::string& dimension);
  /// A dimension of the file whose places are numbered from 0.
  void add_dimension(const std::string& name, std::size_t n, const std::string& meaning);
  /// Arrays in a group of their own; dimensions `draw`, `designation`, `year`, `parameter` and those that were added
  /// are the file's.
  void write_group(const std::string& name, const std::string& title, const std::vector<NamedArray>& arrays);
  void attribute(const std::string& name, double value);
  void attribute(const std::string& name, const std::string& value);
  void finish();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// What a posterior file says to those who draw parameters from it.
struct Posterior {
  std::string file;
  int model_revision = 0;
  std::uint64_t seed = 0;
  Year last_pinned;
  std::vector<std::string> paths;    ///< of the fitted parameters, without the neutral one
  std::vector<std::string> units;    ///< of the same
  std::vector<Distribution> priors;  ///< of the same
  std::vector<std::string> fixed_paths;
  std::vector<double> fixed_values;
  std::vector<std::string> designations;       ///< whose luck is pinned
  std::vector<std::vector<double>> values;     ///< by draw and parameter
  std::vector<PathLuck> luck;                  ///< by draw
  std::vector<std::vector<double>> distances;  ///< of the past, by draw and designation
  std::vector<std::vector<int>> attempts;      ///< pasts tried, by draw and designation

  std::size_t n_draws() const { return values.size(); }
};

/// Whether a file is what this calibration makes, with this model revision. Throws InputMissing, NotAResultFile.
bool is_posterior_of(const std::filesystem::path& path, const Calibration& calibration);

/// Throws InputMissing, NotAResultFile (also a result file that is no posterior), ReadFailed.
Posterior read_posterior(const std::filesystem::path& path);

}  // namespace innochain
