#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "scenarios/designs/csv.hpp"
#include "scenarios/reader/resolver.hpp"
#include "scenarios/reader/sweep_reader.hpp"

/// The points of a design, and their names.
namespace innochain {
namespace {

constexpr std::size_t most_arms = 10'000'000;
constexpr std::uint64_t default_design_seed = 1;
constexpr std::string_view name_column = "name";

/// Gives everything in a value the place of a cell.
void place_in(const CsvCell& cell, const std::shared_ptr<const std::string>& file, Node& node) {
  node.file = file;
  node.line = cell.line;
  node.column = cell.column;
  for (Node& item : node.items) place_in(cell, file, item);
  for (Entry& entry : node.entries) place_in(cell, file, entry.key), place_in(cell, file, entry.value);
}

/// A cell as a value of YAML: a scalar, or what its brackets say.
Node value_of(const CsvCell& cell, const std::shared_ptr<const std::string>& file, std::vector<Problem>& problems) {
  Node node;
  const bool nested = cell.text.starts_with('{') || cell.text.starts_with('[');
  if (nested) {
    std::vector<Problem> own;
    try {
      node = parse_document(cell.text, *file, own);
    } catch (const InputError& error) {
      own = error.problems();
    }
    for (Problem& problem : own) {
      problem.line = cell.line, problem.column = cell.column;
      problems.push_back(std::move(problem));
    }
  } else {
    node.kind = cell.text.empty() ? Node::Kind::null : Node::Kind::scalar;
    node.text = cell.text;
  }
  place_in(cell, file, node);
  return node;
}

}  // namespace

void SweepReader::read_design() {
  if (!fields_.design) {
    if (const Node* design = document_.find("design"); design) return;  // its problems are reported
    return lay_grid();
  }
  refuse_keys_of_other_designs();
  switch (fields_.design->kind) {
    case DesignKind::grid:
      return lay_grid();
    case DesignKind::lhs:
    case DesignKind::sobol:
      return spread_points();
    case DesignKind::list:
    case DesignKind::csv:
      return read_rows();
  }
}

void SweepReader::refuse_keys_of_other_designs() {
  const DesignFields& design = *fields_.design;
  const Node& node = *document_.find("design");
  const std::string kind = design_kind_names[static_cast<std::size_t>(design.kind)];
  const auto refuse = [&](const char* key, bool given, std::initializer_list<DesignKind> kinds) {
    if (!given || std::ranges::find(kinds, design.kind) != kinds.end()) return;
    scope_.error(*node.find(key), join("design", key), fmt::format("has no meaning in a design of kind {}", kind));
  };
  using enum DesignKind;
  refuse("points", design.points.has_value(), {lhs, sobol});
  refuse("seed", design.seed.has_value(), {lhs, sobol});
  refuse("scramble_seed", design.scramble_seed.has_value(), {sobol});
  refuse("scramble", design.scramble.has_value(), {sobol});
  refuse("file", design.file.has_value(), {csv});
  refuse("columns", design.columns != nullptr, {list, csv});
  refuse("rows", design.rows != nullptr, {list, csv});
  if (design.seed && design.scramble_seed)
    scope_.error(*node.find("seed"), "design.seed", "and scramble_seed say the same (give one of them)");
  const bool rows_say = design.kind == list || design.kind == csv, spread = design.kind == lhs || design.kind == sobol;
  for (std::size_t i = 0; i < fields_.axes.size(); ++i) {
    const AxisFields& axis = fields_.axes[i];
    const Node& at = document_.find("axes")->items[i];
    const auto refuse_axis_key = [&](const char* key, const char* why) {
      if (const Node* value = at.find(key)) scope_.error(*value, join(join("axes", i), key), why);
    };
    if (rows_say) {
      for (const char* key : {"values", "range", "scale", "steps", "integer", "linked"})
        refuse_axis_key(key, "has no meaning here (the rows of the design give the values)");
    } else if (spread && axis.steps) {
      refuse_axis_key("steps", "is for a grid (the design says how many points there are)");
    }
  }
}

void SweepReader::lay_grid() {
  if (drafts_.size() < fields_.axes.size()) return;  // some axis has problems of its own
  std::vector<std::size_t> lengths(n_coordinates_, 0);
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    add_grid_steps(i);
    const PlannedAxis& axis = plan_.axes[i];
    if (!drafts_[i].fields->values && !drafts_[i].fields->range)
      scope_.error(*drafts_[i].at, drafts_[i].where, "has neither values nor a range");
    if (axis.levels.empty()) continue;
    std::size_t& length = lengths[axis.coordinate];
    if (length == 0) length = axis.levels.size();
    if (length != axis.levels.size())
      scope_.error(*drafts_[i].at, drafts_[i].where,
                   fmt::format("has {} values where the axes linked with it have {} (they move together)",
                               axis.levels.size(), length));
  }
  if (std::ranges::find(lengths, 0u) != lengths.end()) return;  // reported
  refuse_repeated_combinations(lengths);
  auto n_arms = static_cast<double>(sweep_.scenarios.size());
  for (const std::size_t length : lengths) n_arms *= static_cast<double>(length);
  if (n_arms > most_arms) {
    scope_.error(*document_.find("axes"), "axes", fmt::format("make {:.3g} arms (at most {})", n_arms, most_arms));
    return;
  }
  plan_.grid.emplace(std::move(lengths));
  plan_.n_points = plan_.grid->size();
}

