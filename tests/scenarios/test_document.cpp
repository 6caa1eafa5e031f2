#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenarios/reader/document.hpp"
#include "scenarios/reader/scalars.hpp"

namespace innochain {
namespace {

std::string problem_of(std::string_view text) {
  std::vector<Problem> problems;
  try {
    parse_document(text, "f", problems);
  } catch (const InputError& error) {
    return error.what();
  }
  return problems.empty() ? "" : to_string(problems.front());
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(Document, KnowsThePlaceOfEveryValue) {
  std::vector<Problem> problems;
  const Node root = parse_document("a: 1\nb:\n  - x\n  - {c: 'no'}\n", "f", problems);
  EXPECT_TRUE(problems.empty());
  const Node& item = root.find("b")->items[1];
  EXPECT_EQ(item.line, 4);
  EXPECT_EQ(item.column, 5);
  EXPECT_EQ(item.entries[0].value.column, 9);
  EXPECT_TRUE(item.entries[0].value.quoted);
  EXPECT_FALSE(root.find("a")->quoted);
}

TEST(Document, RefusesWhatIsNotOneCleanDocument) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "f:1:1: the file is empty"},
      {"# only a comment\n", "f:1:1: the file is empty"},
      {"a: 1\n---\nb: 2\n", "f:2:1: a second document"},
      {"a:\n\tb: 1\n", "f:2:1: a tab in the indentation"},
      {std::string("a: \0b\n", 6), "f:1:4: control character 0x00"},
      {"a: \xff\n", "f:1:4: byte 0xff is not UTF-8"},
      {"a: \xc0\xaf\n", "f:1:4: byte 0xc0 is not UTF-8"},
      {"\xed\xa0\x80", "f:1:1: byte 0xed is not UTF-8"},
      {"a: [1, 2\n", "not valid YAML"},
      {"a: !!python/object x\n", "tags are not part of the language"},
      {"? [a, b]\n: 1\n", "a key that is not a word"},
      {"a: &x [*x]\n", "this alias lies inside the value it stands for"},
      {"a: 1\nb: 2\na: 3\n", "f:3:1: a: duplicate key (first given in line 1)"},
      {"x:\n  a: {b: 1, b: 2}\n", "f:2:13: x.a.b: duplicate key"},
      {repeated("[", 10'000), "nested too deeply"},
      {repeated("- ", 10'000), "nested too deeply"},
      {repeated("{a: ", 10'000), "nested too deeply"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_NE(problem_of(text).find(expected), std::string::npos) << text.substr(0, 40) << "\n" << problem_of(text);
  }
}

TEST(Document, StopsAnAliasBombBeforeItExpands) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string name = fmt::format("a{}", i), before = fmt::format("*a{}", i - 1);
    bomb += name + ": &" + name + " [" + before + repeated(", " + before, 9) + "]\n";
  }
  EXPECT_NE(problem_of(bomb).find("counting what aliases stand for"), std::string::npos);
}

TEST(Document, ExpandsAliasesAndSkipsAByteOrderMark) {
  std::vector<Problem> problems;
  const Node root = parse_document(
      "\xef\xbb\xbf"
      "a: &x {b: 1}\nc: *x\n",
      "f", problems);
  EXPECT_EQ(root.find("c")->find("b")->text, "1");
}

TEST(Document, LimitsTheSizeOfAFile) {
  EXPECT_NE(problem_of(std::string((16u << 20) + 1, '#')).find("larger than 16 MiB"), std::string::npos);
}

Node scalar(std::string text, bool quoted = false) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  return node;
}

TEST(Scalars, NumbersAreDecimal) {
  for (const char* good : {"0", "-1", "12", "0.5", "-0.25", "1e-3", "1.5E+2", "10"})
    EXPECT_TRUE(as_number(scalar(good))) << good;
  for (const char* bad : {"nan", ".nan", "inf",   ".inf", "-.inf", "0x10", "012", "1_000", "+1",  "1.",
                          ".5",  "1e",   "1e999", "no",   "true",  "",     "1 2", "1,000", "0o7", "--1"}) {
    EXPECT_FALSE(as_number(scalar(bad))) << bad;
  }
  EXPECT_FALSE(as_number(scalar("12", true)));
  EXPECT_FALSE(as_integer(scalar("1.5")));
  EXPECT_EQ(as_integer(scalar("2e3")), 2000);
}

TEST(Scalars, TextIsNotANumberOrBoolean) {
  for (const char* bad : {"no", "Yes", "off", "TRUE", "12", "1_000", "0x1f", ".inf", "-3", "1:30"}) {
    const bool sexagesimal = std::string(bad) == "1:30";  // YAML 1.1 only; text in 1.2
    EXPECT_EQ(as_text(scalar(bad)).has_value(), sexagesimal) << bad;
    EXPECT_TRUE(as_text(scalar(bad, true))) << bad;
  }
  EXPECT_EQ(as_text(scalar("north")), "north");
  for (const char* bad : {"yes", "no", "on", "1", "True"}) EXPECT_FALSE(as_flag(scalar(bad))) << bad;
  EXPECT_EQ(as_flag(scalar("true")), true);
}

TEST(Scalars, NumberTextReadsBackExactly) {
  for (const double x : {0.1, 1.0 / 3.0, 1e-300, 123456789.123, 0.0, -0.0, 5e-324})
    EXPECT_EQ(as_number(scalar(number_text(x))), x);
}

TEST(Problems, SuggestTheNearestName) {
  const std::vector<std::string> names{"award.noise", "zone_merging_rate", "hidz", "etdz"};
  EXPECT_EQ(did_you_mean("zone_mergin_rate", names), " Did you mean `zone_merging_rate`?");
  EXPECT_EQ(did_you_mean("noise", names), " Did you mean `award.noise`?");
  EXPECT_EQ(did_you_mean("hizd", names), " Did you mean `hidz`?");
  EXPECT_EQ(did_you_mean("something_else", names), "");
}

}  // namespace
}  // namespace innochain
