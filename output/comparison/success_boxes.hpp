#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "output/comparison/terms.hpp"

namespace innochain {

/// What may separate success from failure: one value a case. Values of a text input are places among its labels.
struct BoxInput {
  std::string name;
  bool text = false;
  std::vector<std::string> labels;
  std::vector<double> values;
};

/// Limits of a box along one input.
struct BoxLimit {
  double lower = -std::numeric_limits<double>::infinity(), upper = std::numeric_limits<double>::infinity();
  std::vector<bool> kept;  ///< of the labels of a text input
  /// Probability that the box would hold as many successes if this limit did not matter: P(B >= n_success) for B
  /// binomial with the density of the box without it (Bryant and Lempert 2010, Technological Forecasting and Social
  /// Change 77, 34-49). 1 where the input is not limited.
  double quasi_p = 1.0;

  bool limited() const;
  bool holds(double value) const;
};

/// Cases with the same properties: how many, how many of them successes.
struct BoxCounts {
  std::size_t n = 0, n_success = 0;
  double density() const { return n > 0 ? static_cast<double>(n_success) / static_cast<double>(n) : 0.0; }
};

/// One box on the way from all cases to few.
struct BoxStep {
  std::vector<BoxLimit> limits;  ///< by input
  BoxCounts inside;
  double mass = 0, coverage = 0;  ///< shares of all cases, of all successes
};

struct SuccessBox {
  BoxStep box;                      ///< chosen from the trajectory, then enlarged
  std::vector<BoxStep> trajectory;  ///< of peeling, from all cases that are left
  std::size_t chosen = 0;           ///< step with the largest harmonic mean of density and coverage
};

struct BoxOptions {
  double peel = 0.05, paste = 0.05;  ///< shares of the box that one step takes away or adds
  double least_mass = 0.05;          ///< of all cases
  std::size_t most_boxes = 3;
};

/// Patient rule induction: the box is peeled on the side that raises the density of successes most, and in the end
/// enlarged as long as the density does not fall. Each further box is sought among the cases outside those before; the
/// search ends when the density is not above that of all cases.
/// Source: Friedman and Fisher (1999), Bump hunting in high-dimensional data, Statistics and Computing 9, 123-143.
std::vector<SuccessBox> find_boxes(std::span<const BoxInput> inputs, const std::vector<bool>& success,
                                   const BoxOptions& options = {});

/// P(B >= least) for B binomial.
double binomial_at_least(std::size_t least, std::size_t n, double probability);

/// A condition on a term: `self_reliance@2035>0.7`.
struct Condition {
  Term term;
  std::string relation;  ///< ">", ">=", "<" or "<="
  double limit = 0;

  bool holds(double value) const;
};

/// Conditions that must all hold, separated by commas. Throws CannotCompare or NotInFile.
std::vector<Condition> parse_success(std::span<const IndicatorInFile> indicators, std::string_view text,
                                     const std::vector<int>& years);

/// One case for each scenario and combination of swept values: a success if the means over its replicates fulfil all
/// conditions. (Replicates of one combination are not independent cases.)
struct BoxCases {
  std::vector<BoxInput> inputs;
  std::vector<bool> success;
};

/// Inputs are swept parameters or `scenario`; none named: all that differ between cases.
/// Throws NotInFile, CannotCompare, ReadFailed.
BoxCases cases_of(const ComparedFile& file, const std::vector<Condition>& conditions,
                  const std::vector<std::string>& inputs);

}  // namespace innochain
