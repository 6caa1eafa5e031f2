#include "calibration/posterior_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <numeric>

#include "calibration/posterior_format.hpp"
#include "output/errors.hpp"
#include "output/part_file.hpp"
#include "output/sha256.hpp"
#include "output/table_group.hpp"
#include "sim/model_revision.hpp"

namespace innochain {

namespace {

constexpr const char* inherited_dimension = "fitted_parameter";
constexpr int deflate = 4;

template <class Number>
hdf5::Handle write_numbers(hid_t group, const std::string& name, const std::vector<std::size_t>& shape,
                           const std::vector<Number>& values) {
  const std::vector<hsize_t> extent(shape.begin(), shape.end());
  const bool empty = std::ranges::count(extent, hsize_t{0}) > 0;
  hdf5::Handle dataset = hdf5::create_dataset(
      group, name, hdf5::native<Number>(),
      {.shape = extent, .chunk = empty ? std::vector<hsize_t>{} : extent, .deflate_level = empty ? 0 : deflate});
  if (!empty) hdf5::write_rows(dataset.id(), hdf5::native<Number>(), 0, extent.front(), values.data());
  return dataset;
}

Table prior_table(const Prior& prior) {
  std::vector<std::string> paths, kinds, units;
  std::vector<double> a, b, low, high;
  for (const PriorParameter& parameter : prior.parameters()) {
    const Distribution& d = parameter.distribution;
    paths.push_back(parameter.path);
    units.push_back(parameter.unit);
    kinds.emplace_back(posterior_kinds[static_cast<std::size_t>(d.kind)]);
    a.push_back(d.a), b.push_back(d.b), low.push_back(d.low), high.push_back(d.high);
  }
  return {"prior",
          "What was believed of each parameter before the data",
          {{"parameter", "", "path in scenarios", paths},
           {"unit", "", "unit", units},
           {"kind", "", "distribution", kinds},
           {"a", "1", "lower end, mean, median or first shape", a},
           {"b", "1", "upper end, standard deviation (of the log) or second shape", b},
           {"low", "1", "no mass below", low},
           {"high", "1", "no mass above", high}}};
}

Table fixed_table(const std::vector<std::pair<std::string, double>>& fixed) {
  std::vector<std::string> paths;
  std::vector<double> values;
  for (const auto& [path, value] : fixed) paths.push_back(path), values.push_back(value);
  return {"fixed",
          "Parameters that were not fitted",
          {{"path", "", "path in scenarios", paths}, {"value", "1", "value", values}}};
}

}  // namespace

class PosteriorWriter::Implementation {
 public:
  Implementation(const std::filesystem::path& path, bool force, PosteriorSubject subject,
                 const PosteriorProvenance& provenance)
      : subject_(std::move(subject)), part_(path, force) {
    hdf5::silence();
    n_lost_ = hdf5::n_lost_closes();
    try {
      file_ = hdf5::create_file(part_.path());
      write_root(provenance);
    } catch (const hdf5::Error& error) {
      fail(error);
    }
  }
  ~Implementation() {
    if (file_.open()) hdf5::abandon(file_);
  }

  /// Runs a part of the writing; what HDF5 cannot write is reported under the file's name.
  template <class Write>
  void guarded(Write&& write) {
    try {
      write();
    } catch (const hdf5::Error& error) {
      fail(error);
    }
  }

  void write_root(const PosteriorProvenance& provenance) {
    const Calibration& calibration = *subject_.calibration;
    const auto text = [&](const char* name, std::string_view value) { hdf5::write_attribute(file_.id(), name, value); };
    const std::string now = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    text("Conventions", "CF-1.10, ACDD-1.3");
    text("format", posterior_format);
    text("title", calibration.title);
    text("source", provenance.program);
    text("build", provenance.build);
    text("history", fmt::format("{} {}", now, provenance.command_line));
    text("date_created", now);
    hdf5::write_attribute(file_.id(), "threads", static_cast<std::int32_t>(provenance.threads));
    text("volatile_attributes", "history date_created source build threads");
    hdf5::write_attribute(file_.id(), "model_revision", static_cast<std::int32_t>(model_revision));
    hdf5::write_attribute(file_.id(), "master_seed", subject_.seed);
    hdf5::write_attribute(file_.id(), "last_year_fitted", static_cast<std::int32_t>(calibration.fit.last.value()));
    hdf5::write_attribute(file_.id(), "first_year_predicted",
                          static_cast<std::int32_t>(calibration.predict.first.value()));
    hdf5::write_attribute(file_.id(), "last_year_predicted",
                          static_cast<std::int32_t>(calibration.predict.last.value()));
    text("calibration_yaml", calibration.yaml);
    text("judged_by_yaml", calibration.judged_by);
    text("scenario_yaml", calibration.scenario.yaml);
    text("scenario_sha256", sha256(calibration.scenario.yaml));

    std::vector<std::string> parameters;
    for (const PriorParameter& parameter : subject_.prior.parameters()) parameters.push_back(parameter.path);
    scale("parameter", parameters, "path of the parameter");
    if (subject_.fitted != parameters) {
      scale(inherited_dimension, subject_.fitted, "path of the parameter, of those that this stage fits");
      population_dimension_ = inherited_dimension;
    }
    scale("designation", subject_.designations, "designation");
    std::vector<std::int32_t> years;
    for (Year year = calibration.fit.first; year <= calibration.predict.last; ++year) years.push_back(year.value());
    scale("year", years, "year");
  }

