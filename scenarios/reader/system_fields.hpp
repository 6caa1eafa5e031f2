#pragma once

#include <map>

#include "scenarios/reader/fields.hpp"
#include "sim/system/institutions.hpp"

/// The fields of the system's institutions, as scenarios/system/README.md describes them.
namespace innochain {

/// What a province's `cities:` say besides the city itself.
struct ProvinceFields : Province {
  std::vector<City> cities;
};

/// `organisations:`
struct OrganisationFields {
  std::array<Fact, n_hosts> by_host;
  Fact researchers;
  std::array<double, n_hosts> researcher_share{};
};

template <class V>
void fields(V& v, Authority& a) {
  v.required("name", a.name, NameKind{});
  v.required("label", a.label, TextKind{});
  v.optional("name_zh", a.name_zh, TextKind{});
  v.optional("part_of", a.part_of, ReferenceKind<AuthorityId>{}, "the authority it belongs to");
  v.optional("central", a.central, FlagKind{}, "of the central government");
  v.required("source", a.source, TextKind{});
}

template <class V>
void fields(V& v, Cluster& c) {
  v.required("name", c.name, NameKind{});
  v.required("label", c.label, TextKind{});
  v.optional("name_zh", c.name_zh, TextKind{});
  v.required("source", c.source, TextKind{});
}

template <class V>
void fields(V& v, City& c) {
  v.required("name", c.name, NameKind{});
  v.required("label", c.label, TextKind{});
  v.optional("name_zh", c.name_zh, TextKind{});
  v.optional("cluster", c.cluster, ReferenceKind<ClusterId>{});
  v.required("weight", c.weight, NumberKind{0}, "share of research and high-tech industry, relative to other cities");
}

template <class V>
void fields(V& v, ProvinceFields& p) {
  v.required("name", p.name, NameKind{});
  v.required("label", p.label, TextKind{});
  v.optional("name_zh", p.name_zh, TextKind{});
  v.optional("special_administrative_region", p.special_administrative_region, FlagKind{});
  v.required("cities", p.cities, ListKind<NestedKind>{});
}

template <class V>
void fields(V& v, ReviewGroup& g) {
  v.required("name", g.name, NameKind{});
  v.required("label", g.label, TextKind{});
  v.required("first", g.first, YearKind{}, "first year of review");
  v.required("source", g.source, TextKind{});
}

template <class V>
void fields(V& v, Field& f) {
  v.required("name", f.name, NameKind{});
  v.required("label", f.label, TextKind{});
  v.optional("name_zh", f.name_zh, TextKind{});
  v.required("review_group", f.review_group, ReferenceKind<ReviewGroupId>{});
  v.optional("nsfc_department", f.nsfc_department, TextKind{});
  v.required("lab_share", f.lab_share, FactKind{0, 1});
  v.required("nsfc_share", f.nsfc_share, FactKind{0, 1});
}

template <class V>
void fields(V& v, Category& c) {
  v.required("name", c.name, NameKind{});
  v.required("label", c.label, TextKind{});
  v.required("field", c.field, ReferenceKind<FieldId>{});
  v.required("criticality", c.criticality, FactKind{0, 1});
  v.required("share", c.share, FactKind{});
}

template <class V>
void institution_fields(V& v, Institution& i) {
  v.required("name", i.name, NameKind{});
  v.required("label", i.label, TextKind{});
  v.optional("name_zh", i.name_zh, TextKind{});
  v.required("authority", i.authority, ReferenceKind<AuthorityId>{});
  v.required("since", i.since, YearKind{}, "first year");
  v.optional("reported_count", i.reported_count, FactKind{});
  v.optional("reported_year", i.reported_year, YearKind{});
  v.optional("note", i.note, TextKind{});
}

template <class V>
void candidature_fields(V& v, Candidature& c) {
  v.required("admission", c.admission, ChoiceKind<5>{admission_names});
  v.optional("call_mode", c.call_mode, ChoiceKind<2>{call_mode_names});
  v.optional("pool", c.pool, FactKind{0, 1e6}, "potential candidates");
  v.optional("pass_share", c.pass_share, FactKind{0, 1}, "share of the pool above the bar in 2006");
  v.optional("saturation_share", c.saturation_share, FactKind{0, 1},
             "share of the pool aimed at while no target is announced");
  v.optional("kappa", c.kappa, FactKind{0, 100}, "adjustment speed relative to discipline SKLs");
  v.optional("regional_need", c.regional_need, FlagKind{});
  v.optional("listed", c.listed, YearCountsKind{}, "members admitted by year");
  v.optional("closes", c.closes, YearKind{}, "last year in which members are admitted");
  v.optional("core_industry_min_mcny", c.core_industry_min_mcny, FactKind{});
}

template <class V>
void fields(V& v, LabType& t) {
  institution_fields(v, t);
  candidature_fields(v, t);
  v.required("tier", t.tier, IntegerKind{1, 9}, "1 is the highest");
  v.required("series", t.series, NameKind{});
  v.optional("drawn_from", t.drawn_from, ListKind<ReferenceKind<LabTypeId>>{});
  v.optional("host_mix", t.host_mix, SharesKind<n_hosts>{host_names});
  v.optional("host_mix_source", t.host_mix_source, TextKind{});
  v.optional("rotation", t.rotation, ChoiceKind<3>{rotation_names});
  v.optional("first_review", t.first_review, YearKind{});
  v.optional("absorbed_by_national_labs", t.absorbed_by_national_labs, FlagKind{});
  v.optional("orientation", t.orientation, SharesKind<n_activities>{activity_names});
  v.optional("staff", t.staff, FactKind{}, "FTE when designated");
  v.optional("quality", t.quality, FactKind{}, "productivity relative to academic research elsewhere");
  v.optional("own_income_mcny", t.own_income_mcny, FactKind{}, "million CNY a year at 2010 prices");
  v.optional("located_in", t.located_in, ReferenceKind<ProvinceId>{});
}

template <class V>
void fields(V& v, ZoneType& t) {
  institution_fields(v, t);
  candidature_fields(v, t);
  v.required("zone_class", t.zone_class, ChoiceKind<3>{zone_class_names});
  v.optional("includes", t.includes, ListKind<ReferenceKind<ZoneTypeId>>{});
  v.optional("elevates", t.elevates, ListKind<ReferenceKind<ZoneTypeId>>{});
  v.optional("evaluated", t.evaluated, FlagKind{});
  v.optional("first_evaluation", t.first_evaluation, YearKind{});
  v.optional("per_city_max", t.per_city_max, IntegerKind{1, 1000});
}

template <class V>
void fields(V& v, Programme& p) {
  institution_fields(v, p);
  v.required("competition", p.competition, ChoiceKind<5>{competition_names});
  v.optional("closes", p.closes, YearKind{}, "last year of new awards");
  v.optional("merges_into", p.merges_into, ReferenceKind<ProgrammeId>{});
  v.optional("merges_in", p.merges_in, YearKind{});
  v.optional("eligible_hosts", p.eligible_hosts, MaskKind<n_hosts>{host_names});
  v.optional("orientation", p.orientation, SharesKind<n_activities>{activity_names});
  v.optional("years_min", p.years_min, FactKind{1, 16}, "payments are promised for 16 years at most");
  v.optional("years_max", p.years_max, FactKind{1, 16});
  v.optional("rivals", p.rivals, FactKind{0, 1000}, "rival teams per topic");
  v.optional("award_spread", p.award_spread, FactKind{0, 5}, "standard deviation of the log of awards");
  v.optional("subtopics", p.subtopics, FactKind{0, 1e6});
  v.optional("recipients", p.recipients, ListKind<ReferenceKind<LabTypeId>>{});
  v.optional("zone_recipients", p.zone_recipients, ListKind<ReferenceKind<ZoneTypeId>>{});
  v.optional("local", p.local, FlagKind{}, "paid by the provinces");
  v.optional("carry_share", p.carry_share, NumberKind{0, 1});
}

template <class V>
void fields(V& v, NamedOrganisation& o) {
  v.required("name", o.name, NameKind{});
  v.required("label", o.label, TextKind{});
  v.optional("name_zh", o.name_zh, TextKind{});
  v.required("city", o.city, ReferenceKind<CityId>{});
  v.required("host", o.host, ChoiceKind<n_hosts>{host_names});
  v.required("field", o.field, ReferenceKind<FieldId>{});
  v.required("since", o.since, YearKind{});
  v.optional("category", o.category, ReferenceKind<CategoryId>{}, "main category, of its field; left out: by chance");
  v.optional("parent", o.parent, ReferenceKind<OrganisationId>{}, "of a spin-off: an older named organisation");
  v.optional("revenue_mcny", o.revenue_mcny, FactKind{},
             "of a firm in its first year, million CNY at current prices; left out: by chance");
  v.required("source", o.source, TextKind{});
}

template <class V>
void fields(V& v, NamedLab& l) {
  v.required("name", l.name, NameKind{});
  v.required("label", l.label, TextKind{});
  v.optional("name_zh", l.name_zh, TextKind{});
  v.required("type", l.type, ReferenceKind<LabTypeId>{});
  v.required("organisation", l.organisation, ReferenceKind<OrganisationId>{});
  v.required("category", l.category, ReferenceKind<CategoryId>{});
  v.required("admitted", l.admitted, YearKind{});
  v.required("staff", l.staff, FactKind{});
  v.required("source", l.source, TextKind{});
}

template <class V>
void fields(V& v, NamedZone& z) {
  v.required("name", z.name, NameKind{});
  v.required("label", z.label, TextKind{});
  v.optional("name_zh", z.name_zh, TextKind{});
  v.required("type", z.type, ReferenceKind<ZoneTypeId>{});
  v.required("city", z.city, ReferenceKind<CityId>{});
  v.required("admitted", z.admitted, YearKind{});
  v.required("source", z.source, TextKind{});
}

template <class V>
void fields(V& v, Reorganization::Part& p) {
  v.required("type", p.type, ReferenceKind<LabTypeId>{});
  v.required("keep_share", p.keep_share, FactKind{0, 1});
  v.required("merge_share", p.merge_share, FactKind{0, 1});
  v.required("drop_share", p.drop_share, FactKind{0, 1});
}

template <class V>
void fields(V& v, Reorganization& r) {
  v.required("name", r.name, NameKind{});
  v.required("label", r.label, TextKind{});
  v.required("window", r.window, YearsKind{});
  v.required("into", r.into, ReferenceKind<LabTypeId>{});
  v.required("parts", r.parts, ListKind<NestedKind>{});
  v.optional("by_review_rotation", r.by_review_rotation, FlagKind{});
  v.optional("governed_by_levers", r.governed_by_levers, FlagKind{});
  v.required("source", r.source, TextKind{});
}

template <class V>
void fields(V& v, OrganisationFields& o) {
  v.required("by_host", o.by_host, FactsKind<n_hosts>{host_names});
  v.required("researchers", o.researchers, FactKind{}, "grant-active researchers, FTE");
  v.required("researcher_share", o.researcher_share, FactSharesKind<n_hosts>{host_names});
}

}  // namespace innochain
