#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "output/comparison/terms.hpp"

namespace innochain {

/// How far policies fall short of the best one, future by future (Savage 1951, JASA 46, 55-67).
struct Regret {
  struct Cell {
    std::uint32_t policy, future, goal;
    double regret;  ///< 0 for the best policy of the future
  };
  struct Summary {
    std::uint32_t policy, goal;
    double maximum, mean;  ///< over the futures in which the policy was simulated
    std::size_t n_futures;
    bool minimax = false;  ///< the smallest maximum among policies that stand in all futures
  };
  std::vector<std::string> axes;  ///< what makes the futures
  std::vector<std::string> policies, futures;
  std::vector<Term> goals;
  std::vector<Cell> table;  ///< by goal, future, policy
  std::vector<Summary> summaries;
};

/// What tells futures apart: swept parameters (`param.PATH,param.PATH`), or scenarios whose name fits
/// `scenario=PATTERN` with one `*`, which stands for the policy: `scenario=*_decoupled` makes the future `*_decoupled`
/// of those that fit, and the future `*` of the others. What remains of scenario and swept values is the policy.
/// Throws NotInFile, CannotCompare, ReadFailed.
Regret regret_across(const ComparedFile& file, std::string_view futures, const std::vector<Term>& goals);

}  // namespace innochain
