#include "scenarios/designs/csv.hpp"

#include <fmt/format.h>

namespace innochain {
namespace {

/// Walks over the characters of the text and knows where it is.
class CsvScanner {
 public:
  CsvScanner(std::string_view text, const std::string& name, std::vector<Problem>& problems)
      : text_(text), name_(name), problems_(problems) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  }
  bool at_end() const { return at_ == text_.size(); }

  /// The cells up to the end of the line; false if quotes are broken.
  bool read_row(std::vector<CsvCell>& row) {
    row.clear();
    bool good = true;
    while (true) {
      row.push_back({"", false, line_, column_});
      good = (peek() == '"' ? read_quoted(row.back()) : read_plain(row.back())) && good;
      if (peek() != ',') break;
      step();
    }
    if (peek() == '\r') step();
    if (peek() == '\n') step();
    return good;
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool at_line_end() const { return at_end() || peek() == '\n' || (peek() == '\r' && peek(1) == '\n'); }
  void step() {
    const char c = text_[at_++];
    if (c == '\n')
      ++line_, column_ = 1;
    else if ((static_cast<unsigned char>(c) & 0xc0u) != 0x80u)  // not inside a character of UTF-8
      ++column_;
  }
  bool wrong(int line, int column, std::string message) {
    problems_.push_back({name_, line, column, "", std::move(message)});
    return false;
  }

  bool read_plain(CsvCell& cell) {
    bool good = true;
    while (!at_line_end() && peek() != ',') {
      if (peek() == '"' && good)
        good = wrong(line_, column_, "a quote inside a field that does not begin with one (put the field in quotes)");
      cell.text += peek();
      step();
    }
    return good;
  }

  bool read_quoted(CsvCell& cell) {
    cell.quoted = true;
    step();
    while (true) {
      if (at_end()) return wrong(cell.line, cell.column, "the quote that begins here is never closed");
      if (peek() == '"' && peek(1) != '"') break;
      if (peek() == '"') step();
      cell.text += peek();
      step();
    }
    step();
    if (at_line_end() || peek() == ',') return true;
    wrong(line_, column_, "text after the closing quote (a quote inside a quoted field is written twice)");
    while (!at_line_end() && peek() != ',') step();
    return false;
  }

  std::string_view text_;
  const std::string& name_;
  std::vector<Problem>& problems_;
  std::size_t at_ = 0;
  int line_ = 1, column_ = 1;
};

bool is_empty(const std::vector<CsvCell>& row) {
  return row.size() == 1 && row[0].text.empty() && !row[0].quoted;
}

}  // namespace

void read_csv(std::string_view text, const std::string& name, std::vector<Problem>& problems,
              const std::function<void(const std::vector<CsvCell>&)>& use) {
  CsvScanner scanner(text, name, problems);
  std::vector<CsvCell> row;
  std::size_t width = 0;
  while (!scanner.at_end()) {
    const bool good = scanner.read_row(row);
    if (is_empty(row)) continue;
    const std::size_t expected = width ? width : row.size();
    width = expected;
    if (!good) continue;
    if (row.size() == expected) {
      use(row);
    } else {
      problems.push_back({name, row[0].line, row[0].column, "",
                          fmt::format("has {} field(s) where the header has {}", row.size(), expected)});
    }
  }
}

}  // namespace innochain
