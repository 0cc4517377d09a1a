#include "cli/document_input.h"

#include <ostream>

#include "contract/files.h"

namespace tabletheory::cli {

std::optional<std::string> read_text(std::string_view command, const std::string& file, Streams streams) {
  auto text = contract::read_file(file);
  if (text) return std::move(*text);
  streams.err << "tabletheory " << command << ": " << text.error() << '\n';
  return std::nullopt;
}

std::optional<dms::Document> read_document(std::string_view command, const std::string& file, Streams streams) {
  const auto text = read_text(command, file, streams);
  if (!text) return std::nullopt;
  auto document = dms::load_text(*text, file);
  if (document) return std::move(*document);
  show_problems(document.error(), *text, streams.err);
  return std::nullopt;
}

void show_problems(const Error& error, std::string_view text, std::ostream& to) {
  for (const Diagnostic& problem : error.diagnostics()) to << dms::render(problem, text);
  if (error.diagnostics().empty()) to << error.message() << '\n';
}

}  // namespace tabletheory::cli
