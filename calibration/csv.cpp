#include "calibration/csv.hpp"

#include <boost/locale/utf.hpp>

#include "scenarios/reader/problem.hpp"

namespace innochain {

namespace {

class CsvParser {
 public:
  CsvParser(std::string_view text, const std::string& file) : text_(text), file_(file) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  }

  std::vector<CsvRecord> parse() {
    std::vector<CsvRecord> records;
    while (!at_end()) records.push_back(parse_record());
    return records;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  bool at_line_end() const { return text_.substr(at_).starts_with('\n') || text_.substr(at_).starts_with("\r\n"); }

  CsvRecord parse_record() {
    CsvRecord record;
    while (true) {
      CsvField field{{}, line_, column_};
      if (!at_end() && text_[at_] == '"')
        parse_quoted(field);
      else
        parse_plain(field);
      record.push_back(std::move(field));
      if (at_end()) return record;
      if (at_line_end()) {
        while (take(nullptr) != '\n') {
        }
        return record;
      }
      if (text_[at_] != ',') fail(line_, column_, "text after a closing quote (a comma or the end of the line is due)");
      take(nullptr);
    }
  }

  void parse_plain(CsvField& field) {
    while (!at_end() && !at_line_end() && text_[at_] != ',') {
      if (text_[at_] == '"')
        fail(line_, column_, "a quote inside a field that is not quoted (quote the field and double the quote)");
      take(&field.text);
    }
  }

  void parse_quoted(CsvField& field) {
    take(nullptr);
    while (true) {
      if (at_end()) fail(field.line, field.column, "this quote is never closed");
      if (text_[at_] == '"') {
        take(nullptr);
        if (at_end() || text_[at_] != '"') return;
      }
      take(&field.text);
    }
  }

  /// Moves over one character and appends it to `out`; returns its first byte.
  char take(std::string* out) {
    const char* const start = text_.data() + at_;
    const char* next = start;
    const auto code = boost::locale::utf::utf_traits<char>::decode(next, text_.data() + text_.size());
    if (code == boost::locale::utf::illegal || code == boost::locale::utf::incomplete)
      fail(line_, column_, "not UTF-8");
    if (code == 0) fail(line_, column_, "a NUL byte");
    if (out != nullptr) out->append(start, next);
    at_ += static_cast<std::size_t>(next - start);
    ++column_;
    if (*start == '\n') ++line_, column_ = 1;
    return *start;
  }

  [[noreturn]] void fail(int line, int column, std::string message) const {
    throw InputError({Problem{file_, line, column, "", std::move(message)}});
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  int line_ = 1, column_ = 1;
};

}  // namespace

std::vector<CsvRecord> parse_csv(std::string_view text, const std::string& file) {
  return CsvParser(text, file).parse();
}

}  // namespace innochain
