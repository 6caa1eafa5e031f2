#include "scenarios/reader/system_reader.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/reader/system_fields.hpp"

namespace innochain {
namespace {

/// Adds the keys of `part` to `whole`; mappings under the same key are merged, anything else given twice is an error.
void merge_into(Node& whole, const Node& part, const std::string& path, std::vector<Problem>& problems) {
  for (const Entry& entry : part.entries) {
    const auto same =
        std::ranges::find(whole.entries, entry.key.text, [](const Entry& other) { return other.key.text; });
    const std::string where = join(path, entry.key.text);
    if (same == whole.entries.end()) {
      whole.entries.push_back(entry);
    } else if (same->value.is_mapping() && entry.value.is_mapping()) {
      merge_into(same->value, entry.value, where, problems);
    } else {
      problems.push_back(
          problem_at(entry.key, where, fmt::format("already given in {}:{}", *same->key.file, same->key.line)));
    }
  }
}

void check_version(Scope& scope, const Node& document) {
  const Node* version = document.find("schema_version");
  int number = 0;
  if (!version)
    scope.error(document, "schema_version", "is missing (the system files have version 1)");
  else
    read(scope, *version, "schema_version", IntegerKind{1, 1}, number);
}

/// The names that a list of mappings declares, so that its items may refer to each other.
template <class IdType>
void collect_names(Scope& scope, const Node& list, const std::string& path) {
  auto& names = scope.names<IdType>();
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Node* name = list.items[i].find("name");
    names.push_back(name && name->is_scalar() ? name->text : "");
    if (name && std::ranges::count(names, name->text) > 1) {
      scope.error(*name, join(join(path, i), "name"),
                  fmt::format("`{}` is the name of an earlier entry (names are unique)", name->text));
    }
  }
}

/// Reads the list under a key of the document; one with an id gets its names known first.
template <class IdType, class Table>
void read_table(Scope& scope, const Node& document, const std::string& key, Table& table) {
  const Node* list = document.find(key);
  if (!list) return scope.error(document, key, "is missing (a system has this list)");
  if (!list->is_sequence()) return expect_kind(scope, *list, key, "a list");
  if constexpr (!std::is_void_v<IdType>) collect_names<IdType>(scope, *list, key);
  using Value = std::remove_cvref_t<decltype(*table.begin())>;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    Value value{};
    read(scope, list->items[i], join(key, i), NestedKind{}, value);
    table.push_back(std::move(value));
  }
}

void read_geography(Scope& scope, const Node& document, System& system) {
  read_table<ClusterId>(scope, document, "clusters", system.clusters);
  std::vector<ProvinceFields> provinces;
  read_table<ProvinceId>(scope, document, "provinces", provinces);
  double weights = 0.0;
  for (ProvinceFields& province : provinces) {
    const ProvinceId id = system.provinces.push_back(province);
    for (City& city : province.cities) {
      city.province = id;
      weights += city.weight;
      auto& names = scope.names<CityId>();
      if (std::ranges::find(names, city.name) != names.end()) {
        scope.error(*document.find("provinces"), "provinces",
                    fmt::format("two cities are called `{}` (names are unique)", city.name));
      }
      names.push_back(city.name);
      system.cities.push_back(std::move(city));
    }
  }
  for (City& city : system.cities) city.weight /= weights > 0.0 ? weights : 1.0;
}

void read_fields(Scope& scope, const Node& document, System& system) {
  read_table<ReviewGroupId>(scope, document, "review_groups", system.review_groups);
  read_table<FieldId>(scope, document, "fields", system.fields);
  read_table<CategoryId>(scope, document, "categories", system.categories);
  double shares = 0.0;
  for (const Category& category : system.categories) shares += category.share.value;
  for (Category& category : system.categories) {
    for (double* x : {&category.share.value, &category.share.low, &category.share.high})
      *x /= shares > 0.0 ? shares : 1.0;
  }
}

void check_candidature(Scope& scope, const Node& item, const std::string& path, const Candidature& candidature) {
  const auto need = [&](std::string_view key, std::string_view reason) {
    if (!item.find(key)) scope.error(item, join(path, key), fmt::format("is missing ({})", reason));
  };
  if (candidature.admission == Admission::calls) {
    for (const char* key : {"pool", "pass_share", "saturation_share", "kappa", "call_mode"})
      need(key, "needed for admission by calls");
  }
  if (candidature.admission == Admission::listed) need("listed", "needed for listed admission");
}

void check_designations(Scope& scope, const Node& document, const System& system) {
  for (const LabTypeId type : all<LabTypeId>(system.lab_types.size())) {
    const Node& item = document.find("lab_types")->items[type.index()];
    const std::string path = join("lab_types", type.index());
    check_candidature(scope, item, path, system.lab_types[type]);
    if (system.lab_types[type].admission == Admission::none) continue;
    for (const char* key : {"host_mix", "orientation", "staff", "quality"}) {
      if (!item.find(key)) scope.error(item, join(path, key), "is missing (needed for lab types that are simulated)");
    }
  }
  for (const ZoneTypeId type : all<ZoneTypeId>(system.zone_types.size())) {
    const Node& item = document.find("zone_types")->items[type.index()];
    check_candidature(scope, item, join("zone_types", type.index()), system.zone_types[type]);
    const auto& labs = scope.names<LabTypeId>();
    if (std::ranges::find(labs, system.zone_types[type].name) != labs.end()) {
      scope.error(
          item, join("zone_types", type.index()),
          fmt::format("`{}` is also a lab type (designations have names of their own)", system.zone_types[type].name));
    }
  }
}