/// Axes that move together must not stand twice at the same values.
void SweepReader::refuse_repeated_combinations(const std::vector<std::size_t>& lengths) {
  for (const auto& [name, coordinate] : linked_) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < lengths[coordinate]; ++i) {
      std::string values;
      const Draft* last = nullptr;
      for (std::size_t k = 0; k < drafts_.size(); ++k) {
        const PlannedAxis& axis = plan_.axes[k];
        if (axis.coordinate != coordinate || axis.levels.size() <= i) continue;
        values += std::get<std::string>(axis.value(axis.levels[i], true)) + "\n";
        last = &drafts_[k];
      }
      if (last && !seen.insert(values).second)
        scope_.error(*last->at, last->where,
                     fmt::format("and the axes linked with it have the same values twice (value {})", i + 1));
    }
  }
}

void SweepReader::spread_points() {
  const DesignFields& design = *fields_.design;
  const Node& node = *document_.find("design");
  if (!design.points) scope_.error(node, "design.points", "is missing (how many points to spread over the axes)");
  if (fields_.axes.empty()) scope_.error(node, "design", "has no axes over which to spread points");
  for (const Draft& draft : drafts_) {
    if (!draft.fields->values && !draft.fields->range)
      scope_.error(*draft.at, draft.where, "has neither values nor a range");
  }
  if (design.kind == DesignKind::sobol && n_coordinates_ > most_sobol_dimensions)
    scope_.error(*document_.find("axes"), "axes",
                 fmt::format("are {}, more than Sobol's sequence has dimensions here (at most {})", n_coordinates_,
                             most_sobol_dimensions));
  if (!problems_.empty()) return;
  plan_.n_points = static_cast<std::size_t>(*design.points);
  const int seed = design.seed.value_or(design.scramble_seed.value_or(default_design_seed));
  if (design.kind == DesignKind::lhs) {
    plan_.latin_hypercube.emplace(plan_.n_points, n_coordinates_, static_cast<std::uint64_t>(seed));
  } else {
    std::optional<std::uint64_t> scramble;
    if (design.scramble.value_or(true)) scramble = static_cast<std::uint64_t>(seed);
    plan_.sobol.emplace(n_coordinates_, scramble);
  }
}

void SweepReader::read_rows() {
  const DesignFields& design = *fields_.design;
  const Node& node = *document_.find("design");
  plan_.n_points = 0;
  if (design.kind == DesignKind::csv && design.file) {
    if (design.rows) scope_.error(*design.rows, "design.rows", "and file cannot both be given");
    return read_csv_rows();
  }
  if (!design.rows) {
    if (design.kind == DesignKind::csv)
      scope_.error(node, "design.file", "is missing (the CSV file, whose header names the paths)");
    else
      scope_.error(node, "design.rows", "is missing (a list of points {path: value, …})");
    return;
  }
  if (!design.rows->is_sequence() || design.rows->items.empty())
    return expect_kind(scope_, *design.rows, "design.rows", "a list of points {path: value, …}");
  if (design.columns)
    read_row_lists(design.rows->items);
  else
    read_row_mappings(design.rows->items);
  plan_.n_points = design.rows->items.size();
}

