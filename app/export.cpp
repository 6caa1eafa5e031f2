#include "output/export.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"

namespace innochain {

namespace {

struct ExportOptions {
  std::string result, folder;
  bool force = false;
};

}  // namespace

void add_export(CLI::App& app, Context& context) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export",
                         "Examples:\n"
                         "  innochain export out/baseline.h5 --csv out/csv\n\n"
                         "Writes a result file as tidy CSV: one file for all variables of the same dimensions "
                         "(run_year_lab_type.csv …), one row\n"
                         "for each run, year and category; runs.csv; and one file for each table and observed series.");
  command->add_option("FILE", options->result, "Result file")->required();
  command->add_option("--csv", options->folder, "Folder for the CSV files; created if needed")->required();
  command->add_flag("--force", options->force, "Overwrite files that exist");
  command->callback([options, &context] {
    for (const auto& file : export_csv(options->result, options->folder, options->force)) {
      if (!context.quiet) fmt::print(stderr, "wrote {}\n", file.string());
    }
  });
}

}  // namespace innochain