  void scale(const std::string& name, const std::vector<std::string>& values, const std::string& meaning) {
    const hdf5::Handle type = hdf5::text_type();
    hdf5::Handle dataset = hdf5::create_dataset(file_.id(), name, type.id(), {.shape = {values.size()}, .chunk = {}});
    hdf5::write_text_rows(dataset.id(), 0, values);
    keep_scale(name, std::move(dataset), meaning);
  }
  void scale(const std::string& name, const std::vector<std::int32_t>& values, const std::string& meaning) {
    keep_scale(name, write_numbers(file_.id(), name, {values.size()}, values), meaning);
  }
  void numbered_scale(const std::string& name, std::size_t n, const std::string& meaning) {
    std::vector<std::int32_t> numbers(n);
    std::iota(numbers.begin(), numbers.end(), 0);
    scale(name, numbers, meaning);
  }
  void keep_scale(const std::string& name, hdf5::Handle dataset, const std::string& meaning) {
    hdf5::write_attribute(dataset.id(), "long_name", meaning);
    hdf5::make_scale(dataset.id(), name);
    scales_[name] = std::move(dataset);
  }

  void write(hid_t group, const NamedArray& array) {
    const hdf5::Handle dataset = [&] {
      if (!array.whole_numbers) return write_numbers(group, array.name, array.shape, array.values);
      std::vector<std::int32_t> whole(array.values.begin(), array.values.end());
      return write_numbers(group, array.name, array.shape, whole);
    }();
    hdf5::write_attribute(dataset.id(), "units", array.unit);
    hdf5::write_attribute(dataset.id(), "long_name", array.long_name);
    for (std::size_t axis = 0; axis < array.dimensions.size(); ++axis)
      hdf5::attach_scale(dataset.id(), scales_.at(array.dimensions[axis]).id(), static_cast<unsigned>(axis));
  }

  [[noreturn]] void fail(const hdf5::Error& error) {
    throw WriteFailed(fmt::format("{}: {}", part_.target().string(), error.what()));
  }

  void finish() {
    guarded([&] {
      scales_.clear();
      file_.close("close the file");
    });
    if (hdf5::n_lost_closes() != n_lost_)
      throw WriteFailed(fmt::format("{}: cannot write: the disk may be full", part_.target().string()));
    part_.commit();
  }

