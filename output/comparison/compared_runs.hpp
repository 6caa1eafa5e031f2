#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "output/hdf5.hpp"

namespace innochain {

/// A name that the file does not have, with those it has.
class NotInFile : public std::runtime_error {
 public:
  NotInFile(const std::string& what, std::string name, std::vector<std::string> known)
      : std::runtime_error(what), word(std::move(name)), candidates(std::move(known)) {}
  std::string word;
  std::vector<std::string> candidates;
};

/// Gives equal texts one number, in the order in which they come.
class NumberedNames {
 public:
  explicit NumberedNames(std::vector<std::string>& names) : names_(names) {}
  std::uint32_t operator()(const std::string& name) {
    const auto [place, added] = places_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
    if (added) names_.push_back(name);
    return place->second;
  }

 private:
  std::vector<std::string>& names_;
  std::map<std::string, std::uint32_t, std::less<>> places_;
};

/// A request that cannot be answered; the message says why.
class CannotCompare : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The values of one swept parameter, run by run: numbers, or places among the labels; NaN where an arm lacks the axis.
struct SweptColumn {
  std::string name;  ///< `param.PATH`
  bool text = false;
  std::vector<std::string> labels;
  std::vector<double> values;

  std::string text_of(std::size_t run) const;
};

/// What distinguishes a run.
struct ComparedRun {
  std::uint32_t scenario = 0, arm = 0;  ///< places in ComparedFile::scenarios and arms
  std::uint32_t point = 0;              ///< number of its combination of swept values
  std::int32_t replicate = 0, draw = 0;
  std::uint64_t seed = 0;
  bool failed = false;
};

/// An open result file and the table of its runs (about 40 bytes and one number for each swept parameter a run).
class ComparedFile {
 public:
  /// Throws InputMissing, NotAResultFile, ReadFailed.
  explicit ComparedFile(const std::filesystem::path& path);

  const std::string& name() const { return name_; }
  hid_t id() const { return file_.id(); }
  std::size_t n_runs() const { return runs_.size(); }
  const std::vector<ComparedRun>& runs() const { return runs_; }
  /// In the order of their first runs.
  const std::vector<std::string>& scenarios() const { return scenarios_; }
  /// In the order of their first runs; the scenario's name for runs without an arm.
  const std::vector<std::string>& arms() const { return arms_; }
  const std::vector<SweptColumn>& swept() const { return swept_; }
  /// Throws NotInFile.
  const SweptColumn& swept(const std::string& name) const;
  const std::vector<int>& years() const { return years_; }

 private:
  void read_runs();
  void read_swept();
  void number_points();

  std::string name_;
  hdf5::Handle file_;
  std::vector<ComparedRun> runs_;
  std::vector<std::string> scenarios_, arms_;
  std::vector<SweptColumn> swept_;
  std::vector<int> years_;
};

enum class PoliciesBy { arm, scenario };

/// The runs of a file, sorted by policy, with what pairs them.
struct Policies {
  struct Member {
    std::uint32_t key;  ///< equal for runs that are compared with each other
    std::uint32_t run;
  };
  PoliciesBy by = PoliciesBy::arm;
  std::vector<std::string> names;            ///< in the order of their first runs
  std::vector<std::vector<Member>> members;  ///< of each policy: finished runs, by key
  std::vector<std::uint32_t> unit_of_key;    ///< what counts as one independent observation
  std::size_t n_units = 0, n_replicates = 0, n_futures = 1, n_failed = 0;
  bool units_are_replicates = true;
  bool same_seeds = true;  ///< of paired runs
};

/// By arm, a pair has the same replicate and parameter draw. By scenario it has the same swept values as well, and what
/// counts as one observation is a replicate, averaged over the combinations of swept values (futures): these share the
/// replicate's luck, and as many observations as combinations would feign a precision that is not there. Where there is
/// only one replicate, futures are the observations.
/// Throws CannotCompare where two runs of one policy stand for the same replicate (and future).
Policies group_policies(const ComparedFile& file, PoliciesBy by);

}  // namespace innochain
