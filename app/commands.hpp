#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>

#include "scenarios/reader/problem.hpp"

namespace innochain {

/// What all commands share: the common flags, and the exit code that the chosen command leaves.
struct Context {
  std::string color = "auto";
  bool quiet = false;
  int verbosity = 0;
  std::string command_line;
  int exit_code = 0;
};

/// Exit codes of the program.
inline constexpr int exit_ok = 0, exit_difference = 1, exit_usage = 64, exit_internal = 70, exit_cannot_create = 73,
                     exit_io = 74;

/// Prints problems to stderr, one a line. Notes are left out with --quiet.
void print_problems(const Context& context, std::span<const Problem> problems);

// Each command adds itself to the program; its callback does the work and sets `context.exit_code`. Input that cannot
// be used may be left to main, which prints the problems of an InputError and exits with its code.
void add_run(CLI::App& app, Context& context);
void add_check(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_diff(CLI::App& app, Context& context);
void add_describe(CLI::App& app, Context& context);
void add_digest(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);
void add_patterns(CLI::App& app, Context& context);
void add_compare(CLI::App& app, Context& context);
void add_calibrate(CLI::App& app, Context& context);
void add_sweep(CLI::App& app, Context& context);
void add_collect(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_sensitivity(CLI::App& app, Context& context);

}  // namespace innochain
