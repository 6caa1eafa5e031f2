#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/year.hpp"
#include "sim/system/facts.hpp"

/// The institutions of the system: data, not code. Everything here is read from `scenarios/system/` and never changes
/// during a run, so that another country or another year's rules need no C++.
namespace innochain {

/// Who runs a laboratory or organisation (a lab's type is separate).
enum class Host : std::uint8_t { university, cas, institute, enterprise };
inline constexpr std::size_t n_hosts = 4;
inline constexpr std::array<const char*, n_hosts> host_names{"university", "cas", "institute", "enterprise"};

/// What a five-yearly review looks at.
enum class Criterion : std::uint8_t { papers, applied, commercialization, strategic, standing };
inline constexpr std::size_t n_criteria = 5;
inline constexpr std::array<const char*, n_criteria> criterion_names{"papers", "applied", "commercialization",
                                                                     "strategic", "standing"};

/// What a lab does with its effort; shares sum to one.
enum class Activity : std::uint8_t { basic, applied, commercial };
inline constexpr std::size_t n_activities = 3;
inline constexpr std::array<const char*, n_activities> activity_names{"basic", "applied", "commercial"};

/// Annex 2 of the report.
enum class ZoneClass : std::uint8_t { basic, supra, targeted };
inline constexpr std::array<const char*, 3> zone_class_names{"basic", "supra", "targeted"};

/// How a designation gets its members.
enum class Admission : std::uint8_t {
  none,       ///< known, but not simulated (umbrella terms; kinds whose number is unknown)
  calls,      ///< the approval rule: calls, appetite, bar (processes/approve.hpp)
  listed,     ///< a number per year that the government fixed beforehand
  elevation,  ///< groups of existing zones are raised into it
  carry_over  ///< takes over labs of other types in a reorganization or upgrade
};
inline constexpr std::array<const char*, 5> admission_names{"none", "calls", "listed", "elevation", "carry_over"};

/// Numbered batches, or applications that are decided as they come.
enum class CallMode : std::uint8_t { batch, rolling };
inline constexpr std::array<const char*, 2> call_mode_names{"batch", "rolling"};

/// Which labs are due for review in a year.
enum class Rotation : std::uint8_t { none, by_field, by_batch };
inline constexpr std::array<const char*, 3> rotation_names{"none", "by_field", "by_batch"};

/// How a programme gives its money away.
enum class Competition : std::uint8_t {
  proposals,      ///< researchers file proposals on topics of their own (NSFC)
  topics,         ///< narrow topics are posted; teams form for each, the best is funded (NKP and its predecessors)
  steered,        ///< sub-topics go to the strongest labs of the category (megaprojects)
  institutional,  ///< yearly grants to the labs of some types, contingent on reviews
  zones           ///< support of zones
};
inline constexpr std::array<const char*, 5> competition_names{"proposals", "topics", "steered", "institutional",
                                                              "zones"};

struct Authority {
  std::string name, label, name_zh, part_of;
  bool central = true;
  std::string source;
};

struct Cluster {
  std::string name, label, name_zh, source;
};

struct Province {
  std::string name, label, name_zh;
  /// Hong Kong and Macao: labs can be there, but no zones, and they do not count among the 31 provinces.
  bool special_administrative_region = false;
};

struct City {
  std::string name, label, name_zh;
  ProvinceId province;
  ClusterId cluster;    ///< none() outside the three city clusters
  double weight = 0.0;  ///< share of the country's research and high-tech industry; all cities sum to 1
};

/// Years in which a review group is due: t mod 5 = first mod 5, from `first` on.
struct ReviewGroup {
  std::string name, label;
  Year first;
  std::string source;
};

/// One of the eight SKL fields (disciplines), on which the departments of the NSFC are mapped.
struct Field {
  std::string name, label, name_zh;
  std::size_t review_group = 0;
  std::string nsfc_department;
  Fact lab_share;   ///< share of the discipline SKLs
  Fact nsfc_share;  ///< share of the NSFC's money
};

/// A topic category of the National Key R&D Programme.
struct Category {
  std::string name, label;
  FieldId field;
  Fact criticality;  ///< strategic importance, 0–1
  Fact share;        ///< of past projects (relative; normalized by the reader)
};

struct YearCount {
  Year year;
  int count = 0;
};

/// What every institution has in common.
struct Institution {
  std::string name, label, name_zh;
  AuthorityId authority;
  Year since;
  /// The number the report gives (Figure 1, Figure 3, Annex 2); absent where it is unknown.
  std::optional<Fact> reported_count;
  std::optional<Year> reported_year;
  std::string note;
};

/// How candidates become members: the constants of a designation in the approval rule.
struct Candidature {
  Admission admission = Admission::none;
  CallMode call_mode = CallMode::rolling;
  Fact pool;                   ///< potential candidates, n_k
  Fact pass_share;             ///< of the pool above the bar in 2006, s_k
  Fact saturation_share;       ///< of the pool: the stock aimed at while no target is announced
  Fact kappa;                  ///< adjustment speed relative to discipline SKLs
  bool regional_need = false;  ///< whether provinces with few members are preferred
  std::vector<YearCount> listed;
  std::optional<Year> closes;                  ///< last year in which members are admitted
  std::optional<Fact> core_industry_min_mcny;  ///< smallest core industry of an eligible city (million CNY)
};

struct LabType : Institution, Candidature {
  int tier = 0;                       ///< 1 highest (national labs), as in the report's Figure 3
  std::string series;                 ///< "skl", "national", "engineering", "provincial", … for totals over types
  std::vector<LabTypeId> drawn_from;  ///< other types whose pools also send candidates
  std::array<double, n_hosts> host_mix{};
  std::string host_mix_source;
  Rotation rotation = Rotation::none;
  std::optional<Year> first_review;
  bool absorbed_by_national_labs = false;          ///< whether pilots of national laboratories take such labs over
  std::array<double, n_activities> orientation{};  ///< natural mix of basic, applied, commercial work
  Fact staff;                                      ///< FTE of a typical lab when designated
  Fact quality;            ///< productivity relative to academic research outside designated labs
  Fact own_income_mcny;    ///< income of a designated lab from elsewhere, million CNY at 2010 prices
  std::string located_in;  ///< province (SAR) that all its labs are in; empty for anywhere
};

struct ZoneType : Institution, Candidature {
  ZoneClass zone_class = ZoneClass::basic;
  std::vector<ZoneTypeId> includes;  ///< of an umbrella term: the kinds it adds up
  std::vector<ZoneTypeId> elevates;  ///< of a supra zone by elevation: the kinds it groups
  bool evaluated = false;            ///< five-yearly evaluation
  std::optional<Year> first_evaluation;
  int per_city_max = 1;
};

struct Programme : Institution {
  Competition competition = Competition::topics;
  std::optional<Year> closes;  ///< last year of new awards, if it ended without merging
  ProgrammeId merges_into;     ///< none() for most
  std::optional<Year> merges_in;
  std::array<bool, n_hosts> eligible_hosts{true, true, true, true};
  std::array<double, n_activities> orientation{};  ///< what its calls reward
  Fact years_min, years_max;                       ///< duration of projects
  Fact rivals;                                     ///< mean number of rival teams per topic, β (topics)
  Fact award_spread;                               ///< standard deviation of the log of award sizes
  Fact subtopics;                                  ///< per year (steered)
  std::vector<LabTypeId> recipients;               ///< of institutional money
  std::vector<ZoneTypeId> zone_recipients;
  bool local = false;        ///< paid by the provinces
  double carry_share = 1.0;  ///< of the year's budget that may be carried over; the rest is returned
};

/// A lab, zone or organisation that enters by name.
struct NamedOrganisation {
  std::string name, label, name_zh;
  CityId city;
  Host host = Host::institute;
  FieldId field;
  Year since;
  CategoryId category;               ///< main category; none() leaves it to chance
  std::string parent;                ///< of a spin-off: a NamedOrganisation, by name
  std::optional<Fact> revenue_mcny;  ///< of a firm in its first year, current prices; absent leaves it to chance
  std::string source;
};
struct NamedLab {
  std::string name, label, name_zh;
  LabTypeId type;
  std::string organisation;  ///< a NamedOrganisation, by name
  CategoryId category;
  Year admitted;  ///< takes a place inside that year's call
  Fact staff;
  std::string source;
};
struct NamedZone {
  std::string name, label, name_zh;
  ZoneTypeId type;
  CityId city;
  Year admitted;
  std::string source;
};

/// A planned reorganization of labs: over a window of years every lab of the types `from` is examined once and kept
/// (as `into`), merged with a near lab, or dropped.
struct Reorganization {
  struct Part {
    LabTypeId type;
    Fact keep_share, merge_share, drop_share;  ///< sum to at most 1; the rest stays as it is
  };
  std::string name, label;
  YearSpan window;
  LabTypeId into;
  std::vector<Part> parts;
  bool by_review_rotation = false;  ///< each year the labs due for review; otherwise an equal part a year
  bool governed_by_levers = false;  ///< the reorganization.* levers replace the shares (SKL reorganization)
  std::string source;
};

/// Yearly money and macroeconomic inputs, kept apart from anything that calibration fits.
struct Inputs {
  YearSpan years;                      ///< those of the scenario, extended to 2010, to which prices and incomes refer
  std::vector<double> gdp_bcny;        ///< nominal GDP, billion CNY, by year
  std::vector<double> gdp_deflator;    ///< 2010 = 1
  std::vector<double> gerd_bcny;       ///< gross domestic expenditure on R&D, billion CNY
  std::vector<double> academic_share;  ///< of GERD: all performers but enterprises
  Column<ProgrammeId, std::vector<double>> budget_mcny;  ///< by programme and year, before levers
  Column<ProgrammeId, std::vector<double>> award_kcny;   ///< mean award, thousand CNY, by programme and year
};

struct System {
  std::string name, title;
  std::vector<Authority> authorities;
  std::vector<Cluster> clusters;
  Column<ProvinceId, Province> provinces;
  Column<CityId, City> cities;
  std::vector<ReviewGroup> review_groups;
  Column<FieldId, Field> fields;
  Column<CategoryId, Category> categories;
  Column<LabTypeId, LabType> lab_types;
  Column<ZoneTypeId, ZoneType> zone_types;
  Column<ProgrammeId, Programme> programmes;
  std::array<Fact, n_hosts> organisations_by_host;  ///< number of organisations that apply for grants
  Fact organisation_researchers;                    ///< grant-active researchers in them, FTE
  std::array<double, n_hosts> researcher_share{};   ///< of these by host class
  std::vector<NamedOrganisation> named_organisations;
  std::vector<NamedLab> named_labs;
  std::vector<NamedZone> named_zones;
  std::vector<Reorganization> reorganizations;

  std::size_t n_designations() const { return lab_types.size() + zone_types.size(); }
  DesignationId designation(LabTypeId type) const { return DesignationId(type.index()); }
  DesignationId designation(ZoneTypeId type) const { return DesignationId(lab_types.size() + type.index()); }
  /// That of this name; none() where there is no such one.
  DesignationId designation(std::string_view wanted) const;
  bool is_lab(DesignationId k) const { return k.index() < lab_types.size(); }
  LabTypeId lab_type(DesignationId k) const { return LabTypeId(k.index()); }
  ZoneTypeId zone_type(DesignationId k) const { return ZoneTypeId(k.index() - lab_types.size()); }
  const Institution& institution(DesignationId k) const;
  const Candidature& candidature(DesignationId k) const;
};

}  // namespace innochain
