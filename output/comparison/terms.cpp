#include "output/comparison/terms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "output/errors.hpp"
#include "output/result_reader.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void check_years(const YearWindow& window, std::string_view text, const std::vector<int>& years) {
  if (years.empty()) throw CannotCompare("the file has no years");
  for (int year = window.first; year <= window.last; ++year) {
    if (std::ranges::find(years, year) == years.end())
      throw CannotCompare(
          fmt::format("`{}`: the file lacks {} (it has {} to {})", text, year, years.front(), years.back()));
  }
}

bool matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// NAME or NAME[CATEGORY].
struct Pattern {
  std::string name;
  std::optional<std::string> category;
};

Pattern parse_pattern(const std::string& text) {
  const std::size_t bracket = text.find('[');
  if (bracket == std::string::npos) return {text, std::nullopt};
  if (text.back() != ']') throw CannotCompare(fmt::format("`{}`: a bracket is open (NAME[CATEGORY])", text));
  return {text.substr(0, bracket), text.substr(bracket + 1, text.size() - bracket - 2)};
}

std::vector<std::size_t> all_places(const IndicatorInFile& indicator) {
  std::vector<std::size_t> places(std::max<std::size_t>(1, indicator.categories.size()));
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  return places;
}

bool has_whole(const IndicatorInFile& indicator) {
  return !indicator.by_category || indicator.meaning.whole != OverCategories::nothing;
}

Term whole_term(const IndicatorInFile& indicator) {
  return {indicator.name,       "", indicator.unit, {}, indicator.meaning.goal, indicator.meaning.whole,
          all_places(indicator)};
}

Term part_term(const IndicatorInFile& indicator, std::size_t place) {
  return {indicator.name,         indicator.categories[place], indicator.unit, {},
          indicator.meaning.goal, OverCategories::nothing,     {place}};
}

std::vector<std::string> names_of(std::span<const IndicatorInFile> indicators) {
  std::vector<std::string> names;
  for (const IndicatorInFile& indicator : indicators) names.push_back(indicator.name);
  return names;
}

/// The terms of one indicator that a pattern means.
void add_matches(const IndicatorInFile& indicator, const Pattern& pattern, bool by_category, std::vector<Term>& terms) {
  if (!matches(pattern.name, indicator.name)) return;
  if (!pattern.category && has_whole(indicator)) terms.push_back(whole_term(indicator));
  for (std::size_t place = 0; place < indicator.categories.size(); ++place) {
    // What has no whole has nothing but its categories to show.
    const bool wanted = pattern.category ? matches(*pattern.category, indicator.categories[place])
                                         : by_category || !has_whole(indicator);
    if (wanted) terms.push_back(part_term(indicator, place));
  }
}

[[noreturn]] void fail_to_match(const std::string& text, const Pattern& pattern,
                                std::span<const IndicatorInFile> indicators) {
  const auto indicator = std::ranges::find_if(
      indicators, [&](const IndicatorInFile& candidate) { return matches(pattern.name, candidate.name); });
  if (indicator == indicators.end())
    throw NotInFile(fmt::format("`{}` is not an indicator of the file", pattern.name), pattern.name,
                    names_of(indicators));
  if (!indicator->by_category) throw CannotCompare(fmt::format("`{}`: {} has no categories", text, indicator->name));
  throw NotInFile(fmt::format("`{}` is not a category of {}", *pattern.category, indicator->name), *pattern.category,
                  indicator->categories);
}

}  // namespace

std::string YearWindow::text() const {
  if (reduce == Reduce::none) return fmt::format("{}", first);
  return fmt::format("{}..{}:{}", first, last, reduce == Reduce::sum ? "sum" : "mean");
}

YearWindow parse_window(std::string_view text, const std::vector<int>& years) {
  const auto fail = [&](const char* what) {
    throw CannotCompare(fmt::format("`{}`: {} (2035, 2026..2035:sum or 2026..2035:mean)", text, what));
  };
  const std::size_t dots = text.find("..");
  YearWindow window;
  if (dots == std::string_view::npos) {
    const auto year = whole_number(text);
    if (!year) fail("is not a year");
    window = {*year, *year, YearWindow::Reduce::none};
  } else {
    const std::size_t colon = text.find(':', dots);
    if (colon == std::string_view::npos) fail("does not say what is made of the years");
    const auto first = whole_number(text.substr(0, dots)), last = whole_number(text.substr(dots + 2, colon - dots - 2));
    if (!first || !last) fail("is not a range of years");
    if (*first > *last) fail("ends before it begins");
    const std::string_view reduce = text.substr(colon + 1);
    if (reduce != "sum" && reduce != "mean") fail("is neither a sum nor a mean");
    window = {*first, *last, reduce == "sum" ? YearWindow::Reduce::sum : YearWindow::Reduce::mean};
  }
  check_years(window, text, years);
  return window;
}

