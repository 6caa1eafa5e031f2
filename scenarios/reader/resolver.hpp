#pragma once

#include <map>

#include "scenarios/reader/lever_history.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/reader/scenario_file.hpp"

namespace innochain {

/// Resolves a chain of scenario documents into Params. The members stand in the order in which they are found.
class Resolver {
 public:
  /// \param chain the most distant parent first; --set may be the last.
  /// \param comparing files whose budgets are being compared on the way here, to detect circles.
  Resolver(std::vector<ScenarioDocument> chain, std::vector<std::filesystem::path> comparing,
           std::vector<Problem> problems);

  Resolved resolve();

 private:
  struct MergedRegime {
    std::string name;
    RegimeFields fields;
    const Node* at = nullptr;  ///< where its years are written
  };
  struct ParameterSource {
    std::string path;
    double* value = nullptr;
    double low = 0.0, high = 0.0;
    const Node* at = nullptr;
  };

  void read_system_files();
  void read_scale();
  void read_files();
  void merge_regimes();
  void check_regimes();
  void collect_parameters();
  void apply_layer(std::size_t layer);
  void add_regime_settings(const Node& regimes, std::vector<LeverSetting>& settings);
  void add_target_settings(const ScenarioFields& fields, std::vector<LeverSetting>& settings);
  void add_call_settings(const Node& calls, std::vector<LeverSetting>& settings);
  void add_override_settings(const ScenarioFields& fields, const Node& document, std::vector<LeverSetting>& settings);
  void add_setting(const std::string& lever, const Node& key, const Node& value, const std::string& path,
                   YearSpan years, std::vector<LeverSetting>& settings);
  void announce(const std::vector<Target>& path, YearSpan years, const Node& at);
  void merge_shocks(const ScenarioFields& fields, const Node& document);
  void merge_trace(const TraceFields& fields, const Node& document);
  void note_outside(YearSpan years, const Node& at, const std::string& path);
  void apply_parameters(const Node& parameters);
  void check_levers();
  void apply_budgets();
  void equalize_budgets(const Node& total, const std::filesystem::path& file);
  void fill_params();
  std::vector<Origin> origins() const;
  std::string yaml() const;
  std::string shock_text() const;
  std::string trace_text() const;
  void add_shock_origins(std::vector<Origin>& list) const;
  std::string budget_text() const;
  [[noreturn]] void stop();
  bool has_errors() const;

  std::vector<ScenarioDocument> chain_;
  std::vector<std::filesystem::path> comparing_;
  std::vector<Problem> problems_;
  std::vector<Problem> notes_;
  Scope scope_{problems_};
  Node system_document_;
  std::map<std::string, const Node*> scale_sources_;
  std::vector<ScenarioFields> files_;
  std::vector<MergedRegime> regimes_;
  std::vector<TargetFields> targets_;
  Year window_end_;
  std::vector<ParameterSource> parameters_;
  std::map<std::string, const Node*> shock_sources_;
  const Node* trace_source_ = nullptr;
  std::vector<BudgetChange> budget_changes_;
  std::optional<LeverTable> table_;
  std::optional<LeverHistory> history_;
  Params params_;
};

/// Calls `use(path, key, value)` for every value of a mapping whose keys are paths or nested parts of paths; other keys
/// are errors.
void flatten(Scope& scope, const Node& node, const std::string& where, const std::vector<std::string>& paths,
             const std::function<void(const std::string& path, const Node& key, const Node& value)>& use);

/// A value as YAML on one line.
std::string flow_text(const Node& node);

/// Lines of the resolved scenario.
std::string system_text(const Node& system_document);

}  // namespace innochain
