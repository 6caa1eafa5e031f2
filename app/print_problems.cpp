#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>

#include "app/commands.hpp"

namespace innochain {
namespace {

bool colored(const Context& context) {
  if (context.color != "auto") return context.color == "always";
  const char* no_color = std::getenv("NO_COLOR");
  return (!no_color || !*no_color) && isatty(STDERR_FILENO);
}

}  // namespace

void print_problems(const Context& context, std::span<const Problem> problems) {
  const bool color = colored(context);
  for (const Problem& problem : problems) {
    const bool note = problem.kind == Problem::Kind::note;
    if (note && context.quiet) continue;
    if (color)
      fmt::print(stderr, "\033[{}m{}\033[0m\n", note ? "36" : "31", to_string(problem));
    else
      fmt::print(stderr, "{}\n", to_string(problem));
  }
}

}  // namespace innochain
