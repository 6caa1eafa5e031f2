#include "scenarios/reader/scenario_schema.hpp"

#include "scenarios/reader/scenario_file.hpp"
#include "scenarios/reader/sweep_file.hpp"
#include "scenarios/reader/system_reader.hpp"

namespace innochain {
namespace {

constexpr const char* dialect = "https://json-schema.org/draft/2020-12/schema";
/// What follows the prefix of a family of levers or parameters, one for each designation.
constexpr const char* designation_pattern = "\\.[a-z][a-z0-9_]*$";

Json declared_number(const Declaration& declaration) {
  return {{"type", "number"}, {"minimum", declaration.low}, {"maximum", declaration.high}};
}

Json with_meaning(Json json, std::string_view meaning) {
  json["description"] = meaning;
  return json;
}

/// A number in the range, or a ramp between two such numbers.
Json course(const Json& number) {
  const Json ramp{{"type", "object"},
                  {"properties", {{"from", number}, {"to", number}, {"path", {{"const", "linear"}}}}},
                  {"required", {"from", "to"}},
                  {"additionalProperties", false}};
  return {{"anyOf", {number, ramp}}};
}

/// The values of levers by path, and those of families by pattern.
struct LeverSchemas {
  Json by_path = Json::object();
  Json by_pattern = Json::object();
};

LeverSchemas lever_schemas() {
  LeverSchemas schemas;
  schemas.by_path["era"] = choice_schema(name_list(era_names));
  schemas.by_path["centralization"] = course(schema(NumberKind{0, 1}));
  Levers levers{};
  visit_number_levers(levers, [&](double&, const LeverDeclaration& declaration) {
    schemas.by_path[std::string(declaration.path)] =
        with_meaning(course(declared_number(declaration)), declaration.meaning);
  });
  schemas.by_path["allocation_rule"] = choice_schema(name_list(allocation_rule_names));
  schemas.by_path["programme_mergers"] = schema(FlagKind{});
  schemas.by_path["review.weights"] = schema(SharesKind<n_criteria>{criterion_names});
  const Json none{{"const", "none"}};
  const std::string tail = designation_pattern;
  schemas.by_pattern["^quality_bar" + tail] = {{"anyOf", {course(schema(NumberKind{-10, 10})), none}}};
  schemas.by_pattern["^targets" + tail] = {{"anyOf", {schema(NumberKind{0, 1e6}), schema(YearCountsKind{}), none}}};
  schemas.by_pattern["^calls" + tail] = {
      {"anyOf", {struct_schema<CallFields>(), choice_schema({"drawn", "open", "closed", "moratorium"})}}};
  return schemas;
}

/// A mapping by path. Paths may also be written as nested mappings, which the schema does not look into.
Json by_path_schema(const Json& by_path, const Json& by_pattern) {
  Json properties = by_path;
  for (const auto& [path, value] : by_path.items()) {
    const std::size_t dot = path.find('.');
    if (dot != std::string::npos) properties[path.substr(0, dot)] = {{"type", "object"}};
  }
  for (const auto& [pattern, value] : by_pattern.items()) {
    const std::size_t end = pattern.find('\\');
    properties[pattern.substr(1, end - 1)] = {{"type", "object"}};
  }
  return {{"type", "object"},
          {"properties", properties},
          {"patternProperties", by_pattern},
          {"additionalProperties", false}};
}

Json override_schema(const LeverSchemas& levers) {
  Json json = struct_schema<OverrideFields>();
  std::vector<std::string> paths;
  Json conditions = Json::array();
  for (const auto& [path, value] : levers.by_path.items()) {
    paths.push_back(path);
    conditions.push_back(
        {{"if", {{"properties", {{"lever", {{"const", path}}}}}}}, {"then", {{"properties", {{"value", value}}}}}});
  }
  Json allowed = Json::array({choice_schema(paths)});
  for (const auto& [pattern, value] : levers.by_pattern.items()) {
    allowed.push_back({{"type", "string"}, {"pattern", pattern}});
    conditions.push_back({{"if", {{"properties", {{"lever", {{"pattern", pattern}}}}}}},
                          {"then", {{"properties", {{"value", value}}}}}});
  }
  json["properties"]["lever"] = {{"anyOf", allowed}};
  json["allOf"] = conditions;
  return json;
}

Json parameters_schema() {
  Json by_path = Json::object();
  Parameters parameters{};
  visit_parameters(parameters, [&](double&, const Declaration& declaration) {
    by_path[std::string(declaration.path)] = with_meaning(declared_number(declaration), declaration.meaning);
  });
  const Json by_pattern{{"^approvals\\.kappa" + std::string(designation_pattern), schema(NumberKind{0, 100})},
                        {"^approvals\\.saturation_share" + std::string(designation_pattern), schema(NumberKind{0, 1})}};
  return by_path_schema(by_path, by_pattern);
}

Json kept_schema() {
  const Json years = schema(YearsKind{});
  Json kept = Json::array({{{"type", "string"}}});
  for (const char* key : {"variable", "sum", "mean"}) {
    kept.push_back({{"type", "object"},
                    {"properties", {{key, {{"type", "string"}}}, {"years", years}}},
                    {"required", {key}},
                    {"additionalProperties", false}});
  }
  kept.push_back({{"type", "object"},
                  {"properties", {{"years", years}}},
                  {"required", {"years"}},
                  {"additionalProperties", false}});
  return {{"anyOf", kept}};
}

}  // namespace

Json swept_path_schema() {
  std::vector<std::string> paths{"scale.firms_per_agent", "scale.proposals_per_agent"};
  Json allowed = Json::array();
  Json families = Json::array();
  const LeverSchemas levers = lever_schemas();
  const Json parameters = parameters_schema();
  Parameters declared{};
  visit_parameters(declared, [&](double&, const Declaration& declaration) {
    paths.push_back(fmt::format("parameters.{}", declaration.path));
  });
  for (const auto& [path, value] : levers.by_path.items()) paths.push_back("levers." + path);
  const auto family = [&](std::string_view section, const std::string& pattern) {
    families.push_back({{"type", "string"}, {"pattern", fmt::format("^{}\\.{}", section, pattern.substr(1))}});
  };
  for (const auto& [pattern, value] : levers.by_pattern.items()) family("levers", pattern);
  for (const auto& [pattern, value] : parameters["patternProperties"].items()) family("parameters", pattern);
  allowed.push_back(choice_schema(paths));
  for (const Json& pattern : families) allowed.push_back(pattern);
  allowed.push_back({{"type", "string"}, {"pattern", R"(^levers\.[a-z0-9_.]+@[0-9]{4}(\.\.[0-9]{4})?$)"}});
  return {{"anyOf", allowed}};
}

Json scenario_schema() {
  const LeverSchemas levers = lever_schemas();
  Json regime = struct_schema<RegimeFields>();
  regime["properties"]["levers"] = by_path_schema(levers.by_path, levers.by_pattern);

  Json json{{"$schema", dialect}, {"title", "innochain scenario"}};
  json.update(struct_schema<ScenarioFields>());
  Json& properties = json["properties"];
  properties["regimes"] = {{"type", "object"}, {"additionalProperties", regime}};
  properties["overrides"]["items"] = override_schema(levers);
  properties["calls"] = {{"type", "object"},
                         {"properties", {{"window_end", schema(YearKind{})}}},
                         {"additionalProperties", struct_schema<CallFields>()}};
  properties["parameters"] = parameters_schema();
  const Json equal_to{{"type", "object"},
                      {"properties", {{"equal_to", schema(TextKind{})}}},
                      {"required", {"equal_to"}},
                      {"additionalProperties", false}};
  properties["budget"]["properties"]["total"] = {{"anyOf", {{{"const", "equal_to_baseline"}}, equal_to}}};
  return json;
}

Json system_file_schema() {
  Json json{{"$schema", dialect}, {"title", "innochain system"}};
  json.update(system_schema());
  return json;
}

Json sweep_file_schema() {
  Json json{{"$schema", dialect}, {"title", "innochain sweep"}};
  json.update(struct_schema<SweepFields>());
  Json& properties = json["properties"];
  const Json file{{"type", "string"}};
  properties["scenarios"] = {{"anyOf",
                              {{{"type", "object"}, {"additionalProperties", file}, {"minProperties", 1}},
                               {{"type", "array"}, {"items", file}, {"minItems", 1}}}}};
  const Json path = swept_path_schema();
  Json& axis = properties["axes"]["items"]["properties"];
  axis["path"] = {{"anyOf", {path, {{"type", "array"}, {"items", path}, {"minItems", 1}}}}};
  axis["values"]["minItems"] = 1;
  axis["range"]["items"] = {{"type", "number"}};
  properties["keep"]["items"] = kept_schema();
  properties["design"]["properties"]["rows"]["items"] = {{"type", {"object", "array"}}};
  properties["design"]["properties"]["columns"]["items"] = file;
  return json;
}

}  // namespace innochain
