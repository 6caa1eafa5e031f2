#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace innochain {

/// Something wrong with an input file, or (a note) something its author may want to know.
struct Problem {
  enum class Kind {
    invalid,     ///< the file breaks a rule of the language
    missing,     ///< the file, or one it names, does not exist
    unreadable,  ///< the file exists but cannot be read
    note         ///< nothing wrong
  };
  std::string file;
  int line = 0, column = 0;  ///< from 1; 0 where the problem is the file itself
  std::string path;          ///< of keys, e.g. "regimes.opening.years"
  std::string message;       ///< what is wrong, what is allowed, and perhaps what was meant
  Kind kind = Kind::invalid;
};

/// `file:line:column: path.to.key: what is wrong (what is allowed). Did you mean …?`
std::string to_string(const Problem& problem);

/// Thrown for input that cannot be used, with all its problems.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Problem> problems);
  const std::vector<Problem>& problems() const { return problems_; }
  /// 65 invalid, 66 missing, 74 unreadable: the exit codes of the program.
  int exit_code() const;

 private:
  std::vector<Problem> problems_;
};

/// " Did you mean `…`?" with the candidate nearest to `word`, or nothing when none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace innochain
