#include "output/digest.hpp"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "app/commands.hpp"
#include "output/errors.hpp"

namespace innochain {

namespace {

/// A file without a digest gets a message, and the others follow; the exit code is that of the first such file.
void print_digests(const std::vector<std::string>& files, Context& context) {
  for (const std::string& file : files) {
    try {
      fmt::print("{}  {}\n", digest(file), file);
    } catch (const FileError& error) {
      fmt::print(stderr, "innochain: {}\n", error.what());
      if (context.exit_code == exit_ok) context.exit_code = error.exit_code();
    }
  }
}

}  // namespace

void add_digest(CLI::App& app, Context& context) {
  const auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* command =
      app.add_subcommand("digest",
                         "Examples:\n"
                         "  innochain digest out/baseline.h5\n"
                         "  innochain digest first.h5 second.h5\n\n"
                         "Prints `sha256  path` for result files. Files with the same digest are equal: all values, "
                         "names, types, shapes, the\n"
                         "order of runs, and all attributes but the volatile ones (time, machine, threads …).");
  command->add_option("FILE", *files, "Result files")->required();
  command->callback([files, &context] { print_digests(*files, context); });
}

}  // namespace innochain
