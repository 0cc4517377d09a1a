#include "dms/document.h"

#include <fmt/format.h>

#include <algorithm>

#include "dms/build.h"
#include "dms/document_text.h"
#include "dms/problems.h"
#include "dms/rules.h"
#include "dms/shape.h"
#include "dms/source_text.h"

namespace tabletheory::dms {
namespace {

using value::JsonNode;

constexpr std::size_t kShownLineBytes = 160;

template <class List, class Projection>
auto find_in(const List& list, std::string_view name, Projection projection) -> const typename List::value_type* {
  const auto found = std::ranges::find(list, name, projection);
  return found == list.end() ? nullptr : &*found;
}

// The line, without its line break.
std::string_view line_of(std::string_view text, int line) {
  text = text_from_line(text, line);
  return text.substr(0, text.find_first_of("\r\n"));
}

// The part of a long line around the column.
std::string_view window_of(std::string_view line, int column) {
  if (line.size() <= kShownLineBytes) return line;
  const std::size_t at = std::min<std::size_t>(line.size(), static_cast<std::size_t>(std::max(column, 1)) - 1);
  const std::size_t begin = at < kShownLineBytes / 2 ? 0 : at - kShownLineBytes / 2;
  return line.substr(begin, kShownLineBytes);
}

// Fit for a terminal: characters that move the cursor, and halves of characters, become '?'.
std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = decode_code_point(text);
    const bool is_control = (point.value < 0x20 && point.value != '\t') || (point.value >= 0x7F && point.value < 0xA0);
    if (point.length == 0 || is_control)
      out.push_back('?');
    else
      out.append(text.substr(0, point.length));
    text.remove_prefix(std::max<std::size_t>(1, point.length));
  }
  return out;
}

}  // namespace

std::string_view version_name(Version version) {
  constexpr std::string_view kNames[] = {"0.1", "0.2", "0.3"};
  return kNames[static_cast<std::size_t>(version)];
}

std::string_view naming_name(Naming naming) {
  constexpr std::string_view kNames[] = {"camelCase", "snake_case", "dynamorm", "verbatim"};
  return kNames[static_cast<std::size_t>(naming)];
}

std::string_view write_mode_name(WriteMode mode) {
  return mode == WriteMode::kMutable ? "mutable" : "write_once";
}

std::string_view format_name(Format format) {
  constexpr std::string_view kNames[] = {"", "rfc3339nano", "unix_seconds", "int", "decimal_string"};
  return kNames[static_cast<std::size_t>(format)];
}

std::string_view projection_name(Index::Projection projection) {
  constexpr std::string_view kNames[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
  return kNames[static_cast<std::size_t>(projection)];
}

bool Attribute::has_role(std::string_view role) const {
  return std::ranges::find(roles, role) != roles.end();
}

const Attribute* Model::find_attribute(std::string_view attribute) const {
  return find_in(attributes, attribute, &Attribute::attribute);
}

const Index* Model::find_index(std::string_view index) const {
  return find_in(indexes, index, &Index::name);
}

const Attribute* Model::find_role(std::string_view role) const {
  const auto found = std::ranges::find_if(attributes, [&](const Attribute& a) { return a.has_role(role); });
  return found == attributes.end() ? nullptr : &*found;
}

const Model* Document::find(std::string_view model) const {
  return find_in(models, model, &Model::name);
}

Result<Document> load_tree(const JsonNode& root, std::string_view file_name) {
  Problems problems(&root, file_name);
  const Version version = check_shape(root, problems);
  Document document = build_document(root, version);
  document.file = file_name;
  check_document(document, problems);
  if (!problems.empty()) return std::unexpected(error_of(std::move(problems).take()));
  return document;
}

Result<Document> load_text(std::string_view text, std::string_view file_name) {
  const auto tree = read_tree(text, file_name);
  if (!tree) return std::unexpected(error_of(tree.error()));
  return load_tree(*tree, file_name);
}

Result<Document> load_file(const std::string& path) {
  TT_TRY(const std::string text, read_file(path));
  return load_text(text, path);
}

Result<void> validate(const Model& model) {
  Problems problems(nullptr, "");
  Document document;
  document.version = model.version;
  document.models.push_back(model);
  check_document(document, problems);
  if (problems.empty()) return {};
  auto diagnostics = std::move(problems).take();
  for (Diagnostic& diagnostic : diagnostics)
    diagnostic.message = fmt::format("model {}: {}", model.name, diagnostic.message);
  return std::unexpected(error_of(std::move(diagnostics)));
}

std::string render(const Diagnostic& diagnostic, std::string_view source_text) {
  std::string out = diagnostic.to_string() + "\n";
  if (diagnostic.line < 1) return out;
  const std::string_view line = line_of(without_byte_order_mark(source_text), diagnostic.line);
  return out + printable(window_of(line, diagnostic.column)) + "\n";
}

}  // namespace tabletheory::dms