  const PosteriorSubject subject_;
  std::string population_dimension_ = "parameter";
  PartFile part_;
  hdf5::Handle file_;
  std::map<std::string, hdf5::Handle> scales_;
  std::size_t n_lost_ = 0;
};

PosteriorSubject subject_of(const InstitutionalModel& model) {
  const Calibration& calibration = model.calibration();
  PosteriorSubject subject{&calibration, calibration.prior, {}, {}, {}, model.statistic_names(), calibration.seed};
  for (const FixedParameter& fixed : calibration.fixed) subject.fixed.emplace_back(fixed.path, fixed.value);
  for (const PriorParameter& parameter : calibration.prior.parameters()) subject.fitted.push_back(parameter.path);
  for (const FittedSeries& fitted : model.series()) subject.designations.push_back(fitted.series->designation);
  return subject;
}

PosteriorWriter::PosteriorWriter(const std::filesystem::path& path, bool force, PosteriorSubject subject,
                                 const PosteriorProvenance& provenance)
    : implementation_(std::make_unique<Implementation>(path, force, std::move(subject), provenance)) {}
PosteriorWriter::~PosteriorWriter() = default;

void PosteriorWriter::write_prior() {
  implementation_->guarded([&] {
    const PosteriorSubject& subject = implementation_->subject_;
    write_table(implementation_->file_.id(), prior_table(subject.prior), "parameter");
    write_table(implementation_->file_.id(), fixed_table(subject.fixed), "fixed_parameter");
  });
}

void PosteriorWriter::write_generations(const AbcState& state, AbcStop stop) {
  Implementation& out = *implementation_;
  out.guarded([&] {
    const std::size_t n_parameters = out.subject_.fitted.size();
    const std::size_t n_particles = state.population.size();
    out.numbered_scale("particle", n_particles, "number of the particle");
    out.scale("statistic", out.subject_.statistics, "what is compared with the data");
    const hdf5::Handle group = hdf5::create_group(out.file_.id(), "generations");
    hdf5::write_attribute(group.id(), "stopped_because", to_string(stop));
    // The last generations of moves at one tolerance, between which each particle keeps its place.
    hdf5::write_attribute(group.id(), "last_rounds", static_cast<double>(state.n_last_rounds));
    for (std::size_t i = 0; i < state.history.size(); ++i) {
      const AbcGeneration& generation = state.history[i];
      const hdf5::Handle own = hdf5::create_group(group.id(), fmt::format("{:03}", i));
      const auto number = [&](const char* name, double value) { hdf5::write_attribute(own.id(), name, value); };
      number("tolerance", generation.tolerance);
      number("data_power", generation.data_power);
      number("effective_sample_size", generation.ess);
      number("acceptance_share", generation.counts.acceptance());
      number("number_acceptance_share", generation.counts.number_acceptance());
      number("luck_acceptance_share", generation.counts.renewal_acceptance());
      number("history_acceptance_share", generation.counts.history_acceptance());
      number("moves", static_cast<double>(generation.n_moves));
      number("unique_particles", static_cast<double>(generation.n_unique));
      number("simulations", static_cast<double>(generation.n_simulations));
      out.write(own.id(), {"score",
                           "1",
                           "normal score under the prior",
                           {"particle", out.population_dimension_},
                           {n_particles, n_parameters},
                           generation.scores});
      out.write(own.id(), {"weight", "1", "weight", {"particle"}, {n_particles}, generation.weights});
      if (!generation.scales.empty()) {
        out.write(own.id(), {"scale",
                             "1",
                             "scale of the statistic in the distance",
                             {"statistic"},
                             {generation.scales.size()},
                             generation.scales});
      }
    }
  });
}

void PosteriorWriter::write_draws(const std::vector<CalibratedDraw>& draws) {
  Implementation& out = *implementation_;
  out.guarded([&] {
    const std::size_t n = draws.size(), n_parameters = out.subject_.prior.size(),
                      n_series = out.subject_.designations.size();
    out.numbered_scale("draw", n, "number of the draw");
    NamedArray value{"value", "1", "value of the parameter", {"draw", "parameter"}, {n, n_parameters}, {}};
    NamedArray luck{"approval_luck",
                    "1",
                    "replicate of the luck of calls and quotas; 0: past_replicate",
                    {"draw", "designation"},
                    {n, n_series},
                    {},
                    true};
    NamedArray distance{"distance",
                        "1",
                        "of the past, institutions alone, in units of the observation error",
                        {"draw", "designation"},
                        {n, n_series},
                        {}};
    NamedArray attempts{"attempts", "1", "pasts tried", {"draw", "designation"}, {n, n_series}, {}, true};
    NamedArray replicate{"past_replicate", "1", "replicate of all other luck of the past", {"draw"}, {n}, {}};
    for (const CalibratedDraw& draw : draws) {
      value.values.insert(value.values.end(), draw.values.begin(), draw.values.end());
      luck.values.insert(luck.values.end(), draw.luck.approvals.begin(), draw.luck.approvals.end());
      distance.values.insert(distance.values.end(), draw.distances.begin(), draw.distances.end());
      attempts.values.insert(attempts.values.end(), draw.attempts.begin(), draw.attempts.end());
      replicate.values.push_back(draw.luck.replicate);
    }
    for (const NamedArray* array : {&value, &luck, &distance, &attempts, &replicate}) out.write(out.file_.id(), *array);
  });
}

void PosteriorWriter::write(const Table& table, const std::string& dimension) {
  implementation_->guarded([&] { write_table(implementation_->file_.id(), table, dimension); });
}

void PosteriorWriter::add_dimension(const std::string& name, std::size_t n, const std::string& meaning) {
  implementation_->guarded([&] { implementation_->numbered_scale(name, n, meaning); });
}

void PosteriorWriter::write_group(const std::string& name, const std::string& title,
                                  const std::vector<NamedArray>& arrays) {
  implementation_->guarded([&] {
    const hdf5::Handle group = hdf5::create_group(implementation_->file_.id(), name);
    hdf5::write_attribute(group.id(), "title", title);
    for (const NamedArray& array : arrays) implementation_->write(group.id(), array);
  });
}

void PosteriorWriter::attribute(const std::string& name, double value) {
  implementation_->guarded([&] { hdf5::write_attribute(implementation_->file_.id(), name, value); });
}
void PosteriorWriter::attribute(const std::string& name, const std::string& value) {
  implementation_->guarded([&] { hdf5::write_attribute(implementation_->file_.id(), name, value); });
}

void PosteriorWriter::finish() {
  implementation_->finish();
}

}  // namespace innochain