/// The axis that a column header or key names, made when it is new; nothing for names that are not known.
std::optional<std::size_t> SweepReader::column_of(const Node& key, const std::string& where) {
  const std::size_t at_sign = key.text.find('@');
  const auto years =
      at_sign == std::string::npos ? std::nullopt : read_years(std::string_view(key.text).substr(at_sign + 1));
  const auto known = std::ranges::find_if(drafts_, [&](const Draft& draft) {
    return draft.labelled && draft.path == key.text.substr(0, at_sign) &&
           (at_sign == std::string::npos || draft.years == years);
  });
  if (known == drafts_.end()) {
    const auto axis = add_axis(
        {.at = &key, .where = where, .fields = nullptr, .path = {}, .years = {}, .in = {}, .labelled = true}, key.text);
    if (axis) column_keys_[*axis] = key.text;
    return axis;
  }
  const auto axis = static_cast<std::size_t>(known - drafts_.begin());
  const auto other = std::ranges::find_if(known + 1, drafts_.end(), [&](const Draft& draft) {
    return at_sign == std::string::npos && draft.labelled && draft.path == key.text;
  });
  if (other != drafts_.end()) {
    scope_.error(key, where,
                 fmt::format("may be {} or {} (write one of them)", column_text(axis),
                             column_text(static_cast<std::size_t>(other - drafts_.begin()))));
    return {};
  }
  const auto [first, is_new] = column_keys_.emplace(axis, key.text);
  if (!is_new && first->second != key.text) {
    scope_.error(key, where, fmt::format("is the same as `{}` (write it in one way)", first->second));
    return {};
  }
  return axis;
}

void SweepReader::read_row_mappings(const std::vector<Node>& rows) {
  std::map<std::string, std::optional<std::size_t>> columns;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string where = join("design.rows", i);
    if (!rows[i].is_mapping()) {
      expect_kind(scope_, rows[i], where, "a point {path: value, …}");
      continue;
    }
    for (const Entry& entry : rows[i].entries) {
      if (entry.key.text == name_column || columns.contains(entry.key.text)) continue;
      columns[entry.key.text] = column_of(entry.key, join(where, entry.key.text));
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string where = join("design.rows", i);
    std::vector<Level> levels(plan_.axes.size());
    std::string name;
    for (const Entry& entry : rows[i].entries) {
      const std::string path = join(where, entry.key.text);
      if (entry.key.text == name_column) {
        innochain::read(scope_, entry.value, path, TextKind{}, name);
      } else if (const auto axis = columns[entry.key.text]) {
        for (std::size_t k = *axis; k < drafts_.size(); ++k) {
          if (k != *axis && (!drafts_[k].fields || drafts_[k].fields != drafts_[*axis].fields)) continue;
          levels[k] = read_level(k, entry.value, path).value_or(Level{});
        }
      }
    }
    for (std::size_t k = 0; k < levels.size(); ++k) plan_.axes[k].levels.push_back(levels[k]);
    add_point_name(rows[i], where, std::move(name));
  }
}

void SweepReader::read_row_lists(const std::vector<Node>& rows) {
  const Node& header = *fields_.design->columns;
  if (!header.is_sequence()) return expect_kind(scope_, header, "design.columns", "a list of paths");
  for (std::size_t i = 0; i < header.items.size(); ++i) {
    const auto same = std::ranges::find(header.items, header.items[i].text, &Node::text);
    if (!header.items[i].is_scalar() || same != header.items.begin() + static_cast<std::ptrdiff_t>(i))
      return scope_.error(header.items[i], join("design.columns", i), "is not a path of its own (each path once)");
  }
  // The same as mappings, once the columns have given their names.
  std::vector<Node> mappings;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string where = join("design.rows", i);
    if (!rows[i].is_sequence() || rows[i].items.size() != header.items.size()) {
      expect_kind(scope_, rows[i], where, fmt::format("a list of {} values, one for each column", header.items.size()));
      continue;
    }
    Node& mapping = mappings.emplace_back();
    mapping.kind = Node::Kind::mapping;
    mapping.file = rows[i].file, mapping.line = rows[i].line, mapping.column = rows[i].column;
    for (std::size_t k = 0; k < header.items.size(); ++k) {
      const bool own = rows[i].items[k].kind == Node::Kind::null;
      if (!own) mapping.entries.push_back({header.items[k], rows[i].items[k]});
    }
  }
  rows_ = std::move(mappings);
  read_row_mappings(rows_);
}

