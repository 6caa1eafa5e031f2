#pragma once

#include "scenarios/reader/kinds.hpp"

namespace innochain {

/// JSON Schema (2020-12) of scenario files, for editors. The reader is the authority: names of institutions, sums of
/// shares and spans of years are checked only there.
Json scenario_schema();

/// JSON Schema (2020-12) of system files.
Json system_file_schema();

/// JSON Schema of a path that may be varied: a declared one, or one of a family; of a lever also with years.
Json swept_path_schema();

/// JSON Schema (2020-12) of sweep files.
Json sweep_file_schema();

}  // namespace innochain
