#include "calibration/sensitivity/study_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "output/errors.hpp"
#include "output/part_file.hpp"
#include "output/provenance.hpp"
#include "output/result_reader.hpp"
#include "output/sha256.hpp"
#include "sim/core/maths.hpp"

namespace innochain {

namespace {

/// A dimension of the file, with its coordinate.
struct Dimension {
  std::string name;
  std::size_t size;
  hdf5::Handle scale;
};

class StudyWriter {
 public:
  StudyWriter(hid_t file, const SensitivityStudy& study) : file_(file), study_(study) {}

  void write_attributes(const ResultHeader& header, const std::string& target) {
    write_root_attributes(file_, header, target);
    hdf5::write_attribute(file_, "method", study_.is_morris() ? "morris" : "sobol");
    hdf5::write_attribute(file_, "confidence", study_.intervals.confidence);
    hdf5::write_attribute(file_, "sensitivity_yaml", study_.yaml);
    hdf5::write_attribute(file_, "sensitivity_sha256", sha256(study_.yaml));
  }
  void write_dimensions();
  void write_factors();
  void write_outputs(std::span<const OutputAnalysis> analyses);
  void write_indices(std::span<const OutputAnalysis> analyses);
  void write_design();
  void write_runs(const StudyRuns& runs);

 private:
  template <class Values>
  void add_coordinate(const std::string& name, const std::string& long_name, const Values& values) {
    hdf5::Handle scale = create(name, values, {values.size()});
    hdf5::write_attribute(scale.id(), "long_name", long_name);
    hdf5::make_scale(scale.id(), name);
    dimensions_.push_back({name, values.size(), std::move(scale)});
  }
  template <class Values>
  void add(const std::string& name, const std::vector<std::string>& dimensions, const std::string& unit,
           const std::string& long_name, const Values& values);
  void add_estimates(const std::string& name, const std::string& unit, const std::string& long_name,
                     std::span<const OutputAnalysis> analyses,
                     const std::function<const std::vector<BootstrapEstimate>&(const OutputAnalysis&)>& choose);
  void add_second_order(std::span<const OutputAnalysis> analyses);
  const Dimension& dimension(const std::string& name) const {
    return *std::ranges::find(dimensions_, name, &Dimension::name);
  }

  hdf5::Handle create(const std::string& name, const std::vector<std::string>& texts, std::vector<hsize_t> shape) {
    const hdf5::Handle type = hdf5::text_type();
    hdf5::Handle dataset = hdf5::create_dataset(file_, name, type.id(), {.shape = std::move(shape), .chunk = {}});
    hdf5::write_text_rows(dataset.id(), 0, texts);
    return dataset;
  }
  template <class Number>
  hdf5::Handle create(const std::string& name, const std::vector<Number>& numbers, std::vector<hsize_t> shape) {
    const hsize_t n_rows = shape.front();
    hdf5::Handle dataset =
        hdf5::create_dataset(file_, name, hdf5::native<Number>(), {.shape = std::move(shape), .chunk = {}});
    hdf5::write_rows(dataset.id(), hdf5::native<Number>(), 0, n_rows, numbers.data());
    return dataset;
  }

