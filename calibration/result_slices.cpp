#include "calibration/result_slices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "output/errors.hpp"
#include "output/result_reader.hpp"

namespace innochain {

namespace {

constexpr const char* run_dimension = "run";
constexpr const char* year_dimension = "year";
constexpr std::size_t most_block_values = 1u << 20;

std::vector<std::string> labels_of(hid_t group, const std::string& dimension) {
  const Values values = Variable(group, dimension).all();
  std::vector<std::string> labels;
  std::visit(
      [&](const auto& items) {
        for (const auto& item : items) labels.push_back(fmt::format("{}", item));
      },
      values);
  return labels;
}

std::vector<int> years_of(hid_t group) {
  std::vector<int> years;
  for (const std::string& label : labels_of(group, year_dimension)) years.push_back(std::stoi(label));
  return years;
}

std::optional<double> fill_of(const Variable& variable) {
  if (H5Aexists(variable.id(), "_FillValue") <= 0) return std::nullopt;
  const hdf5::Handle attribute(H5Aopen(variable.id(), "_FillValue", H5P_DEFAULT), H5Aclose, "read a fill value");
  double fill = 0;
  hdf5::check(H5Aread(attribute.id(), hdf5::native<double>(), &fill), "read a fill value");
  return fill;
}

/// What is chosen of a variable: positions in one run, of the first year, and how far the next year is.
struct Choice {
  std::vector<std::size_t> positions{0};
  std::size_t year_step = 0, row_values = 1;
};

/// The places of the selected names along a dimension; nothing if one of them is not there.
std::optional<std::vector<std::size_t>> places_along(hid_t group, const std::string& dimension,
                                                     const std::vector<std::string>& names, std::string& missing) {
  const std::vector<std::string> labels = labels_of(group, dimension);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; names.empty() && i < labels.size(); ++i) places.push_back(i);
  for (const std::string& name : names) {
    const auto found = std::ranges::find(labels, name);
    if (found == labels.end()) {
      missing = fmt::format("{} along {}", name, dimension);
      return std::nullopt;
    }
    places.push_back(static_cast<std::size_t>(found - labels.begin()));
  }
  return places;
}

[[noreturn]] void fail(const Problem& place, const SimulatedTerm& term, const std::string& what) {
  Problem problem = place;
  problem.message = fmt::format("{} {}", term.variable, what);
  throw InputError({problem});
}

void check_dimensions(const Variable& variable, const SimulatedTerm& term, const Problem& place) {
  const std::vector<std::string>& dimensions = variable.dimensions();
  const auto has = [&](std::string_view name) { return std::ranges::find(dimensions, name) != dimensions.end(); };
  if (dimensions.empty() || dimensions.front() != run_dimension || !has(year_dimension))
    fail(place, term, "is not a variable of runs and years");
  for (const auto& [dimension, names] : term.select) {
    if (!has(dimension) || dimension == run_dimension || dimension == year_dimension)
      fail(place, term,
           fmt::format("cannot be selected along `{}` (it has {})", dimension, fmt::join(dimensions, ", ")));
  }
  for (const std::string& dimension : dimensions) {
    if (dimension != run_dimension && dimension != year_dimension && !term.select.contains(dimension))
      fail(place, term, fmt::format("has the dimension {0} (select: {{{0}: …}}, or all)", dimension));
  }
}

/// Row-major positions of everything that is selected.
std::optional<Choice> choose_positions(hid_t group, const Variable& variable, const SimulatedTerm& term,
                                       std::string& missing) {
  Choice choice;
  for (std::size_t axis = variable.shape().size(); axis-- > 1;) {
    const std::string& dimension = variable.dimensions()[axis];
    if (dimension == year_dimension) {
      choice.year_step = choice.row_values;
    } else {
      const auto places = places_along(group, dimension, term.select.at(dimension), missing);
      if (!places) return std::nullopt;
      std::vector<std::size_t> positions;
      for (const std::size_t place : *places) {
        for (const std::size_t position : choice.positions) positions.push_back(position + place * choice.row_values);
      }
      choice.positions = std::move(positions);
    }
    choice.row_values *= variable.shape()[axis];
  }
  return choice;
}

std::string key_of(const SimulatedTerm& term) {
  std::string key = fmt::format("{} {}", term.trace, term.variable);
  for (const auto& [dimension, names] : term.select) key += fmt::format("|{}={}", dimension, fmt::join(names, ","));
  return key;
}

}  // namespace

