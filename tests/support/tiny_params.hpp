#pragma once

#include <string>

#include "sim/system/params.hpp"

namespace innochain::testing {

/// A system just large enough to have two of everything that is an axis: not meant to be simulated, only to be
/// described, written and read.
inline System tiny_system() {
  System system;
  system.name = "tiny";
  system.title = "A system for tests";
  system.authorities.push_back({"most", "Ministry of Science and Technology", "科学技术部", "", true, "test"});
  for (const char* name : {"beijing", "liaoning"}) system.provinces.push_back({name, name, "", false});
  for (const char* name : {"chemistry", "information"}) {
    Field field;
    field.name = field.label = name;
    system.fields.push_back(field);
  }
  for (const char* name : {"integrated_circuits", "intelligent_robots"}) {
    Category category;
    category.name = category.label = name;
    category.field = FieldId(1);
    system.categories.push_back(category);
  }
  for (const char* name : {"skl_discipline", "skl_enterprise", "nerc"}) {
    LabType type;
    type.name = type.label = name;
    type.name_zh = "国家重点实验室";
    type.authority = AuthorityId(0);
    type.since = Year(1984);
    type.tier = 2;
    type.series = "skl";
    system.lab_types.push_back(type);
  }
  system.lab_types[LabTypeId(0)].reported_count = Fact{285, "report, Figure 3", "", 285, 285};
  system.lab_types[LabTypeId(0)].reported_year = Year(2021);
  for (const char* name : {"hidz", "etdz"}) {
    ZoneType type;
    type.name = type.label = name;
    type.since = Year(1988);
    system.zone_types.push_back(type);
  }
  for (const char* name : {"nsfc", "nkp"}) {
    Programme programme;
    programme.name = programme.label = name;
    programme.since = Year(1986);
    system.programmes.push_back(programme);
  }
  NamedLab lab;
  lab.name = "skl_robotics";
  system.named_labs.push_back(lab);
  NamedZone zone;
  zone.name = "shenyang_hidz";
  system.named_zones.push_back(zone);
  NamedOrganisation firm;
  firm.name = "siasun";
  firm.host = Host::enterprise;
  firm.field = FieldId(1);
  firm.category = CategoryId(1);
  system.named_organisations.push_back(firm);
  return system;
}

/// Params over the given years with default parameters and levers on the tiny system.
inline Params tiny_params(const std::string& name = "tiny", YearSpan years = {Year(2000), Year(2009)}) {
  Params params;
  params.name = name;
  params.title = "Tiny scenario";
  params.system = tiny_system();
  params.parameters = default_parameters();
  params.inputs.years = years;
  params.inputs.academic_share.assign(years.size(), 0.25);
  params.scale.years = years;
  params.levers.assign(years.size(), default_levers(params.system));
  params.budget_scale.assign(years.size(), 1.0);
  params.regimes = {{"early", "Early years", {years.first, years.first}},
                    {"late", "Late years", {years.first + 1, years.last}}};
  params.targets = {{params.system.designation(LabTypeId(0)), years.first, years.last, 300, false}};
  return params;
}

}  // namespace innochain::testing