  hid_t file_;
  const SensitivityStudy& study_;
  std::vector<Dimension> dimensions_;
};

template <class Values>
void StudyWriter::add(const std::string& name, const std::vector<std::string>& dimensions, const std::string& unit,
                      const std::string& long_name, const Values& values) {
  std::vector<hsize_t> shape;
  for (const std::string& along : dimensions) shape.push_back(dimension(along).size);
  const hdf5::Handle dataset = create(name, values, shape);
  hdf5::write_attribute(dataset.id(), "long_name", long_name);
  if (!unit.empty()) hdf5::write_attribute(dataset.id(), "units", unit);
  if constexpr (std::is_same_v<Values, std::vector<double>>)
    hdf5::write_attribute(dataset.id(), "_FillValue", maths::nan);
  for (unsigned axis = 0; axis < dimensions.size(); ++axis)
    hdf5::attach_scale(dataset.id(), dimension(dimensions[axis]).scale.id(), axis);
}

std::vector<std::int32_t> counted(std::size_t n) {
  std::vector<std::int32_t> numbers(n);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

void StudyWriter::write_dimensions() {
  std::vector<std::string> outputs, factors;
  for (const StudyOutput& output : study_.outputs) outputs.push_back(output.name);
  for (const Factor& factor : study_.factors) factors.push_back(factor.path);
  add_coordinate("output", "output", outputs);
  add_coordinate("factor", "factor", factors);
  if (!study_.is_morris() && std::get<SaltelliDesign>(*study_.design).second_order())
    add_coordinate("other_factor", "second factor of a pair", factors);
  add_coordinate("replicate", "replicate", counted(study_.replicates));
  add_coordinate("point", "number of the point", counted(study_.n_points()));
}

void StudyWriter::write_factors() {
  std::vector<double> low, high;
  std::vector<std::string> scales, units;
  for (const Factor& factor : study_.factors) {
    low.push_back(factor.range.low);
    high.push_back(factor.range.high);
    scales.emplace_back(factor.range.logarithmic ? "log" : "linear");
    units.push_back(factor.unit);
  }
  add("factor_low", {"factor"}, "", "lowest value, in the factor's unit", low);
  add("factor_high", {"factor"}, "", "highest value, in the factor's unit", high);
  add("factor_scale", {"factor"}, "", "scale on which values are uniform", scales);
  add("factor_unit", {"factor"}, "", "unit of the factor", units);
}

void StudyWriter::write_outputs(std::span<const OutputAnalysis> analyses) {
  std::vector<double> mean, variance, of_runs, of_means;
  std::vector<std::int32_t> n_used;
  std::vector<std::string> units, remarks;
  for (std::size_t o = 0; o < analyses.size(); ++o) {
    mean.push_back(analyses[o].mean());
    variance.push_back(analyses[o].variance());
    of_runs.push_back(analyses[o].luck.of_runs);
    of_means.push_back(analyses[o].luck.of_means);
    n_used.push_back(static_cast<std::int32_t>(analyses[o].n_whole));
    units.push_back(study_.outputs[o].unit);
    remarks.push_back(analyses[o].remark);
  }
  add("output_unit", {"output"}, "", "unit of the output", units);
  add("output_mean", {"output"}, "", "mean of the output over the factors", mean);
  add("output_variance", {"output"}, "", "variance of the output's means over replicates over the factors", variance);
  add("luck_share", {"output"}, "1", "share of the variance of single runs that is due to luck", of_runs);
  add("luck_share_of_means", {"output"}, "1",
      "share of the variance of means over replicates that is left of luck which differs between points", of_means);
  add("rows_without_gaps", {"output"}, "1", "trajectories, or rows of the design, that lack no value", n_used);
  add("remark", {"output"}, "", "why there are no indices, or what they leave out", remarks);
}

void StudyWriter::add_estimates(
    const std::string& name, const std::string& unit, const std::string& long_name,
    std::span<const OutputAnalysis> analyses,
    const std::function<const std::vector<BootstrapEstimate>&(const OutputAnalysis&)>& choose) {
  std::vector<double> values, lower, upper;
  for (const OutputAnalysis& analysis : analyses) {
    for (const BootstrapEstimate& estimate : choose(analysis)) {
      values.push_back(estimate.value);
      lower.push_back(estimate.lower);
      upper.push_back(estimate.upper);
    }
  }
  add(name, {"output", "factor"}, unit, long_name, values);
  add(name + "_lower", {"output", "factor"}, unit, "lower end of the interval of " + name, lower);
  add(name + "_upper", {"output", "factor"}, unit, "upper end of the interval of " + name, upper);
}

void StudyWriter::add_second_order(std::span<const OutputAnalysis> analyses) {
  const std::size_t n = study_.factors.size();
  std::vector<double> values(analyses.size() * n * n, maths::nan), lower = values, upper = values;
  for (std::size_t o = 0; o < analyses.size(); ++o) {
    const auto& second = std::get<SobolIndices>(analyses[o].result).second;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j) {
        for (const std::size_t at : {(o * n + i) * n + j, (o * n + j) * n + i}) {
          values[at] = second[pair_of(i, j, n)].value;
          lower[at] = second[pair_of(i, j, n)].lower;
          upper[at] = second[pair_of(i, j, n)].upper;
        }
      }
    }
  }
  const std::vector<std::string> dimensions{"output", "factor", "other_factor"};
  add("second_order", dimensions, "1", "share of the variance due to the interaction of two factors", values);
  add("second_order_lower", dimensions, "1", "lower end of the interval of second_order", lower);
  add("second_order_upper", dimensions, "1", "upper end of the interval of second_order", upper);
}

void StudyWriter::write_indices(std::span<const OutputAnalysis> analyses) {
  if (study_.is_morris()) {
    const auto choose = [](std::vector<BootstrapEstimate> MorrisEffects::* member) {
      return [member](const OutputAnalysis& a) -> const auto& { return std::get<MorrisEffects>(a.result).*member; };
    };
    const std::string unit;  // that of the output, which differs
    add_estimates("mu", unit, "mean elementary effect, of a whole range", analyses, choose(&MorrisEffects::mu));
    add_estimates("mu_star", unit, "mean size of elementary effects", analyses, choose(&MorrisEffects::mu_star));
    add_estimates("sigma", unit, "standard deviation of elementary effects", analyses, choose(&MorrisEffects::sigma));
    return;
  }
  const auto choose = [](std::vector<BootstrapEstimate> SobolIndices::* member) {
    return [member](const OutputAnalysis& a) -> const auto& { return std::get<SobolIndices>(a.result).*member; };
  };
  add_estimates("first_order", "1", "share of the variance due to the factor alone", analyses,
                choose(&SobolIndices::first));
  add_estimates("total_order", "1", "share of the variance due to the factor and its interactions", analyses,
                choose(&SobolIndices::total));
  if (std::get<SaltelliDesign>(*study_.design).second_order()) add_second_order(analyses);
}

void StudyWriter::write_design() {
  const std::size_t n_points = study_.n_points(), n_factors = study_.factors.size();
  std::vector<double> values(n_points * n_factors);
  std::vector<std::int32_t> rows(n_points), changed(n_points, -1);
  std::vector<std::string> parts(n_points);
  for (std::size_t point = 0; point < n_points; ++point) {
    const PointRole role = study_.role(point);
    rows[point] = static_cast<std::int32_t>(role.row);
    parts[point] = role.part;
    if (role.changed) changed[point] = static_cast<std::int32_t>(*role.changed);
    for (std::size_t k = 0; k < n_factors; ++k) values[point * n_factors + k] = study_.value(point, k);
  }
  add("factor_value", {"point", "factor"}, "", "value of the factor at the point, in the factor's unit", values);
  add("row", {"point"}, "1", "trajectory, or row of the base sample", rows);
  add("part", {"point"}, "", "A, AB, BA or B of Saltelli's design; start or step of a trajectory", parts);
  add("changed_factor", {"point"}, "1",
      "number of the factor that came from the other matrix, or that the step changed; -1: none", changed);
}

void StudyWriter::write_runs(const StudyRuns& runs) {
  add("value", {"replicate", "point", "output"}, "", "output of the run", runs.values);
  add("status", {"replicate", "point"}, "", "whether the run was done or failed", runs.status);
  const hdf5::Handle status = hdf5::open_dataset(file_, "status");
  constexpr std::array<std::int32_t, 2> flags{0, 1};
  hdf5::write_attribute<std::int32_t>(status.id(), "flag_values", flags);
  hdf5::write_attribute(status.id(), "flag_meanings", "done failed");
}

}  // namespace