ResultSlices::ResultSlices(const std::filesystem::path& result) : name_(result.string()), file_(open_result(result)) {
  try {
    if (hdf5::has_child(file_.id(), "scenario")) scenario_of_run_ = Variable(file_.id(), "scenario").texts();
  } catch (const hdf5::Error& error) {
    throw ReadFailed(fmt::format("{}: {}", name_, error.what()));
  }
  if (scenario_of_run_.empty()) throw NotAResultFile(name_ + ": has no runs");
  for (const std::string& scenario : scenario_of_run_) {
    if (std::ranges::find(scenarios_, scenario) == scenarios_.end()) scenarios_.push_back(scenario);
  }
}

void ResultSlices::choose(const std::string& scenario) {
  forget();
  runs_.clear();
  for (std::size_t run = 0; run < scenario_of_run_.size(); ++run) {
    if (scenario_of_run_[run] == scenario) runs_.push_back(run);
  }
  if (runs_.empty()) throw std::invalid_argument(fmt::format("{} has no scenario {}", name_, scenario));
}

const Slice& ResultSlices::of(const SimulatedTerm& term, const Problem& place) {
  const std::string key = key_of(term);
  const auto found = slices_.find(key);
  if (found != slices_.end()) return found->second;
  try {
    return slices_.emplace(key, read(term, place)).first->second;
  } catch (const hdf5::Error& error) {
    throw ReadFailed(fmt::format("{}: {}", name_, error.what()));
  }
}

Slice ResultSlices::read(const SimulatedTerm& term, const Problem& place) const {
  Slice slice;
  if (term.trace && !hdf5::has_child(file_.id(), "traces")) return slice.missing = "traces", slice;
  const hdf5::Handle group = hdf5::open_group(file_.id(), term.trace ? "/traces" : "/");
  if (!hdf5::has_child(group.id(), term.variable) || hdf5::is_group(group.id(), term.variable)) {
    slice.missing = fmt::format("{} {}", term.trace ? "trace" : "variable", term.variable);
    return slice;
  }
  const Variable variable(group.id(), term.variable);
  check_dimensions(variable, term, place);
  const auto choice = choose_positions(group.id(), variable, term, slice.missing);
  if (!choice) return slice;
  slice.years = years_of(group.id());
  slice.values.reserve(runs_.size() * slice.years.size());
  const std::optional<double> fill = fill_of(variable);
  const std::size_t step = std::max<std::size_t>(1, most_block_values / std::max<std::size_t>(1, choice->row_values));
  auto next = runs_.begin();
  for (std::size_t first = 0; first < scenario_of_run_.size() && next != runs_.end(); first += step) {
    const std::size_t n = std::min(step, scenario_of_run_.size() - first);
    if (*next >= first + n) continue;
    const Values block = variable.rows(first, n);
    const auto value_at = [&](std::size_t i) {
      return std::visit(
          [&](const auto& values) -> double {
            if constexpr (std::is_same_v<std::decay_t<decltype(values[0])>, std::string>)
              throw hdf5::Error(term.variable + " is text");
            else
              return static_cast<double>(values[i]);
          },
          block);
    };
    for (; next != runs_.end() && *next < first + n; ++next) {
      for (std::size_t year = 0; year < slice.years.size(); ++year) {
        double sum = 0.0;
        for (const std::size_t position : choice->positions) {
          const double value = value_at((*next - first) * choice->row_values + position + year * choice->year_step);
          sum += fill && value == *fill ? std::numeric_limits<double>::quiet_NaN() : value;
        }
        slice.values.push_back(sum);
      }
    }
  }
  return slice;
}

}  // namespace innochain
