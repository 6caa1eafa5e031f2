#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/version.hpp"
#include "output/errors.hpp"

namespace innochain {
namespace {

constexpr const char* description =
    "Examples:\n"
    "  innochain run scenarios/baseline.yaml --replicates 50 -o baseline.h5\n"
    "  innochain sweep scenarios/sweeps/centralization.yaml -o centralization.h5\n"
    "  innochain check scenarios/baseline.yaml\n"
    "  innochain explain scenarios/policies/commercialization_first.yaml\n"
    "  innochain diff scenarios/baseline.yaml scenarios/policies/decoupling_2018.yaml\n"
    "  innochain patterns baseline.h5\n"
    "  innochain compare policies.h5 --baseline baseline\n"
    "  innochain calibrate calibration/china.yaml -o posterior.h5 --predict\n"
    "  innochain sensitivity scenarios/sensitivity/approvals.yaml -o screening.h5\n"
    "  innochain describe levers\n\n"
    "innochain simulates China's innovation-funding system, 1984 to 2035.";

void add_common_flags(CLI::App& app, Context& context) {
  app.add_option("--color", context.color, "Colours in messages: auto, always or never (NO_COLOR is obeyed)")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("-q,--quiet", context.quiet, "Say nothing but results and errors");
  app.add_flag("-v,--verbose", context.verbosity, "Accepted; no command of this version says more");
  app.set_version_flag("--version", fmt::format("innochain {} (commit {}, {}, {})", program_version, program_commit,
                                                program_compiler, program_build_type));
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// What a mistyped word on the command line may have been meant to be.
std::string suggestion(const CLI::App& app, const std::vector<std::string>& words) {
  const std::vector<std::string> commands = command_names(app);
  const auto is_command = [&](const std::string& word) { return std::ranges::find(commands, word) != commands.end(); };
  const auto command = std::ranges::find_if(words, is_command);
  if (command == words.end()) {
    for (const std::string& word : words) {
      if (!word.starts_with('-')) return did_you_mean(word, commands);
    }
  }
  std::vector<std::string> options = option_names(app);
  if (command != words.end()) {
    for (const std::string& name : option_names(*app.get_subcommand(*command))) options.push_back(name);
  }
  for (const std::string& word : words) {
    const std::string name = word.substr(0, word.find('='));
    if (name.starts_with("--") && std::ranges::find(options, name) == options.end()) return did_you_mean(name, options);
  }
  return "";
}

int usage_error(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words) {
  const std::vector<std::string> commands = command_names(app);
  const std::string names = fmt::format("{}", fmt::join(commands, ", "));
  const auto unknown = std::ranges::find_if(words, [](const std::string& word) { return !word.starts_with('-'); });
  if (unknown == words.end()) {
    fmt::print(stderr, "innochain: {} (commands: {}).{} Try innochain --help.\n", error.what(), names,
               suggestion(app, words));
  } else if (std::ranges::find(commands, *unknown) == commands.end()) {
    fmt::print(stderr, "innochain: `{}` is not a command (commands: {}).{}\n", *unknown, names,
               did_you_mean(*unknown, commands));
  } else {
    fmt::print(stderr, "innochain {0}: {1}.{2} Try innochain {0} --help.\n", *unknown, error.what(),
               suggestion(app, words));
  }
  return exit_usage;
}

/// A stream that is closed would give its number to the next file that is opened, and messages would go into that file.
void open_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    // What nobody reads is dropped; results that cannot be written are an error.
    [[maybe_unused]] const int opened = open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
  }
}

/// Prints to stderr, as far as that is possible.
void say(const std::string& text) {
  std::fputs(text.c_str(), stderr);
}

int run(int argc, char** argv) {
  CLI::App app(description, "innochain");
  Context context;
  context.command_line = fmt::format("{}", fmt::join(argv, argv + argc, " "));
  add_common_flags(app, context);
  app.require_subcommand(1);
  app.fallthrough();
  add_run(app, context);
  add_check(app, context);
  add_explain(app, context);
  add_diff(app, context);
  add_describe(app, context);
  add_digest(app, context);
  add_export(app, context);
  add_sweep(app, context);
  add_collect(app, context);
  add_status(app, context);
  add_sensitivity(app, context);
  add_patterns(app, context);
  add_compare(app, context);
  add_calibrate(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error, {argv + 1, argv + argc});
  } catch (const FileError& error) {
    fmt::print(stderr, "innochain: {}\n", error.what());
    return error.exit_code();
  } catch (const std::filesystem::filesystem_error& error) {
    fmt::print(stderr, "innochain: {}\n", error.what());
    return exit_cannot_create;
  } catch (const InputError& error) {
    print_problems(context, error.problems());
    return error.exit_code();
  }
  return context.exit_code;
}

}  // namespace
}  // namespace innochain

int main(int argc, char** argv) {
  innochain::open_standard_streams();
  std::signal(SIGXFSZ, SIG_IGN);  // writing beyond a limit of the size of files fails, as on a full disk
  int code = innochain::exit_internal;
  try {
    code = innochain::run(argc, argv);
  } catch (const std::exception& error) {
    if (std::ferror(stdout) || std::ferror(stderr)) {  // fmt::print could not write
      code = innochain::exit_io;
    } else {
      innochain::say(
          fmt::format("innochain: internal error: {}\nThis is a fault of the program. Please report it with the "
                      "command and the input files.\n",
                      error.what()));
    }
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    innochain::say("innochain: cannot write to standard output\n");
    if (code == innochain::exit_ok) code = innochain::exit_io;
  }
  return code;
}