std::size_t StudyRuns::n_failed() const {
  return static_cast<std::size_t>(std::ranges::count_if(status, [](std::int32_t flag) { return flag != 0; }));
}

void write_study_result(const std::filesystem::path& path, bool force, const ResultHeader& header,
                        const SensitivityStudy& study, const StudyRuns& runs,
                        std::span<const OutputAnalysis> analyses) {
  PartFile part(path, force);
  const std::size_t lost_before = hdf5::n_lost_closes();
  hdf5::silence();
  hdf5::Handle file;
  try {
    file = hdf5::create_file(part.path());
    {
      StudyWriter writer(file.id(), study);
      writer.write_attributes(header, part.target().string());
      writer.write_dimensions();
      writer.write_factors();
      writer.write_outputs(analyses);
      writer.write_indices(analyses);
      writer.write_design();
      writer.write_runs(runs);
    }
    hdf5::check(H5Fflush(file.id(), H5F_SCOPE_GLOBAL), "write");
    file.close("write");
    if (hdf5::n_lost_closes() != lost_before) throw hdf5::Error("cannot write: a dataset could not be completed");
  } catch (const hdf5::Error& error) {
    if (file.open()) hdf5::abandon(file);
    throw WriteFailed(fmt::format("{}: {}", path.string(), error.what()));
  }
  part.commit();
}

StudyRuns read_study_runs(const std::filesystem::path& path) {
  const hdf5::Handle file = open_result(path);
  try {
    StudyRuns runs;
    runs.values = std::get<std::vector<double>>(Variable(file.id(), "value").all());
    const Values flags = Variable(file.id(), "status").all();
    for (const std::int64_t flag : std::get<std::vector<std::int64_t>>(flags))
      runs.status.push_back(static_cast<std::int32_t>(flag));
    return runs;
  } catch (const hdf5::Error& error) {
    throw ReadFailed(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace innochain
