#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "calibration/posterior_file.hpp"
#include "calibration/posterior_format.hpp"
#include "output/errors.hpp"
#include "output/result_reader.hpp"
#include "sim/model_revision.hpp"

namespace innochain {

namespace {

using Shape = std::vector<hsize_t>;

constexpr std::uint64_t most_draws = 100'000;  ///< that a calibration can be asked for

/// A whole number from `least` to `most`.
/// \param T std::int64_t or std::uint64_t: HDF5 clips what the other cannot hold.
template <class T>
T integer_attribute(hid_t file, const char* name, T least, T most) {
  const hdf5::Handle attribute(H5Aopen(file, name, H5P_DEFAULT), H5Aclose, fmt::format("open the attribute {}", name));
  const hdf5::Handle space(H5Aget_space(attribute.id()), H5Sclose, fmt::format("open the space of {}", name));
  if (H5Sget_simple_extent_npoints(space.id()) != 1) throw hdf5::Error(fmt::format("{} is no single number", name));
  const hdf5::Handle stored(H5Aget_type(attribute.id()), H5Tclose, fmt::format("open the type of {}", name));
  if (H5Tget_class(stored.id()) != H5T_INTEGER) throw hdf5::Error(fmt::format("{} is no whole number", name));
  std::int64_t sign = 0;
  hdf5::check(H5Aread(attribute.id(), H5T_NATIVE_INT64, &sign), fmt::format("read the attribute {}", name));
  T value = 0;
  const hid_t type = std::is_signed_v<T> ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
  hdf5::check(H5Aread(attribute.id(), type, &value), fmt::format("read the attribute {}", name));
  if ((std::is_unsigned_v<T> && sign < 0) || value < least || value > most)
    throw hdf5::Error(fmt::format("{} is beyond its range", name));
  return value;
}

int revision_of(hid_t file) {
  return static_cast<int>(integer_attribute<std::int64_t>(file, "model_revision", 0, std::numeric_limits<int>::max()));
}

/// Reads the draws of a posterior, and checks all that a run would trust: shapes, names, finite values within the
/// bounds of their priors. Throws hdf5::Error, std::invalid_argument.
class PosteriorReader {
 public:
  explicit PosteriorReader(hid_t file) : file_(file) {}

  void read_into(Posterior& posterior) const {
    posterior.model_revision = revision_of(file_);
    posterior.seed =
        integer_attribute<std::uint64_t>(file_, "master_seed", 0, std::numeric_limits<std::uint64_t>::max());
    posterior.last_pinned = Year(static_cast<int>(integer_attribute<std::int64_t>(file_, "last_year_fitted", 1, 9999)));
    const std::vector<std::string> all_paths = read_priors(posterior);
    read_fixed(posterior);
    read_draws(all_paths, posterior);
  }

 private:
  static std::vector<double> numbers(hid_t group, const std::string& name, const Shape& shape) {
    const Variable variable(group, name);
    if (variable.shape() != shape) throw hdf5::Error(fmt::format("{} has another shape than its dimensions", name));
    const Values all = variable.all();
    std::vector<double> result;
    std::visit(
        [&](const auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<std::string>>)
            throw hdf5::Error(name + " is text");
          else
            result.assign(values.begin(), values.end());
        },
        all);
    return result;
  }

  static std::vector<double> finite_numbers(hid_t group, const std::string& name, const Shape& shape) {
    std::vector<double> values = numbers(group, name, shape);
    if (!std::ranges::all_of(values, [](double value) { return std::isfinite(value); }))
      throw hdf5::Error(fmt::format("{} has values that are not finite", name));
    return values;
  }

  /// Numbers of luck and counts: whole, and such that they fit.
  static std::vector<double> whole_numbers(hid_t group, const std::string& name, const Shape& shape) {
    std::vector<double> values = numbers(group, name, shape);
    const auto is_whole = [](double value) {
      return value >= 0.0 && value <= std::numeric_limits<std::uint32_t>::max() && value == std::floor(value);
    };
    if (!std::ranges::all_of(values, is_whole))
      throw hdf5::Error(fmt::format("{} has values that are no counts", name));
    return values;
  }

  static std::vector<std::string> texts(hid_t group, const std::string& name) {
    const Values all = Variable(group, name).all();
    if (const auto* found = std::get_if<std::vector<std::string>>(&all)) return *found;
    throw hdf5::Error(name + " is no text");
  }

  static std::vector<std::string> texts(hid_t group, const std::string& name, std::size_t n) {
    std::vector<std::string> result = texts(group, name);
    if (result.size() != n) throw hdf5::Error(fmt::format("{} has {} entries, not {}", name, result.size(), n));
    return result;
  }

  static std::optional<std::string> named_twice(std::vector<std::string> names) {
    std::ranges::sort(names);
    const auto found = std::ranges::adjacent_find(names);
    return found == names.end() ? std::nullopt : std::optional(*found);
  }