void check_programmes(Scope& scope, const Node& document, const System& system) {
  for (const ProgrammeId id : all<ProgrammeId>(system.programmes.size())) {
    const Programme& programme = system.programmes[id];
    const Node& item = document.find("programmes")->items[id.index()];
    const std::string path = join("programmes", id.index());
    if (programme.merges_into.exists() != programme.merges_in.has_value()) {
      scope.error(item, path, "has only one of merges_into and merges_in (give both or neither)");
    }
    if (programme.merges_into == id) scope.error(item, path, "merges into itself");
    const bool funds_projects = programme.competition == Competition::proposals ||
                                programme.competition == Competition::topics ||
                                programme.competition == Competition::steered;
    for (const char* key : {"years_min", "years_max"})
      if (funds_projects && !item.find(key))
        scope.error(item, join(path, key), "is missing (needed for programmes that fund projects)");
    if (programme.years_max.value < programme.years_min.value)
      scope.error(item, path, "years_max is smaller than years_min");
  }
}

void check_category(Scope& scope, const Node& item, const std::string& path, const System& system,
                    const NamedOrganisation& organisation) {
  if (!organisation.category.exists() || !organisation.field.exists()) return;
  const FieldId field = system.categories[organisation.category].field;
  if (!field.exists() || field == organisation.field) return;
  scope.error(*item.find("category"), join(path, "category"),
              fmt::format("`{}` belongs to the field {} (the organisation's field is {})",
                          system.categories[organisation.category].name, system.fields[field].name,
                          system.fields[organisation.field].name));
}

/// Parents are older, so that nobody descends from himself.
void check_parent(Scope& scope, const Node& item, const std::string& path, const System& system,
                  const NamedOrganisation& organisation) {
  if (organisation.parent.empty()) return;
  const auto parent = std::ranges::find(system.named_organisations, organisation.parent, &NamedOrganisation::name);
  if (parent == system.named_organisations.end() || parent->since < organisation.since) return;
  if (organisation.since == Year()) return;  // reported as missing
  scope.error(*item.find("parent"), join(path, "parent"),
              fmt::format("`{}` is not older: {} (a parent is founded before its spin-offs, this one in {})",
                          organisation.parent, parent->since.value(), organisation.since.value()));
}

void check_revenue(Scope& scope, const Node& item, const std::string& path, const NamedOrganisation& organisation) {
  const Node *at = item.find("revenue_mcny"), *host = item.find("host");
  if (!at || !host) return;
  if (organisation.host != Host::enterprise && host->text == host_names[static_cast<std::size_t>(organisation.host)]) {
    scope.error(
        *at, join(path, "revenue_mcny"),
        fmt::format("is given for a host of class {} (only firms, of class enterprise, have revenue)", host->text));
  } else if (organisation.revenue_mcny && organisation.revenue_mcny->low <= 0.0) {
    scope.error(*at, join(path, "revenue_mcny"), "is or may be 0 (must be positive)");
  }
}

void check_named_organisations(Scope& scope, const Node& document, const System& system) {
  for (std::size_t i = 0; i < system.named_organisations.size(); ++i) {
    const NamedOrganisation& organisation = system.named_organisations[i];
    const Node& item = document.find("named_organisations")->items[i];
    const std::string path = join("named_organisations", i);
    check_category(scope, item, path, system, organisation);
    check_parent(scope, item, path, system, organisation);
    check_revenue(scope, item, path, organisation);
  }
}

/// Limits of the program's own tables of bits.
void check_sizes(Scope& scope, const Node& document, const System& system) {
  constexpr std::size_t most = 64;
  const auto check = [&](const char* key, std::size_t n) {
    if (n > most) scope.error(document, key, fmt::format("has {} entries (at most {})", n, most));
  };
  check("authorities", system.authorities.size());
  check("lab_types", system.lab_types.size());
}

void check_reorganizations(Scope& scope, const Node& document, const System& system) {
  for (std::size_t i = 0; i < system.reorganizations.size(); ++i) {
    const auto& parts = system.reorganizations[i].parts;
    for (std::size_t j = 0; j < parts.size(); ++j) {
      const double sum = parts[j].keep_share.value + parts[j].merge_share.value + parts[j].drop_share.value;
      if (sum <= 1.0 + share_tolerance) continue;
      const std::string path = join(join("reorganizations", i) + ".parts", j);
      scope.error(document.find("reorganizations")->items[i], path,
                  fmt::format("the shares kept, merged and dropped sum to {:.6g} (at most 1)", sum));
    }
  }
}

