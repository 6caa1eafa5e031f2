#include "app/sensitivity_job.hpp"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <memory>

#include "app/version.hpp"
#include "output/errors.hpp"
#include "output/run_record.hpp"
#include "output/sha256.hpp"
#include "sim/model_revision.hpp"

namespace innochain {

namespace {
/// Raised when records of outputs change, so that old and new ones are not mixed.
constexpr int record_layout = 1;
}  // namespace

SensitivityJob::SensitivityJob(const SensitivityRequest& request)
    : study_(read_study(request.file, {request.settings})),
      seed_(request.seed.value_or(study_.seed.value_or(std::uint64_t{1984}))) {}

const Params& SensitivityJob::params(std::size_t run, ParamsRoom& room) const {
  if (room.empty()) room.push_back(std::make_unique<Params>(study_.scenario.params));
  study_.apply(run % study_.n_points(), *room.front());
  return *room.front();
}

std::string SensitivityJob::record(const RunOutcome& outcome) const {
  if (outcome.indicators == nullptr) return '\1' + outcome.failure;
  std::string record(1 + study_.outputs.size() * sizeof(double), '\0');
  for (std::size_t o = 0; o < study_.outputs.size(); ++o) {
    const double value = study_.outputs[o].value(*outcome.indicators, study_.scenario.params.scale.years);
    std::memcpy(record.data() + 1 + o * sizeof value, &value, sizeof value);
  }
  return record;
}

StudyRuns SensitivityJob::gather(const StoredRuns& stored) const {
  const std::size_t n_outputs = study_.outputs.size();
  StudyRuns runs{std::vector<double>(n_runs() * n_outputs, std::numeric_limits<double>::quiet_NaN()),
                 std::vector<std::int32_t>(n_runs(), 0)};
  std::string record;
  for (std::size_t run = 0; run < n_runs(); ++run) {
    stored.read(run, record);
    if (RunRecord::failed(record)) {
      runs.status[run] = 1;
      continue;
    }
    if (record.size() != 1 + n_outputs * sizeof(double))
      throw ReadFailed("a run's record has another length than its outputs");
    std::memcpy(runs.values.data() + run * n_outputs, record.data() + 1, n_outputs * sizeof(double));
  }
  return runs;
}

ResultHeader SensitivityJob::header() const {
  ResultHeader header;
  header.scenarios = {{study_.scenario_name, &study_.scenario.params, study_.scenario.yaml}};
  header.title = study_.title.empty() ? "Sensitivity study" : study_.title;
  header.summary =
      fmt::format("{} of {} outputs to {} factors from {} points × {} replicates, simulated with innochain",
                  study_.is_morris() ? "Elementary effects" : "Sobol indices", study_.outputs.size(),
                  study_.factors.size(), study_.n_points(), study_.replicates);
  header.seed = seed_;
  header.program = fmt::format("innochain {} ({})", program_version, program_commit);
  header.build = fmt::format("{}, {}", program_compiler, program_build_type);
  return header;
}

nlohmann::json SensitivityJob::manifest() const {
  const nlohmann::json ensemble{{"model_revision", model_revision},
                                {"record_layout", record_layout},
                                {"sensitivity", study_.yaml},
                                {"scenario", sha256(study_.scenario.yaml)},
                                {"seed", seed_},
                                {"runs", n_runs()}};
  return {{"ensemble", ensemble}, {"program", fmt::format("innochain {} ({})", program_version, program_commit)}};
}

}  // namespace innochain
