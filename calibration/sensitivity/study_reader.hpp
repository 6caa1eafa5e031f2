#pragma once

#include <map>

#include "calibration/sensitivity/study.hpp"
#include "calibration/sensitivity/study_file.hpp"

namespace innochain {

/// Resolves a sensitivity file against its scenario. The members stand in the order in which they are found.
class StudyReader {
 public:
  StudyReader(std::filesystem::path file, ReadOptions options);

  SensitivityStudy read();

 private:
  void read_document_of_its_kind();
  void read_settings();
  void read_own_scenario();
  void add_problem_of_scenario(Problem problem);

  void read_factors();
  void read_factor(std::size_t number);
  const Sweepable* find_sweepable(const FactorFields& fields, const std::string& where, const std::string& path);
  bool is_taken(const std::string& path, YearSpan years, const Node& at, const std::string& where);
  std::optional<AxisRange> read_range(const FactorFields& fields, const std::string& where, const Sweepable& what);
  std::optional<AxisRange> read_ends(const Node& ends, const std::string& where, const Sweepable& what,
                                     bool logarithmic);

  void read_outputs();
  void read_output(const Node& at, const std::string& where);

  void refuse_keys_of_the_other_method();
  void lay_design();
  void check_size(std::size_t n_points);
  void check_shares();
  void add_notes();
  std::string text() const;
  std::string method_text() const;
  const Node& method_key(std::string_view key) const { return *document_.find("method")->find(key); }
  [[noreturn]] void stop();

  std::filesystem::path file_;
  ReadOptions options_;
  std::vector<Problem> problems_;
  Scope scope_{problems_};
  Node document_;
  StudyFields fields_;
  std::string scenario_text_;                          ///< its file as written
  std::map<std::string, const Node*> setting_places_;  ///< of the settings that the file itself makes
  std::optional<Sweepables> sweepables_;
  struct Taken {
    std::string path, where;
    YearSpan years;
    const Node* at;
  };
  std::vector<Taken> taken_;  ///< by factor
  SensitivityStudy study_;
};

}  // namespace innochain