std::vector<YearWindow> parse_windows(std::string_view text, const std::vector<int>& years) {
  std::vector<YearWindow> windows;
  for (const std::string& part : split_list(text)) {
    const YearWindow window = parse_window(part, years);
    if (std::ranges::find(windows, window) == windows.end()) windows.push_back(window);
  }
  return windows;
}

namespace {

std::vector<std::string> labels_along(hid_t file, const std::string& dimension) {
  std::vector<std::string> labels;
  std::visit(
      [&](const auto& values) {
        for (const auto& value : values) labels.push_back(fmt::format("{}", value));
      },
      Variable(file, dimension).all());
  return labels;
}

}  // namespace

std::vector<IndicatorInFile> indicators_in(const ComparedFile& file) {
  std::vector<IndicatorInFile> indicators;
  try {
    for (const std::string& name : variable_names(file.id())) {
      const Variable variable(file.id(), name);
      const auto& dimensions = variable.dimensions();
      if (dimensions.size() < 2 || dimensions[0] != "run" || dimensions[1] != "year") continue;
      IndicatorInFile& indicator = indicators.emplace_back();
      indicator.name = name;
      indicator.unit = hdf5::read_text_attribute(variable.id(), "units").value_or("");
      indicator.long_name = hdf5::read_text_attribute(variable.id(), "long_name").value_or("");
      indicator.by_category = dimensions.size() > 2;
      for (std::size_t axis = 2; axis < dimensions.size(); ++axis) {
        std::vector<std::string> longer;
        for (const std::string& start : axis == 2 ? std::vector<std::string>{""} : indicator.categories) {
          for (const std::string& label : labels_along(file.id(), dimensions[axis]))
            longer.push_back(start.empty() ? label : fmt::format("{},{}", start, label));
        }
        indicator.categories = std::move(longer);
      }
      const hdf5::Handle type(H5Dget_type(variable.id()), H5Tclose, "read the type of " + name);
      indicator.meaning = meaning_of(name, H5Tget_class(type.id()) == H5T_INTEGER,
                                     hdf5::read_text_attribute(variable.id(), "cell_methods").value_or(""));
    }
  } catch (const hdf5::Error& error) {
    throw ReadFailed(fmt::format("{}: {}", file.name(), error.what()));
  }
  return indicators;
}

std::string Term::label() const {
  return category.empty() ? indicator : fmt::format("{}[{}]", indicator, category);
}

std::vector<Term> select_terms(std::span<const IndicatorInFile> indicators, std::span<const std::string> patterns,
                               std::span<const YearWindow> windows, bool by_category) {
  const std::vector<std::string> everything{"*"};
  std::vector<Term> chosen;
  std::set<std::string> labels;
  for (const std::string& text : patterns.empty() ? std::span(everything) : patterns) {
    const Pattern pattern = parse_pattern(text);
    std::vector<Term> found;
    for (const IndicatorInFile& indicator : indicators) add_matches(indicator, pattern, by_category, found);
    if (found.empty()) fail_to_match(text, pattern, indicators);
    for (Term& term : found) {
      if (labels.insert(term.label()).second) chosen.push_back(std::move(term));
    }
  }
  std::vector<Term> terms;
  for (const Term& term : chosen) {
    for (const YearWindow& window : windows) {
      terms.push_back(term);
      terms.back().years = window;
    }
  }
  return terms;
}

