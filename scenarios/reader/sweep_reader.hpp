#pragma once

#include <deque>
#include <map>

#include "scenarios/reader/scenario_file.hpp"
#include "scenarios/reader/sweep_plan.hpp"

namespace innochain {

/// Resolves a sweep file against its scenarios. The members stand in the order in which they are found.
class SweepReader {
 public:
  SweepReader(std::filesystem::path file, ReadOptions options);

  Sweep read();

 private:
  /// What is known of an axis beside its plan.
  struct Draft {
    const Node* at = nullptr;            ///< its path in the file
    std::string where;                   ///< "axes[0].path"
    const AxisFields* fields = nullptr;  ///< nullptr: only a column of the rows
    std::string path;
    std::optional<YearSpan> years;
    std::vector<const Sweepable*> in;  ///< by scenario
    bool labelled = true;              ///< whether it stands in the names of arms
  };

  void read_parameter_source(const std::string& source);
  void read_settings();
  void read_scenarios();
  void read_scenario_at(std::string name, const Node& at, const std::string& path);
  Resolved read_scenario_or_own(const std::filesystem::path& file);
  void add_problem_of_scenario(Problem problem);

  void read_axes();
  void read_axis(std::size_t number);
  std::optional<std::size_t> add_axis(Draft draft, const std::string& path_text);
  bool find_sweepables(Draft& draft);
  bool overlaps(const Draft& draft);
  std::optional<Level> read_level(std::size_t axis, const Node& value, const std::string& where);
  void read_values(std::size_t axis);
  void read_range(std::size_t axis);
  void add_grid_steps(std::size_t axis);
  void name_axes();

  void read_design();
  void refuse_keys_of_other_designs();
  void lay_grid();
  void refuse_repeated_combinations(const std::vector<std::size_t>& lengths);
  void spread_points();
  void read_rows();
  void read_row_lists(const std::vector<Node>& rows);
  void read_row_mappings(const std::vector<Node>& rows);
  void read_csv_rows();
  std::optional<std::size_t> column_of(const Node& key, const std::string& where);
  void add_point_name(const Node& at, const std::string& where, std::string name);
  void check_point_names();
  std::string rows_file() const;

  void apply_settings_last();
  std::vector<Place> places_of_settings(std::size_t scenario, std::vector<Announcement>& announcements);
  void check_arms();
  void check_branch();
  void add_notes();
  std::string text() const;
  std::string design_text() const;
  std::string axes_text() const;
  std::string column_text(std::size_t axis) const;
  [[noreturn]] void stop();

  std::filesystem::path file_;
  ReadOptions options_;
  std::vector<Problem> problems_;
  Scope scope_{problems_};
  Node document_;
  SweepFields fields_;
  std::map<std::string, const Node*> setting_places_;  ///< of the settings that the file itself makes
  std::vector<std::filesystem::path> scenario_files_;
  std::vector<std::string> scenario_file_texts_;  ///< as written
  std::vector<std::pair<const Node*, std::string>> scenario_places_;
  std::deque<Sweepables> sweepables_;          ///< by scenario; a deque, since axes point into it
  std::vector<Draft> drafts_;                  ///< by axis
  std::map<std::string, std::size_t> linked_;  ///< coordinate by name
  std::vector<Node> rows_;                     ///< of a list with columns
  std::vector<Node> csv_header_;
  std::map<std::size_t, std::string> column_keys_;  ///< of declared axes: what the rows call them
  std::vector<std::pair<int, int>> point_places_;   ///< line and column of every row
  std::size_t n_coordinates_ = 0;
  SweepPlan plan_;
  Sweep sweep_;
};

/// The settings of a file's `set` as --set would say them, with their places.
std::vector<std::pair<std::string, const Node*>> settings_in(Scope& scope, const Node& set);

/// Gives a problem of such a setting its place in the file. \param places by setting
void place_in_set(Problem& problem, const std::map<std::string, const Node*>& places);

/// In the order of files and places, each once.
void sort_and_join(std::vector<Problem>& problems);

/// "2026..2035" or "2026"; nothing if it is neither.
std::optional<YearSpan> read_years(std::string_view text);

}  // namespace innochain
