#include "dms/upgrade.h"

#include <fmt/format.h>

#include "dms/document_text.h"
#include "dms/source_text.h"

namespace tabletheory::dms {
namespace {

// Where the three characters of the version stand in the text; npos when it is not simply quoted.
std::size_t find_version(std::string_view text, const value::JsonNode& written, Version version) {
  const std::string_view body = without_byte_order_mark(text);
  const std::string_view rest = text_from_line(body, written.line);
  const std::size_t column = static_cast<std::size_t>(written.column) - 1;
  for (const char quote : {'"', '\''})
    if (column < rest.size() && rest.substr(column).starts_with(fmt::format("{0}{1}{0}", quote, version_name(version))))
      return static_cast<std::size_t>(rest.data() - text.data()) + column + 1;
  return std::string_view::npos;
}

std::unexpected<Error> refuse(std::string_view file, const value::JsonNode& written, std::string message,
                              std::string hint) {
  return std::unexpected(
      error_of({{std::string(file), written.line, written.column, std::move(message), std::move(hint)}}));
}

}  // namespace

Result<Upgrade> upgrade(std::string_view text, std::string_view file_name, Version to) {
  const auto tree = read_tree(text, file_name);
  if (!tree) return std::unexpected(error_of(tree.error()));
  TT_TRY(const Document before, load_tree(*tree, file_name));
  Upgrade out{.text = std::string(text), .from = before.version, .to = to};
  if (before.version == to) return out;
  const value::JsonNode& written = *tree->find("dms_version");
  if (before.version > to)
    return refuse(
        file_name, written,
        fmt::format("the document is of version {} already; a version is never lowered", version_name(before.version)),
        fmt::format("ask for {}", version_name(before.version)));
  const std::size_t at = find_version(text, written, before.version);
  if (at == std::string_view::npos)
    return refuse(file_name, written, "the version is not written in plain quotes",
                  fmt::format("write \"{}\"", version_name(before.version)));
  out.text.replace(at, version_name(to).size(), version_name(to));
  TT_TRY(const Document after, load_text(out.text, file_name));
  out.changes = diff(before, after);
  return out;
}

}  // namespace tabletheory::dms
