#pragma once

#include <memory>
#include <vector>

#include "sim/state/cities.hpp"
#include "sim/state/firms.hpp"
#include "sim/state/labs.hpp"
#include "sim/state/programmes.hpp"
#include "sim/state/technology.hpp"
#include "sim/state/zones.hpp"
#include "sim/system/params.hpp"

namespace innochain {

/// What happened to the members of one designation in the year, and what kept it from its target.
struct YearOfDesignation {
  std::int32_t approvals = 0, delisted = 0, merged = 0, upgraded = 0, carried_over = 0;
  std::int32_t eligible = 0;  ///< candidates above the bar
  bool call = false;
  double target = 0.0;
  double short_of_calls = 0.0, short_of_appetite = 0.0, short_of_bar = 0.0, short_of_candidates = 0.0;
};

/// Candidates counted against the bars.
struct Eligible {
  std::int64_t at_bar = 0;       ///< above θ
  std::int64_t at_unraised = 0;  ///< above θ without the raise
  std::int64_t due = 0;          ///< of both: named for the year or before, whatever their score
};

struct ApprovalDecision {
  bool call = false;
  std::int64_t quota = 0;  ///< how many are designated
  bool operator==(const ApprovalDecision&) const = default;
};

/// What a designation was like when its number of the year was decided, and what was decided.
struct ApprovalOccasion {
  Year year;
  DesignationId designation;
  std::int64_t stock = 0;
  Eligible eligible;
  Year last_call;  ///< or the year before launch
  ApprovalDecision decision;
  /// Where the bar depends on a parameter, in runs of institutions alone: the bar without its raise, and the scores of
  /// all candidates that are not due, as a part of State::candidate_scores. Else none.
  double unraised_bar = 0.0;
  std::size_t first_score = 0, n_scores = 0;
};

/// Review results of the year by discipline.
struct YearOfReviews {
  std::int32_t excellent = 0, good = 0, notice = 0, delisted = 0;
};

/// The quality that every candidate will have, by year: rows of the designations that are simulated, one after the
/// other. See World.
struct KnownQualities {
  YearSpan years;
  std::vector<std::vector<double>> labs, zones;
};

/// Everything that changes during a run. Belongs to one run.
struct State {
  Labs labs;
  Organisations organisations;
  Zones zones;
  Accounts accounts;
  Projects projects;
  Payments payments;
  Applications applications;
  Technology technology;
  Background background;
  YearOfResearch research;
  Cities cities;
  Firms firms;

  Column<DesignationId, YearOfDesignation> year_of;  ///< cleared at the start of each year
  Column<DesignationId, Year> last_call;             ///< or the year before launch
  std::vector<ApprovalOccasion> occasions;           ///< of all years so far, in the order of the decisions
  std::vector<double> candidate_scores;              ///< see ApprovalOccasion
  Column<DesignationId, double> bar;                 ///< b_k: the pass share's quantile of the pool's quality in 2006
  Column<FieldId, YearOfReviews> reviews;            ///< cleared at the start of each year
  Column<ZoneTypeId, std::int32_t> zones_poor;       ///< evaluated poor this year
  Column<CityId, std::int32_t> hidz_in_city;         ///< HIDZs designated

  /// Room for rankings, kept to avoid allocation in the yearly loop.
  struct Scratch {
    std::vector<std::pair<double, std::uint32_t>> ranking;
    std::vector<double> values, city_values, category_values, field_shares;
    std::vector<Cities::Policy> policies;
    Column<FieldId, std::array<std::int64_t, 3>> field_counts;
    std::vector<std::array<double, n_activities>> mixes;
    std::vector<LabId> labs;
    std::vector<ZoneId> zones;
  } scratch;

  std::shared_ptr<const KnownQualities> known_qualities;  ///< of a run in a world that is known, else none

  ZoneTypeId
      hidz;  ///< the kind that `skl_share_in_hidz` and lab locations refer to, none() if the system has no such kind

  std::size_t n_applicants() const { return labs.size() + organisations.size(); }
  ApplicantId applicant(LabId lab) const { return ApplicantId(lab.index()); }
  ApplicantId applicant(OrganisationId organisation) const { return ApplicantId(labs.size() + organisation.index()); }
  bool is_lab(ApplicantId applicant) const { return applicant.index() < labs.size(); }
  LabId lab(ApplicantId applicant) const { return LabId(applicant.index()); }
  OrganisationId organisation(ApplicantId applicant) const { return OrganisationId(applicant.index() - labs.size()); }
};

}  // namespace innochain