Term parse_term(std::span<const IndicatorInFile> indicators, std::string_view text, const std::vector<int>& years) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos)
    throw CannotCompare(fmt::format("`{}`: no year (self_reliance@2035, applicant_time@2026..2035:mean)", text));
  std::string_view window = text.substr(at + 1);
  Goal goal = Goal::none;
  for (const Goal candidate : {Goal::more, Goal::less}) {
    const std::string ending = fmt::format(":{}", goal_name(candidate));
    if (!window.ends_with(ending)) continue;
    goal = candidate;
    window.remove_suffix(ending.size());
  }
  const std::vector<std::string> label{std::string(text.substr(0, at))};
  const std::vector<YearWindow> windows{parse_window(window, years)};
  std::vector<Term> terms = select_terms(indicators, label, windows, false);
  if (terms.size() != 1)
    throw CannotCompare(fmt::format("`{}`: stands for {} indicators, one is wanted (such as {})", text, terms.size(),
                                    terms.front().label()));
  if (goal != Goal::none) terms.front().goal = goal;
  return terms.front();
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c == separator && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

namespace {

constexpr std::size_t most_block_values = 1u << 20;

/// One block of runs of a variable, as numbers with NaN for missing ones.
class Block {
 public:
  Block(Values values, std::optional<double> fill) : values_(std::move(values)), fill_(fill) {}
  double at(std::size_t i) const {
    return std::visit(
        [&](const auto& values) -> double {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<std::string>>) {
            return maths::nan;
          } else {
            const auto value = static_cast<double>(values[i]);
            return fill_ && value == *fill_ ? maths::nan : value;
          }
        },
        values_);
  }

 private:
  Values values_;
  std::optional<double> fill_;
};

std::optional<double> fill_of(const Variable& variable) {
  if (H5Aexists(variable.id(), "_FillValue") <= 0) return std::nullopt;
  const hdf5::Handle attribute(H5Aopen(variable.id(), "_FillValue", H5P_DEFAULT), H5Aclose, "read a fill value");
  double fill = 0;
  hdf5::check(H5Aread(attribute.id(), hdf5::native<double>(), &fill), "read a fill value");
  return fill;
}

/// Over the categories of one run and year, which begin at `start`.
double over_categories(const Block& block, std::size_t start, const Term& term) {
  double sum = 0.0;
  std::size_t n = 0;
  for (const std::size_t place : term.places) {
    const double value = block.at(start + place);
    if (std::isnan(value)) continue;
    sum += value;
    ++n;
  }
  if (n == 0) return maths::nan;
  return term.over == OverCategories::mean ? sum / static_cast<double>(n) : sum;
}

/// Places of a window's years along the file's.
std::vector<std::size_t> places_of(const YearWindow& window, const std::vector<int>& years) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < years.size(); ++i) {
    if (years[i] >= window.first && years[i] <= window.last) places.push_back(i);
  }
  return places;
}

}  // namespace

std::vector<std::vector<double>> read_terms(const ComparedFile& file, std::span<const Term> terms) {
  std::vector<std::vector<double>> values(terms.size());
  if (terms.empty()) return values;
  try {
    const Variable variable(file.id(), terms.front().indicator);
    const std::size_t n_runs = variable.shape().at(0), n_years = variable.shape().at(1);
    std::size_t width = 1;
    for (std::size_t axis = 2; axis < variable.shape().size(); ++axis) width *= variable.shape()[axis];
    std::vector<std::vector<std::size_t>> years;
    for (const Term& term : terms) years.push_back(places_of(term.years, file.years()));
    const std::optional<double> fill = fill_of(variable);
    const std::size_t step = std::max<std::size_t>(1, most_block_values / std::max<std::size_t>(1, n_years * width));
    for (auto& column : values) column.reserve(n_runs);
    for (std::size_t first = 0; first < n_runs; first += step) {
      const std::size_t n = std::min(step, n_runs - first);
      const Block block(variable.rows(first, n), fill);
      for (std::size_t t = 0; t < terms.size(); ++t) {
        for (std::size_t run = 0; run < n; ++run) {
          double sum = 0.0;  // a missing year makes it NaN
          for (const std::size_t year : years[t])
            sum += over_categories(block, (run * n_years + year) * width, terms[t]);
          const bool mean = terms[t].years.reduce == YearWindow::Reduce::mean;
          values[t].push_back(mean ? sum / static_cast<double>(years[t].size()) : sum);
        }
      }
    }
  } catch (const hdf5::Error& error) {
    throw ReadFailed(fmt::format("{}: {}", file.name(), error.what()));
  }
  return values;
}

}  // namespace innochain