constexpr std::array tables{"clusters",    "provinces",   "review_groups",  "fields",     "categories",
                            "authorities", "lab_types",   "zone_types",     "programmes", "named_organisations",
                            "named_labs",  "named_zones", "reorganizations"};

void check_keys(Scope& scope, const Node& document) {
  std::vector<std::string> known{"schema_version", "name", "title", "files", "organisations", "inputs"};
  known.insert(known.end(), tables.begin(), tables.end());
  for (const Entry& entry : document.entries) {
    if (std::ranges::find(known, entry.key.text) == known.end()) {
      scope.error(entry.key, entry.key.text,
                  fmt::format("unknown key (allowed in system files: {}).{}", fmt::join(known, ", "),
                              did_you_mean(entry.key.text, known)));
    }
  }
}

}  // namespace

Node read_system_document(const std::filesystem::path& file, std::vector<Problem>& problems) {
  Node whole = read_document(file, problems);
  Scope scope{problems};
  const Node* list = whole.find("files");
  std::vector<std::string> names;
  if (list) read(scope, *list, "files", ListKind<TextKind>{}, names);
  std::vector<Node> parts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto path = file.parent_path() / names[i];
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      problems.push_back(problem_at(list->items[i], join("files", i),
                                    fmt::format("there is no file {}", path.generic_string()), Problem::Kind::missing));
      continue;
    }
    try {
      std::vector<Problem> own;
      parts.push_back(read_document(path, own));
      problems.insert(problems.end(), own.begin(), own.end());
    } catch (const InputError& unreadable) {
      problems.insert(problems.end(), unreadable.problems().begin(), unreadable.problems().end());
    }
  }
  // The lists of a part that is not there would only be reported as missing again.
  if (parts.size() < names.size()) throw InputError(problems);
  std::erase_if(whole.entries, [](const Entry& entry) { return entry.key.text == "files"; });
  for (Node& part : parts) {
    if (!part.is_mapping()) expect_kind(scope, part, "", "a mapping");
    std::erase_if(part.entries, [](const Entry& entry) { return entry.key.text == "schema_version"; });
    merge_into(whole, part, "", problems);
  }
  return whole;
}

System read_system(const Node& document, std::vector<Problem>& problems) {
  Scope scope{problems};
  System system;
  if (!document.is_mapping()) return expect_kind(scope, document, "", "a mapping"), system;
  check_version(scope, document);
  check_keys(scope, document);
  if (const Node* name = document.find("name")) read(scope, *name, "name", NameKind{}, system.name);
  if (const Node* title = document.find("title")) read(scope, *title, "title", TextKind{}, system.title);

  read_table<AuthorityId>(scope, document, "authorities", system.authorities);
  read_geography(scope, document, system);
  read_fields(scope, document, system);
  read_table<LabTypeId>(scope, document, "lab_types", system.lab_types);
  read_table<ZoneTypeId>(scope, document, "zone_types", system.zone_types);
  read_table<ProgrammeId>(scope, document, "programmes", system.programmes);
  read_table<OrganisationId>(scope, document, "named_organisations", system.named_organisations);
  read_table<void>(scope, document, "named_labs", system.named_labs);
  read_table<void>(scope, document, "named_zones", system.named_zones);
  read_table<void>(scope, document, "reorganizations", system.reorganizations);
  OrganisationFields organisations;
  if (const Node* node = document.find("organisations"))
    read(scope, *node, "organisations", NestedKind{}, organisations);
  else
    scope.error(document, "organisations", "is missing (who applies for grants)");
  system.organisations_by_host = organisations.by_host;
  system.organisation_researchers = organisations.researchers;
  system.researcher_share = organisations.researcher_share;

  check_designations(scope, document, system);
  check_programmes(scope, document, system);
  check_named_organisations(scope, document, system);
  check_sizes(scope, document, system);
  check_reorganizations(scope, document, system);
  return system;
}

Json system_schema() {
  Json properties = Json::object();
  properties["schema_version"] = schema(IntegerKind{1, 1});
  properties["name"] = schema(NameKind{});
  properties["title"] = schema(TextKind{});
  properties["files"] = schema(ListKind<TextKind>{});
  const auto list = [&]<class Struct>(const char* key, const Struct&) {
    properties[key] = {{"type", "array"}, {"items", struct_schema<Struct>()}};
  };
  list("authorities", Authority{});
  list("clusters", Cluster{});
  list("provinces", ProvinceFields{});
  list("review_groups", ReviewGroup{});
  list("fields", Field{});
  list("categories", Category{});
  list("lab_types", LabType{});
  list("zone_types", ZoneType{});
  list("programmes", Programme{});
  list("named_organisations", NamedOrganisation{});
  list("named_labs", NamedLab{});
  list("named_zones", NamedZone{});
  list("reorganizations", Reorganization{});
  properties["organisations"] = struct_schema<OrganisationFields>();
  properties["inputs"] = inputs_schema();
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

}  // namespace innochain
