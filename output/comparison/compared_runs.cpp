#include "output/comparison/compared_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "output/errors.hpp"
#include "output/result_layout.hpp"
#include "output/result_reader.hpp"

namespace innochain {

namespace {

constexpr hsize_t rows_at_once = 1u << 16;
constexpr const char* swept_prefix = "param.";

/// Calls `take(values, first)` for block after block of a variable along the runs.
template <class Take>
void for_each_run_block(const Variable& variable, Take take) {
  const hsize_t n_rows = variable.shape().at(0);
  for (hsize_t first = 0; first < n_rows; first += rows_at_once)
    take(variable.rows(first, std::min(rows_at_once, n_rows - first)), first);
}

template <class Take>
void for_each_text(hid_t file, const char* name, Take take) {
  const Variable variable(file, name);
  for_each_run_block(variable, [&](const Values& values, hsize_t first) {
    const auto& texts = std::get<std::vector<std::string>>(values);
    for (std::size_t i = 0; i < texts.size(); ++i) take(first + i, texts[i]);
  });
}

template <class Number, class Take>
void for_each_number(hid_t file, const std::string& name, Take take) {
  const Variable variable(file, name);
  for_each_run_block(variable, [&](const Values& values, hsize_t first) {
    std::visit(
        [&](const auto& numbers) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(numbers)>, std::vector<std::string>>) {
            for (std::size_t i = 0; i < numbers.size(); ++i) take(first + i, static_cast<Number>(numbers[i]));
          }
        },
        values);
  });
}

bool is_text(const Variable& variable) {
  const hdf5::Handle type(H5Dget_type(variable.id()), H5Tclose, "read the type of " + variable.name());
  return H5Tget_class(type.id()) == H5T_STRING;
}

}  // namespace

std::string SweptColumn::text_of(std::size_t run) const {
  const double value = values[run];
  if (std::isnan(value)) return "none";
  return text ? labels[static_cast<std::size_t>(value)] : fmt::format("{}", value);
}

ComparedFile::ComparedFile(const std::filesystem::path& path) : name_(path.string()), file_(open_result(path)) {
  try {
    if (!hdf5::has_child(file_.id(), "scenario")) throw NotAResultFile(name_ + ": has no runs");
    read_runs();
    read_swept();
    number_points();
    for_each_number<int>(file_.id(), "year", [&](std::size_t, int year) { years_.push_back(year); });
  } catch (const hdf5::Error& error) {
    throw ReadFailed(fmt::format("{}: {}", name_, error.what()));
  } catch (const std::bad_variant_access&) {
    throw NotAResultFile(fmt::format("{}: a coordinate of the runs has another type than this program writes", name_));
  }
  if (runs_.empty()) throw NotAResultFile(name_ + ": has no runs");
}

void ComparedFile::read_runs() {
  runs_.resize(Variable(file_.id(), "scenario").shape().at(0));
  NumberedNames scenario_names(scenarios_), arm_names(arms_);
  for_each_text(file_.id(), "scenario",
                [&](std::size_t run, const std::string& name) { runs_[run].scenario = scenario_names(name); });
  for_each_text(file_.id(), "arm", [&](std::size_t run, const std::string& name) {
    runs_[run].arm = arm_names(name.empty() ? scenarios_[runs_[run].scenario] : name);
  });
  for_each_number<std::int32_t>(file_.id(), "replicate", [&](std::size_t run, auto n) { runs_[run].replicate = n; });
  for_each_number<std::int32_t>(file_.id(), "draw", [&](std::size_t run, auto n) { runs_[run].draw = n; });
  for_each_number<std::uint64_t>(file_.id(), "seed", [&](std::size_t run, auto n) { runs_[run].seed = n; });
  for_each_number<int>(file_.id(), "status", [&](std::size_t run, int status) { runs_[run].failed = status != 0; });
}

void ComparedFile::read_swept() {
  for (const std::string& name : variable_names(file_.id())) {
    if (!name.starts_with(swept_prefix)) continue;
    SweptColumn& column = swept_.emplace_back();
    column.name = name;
    column.text = is_text(Variable(file_.id(), name));
    column.values.assign(runs_.size(), std::numeric_limits<double>::quiet_NaN());
    if (column.text) {
      NumberedNames label(column.labels);
      for_each_text(file_.id(), name.c_str(), [&](std::size_t run, const std::string& text) {
        if (!text.empty()) column.values[run] = label(text);
      });
    } else {
      for_each_number<double>(file_.id(), name, [&](std::size_t run, double value) {
        if (value != swept_fill) column.values[run] = value;
      });
    }
  }
}

