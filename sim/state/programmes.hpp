#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/money.hpp"
#include "sim/core/year.hpp"
#include "sim/system/institutions.hpp"

namespace innochain {

/// A lab or an organisation in its role of applying for and receiving grants: first the labs, then the organisations.
using ApplicantId = Id<struct ApplicantTag>;

/// The accounts of the programmes for one year. For each, exactly:
/// budget + carried before + transferred + recovered = awarded + carried + returned.
struct Accounts {
  Column<ProgrammeId, Money> budget, carried_before, transferred, recovered, awarded, carried, returned;
  Column<ProgrammeId, std::int64_t> awards, applications, active;
  Column<ProgrammeId, std::array<std::int64_t, n_hosts>> awards_by_host;
  Column<ProgrammeId, std::uint8_t> merged;  ///< 1 once the programme has been merged into another

  /// What is still to be spent this year.
  Money available(ProgrammeId p) const {
    return budget[p] + carried_before[p] + transferred[p] + recovered[p] - awarded[p];
  }
};

/// A project, or several like ones of the same lead and year.
struct Project {
  ProgrammeId programme;
  CategoryId category;  ///< none() for proposals on topics of the applicants' own
  ApplicantId lead;
  OrganisationId partner;  ///< partner firm, or none()
  Money amount;            ///< committed and not recovered, all like projects together
  Money instalment;        ///< of the amount, paid in each year of work after the first
  Money on_delivery;       ///< of the amount, paid when it is accepted (open competitions)
  Year start, end;         ///< first and last year of work
  std::int32_t count = 1;
};

/// Running projects, oldest first.
struct Projects {
  std::vector<Project> running;
};

/// Money promised to applicants for this and later years, kept as a ring of years.
struct Payments {
  static constexpr int horizon = 16;  ///< years; longer than any project
  std::vector<Money> due;             ///< [applicant][year mod horizon], as a project's payments go to one applicant

  Money& at(Year year, ApplicantId applicant) {
    return due[applicant.index() * horizon + static_cast<std::size_t>(year.value()) % horizon];
  }
};

/// Applicants in the order of fields and, within, of categories: every field and every category is one range.
struct ApplicantOrder {
  using Range = std::pair<std::size_t, std::size_t>;  ///< first and one past the last place
  std::vector<ApplicantId> applicants;
  Column<FieldId, Range> of_field;
  Column<CategoryId, Range> of_category;
  std::vector<double> partners;  ///< researchers of enterprises, summed up to before each place
};

/// Tiers of applicants whose success is told apart: nationally designated lab, other lab, organisation.
enum class SuccessTier : std::uint8_t { designated_lab, other_lab, organisation };
inline constexpr std::size_t n_success_tiers = 3;

/// What the competitions of a year see of the applicants, by place in the order. Standing, staff and designations do
/// not change from the first competition of a year to the last.
struct Survey {
  /// Host and success tier of those that exist; `absent` for labs not yet formed, or merged.
  std::vector<std::uint8_t> group;
  std::vector<double> staff;              ///< FTE: of a lab its staff, of an organisation its grant-active researchers
  std::vector<double> score;              ///< mean_score()
  std::vector<double> designation_terms;  ///< of the score, by lab type
  bool done = false;

  static constexpr std::size_t n_groups = n_hosts * n_success_tiers;
  static constexpr std::uint8_t absent = n_groups;
  static constexpr std::uint8_t group_of(Host host, SuccessTier tier) {
    return static_cast<std::uint8_t>(static_cast<std::size_t>(host) * n_success_tiers + static_cast<std::size_t>(tier));
  }
  static constexpr Host host_in(std::size_t group) { return static_cast<Host>(group / n_success_tiers); }
  static constexpr std::size_t tier_in(std::size_t group) { return group % n_success_tiers; }
};

/// Those who file with a programme in one year, in the order of their places, and room for their competition.
struct Entrants {
  std::vector<std::uint32_t> places, agents;
  std::vector<double> score, alike;  ///< mean scores; `alike` holds zeros, for draws
  std::vector<std::int32_t> filed, qualified, funded;
  Column<FieldId, ApplicantOrder::Range> of_field;
};

/// Who applied, and what came of it.
struct Applications {
  /// Success rate that applicants expect, by which they decide how much to file.
  Column<ProgrammeId, std::array<double, n_success_tiers>> expected_success;
  /// Simulated proposals turned down last year, for programmes that invite proposals.
  Column<ProgrammeId, Column<ApplicantId, std::int32_t>> rejected;
  double work = 0.0;                               ///< FTE years put into all proposals of the year
  double duplicate_share = 0.0;                    ///< of the year's topic awards
  std::vector<double> funded_by_category;          ///< million CNY awarded this year for topics and sub-topics
  std::vector<std::int32_t> projects_in_category;  ///< of topics and sub-topics, started this year

  ApplicantOrder order;
  Survey survey;
  Entrants entrants;
  std::vector<double> weight;  ///< room: summed weights up to before each place
  /// Room by category (or field, or zone): weights and parts.
  std::vector<double> shares;
  std::vector<std::int64_t> parts, open_parts;
  /// Authorities, as bits, that fund a topic this year: [category][topic].
  std::vector<std::uint64_t> topic_funders;
  /// Million CNY for each topic this year, from all programmes and from the largest award: [category][topic].
  std::vector<double> topic_money, topic_first;
};

}  // namespace innochain