void SweepReader::read_csv_rows() {
  const Node& at = *document_.find("design")->find("file");
  const std::filesystem::path file = (file_.parent_path() / *fields_.design->file).lexically_normal();
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    problems_.push_back(problem_at(at, "design.file", fmt::format("there is no file {}", file.generic_string()),
                                   Problem::Kind::missing));
    return;
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream) {
    problems_.push_back({file.generic_string(), 0, 0, "", "cannot be read", Problem::Kind::unreadable});
    return;
  }
  const auto name = std::make_shared<const std::string>(file.generic_string());
  const std::string text = content.str();
  if (auto problem = bad_byte(text, *name, true)) {
    problems_.push_back(std::move(*problem));
    return;
  }
  struct Column {
    std::optional<std::size_t> axis;
    bool is_name = false;
  };
  std::vector<Column> columns;
  const auto read_header = [&](const std::vector<CsvCell>& row) {
    csv_header_.reserve(row.size());
    for (const CsvCell& cell : row) {
      Node& key = csv_header_.emplace_back();
      key.kind = Node::Kind::scalar;
      key.text = cell.text;
      place_in(cell, name, key);
      const auto same = std::ranges::find(csv_header_, key.text, &Node::text);
      if (same != csv_header_.end() - 1) {
        scope_.error(key, "", fmt::format("column `{}` is there twice", key.text));
        columns.push_back({});
      } else if (key.text == name_column) {
        columns.push_back({{}, true});
      } else {
        columns.push_back({column_of(key, key.text), false});
      }
    }
  };
  const auto read_values_of = [&](const std::vector<CsvCell>& row) {
    std::vector<Level> levels(plan_.axes.size());
    std::string point_name;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (columns[i].is_name) {
        point_name = row[i].text;
        if (point_name.empty()) problems_.push_back({*name, row[i].line, row[i].column, "name", "is empty"});
      }
      if (!columns[i].axis || row[i].text.empty()) continue;
      const Node value = value_of(row[i], name, problems_);
      for (std::size_t k = *columns[i].axis; k < drafts_.size(); ++k) {
        if (k != *columns[i].axis && (!drafts_[k].fields || drafts_[k].fields != drafts_[*columns[i].axis].fields))
          continue;
        levels[k] = read_level(k, value, csv_header_[i].text).value_or(Level{});
      }
    }
    for (std::size_t k = 0; k < levels.size(); ++k) plan_.axes[k].levels.push_back(levels[k]);
    Node place;
    place_in(row[0], name, place);
    add_point_name(place, "name", std::move(point_name));
    ++plan_.n_points;
  };
  constexpr std::size_t enough_problems = 100;  // a wrong column is wrong in every row
  read_csv(text, *name, problems_, [&](const std::vector<CsvCell>& row) {
    if (columns.empty())
      read_header(row);
    else if (problems_.size() < enough_problems)
      read_values_of(row);
  });
  if (plan_.n_points > most_points)
    problems_.push_back({*name, 1, 1, "", fmt::format("has {} rows (at most {})", plan_.n_points, most_points)});
  if (plan_.n_points == 0 && problems_.empty())
    problems_.push_back({*name, 1, 1, "", "has no rows below a header (the first row names the paths)"});
}

void SweepReader::add_point_name(const Node& at, const std::string& where, std::string name) {
  if (name.find_first_of("\r\n") != std::string::npos) scope_.error(at, where, "is not one line");
  const std::size_t point = point_places_.size();
  point_places_.emplace_back(at.line, at.column);
  if (name.empty() && plan_.point_names.empty()) return;
  plan_.point_names.resize(point);
  plan_.point_names.push_back(std::move(name));
}

void SweepReader::check_point_names() {
  const bool rows = sweep_.plan_->design == DesignKind::list || sweep_.plan_->design == DesignKind::csv;
  if (!rows || (sweep_.plan_->design == DesignKind::csv && sweep_.plan_->point_names.empty())) return;
  std::map<std::string, std::size_t> seen;
  for (std::size_t point = 0; point < sweep_.n_points(); ++point) {
    const std::string name = sweep_.arm(point * sweep_.scenarios.size()).name;
    const auto [same, is_new] = seen.emplace(name, point);
    if (is_new) continue;
    const auto& [line, column] = point_places_[point];
    problems_.push_back({rows_file(), line, column, "",
                         fmt::format("has the same name as the point in line {}: `{}` (give it another `name`)",
                                     point_places_[same->second].first, name)});
  }
}

std::string SweepReader::rows_file() const {
  const bool csv = fields_.design->kind == DesignKind::csv && fields_.design->file;
  return ((csv ? file_.parent_path() / *fields_.design->file : file_).lexically_normal()).generic_string();
}

}  // namespace innochain