void ComparedFile::number_points() {
  std::map<std::vector<std::uint64_t>, std::uint32_t> numbers;
  std::vector<std::uint64_t> point(swept_.size());
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    for (std::size_t i = 0; i < swept_.size(); ++i) point[i] = std::bit_cast<std::uint64_t>(swept_[i].values[run]);
    runs_[run].point = numbers.try_emplace(point, static_cast<std::uint32_t>(numbers.size())).first->second;
  }
}

const SweptColumn& ComparedFile::swept(const std::string& name) const {
  const std::string full = name.starts_with(swept_prefix) ? name : swept_prefix + name;
  const auto found = std::ranges::find(swept_, full, &SweptColumn::name);
  if (found != swept_.end()) return *found;
  std::vector<std::string> known;
  for (const SweptColumn& column : swept_) known.push_back(column.name);
  throw NotInFile(known.empty() ? "the file has no swept parameters"
                                : fmt::format("`{}` is not a swept parameter of the file", name),
                  full, known);
}

namespace {

using Key = std::tuple<std::int32_t, std::int32_t, std::uint32_t>;  // replicate, draw, point

Key key_of(const ComparedRun& run, PoliciesBy by) {
  return {run.replicate, run.draw, by == PoliciesBy::arm ? 0 : run.point};
}

/// Numbers the keys in their order, and their units.
std::vector<Key> number_keys(const std::vector<ComparedRun>& runs, Policies& policies) {
  std::vector<Key> keys;
  keys.reserve(runs.size());
  for (const ComparedRun& run : runs) keys.push_back(key_of(run, policies.by));
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());

  std::vector<std::uint32_t> replicate_of_key;
  std::map<std::uint32_t, std::uint32_t> futures;
  std::uint32_t n = 0;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const auto& [replicate, draw, point] = keys[k];
    if (k > 0 && (replicate != std::get<0>(keys[k - 1]) || draw != std::get<1>(keys[k - 1]))) ++n;
    replicate_of_key.push_back(n);
    futures.try_emplace(point, static_cast<std::uint32_t>(futures.size()));
  }
  policies.n_replicates = n + 1;
  policies.n_futures = futures.size();
  policies.units_are_replicates = policies.n_replicates > 1 || policies.n_futures == 1;
  policies.n_units = policies.units_are_replicates ? policies.n_replicates : policies.n_futures;
  if (policies.units_are_replicates) {
    policies.unit_of_key = std::move(replicate_of_key);
  } else {
    for (const Key& key : keys) policies.unit_of_key.push_back(futures.at(std::get<2>(key)));
  }
  return keys;
}

}  // namespace

Policies group_policies(const ComparedFile& file, PoliciesBy by) {
  Policies policies;
  policies.by = by;
  policies.names = by == PoliciesBy::arm ? file.arms() : file.scenarios();
  policies.members.resize(policies.names.size());
  const std::vector<Key> keys = number_keys(file.runs(), policies);
  std::vector<std::optional<std::uint64_t>> seed_of_key(keys.size());
  for (std::size_t r = 0; r < file.n_runs(); ++r) {
    const ComparedRun& run = file.runs()[r];
    if (run.failed) {
      ++policies.n_failed;
      continue;
    }
    const auto key = static_cast<std::uint32_t>(std::ranges::lower_bound(keys, key_of(run, by)) - keys.begin());
    policies.members[by == PoliciesBy::arm ? run.arm : run.scenario].push_back({key, static_cast<std::uint32_t>(r)});
    if (!seed_of_key[key]) seed_of_key[key] = run.seed;
    policies.same_seeds = policies.same_seeds && *seed_of_key[key] == run.seed;
  }
  for (std::size_t p = 0; p < policies.names.size(); ++p) {
    auto& members = policies.members[p];
    std::ranges::sort(members, {}, [](const Policies::Member& m) { return std::pair(m.key, m.run); });
    const auto twice = std::ranges::adjacent_find(members, {}, &Policies::Member::key);
    if (twice != members.end()) {
      throw CannotCompare(fmt::format("{}: runs {} and {} of {} are the same replicate and draw: they cannot be paired",
                                      file.name(), twice->run, (twice + 1)->run, policies.names[p]));
    }
  }
  return policies;
}

}  // namespace innochain
