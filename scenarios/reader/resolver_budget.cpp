#include <algorithm>

#include "scenarios/reader/resolver.hpp"

/// Budgets: changes by factor, and equal-money arms.
namespace innochain {
namespace {

double total_budget(const Params& params, Year year) {
  double total = 0.0;
  for (const std::vector<double>& budget : params.inputs.budget_mcny) total += budget[params.inputs.years.index(year)];
  return total * params.budget_scale[params.scale.years.index(year)];
}

/// baseline.yaml beside the file, in its folder's parent, or further up.
std::optional<std::filesystem::path> nearest_baseline(const std::filesystem::path& file) {
  std::error_code error;
  for (auto folder = std::filesystem::absolute(file, error).parent_path();; folder = folder.parent_path()) {
    const auto candidate = folder / "baseline.yaml";
    if (std::filesystem::is_regular_file(candidate, error)) return candidate;
    if (folder == folder.parent_path()) return {};
  }
}

}  // namespace

void Resolver::apply_budgets() {
  const YearSpan years = params_.scale.years;
  params_.budget_scale.assign(years.size(), 1.0);
  for (const BudgetChange& change : budget_changes_) {
    for (Year year = std::max(years.first, change.years.first); year <= std::min(years.last, change.years.last);
         ++year) {
      double& affected = change.programme.exists()
                             ? params_.inputs.budget_mcny[change.programme][params_.inputs.years.index(year)]
                             : params_.budget_scale[years.index(year)];
      affected *= change.factor;
    }
  }
  for (std::size_t layer = files_.size(); layer-- > 0;) {
    if (!files_[layer].budget.total) continue;
    return equalize_budgets(*files_[layer].budget.total, chain_[layer].file);
  }
}

void Resolver::equalize_budgets(const Node& total, const std::filesystem::path& file) {
  const auto wrong = [&](std::string message, Problem::Kind kind = Problem::Kind::invalid) {
    problems_.push_back(problem_at(total, "budget.total", std::move(message), kind));
  };
  std::optional<std::filesystem::path> other;
  if (total.is_mapping()) {
    const auto parts = read_by_name(scope_, total, "budget.total", std::vector<std::string>{"equal_to"});
    std::string name;
    if (!parts[0] || !read(scope_, *parts[0], "budget.total.equal_to", TextKind{}, name))
      return wrong("needs equal_to: FILE");
    other = file.parent_path() / name;
  } else if (total.is_plain("equal_to_baseline")) {
    other = nearest_baseline(file);
    if (!other) return wrong("there is no baseline.yaml beside this file or in a folder above", Problem::Kind::missing);
  } else {
    return wrong(fmt::format("{} where equal_to_baseline or {{equal_to: FILE}} is expected", described(total)));
  }

  std::error_code error;
  const auto identity = std::filesystem::weakly_canonical(*other, error);
  std::vector<std::filesystem::path> comparing = comparing_;
  comparing.push_back(std::filesystem::weakly_canonical(file, error));
  if (std::ranges::find(comparing, identity) != comparing.end()) {
    return wrong(fmt::format("comes back to {} (budgets cannot be equal to themselves)", other->generic_string()));
  }
  try {
    std::vector<Problem> problems;
    auto chain = read_chain(*other, problems);
    const Params reference = Resolver(std::move(chain), comparing, std::move(problems)).resolve().params;
    for (Year year = params_.scale.years.first; year <= params_.scale.years.last; ++year) {
      if (!reference.scale.years.contains(year))
        return wrong(fmt::format("{} says nothing about {}", other->generic_string(), year.value()));
      const double wanted = total_budget(reference, year), present = total_budget(params_, year);
      if (wanted == present) continue;
      if (present <= 0.0) return wrong(fmt::format("no budget in {} that could be scaled", year.value()));
      params_.budget_scale[params_.scale.years.index(year)] *= wanted / present;
    }
  } catch (const InputError& broken) {
    problems_.insert(problems_.end(), broken.problems().begin(), broken.problems().end());
    wrong(fmt::format("{} has problems", other->generic_string()));
  }
}

}  // namespace innochain