  /// The paths of all parameters, the neutral one too.
  std::vector<std::string> read_priors(Posterior& posterior) const {
    const hdf5::Handle group = hdf5::open_group(file_, "prior");
    std::vector<std::string> paths = texts(group.id(), "parameter");
    if (texts(file_, "parameter") != paths) throw hdf5::Error("/parameter and /prior name other parameters");
    if (const auto twice = named_twice(paths)) throw hdf5::Error(fmt::format("{} is fitted twice", *twice));
    const std::size_t n = paths.size();
    const Shape shape{n};
    const std::vector<std::string> kinds = texts(group.id(), "kind", n), units = texts(group.id(), "unit", n);
    const auto a = finite_numbers(group.id(), "a", shape), b = finite_numbers(group.id(), "b", shape),
               low = numbers(group.id(), "low", shape), high = numbers(group.id(), "high", shape);
    for (std::size_t i = 0; i < n; ++i) {
      if (paths[i] == neutral_path) continue;
      const auto kind = std::ranges::find(posterior_kinds, kinds[i]);
      if (kind == posterior_kinds.end()) throw hdf5::Error(fmt::format("there is no distribution {}", kinds[i]));
      posterior.paths.push_back(paths[i]);
      posterior.units.push_back(units[i]);
      posterior.priors.emplace_back(static_cast<Distribution::Kind>(kind - posterior_kinds.begin()), a[i], b[i], low[i],
                                    high[i]);
    }
    return paths;
  }

  void read_fixed(Posterior& posterior) const {
    const hdf5::Handle group = hdf5::open_group(file_, "fixed");
    if (!hdf5::has_child(group.id(), "path")) return;
    posterior.fixed_paths = texts(group.id(), "path");
    posterior.fixed_values = finite_numbers(group.id(), "value", {posterior.fixed_paths.size()});
    std::vector<std::string> all = posterior.paths;
    all.insert(all.end(), posterior.fixed_paths.begin(), posterior.fixed_paths.end());
    if (const auto twice = named_twice(all)) throw hdf5::Error(fmt::format("{} is fixed, and again or fitted", *twice));
  }

  void read_draws(const std::vector<std::string>& all_paths, Posterior& posterior) const {
    posterior.designations = texts(file_, "designation");
    if (const auto twice = named_twice(posterior.designations))
      throw hdf5::Error(fmt::format("the designation {} is there twice", *twice));
    const Shape draws = Variable(file_, "past_replicate").shape();
    if (draws.size() != 1) throw hdf5::Error("past_replicate has another shape than its dimensions");
    if (draws.front() > most_draws)
      throw hdf5::Error(fmt::format("{} draws are more than {}", draws.front(), most_draws));
    const std::size_t n_draws = draws.front(), n_paths = all_paths.size(), n_series = posterior.designations.size();
    const Shape by_series{n_draws, n_series};
    const auto values = finite_numbers(file_, "value", {n_draws, n_paths}),
               luck = whole_numbers(file_, "approval_luck", by_series),
               replicates = whole_numbers(file_, "past_replicate", draws),
               distances = numbers(file_, "distance", by_series),
               attempts = whole_numbers(file_, "attempts", by_series);
    for (std::size_t draw = 0; draw < n_draws; ++draw) {
      posterior.values.push_back(values_of(all_paths, std::span(values).subspan(draw * n_paths, n_paths), posterior));
      PathLuck& past = posterior.luck.emplace_back();
      past.replicate = static_cast<std::uint32_t>(replicates[draw]);
      posterior.distances.emplace_back();
      posterior.attempts.emplace_back();
      for (std::size_t k = draw * n_series; k < (draw + 1) * n_series; ++k) {
        past.approvals.push_back(static_cast<std::uint32_t>(luck[k]));
        posterior.distances.back().push_back(distances[k]);
        posterior.attempts.back().push_back(static_cast<int>(attempts[k]));
      }
    }
  }

  static std::vector<double> values_of(const std::vector<std::string>& all_paths, std::span<const double> row,
                                       const Posterior& posterior) {
    std::vector<double> values;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (all_paths[i] == neutral_path) continue;
      const Distribution& prior = posterior.priors[values.size()];
      if (row[i] < prior.low || row[i] > prior.high)
        throw hdf5::Error(fmt::format("a draw of {} is {}, beyond its prior", all_paths[i], row[i]));
      values.push_back(row[i]);
    }
    return values;
  }

  hid_t file_;
};

}  // namespace

bool is_posterior_of(const std::filesystem::path& path, const Calibration& calibration) {
  const hdf5::Handle file = open_result(path);
  try {
    return hdf5::read_text_attribute(file.id(), "format") == posterior_format &&
           revision_of(file.id()) == model_revision &&
           hdf5::read_text_attribute(file.id(), "calibration_yaml") == calibration.yaml &&
           hdf5::read_text_attribute(file.id(), "judged_by_yaml") == calibration.judged_by &&
           hdf5::read_text_attribute(file.id(), "scenario_yaml") == calibration.scenario.yaml;
  } catch (const hdf5::Error&) {
    return false;
  }
}

Posterior read_posterior(const std::filesystem::path& path) {
  const hdf5::Handle file = open_result(path);
  const auto format = hdf5::read_text_attribute(file.id(), "format");
  if (!format || *format != posterior_format)
    throw NotAResultFile(fmt::format("{}: is no posterior of `innochain calibrate`", path.string()));
  Posterior posterior;
  posterior.file = path.string();
  const auto fail = [&](const std::exception& error) {
    throw NotAResultFile(fmt::format("{}: is no whole posterior ({})", path.string(), error.what()));
  };
  try {
    PosteriorReader(file.id()).read_into(posterior);
  } catch (const hdf5::Error& error) {
    fail(error);
  } catch (const std::invalid_argument& error) {  // numbers that make no distribution
    fail(error);
  }
  if (posterior.n_draws() == 0) throw NotAResultFile(fmt::format("{}: has no draws", path.string()));
  return posterior;
}

}  // namespace innochain
