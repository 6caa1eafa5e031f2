#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/designs/grid.hpp"
#include "scenarios/designs/latin_hypercube.hpp"
#include "scenarios/designs/sobol.hpp"
#include "scenarios/reader/lever_table.hpp"
#include "scenarios/reader/sweep.hpp"
#include "scenarios/reader/sweep_file.hpp"

/// What a sweep knows about its arms: every axis resolved once, so that an arm costs no reading.
namespace innochain {

/// One value in Params that axes and settings write.
struct Place {
  enum class Kind : std::uint8_t { parameter, kappa, saturation_share, firms_per_agent, proposals_per_agent, lever };
  Kind kind = Kind::parameter;
  Lever::Kind lever = Lever::Kind::number;
  std::ptrdiff_t offset = 0;  ///< of a parameter in Parameters and of a number lever in Levers, in bytes
  DesignationId designation;
  std::size_t year = 0;  ///< of a lever: its place in Params::levers
  bool operator==(const Place&) const = default;

  /// Writes a number; the place must hold one.
  void set(double value, Params& params) const;
  void copy(const Params& from, Params& to) const;
};

/// A parameter, lever or scale that an axis may name.
struct Sweepable {
  std::string path;  ///< with its section: "levers.award.noise"
  std::string unit = "1";
  bool number = true;   ///< whether a plain number is among its values
  bool whole = false;   ///< only whole numbers are
  bool family = false;  ///< one for each designation
  double low = 0.0, high = 0.0;
  std::optional<std::size_t> lever;  ///< in the lever table
  Place place;                       ///< of a parameter or scale
};

/// All that can be varied in one scenario.
class Sweepables {
 public:
  explicit Sweepables(const Params& params);

  const Sweepable* find(std::string_view path) const;
  const std::vector<std::string>& paths() const { return paths_; }
  const LeverTable& levers() const { return levers_; }
  /// Where a lever is written in the years of the span that are simulated; of `centralization` also the levers on its
  /// path.
  std::vector<Place> places(std::size_t lever, YearSpan years) const;
  Place place(std::size_t lever, std::size_t year) const;

 private:
  LeverTable levers_;
  YearSpan years_;
  std::vector<Sweepable> items_;
  std::vector<std::string> paths_;
};

/// An announced path of stocks and the years in which it replaces earlier announcements.
struct Announcement {
  std::vector<Target> targets;
  YearSpan years;
};
void announce(const Announcement& announcement, std::vector<Target>& targets);

/// Groups of levers that are shares of one whole.
inline constexpr std::array<std::array<std::string_view, 3>, 2> shares_of_one{
    {{"reorganization.keep_share", "reorganization.merge_share", "reorganization.drop_share"},
     {"review.excellent_share", "review.poor_share", ""}}};

/// Whether a path such as "levers.review.poor_share" is in the group.
bool is_share_of_one(std::size_t group, std::string_view path);
/// A year in which the shares of the group sum to more than one, in words; empty if there is none.
std::string excess_of_shares(std::size_t group, const Params& params);

/// What an axis does in one scenario.
class AxisInScenario {
 public:
  /// \param years of a lever; \param simulated those of the scenario
  AxisInScenario(const Sweepables& sweepables, const Sweepable& what, YearSpan years, YearSpan simulated);

  /// Adds a value of a lever that is not a plain number; false if it is not valid.
  bool add_choice(Scope& scope, const LeverTable& table, const Node& value, const std::string& path);

  void set(double value, Params& params) const;
  void choose(std::size_t choice, Params& params) const;
  void restore(const Params& own, Params& params) const;
  const Announcement* announcement(std::size_t choice) const;
  bool announces() const;
  bool is_centralization() const { return lever_ && lever_->kind == Lever::Kind::centralization; }
  const std::vector<Place>& places() const { return places_; }

 private:
  struct Moved {
    Place place;
    CentralizationPath path;
  };
  std::optional<Lever> lever_;
  YearSpan years_, simulated_;
  std::vector<Place> places_;  ///< all that any value writes
  std::vector<Place> direct_;  ///< those that take the number itself
  std::vector<Moved> moved_;   ///< those on the path of `centralization`
  std::vector<LeverEffect> choices_;
  std::vector<std::optional<Announcement>> announcements_;
};

/// What an axis is set to: nothing, a number, or one of its choices.
struct Level {
  enum class Kind : std::uint8_t { nothing, number, choice };
  Kind kind = Kind::nothing;
  double number = 0.0;
  std::size_t choice = 0;
  bool operator==(const Level&) const = default;
};

/// Levels in a row: eight bytes each, as long as all are numbers or nothing.
class Levels {
 public:
  void push_back(const Level& level);
  Level operator[](std::size_t i) const;
  std::size_t size() const { return numbers_.size(); }
  bool empty() const { return numbers_.empty(); }

 private:
  std::vector<double> numbers_;        ///< NaN: nothing
  std::vector<std::int32_t> choices_;  ///< −1: not a choice; empty while there is none
};

/// The numbers from which lhs and sobol take one.
struct AxisRange {
  double low = 0.0, high = 0.0;
  bool logarithmic = false, integer = false;
  /// \param u in [0, 1]
  double at(double u) const;
};

struct PlannedAxis {
  std::string label;           ///< in the names of arms; empty where another axis shares the value
  std::size_t coordinate = 0;  ///< of the design
  Levels levels;               ///< values of a list, or by point
  std::optional<AxisRange> range;
  std::vector<std::string> choices;  ///< texts
  std::vector<AxisInScenario> in;    ///< by scenario

  AxisValue value(const Level& level, bool text) const;
};

class SweepPlan {
 public:
  DesignKind design = DesignKind::grid;
  std::size_t n_points = 1;
  std::vector<PlannedAxis> axes;
  std::vector<std::size_t> order;  ///< in which axes apply: first those of `centralization`
  std::optional<Grid> grid;
  std::optional<LatinHypercube> latin_hypercube;
  std::optional<Sobol> sobol;
  std::vector<std::string> point_names;  ///< of a list or CSV file, where given

  /// What settings do in a scenario after the axes.
  struct Settings {
    std::vector<Place> places;  ///< that an axis writes too
    std::vector<Announcement> announcements;
    std::vector<Target> targets;  ///< of the scenario without settings; only if an axis announces any
  };
  std::vector<Settings> settings;  ///< by scenario
  bool announces = false;          ///< whether an axis does

  Level level(const PlannedAxis& axis, std::size_t point) const;
};

}  // namespace innochain
