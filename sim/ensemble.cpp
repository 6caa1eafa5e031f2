#include "sim/ensemble.hpp"

#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <numeric>

#include "sim/core/parallel.hpp"
#include "sim/schedule.hpp"

namespace innochain {

namespace {

/// What one run at a time is computed in, and passes through the pipeline with.
struct Worker {
  Workspace workspace;
  ParamsRoom params;
  std::size_t place = 0;  ///< of the run, in the list of runs
  RunOutcome outcome;
};

/// Histories that runs of one seed and replicate share: each is made by the first run that needs it and dropped after
/// the last.
class Histories {
 public:
  Histories(const RunSource& source, std::span<const std::size_t> runs) : of_run_(runs.size()) {
    std::map<RunSeed, std::size_t> numbers;
    for (std::size_t place = 0; place < runs.size(); ++place) {
      const auto [found, is_new] = numbers.try_emplace(source.seed(runs[place]), numbers.size());
      if (is_new) histories_.emplace_back(std::make_unique<History>());
      of_run_[place] = found->second;
      ++histories_[found->second]->n_left;
    }
  }

  /// Brings the worker's workspace to the branch.
  void reach(Year branch, std::size_t place, const Params& params, RunSeed seed, Workspace& workspace) {
    History& history = *histories_[of_run_[place]];
    std::call_once(history.made, [&] {
      simulate_before(branch, params, seed.seed, seed.replicate, workspace);
      auto made = std::make_unique<Workspace>();
      made->copy_run(workspace);
      history.workspace = std::move(made);
      ++n_made_;
    });
    workspace.copy_run(*history.workspace);
  }

  /// A run is done with.
  void leave(std::size_t place) {
    History& history = *histories_[of_run_[place]];
    if (--history.n_left == 0) history.workspace.reset();
  }

  std::size_t n_made() const { return n_made_; }

  /// The order in which as many histories as there are threads are made at once, so that no thread waits for another's.
  std::vector<std::size_t> interleaved(std::size_t threads) const {
    std::vector<std::size_t> within(of_run_.size()), seen(histories_.size(), 0), order(of_run_.size());
    for (std::size_t place = 0; place < of_run_.size(); ++place) within[place] = seen[of_run_[place]]++;
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(of_run_[a] / threads, within[a]) < std::pair(of_run_[b] / threads, within[b]);
    });
    return order;
  }

 private:
  struct History {
    std::once_flag made;
    std::unique_ptr<Workspace> workspace;
    std::atomic<std::size_t> n_left = 0;
  };

  std::vector<std::size_t> of_run_;
  std::vector<std::unique_ptr<History>> histories_;
  std::atomic<std::size_t> n_made_ = 0;
};

class ListedRuns : public RunSource {
 public:
  explicit ListedRuns(std::span<const Run> runs) : runs_(runs) {}
  RunSeed seed(std::size_t run) const override { return {runs_[run].seed, runs_[run].replicate}; }
  const Params& params(std::size_t run, ParamsRoom&) const override { return *runs_[run].params; }

 private:
  std::span<const Run> runs_;
};

class Ensemble {
 public:
  Ensemble(const RunSource& source, std::span<const std::size_t> runs, const EnsembleOptions& options)
      : source_(source), runs_(runs), options_(options), workers_(options.threads + 1) {
    if (options_.branch_from) histories_.emplace(source, runs);
    if (histories_ && !options_.in_order) order_ = histories_->interleaved(options_.threads);
    for (Worker& worker : workers_) {
      if (options_.measure_time) worker.workspace.measure_time();
      free_.push(&worker);
    }
  }

  EnsembleReport run(const Deliver& deliver) {
    const ThreadCount threads(options_.threads);
    EnsembleReport report;
    pass_through(deliver, report);
    if (histories_) report.n_histories = histories_->n_made();
    if (options_.measure_time) add_times(report);
    return report;
  }

 private:
  /// Every run, one after the other, to the threads and from there to `deliver`.
  void pass_through(const Deliver& deliver, EnsembleReport& report) {
    std::size_t next = 0;
    const Fork fork;
    const auto start = tbb::make_filter<void, Worker*>(tbb::filter_mode::serial_in_order, [&](tbb::flow_control& flow) {
      const Fork::Task task(fork);
      const Turn at_list(&next);
      Worker* worker = nullptr;
      if (next == runs_.size() || (options_.stop && options_.stop->load())) {
        flow.stop();
        return worker;
      }
      free_.pop(worker);
      const Turn at_worker(worker);
      worker->place = order_.empty() ? next : order_[next];
      ++next;
      return worker;
    });
    const auto work = tbb::make_filter<Worker*, Worker*>(tbb::filter_mode::parallel, [&](Worker* worker) {
      const Fork::Task task(fork);
      const Turn at_worker(worker);
      simulate_run(*worker);
      return worker;
    });
    const auto finish = tbb::make_filter<Worker*, void>(
        options_.in_order ? tbb::filter_mode::serial_in_order : tbb::filter_mode::serial_out_of_order,
        [&](Worker* worker) {
          const Fork::Task task(fork);
          const Turn at_report(&report);
          {
            const Turn at_worker(worker);
            deliver(worker->place, worker->outcome);
          }
          ++report.n_done;
          free_.push(worker);
        });
    tbb::parallel_pipeline(workers_.size(), start & work & finish);
  }

  void simulate_run(Worker& worker) {
    Workspace& workspace = worker.workspace;
    worker.outcome = {};
    try {
      const std::size_t run = runs_[worker.place];
      const Params& params = source_.params(run, worker.params);
      const RunSeed seed = source_.seed(run);
      if (histories_) {
        const Year branch = *options_.branch_from;
        histories_->reach(branch, worker.place, params, seed, workspace);
        worker.outcome.indicators = &simulate_from(branch, params, seed.seed, seed.replicate, workspace);
      } else {
        worker.outcome.indicators = &simulate(params, seed.seed, seed.replicate, workspace);
      }
    } catch (const std::exception& error) {
      worker.outcome.failure = error.what();
      workspace.forget_run();  // what a run that was too large had taken would be missing to the others
    }
    if (histories_) histories_->leave(worker.place);
  }

  void add_times(EnsembleReport& report) const {
    report.time_by_step.assign(schedule().size(), std::chrono::nanoseconds(0));
    for (const Worker& worker : workers_)
      for (std::size_t i = 0; i < schedule().size(); ++i) report.time_by_step[i] += worker.workspace.time_by_step()[i];
  }

  const RunSource& source_;
  std::span<const std::size_t> runs_;
  EnsembleOptions options_;
  std::vector<Worker> workers_;
  tbb::concurrent_bounded_queue<Worker*> free_;
  std::optional<Histories> histories_;
  std::vector<std::size_t> order_;
};

}  // namespace

EnsembleReport run_ensemble(const RunSource& source, std::span<const std::size_t> runs, const EnsembleOptions& options,
                            const Deliver& deliver) {
  return Ensemble(source, runs, options).run(deliver);
}

EnsembleReport run_ensemble(std::span<const Run> runs, const EnsembleOptions& options, const Deliver& deliver) {
  std::vector<std::size_t> all(runs.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return run_ensemble(ListedRuns(runs), all, options, deliver);
}

}  // namespace innochain
