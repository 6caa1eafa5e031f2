#pragma once

#include <string>

#include "app/sweep_job.hpp"

namespace innochain {

/// Writes the result file of a sweep whose runs are all in the store, in the order of their numbers, and removes the
/// store. Returns the exit code: 0, 1 if runs failed, 75 (and says what is missing) if not all are there.
/// Throws FileError.
int collect_runs(const SweepJob& job, const RunStore& store, const std::string& output, bool force, bool quiet,
                 const std::string& command_line, int threads);

/// Says that the result file of the sweep is complete; the exit code is that of its runs.
/// Throws CannotCreate if the file is another one.
int finished(const SweepJob& job, const std::string& output, bool quiet);

/// Feeds all stored runs into a plan of precision.
void feed(const SweepJob& job, const StoredRuns& stored, PrecisionPlan& plan);

}  // namespace innochain
