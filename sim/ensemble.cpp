#include "sim/ensemble.hpp"

#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <exception>

#include "sim/core/parallel.hpp"
#include "sim/schedule.hpp"

namespace innochain {

namespace {

/// A run on its way through the pipeline, with the room it was computed in.
struct Parcel {
  std::size_t index = 0;
  Workspace* workspace = nullptr;
  RunOutcome outcome;
};

Parcel simulate_parcel(std::span<const Run> runs, Parcel parcel) {
  const Run& run = runs[parcel.index];
  try {
    parcel.outcome.indicators = &simulate(*run.params, run.seed, run.replicate, *parcel.workspace);
  } catch (const std::exception& error) {
    parcel.outcome.failure = error.what();
  }
  return parcel;
}

}  // namespace

EnsembleReport run_ensemble(std::span<const Run> runs, const EnsembleOptions& options,
                            const std::function<void(std::size_t, const RunOutcome&)>& deliver) {
  const ThreadCount threads(options.threads);
  const std::size_t n_tokens = options.threads + 1;
  std::vector<Workspace> workspaces(n_tokens);
  tbb::concurrent_bounded_queue<Workspace*> free;
  for (Workspace& workspace : workspaces) {
    if (options.measure_time) workspace.measure_time();
    free.push(&workspace);
  }

  EnsembleReport report;
  std::size_t next = 0;
  const auto start = tbb::make_filter<void, Parcel>(tbb::filter_mode::serial_in_order, [&](tbb::flow_control& flow) {
    Parcel parcel;
    if (next == runs.size() || (options.stop && options.stop->load())) {
      flow.stop();
      return parcel;
    }
    parcel.index = next++;
    free.pop(parcel.workspace);
    return parcel;
  });
  const auto work = tbb::make_filter<Parcel, Parcel>(
      tbb::filter_mode::parallel, [&](Parcel parcel) { return simulate_parcel(runs, std::move(parcel)); });
  const auto finish = tbb::make_filter<Parcel, void>(tbb::filter_mode::serial_in_order, [&](const Parcel& parcel) {
    deliver(parcel.index, parcel.outcome);
    ++report.n_done;
    free.push(parcel.workspace);
  });
  tbb::parallel_pipeline(n_tokens, start & work & finish);

  if (options.measure_time) {
    report.time_by_step.assign(schedule().size(), std::chrono::nanoseconds(0));
    for (const Workspace& workspace : workspaces)
      for (std::size_t i = 0; i < schedule().size(); ++i) report.time_by_step[i] += workspace.time_by_step()[i];
  }
  return report;
}

}  // namespace innochain
