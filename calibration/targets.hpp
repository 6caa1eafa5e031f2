#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/observed.hpp"
#include "calibration/patterns.hpp"
#include "output/table.hpp"
#include "scenarios/reader/problem.hpp"
#include "sim/core/year.hpp"

/// What a calibration fits to: approvals and stocks of laboratories and zones. The file `calibration/targets.yaml` says
/// which rows of the observed series; the numbers are read from the series.
namespace innochain {

enum class TargetQuantity {
  approvals,   ///< gross, summed over the years
  cumulative,  ///< gross, from the beginning to the end of the last year
  stock,       ///< at the end of the last year
  delisted,    ///< summed over the years; of labs: by reviews
  net_change   ///< of the stock, from the end of the year before the first to the end of the last
};

/// One observed number or interval, in labs or zones.
struct TargetItem {
  std::string name;  ///< unique in its series: the quantity and its years, e.g. `approvals_2004_2006`
  TargetQuantity quantity = TargetQuantity::approvals;
  YearSpan years;
  double low = 0.0, high = 0.0;  ///< equal for a point
  double sigma = 1.0;            ///< max(relative error × point, 2 % of the level of 2017, 1)
  std::optional<double> point;   ///< the value, or what is thought likeliest inside the interval
  std::string confidence, level, source;
  bool usable_total = false;  ///< a stock or total of a period by which the coverage of forecasts is judged
  Problem place;              ///< in its file, without a message

  bool exact() const { return low == high; }
};

/// Whether a call for applications was opened.
struct CallDatum {
  Year year;
  bool call = false;
};

/// Gross approvals of a year, the middle of what is known: for extrapolations, which need every year.
struct YearlyApprovals {
  Year year;
  double approvals = 0.0;
};

/// All that is known of one designation, or of the sum of some.
struct TargetSeries {
  std::string designation;         ///< or the name of the sum
  std::vector<std::string> parts;  ///< designations of a sum; of one designation: none
  std::vector<TargetItem> items;
  /// The stock at the end of a fit, by its last year: a path that misses it cannot start a forecast. σ is last_sigma.
  std::vector<TargetItem> ends;
  /// Cumulative counts by year, where they are known beside the items: what the curve of a fit is compared with.
  std::vector<TargetItem> curve;
  std::vector<CallDatum> calls;
  std::vector<YearlyApprovals> yearly;
  double last_sigma = 0.0;
  double level_2017 = 0.0;  ///< middle of the stock at the end of 2017, by which errors are scaled
};

/// Grades of a round of reviews. A grade is absent where another row counts the same labs, or nobody read it.
struct ReviewRound {
  YearSpan years;
  std::string field;
  int evaluated = 0;
  std::optional<int> excellent, good, rectify, failed;
};

struct TargetFile {
  std::vector<TargetSeries> series;
  std::vector<ReviewRound> reviews;
  std::vector<Pattern> outputs;  ///< of the second stage, from the file of patterns; σ is half of [low, high]
};

/// Reads a file of targets, with numbers from `observed` and outputs from the file of patterns that it names.
/// Throws InputError with every problem: of the file, of rows that are chosen twice, not at all or both used and
/// excluded, and of series that contradict themselves.
TargetFile read_targets(const std::filesystem::path& file, const std::vector<ObservedSeries>& observed);

/// Whether an item belongs to a window of years: its last year does. A fit up to 2017 that is judged by 2018–2022 uses
/// in_window(item, {first year, 2017}) and in_window(item, {2018, 2022}).
bool in_window(const TargetItem& item, YearSpan window);

/// The stock that a fit up to a year should end with; nullptr if the file has none.
const TargetItem* end_of_fit(const TargetSeries& series, Year last_year);

/// Whether a designation has items, or an end, in the years that are fitted.
bool is_fitted(const TargetSeries& series, YearSpan fit);

/// The curve whose fit is reported: cumulative counts by year where the file has them, else the exact stocks and
/// cumulative counts among the items, in the order of the file.
std::vector<const TargetItem*> fit_curve(const TargetSeries& series, YearSpan years);

/// The simulated years of one designation; all vectors by year.
struct ApprovalPath {
  YearSpan years;
  std::vector<std::int32_t> approvals, stock, delisted;
  std::int32_t initial_stock = 0;  ///< at the end of the year before the first, all of it approved by then
};

/// What an item measures. Throws std::invalid_argument if the item reaches beyond the years of the path.
double simulated_value(const TargetItem& item, const ApprovalPath& path);

/// How far a value lies from the observed interval, in units of σ: negative below, positive above, 0 inside.
double deviation(const TargetItem& item, double simulated);

}  // namespace innochain
