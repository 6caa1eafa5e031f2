#include "app/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "app/commands.hpp"
#include "app/own_input.hpp"

namespace innochain {

namespace {

struct CompareOptions {
  std::string result, by, indicators, policies, inputs, interval = "t", csv, json;
  ComparisonRequest request;
  bool all = false, force = false;
};

std::vector<std::string> list_of(const std::string& text) {
  return text.empty() ? std::vector<std::string>{} : split_list(text);
}

/// Names hold commas themselves ("baseline, centralization=0.5"), so that policies are separated by semicolons.
std::vector<std::string> policies_of(const std::string& text) {
  return text.empty() ? std::vector<std::string>{} : split_list(text, ';');
}

/// Whether a name stands for an indicator of the file; another system, or a thinned file, may lack it.
bool is_there(const std::vector<IndicatorInFile>& indicators, const std::string& name) {
  const std::vector<YearWindow> any{{}};
  try {
    return !select_terms(indicators, std::vector{name}, any, false).empty();
  } catch (const NotInFile&) {
    return false;
  }
}

/// Those headline indicators that the file has.
std::vector<std::string> default_indicators(const std::string& result) {
  const ComparedFile file(result);
  const std::vector<IndicatorInFile> indicators = indicators_in(file);
  std::vector<std::string> found;
  for (const std::string& name : headline_indicators()) {
    if (is_there(indicators, name)) found.push_back(name);
  }
  return found;
}

ComparisonRequest request_of(const CompareOptions& options) {
  ComparisonRequest request = options.request;
  if (!options.by.empty()) request.by = options.by == "arm" ? PoliciesBy::arm : PoliciesBy::scenario;
  request.policies = policies_of(options.policies);
  request.indicators = list_of(options.indicators);
  request.inputs = list_of(options.inputs);
  if (options.interval == "bootstrap") request.contrasts.method = IntervalMethod::bootstrap;
  const bool everything = options.all || !options.csv.empty() || !options.json.empty();
  if (request.indicators.empty() && !everything) request.indicators = default_indicators(options.result);
  return request;
}

void check_options(const CompareOptions& options) {
  if (!std::isfinite(options.request.contrasts.confidence))
    throw CLI::ValidationError("--confidence", "must be a number from 0.5 to 0.9999");
  refuse_shared_outputs({{"--csv", options.csv}, {"--json", options.json}});
  if (options.request.contrasts.simultaneous && options.interval == "bootstrap")
    throw CLI::ValidationError("--simultaneous", "needs the far tails of a distribution (use --interval t)");
  if (options.request.success.empty() && !options.inputs.empty())
    throw CLI::ValidationError("--inputs", "says what may separate success from failure (give --success)");
}

void write_copies(const CompareOptions& options, const Comparison& comparison) {
  const auto write = [&](const std::string& path, auto content) {
    if (path.empty()) return;
    TextFile file(path, options.force);
    content(comparison, file);
    file.finish();
  };
  write(options.csv, write_csv);
  write(options.json, write_json);
}

/// What is not there, a few of those that are, and which may have been meant.
std::string unknown_name(const NotInFile& error) {
  constexpr std::size_t most_named = 16;
  const std::size_t n = std::min(most_named, error.candidates.size());
  std::string text = error.what();
  if (n > 0) text += fmt::format(" (known: {}", fmt::join(std::span(error.candidates.data(), n), "; "));
  if (n < error.candidates.size()) text += fmt::format(" and {} more", error.candidates.size() - n);
  if (n > 0) text += ")";
  const std::string hint = did_you_mean(error.word, error.candidates);
  return hint.empty() ? text : fmt::format("{}.{}", text, hint);
}

void compare(const CompareOptions& options) {
  check_options(options);
  refuse_own_input(options.csv, {options.result});
  refuse_own_input(options.json, {options.result});
  try {
    const Comparison comparison = compare_policies(options.result, request_of(options));
    write_copies(options, comparison);
    const bool chosen = !options.indicators.empty();
    print_comparison(comparison, options.all || !options.request.years.empty(), options.all || chosen);
  } catch (const NotInFile& error) {
    throw CLI::ValidationError(unknown_name(error));
  } catch (const CannotCompare& error) {
    throw CLI::ValidationError(error.what());
  }
}

void add_selection(CLI::App& command, CompareOptions& options) {
  ComparisonRequest& request = options.request;
  command.add_option("FILE", options.result, "Result file")->required();
  command.add_option("--baseline", request.baseline, "Policy that the others are compared with: an arm or a scenario")
      ->required();
  command.add_option("--by", options.by, "Whether policies are arms or scenarios (default: what the baseline is)")
      ->check(CLI::IsMember({"arm", "scenario"}));
  command.add_option("--policies", options.policies, "Only these policies: NAME;NAME, with * and ?");
  command.add_option("--indicators", options.indicators,
                     "Only these indicators: NAME,NAME[CATEGORY], with * and ? (default: headlines; all for --csv and "
                     "--json)");
  command.add_flag("--by-category", request.by_category, "The categories of indicators too, not only their totals");
  command.add_flag("--all", options.all, "Print all indicators and years");
  command.add_option("--years", request.years,
                     "Years and windows: 2030,2026..2035:sum,2026..2035:mean (default: 2025,2030,2035)");
}

void add_judgement(CLI::App& command, CompareOptions& options) {
  ContrastOptions& contrasts = options.request.contrasts;
  command.add_option("--confidence", contrasts.confidence, "Of the intervals")
      ->check(CLI::Range(0.5, 0.9999))
      ->capture_default_str();
  command
      .add_option(
          "--interval", options.interval,
          "t: Student's, of paired differences, exact where these are normal; bootstrap: of the same, bias-corrected "
          "and accelerated, too narrow for fewer than about 50 replicates")
      ->check(CLI::IsMember({"t", "bootstrap"}))
      ->capture_default_str();
  command.add_option("--resamples", contrasts.n_resamples, "Of the bootstrap and of the Pareto set")
      ->check(CLI::Range(100, 100000))
      ->capture_default_str();
  command.add_option("--seed", contrasts.seed, "Of the resamples")->capture_default_str();
  command.add_flag("--simultaneous", contrasts.simultaneous,
                   "Intervals that hold together for all contrasts (Bonferroni), probabilities by Holm's method");
}

void add_questions(CLI::App& command, CompareOptions& options) {
  ComparisonRequest& request = options.request;
  command.add_option("--goals", request.goals,
                     "What policies are for: self_reliance@2035,applicant_time@2026..2035:mean:less …");
  command.add_option("--futures", request.futures,
                     "Regret over futures that differ in these: param.PATH,param.PATH or scenario=decoupled_*");
  command.add_option("--success", request.success,
                     "Boxes of inputs that separate success from failure: self_reliance@2035>0.7,…");
  command.add_option("--inputs", options.inputs, "Inputs of these boxes: param.PATH,…,scenario (default: all)");
  command.add_option("--peel", request.boxes.peel, "Share of a box that one step of the search takes away")
      ->check(CLI::Range(0.001, 0.5))
      ->capture_default_str();
  command.add_option("--boxes", request.boxes.most_boxes, "Boxes at most")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
}

}  // namespace

void add_compare(CLI::App& app, Context&) {
  const auto options = std::make_shared<CompareOptions>();
  CLI::App* command = app.add_subcommand(
      "compare",
      "Examples:\n"
      "  innochain compare out/policies.h5 --baseline baseline\n"
      "  innochain compare out/policies.h5 --baseline baseline --years 2030,2026..2035:sum --indicators 'papers*,"
      "lab_stock[skl_*]'\n"
      "  innochain compare out/policies.h5 --baseline baseline --csv out/contrasts.csv --json out/contrasts.json\n"
      "  innochain compare out/uncertainty.h5 --baseline baseline --futures scenario=decoupled_*\n"
      "  innochain compare out/uncertainty.h5 --baseline baseline --success 'self_reliance@2035>0.7'\n\n"
      "Compares policies with a baseline, run by run of the same luck: differences with intervals, how likely a policy "
      "is better, what\n"
      "common random numbers save; what each policy gains and costs; which are not beaten by another; how far each "
      "falls short of the\n"
      "best in each future; which inputs separate success from failure.");
  add_selection(*command, *options);
  add_judgement(*command, *options);
  add_questions(*command, *options);
  command->add_option("--csv", options->csv, "Write all contrasts as CSV, one a row");
  command->add_option("--json", options->json, "Write everything as JSON");
  command->add_flag("--force", options->force, "Overwrite files that exist");
  command->callback([options] { compare(*options); });
}

}  // namespace innochain
