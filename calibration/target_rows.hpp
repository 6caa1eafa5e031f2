#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibration/observed.hpp"
#include "calibration/observed_rows.hpp"
#include "calibration/series_rows.hpp"
#include "output/table.hpp"
#include "scenarios/reader/fields.hpp"

/// How the file of targets chooses rows of the observed series, and the account of which rows it used.
namespace innochain {

/// Some rows of one series.
struct RowChoice {
  const Node* series = nullptr;
  const Node* where = nullptr;   ///< columns and what they hold
  const Node* column = nullptr;  ///< of the value; default: the counts of the series
  const Node* years = nullptr;   ///< a year or [first, last]
  const Node* only = nullptr;    ///< single years
};
template <class V>
void fields(V& v, RowChoice& c) {
  v.required("series", c.series, NodeKind{}, "a file of calibration/observed, without .csv");
  v.optional("where", c.where, NodeKind{});
  v.optional("column", c.column, NodeKind{});
  v.optional("years", c.years, NodeKind{});
  v.optional("only", c.only, NodeKind{});
}

/// A step of a cumulative count that is not an approval.
struct CumulativeBreak {
  const Node* series = nullptr;
  const Node* year = nullptr;
  double by = 0.0;
  std::string reason;
};
template <class V>
void fields(V& v, CumulativeBreak& b) {
  v.required("series", b.series, NodeKind{});
  v.required("year", b.year, NodeKind{});
  v.required("by", b.by, NumberKind{});
  v.required("reason", b.reason, TextKind{});
}

/// A row of a series, by numbers.
struct RowId {
  std::size_t series = 0, row = 0;
  bool operator==(const RowId&) const = default;
};

/// What one row says. A point has equal ends.
struct RowValue {
  RowId row;
  std::optional<YearSpan> years;  ///< absent where the series has no years
  double low = 0.0, high = 0.0;
  std::optional<double> point;
  std::string confidence, level, source;
};

/// The observed series and what became of their rows.
class RowBook {
 public:
  RowBook(Scope& scope, const std::vector<ObservedSeries>& observed);

  /// The number of a series that a node names.
  std::optional<std::size_t> find_series(const Node& node, const std::string& path);
  const SeriesRows& rows(std::size_t series) const { return series_[series].rows; }

  /// The rows of a choice, without marking them. Problems: unknown series, columns or texts; a year without a row; two
  /// rows with the same years.
  std::vector<RowId> choose(const RowChoice& choice, const Node& node, const std::string& path);
  /// What the rows of a choice say; marks them as used unless `only_looks`.
  std::vector<RowValue> use(const RowChoice& choice, const Node& node, const std::string& path,
                            bool only_looks = false);
  /// The same, where every row has to say how far it may be off.
  std::vector<RowValue> use_with_errors(const RowChoice& choice, const Node& node, const std::string& path);
  void mark_used(RowId id) { series_[id.series].used[id.row] = true; }
  /// Rows that nothing uses, on purpose. A row that is used as well is a problem.
  void exclude(const RowChoice& choice, const Node& node, const std::string& path);

  /// Problems of every series named so far: no rows, low above high, a count outside, cumulative counts that do not
  /// follow from the new ones.
  void check_series(const std::vector<CumulativeBreak>& breaks);
  /// A problem at `node` for every row of a series that is neither used nor excluded.
  void check_complete(std::size_t series, const Node& node, const std::string& path);

 private:
  struct Account {
    SeriesRows rows;
    std::vector<bool> used, excluded;
    const Node* named_at = nullptr;
    std::string named_path;
  };

  std::optional<YearSpan> years_of(const SeriesRows& rows, std::size_t row) const;
  std::string row_text(std::size_t series, std::size_t row) const;
  bool read_where(const RowChoice& choice, const std::string& path, const SeriesRows& rows,
                  std::vector<std::pair<std::string, std::string>>& where);
  bool check_years(const RowChoice& choice, const std::string& path, const std::vector<RowId>& chosen);
  void check_intervals(const Account& account, std::size_t series);
  void check_cumulative(const Account& account, std::size_t series, const std::vector<CumulativeBreak>& breaks);
  std::optional<std::string> value_column(const RowChoice& choice, const std::string& path, const SeriesRows& rows);

  Scope& scope_;
  std::vector<std::string> names_;
  std::vector<Account> series_;
};

}  // namespace innochain
