#include "calibration/prior_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace innochain {

namespace {

/// Of a beta distribution: beyond, its quantiles are 0 or 1, or a point, to the last digit of a double.
constexpr double least_shape = 0.001, largest_shape = 1e6;

constexpr std::size_t prefix_size = std::string_view("parameters.").size();

}  // namespace

std::string full_parameter_path(const std::string& path) {
  return path.starts_with("parameters.") ? path : "parameters." + path;
}

const Sweepable* PriorReader::parameter(const Entry& entry, const std::string& section) {
  const std::string path = full_parameter_path(entry.key.text);
  const Sweepable* found = sweepables_.find(path);
  if (!found || found->lever || !found->number || path.starts_with("scale.")) {
    std::vector<std::string> candidates;
    for (const std::string& known : sweepables_.paths())
      if (known.starts_with("parameters.")) candidates.push_back(known.substr(prefix_size));
    scope_.error(entry.key, join(section, entry.key.text),
                 "is not a parameter (see `innochain describe parameters`)." +
                     did_you_mean(std::string_view(path).substr(prefix_size), candidates));
    return nullptr;
  }
  return found;
}

std::optional<Distribution> PriorReader::distribution(const Entry& entry, const Sweepable& parameter) {
  const std::string path = join("priors", entry.key.text);
  if (!entry.value.is_mapping()) return wrong(entry.value, path, "a distribution such as {uniform: [0, 1]}");
  std::optional<Distribution> result;
  std::optional<std::array<double, 2>> bounds;
  for (const Entry& part : entry.value.entries) {
    const std::string where = join(path, part.key.text);
    if (part.key.text == "bounds")
      bounds = pair(part.value, where);
    else if (result)
      scope_.error(part.key, where, "a parameter has one distribution");
    else
      result = named(part, where);
  }
  if (!result) {
    if (std::ranges::none_of(scope_.problems, [&](const Problem& p) { return p.path.starts_with(path); }))
      scope_.error(entry.value, path, fmt::format("needs a distribution ({})", fmt::join(distribution_names, ", ")));
    return std::nullopt;
  }
  return bounded(entry, path, parameter, *result, bounds);
}

std::nullopt_t PriorReader::wrong(const Node& node, const std::string& path, std::string_view what) {
  expect_kind(scope_, node, path, what);
  return std::nullopt;
}

std::optional<std::array<double, 2>> PriorReader::pair(const Node& node, const std::string& path) {
  std::vector<double> values;
  if (!node.is_sequence() || node.items.size() != 2) return wrong(node, path, "two numbers such as [0, 1]");
  if (!read(scope_, node, path, ListKind<NumberKind>{}, values)) return std::nullopt;
  return std::array{values[0], values[1]};
}

std::optional<std::array<double, 2>> PriorReader::members(const Node& node, const std::string& path, const char* first,
                                                          const char* second) {
  if (node.is_sequence()) return pair(node, path);
  struct Two {
    const char *first_key, *second_key;
    double first = 0.0, second = 0.0;
  } two{first, second};
  if (!node.is_mapping()) return wrong(node, path, fmt::format("{{{}: …, {}: …}}", first, second));
  const std::size_t before = scope_.problems.size();
  FieldReader reader(scope_, node, path);
  reader.required(two.first_key, two.first, NumberKind{});
  reader.required(two.second_key, two.second, NumberKind{});
  reader.finish();
  if (scope_.problems.size() != before) return std::nullopt;
  return std::array{two.first, two.second};
}

std::optional<Distribution> PriorReader::named(const Entry& part, const std::string& path) {
  using Kind = Distribution::Kind;
  const auto name = read_name_among(scope_, part.key, path, name_list(distribution_names));
  if (!name) return std::nullopt;
  const std::string_view kind = distribution_names[*name];
  const auto refuse = [&](std::string why) {
    scope_.error(part.value, path, std::move(why));
    return std::nullopt;
  };
  const auto made = [&](Kind distribution, double a, double b) -> std::optional<Distribution> {
    try {
      return Distribution(distribution, a, b);
    } catch (const std::invalid_argument& error) {  // numbers within the rules that arithmetic cannot hold
      return refuse(error.what());
    }
  };
  if (kind == "uniform" || kind == "loguniform") {
    const auto ends = pair(part.value, path);
    if (!ends) return std::nullopt;
    const auto [low, high] = *ends;
    if (!(low < high)) return refuse("the first end must be below the second");
    if (kind == "uniform") return made(Kind::uniform, low, high);
    if (!(low > 0.0)) return refuse("both ends must be positive");
    return made(Kind::log_uniform, low, high);
  }
  if (kind == "beta") {
    const auto shapes = pair(part.value, path);
    if (!shapes) return std::nullopt;
    for (const double shape : *shapes)
      if (!(shape >= least_shape && shape <= largest_shape))
        return refuse(fmt::format("both shapes must lie in [{}, {}]", least_shape, largest_shape));
    return made(Kind::beta, (*shapes)[0], (*shapes)[1]);
  }
  const bool logarithmic = kind == "lognormal";
  const auto two = logarithmic ? members(part.value, path, "median", "sigma") : members(part.value, path, "mean", "sd");
  if (!two) return std::nullopt;
  if (!((*two)[1] > 0.0)) return refuse("the spread must be positive");
  if (logarithmic && !((*two)[0] > 0.0)) return refuse("the median must be positive");
  return made(logarithmic ? Kind::log_normal : Kind::normal, (*two)[0], (*two)[1]);
}

std::optional<Distribution> PriorReader::bounded(const Entry& entry, const std::string& path,
                                                 const Sweepable& parameter, const Distribution& given,
                                                 const std::optional<std::array<double, 2>>& bounds) {
  double low = parameter.low, high = parameter.high;
  if (bounds) {
    low = (*bounds)[0], high = (*bounds)[1];
    if (!(low < high) || low < parameter.low || high > parameter.high) {
      scope_.error(entry.value, join(path, "bounds"),
                   fmt::format("must rise and lie within the declared range [{}, {}]", parameter.low, parameter.high));
      return std::nullopt;
    }
  }
  const Distribution free(given.kind, given.a, given.b);
  const bool has_ends = given.kind == Distribution::Kind::uniform || given.kind == Distribution::Kind::log_uniform;
  if (has_ends && (given.a < parameter.low || given.b > parameter.high)) {
    scope_.error(entry.value, path,
                 fmt::format("reaches beyond the declared range [{}, {}]", parameter.low, parameter.high));
    return std::nullopt;
  }
  const double inside = free.cdf(high) - free.cdf(low);
  constexpr double least_inside = 0.01;
  if (!(inside > least_inside)) {
    scope_.error(entry.value, path, fmt::format("has almost no mass within [{}, {}]", low, high));
    return std::nullopt;
  }
  return Distribution(given.kind, given.a, given.b, std::max(low, free.low), std::min(high, free.high));
}

}  // namespace innochain
