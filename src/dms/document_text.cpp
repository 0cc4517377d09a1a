#include "dms/document_text.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "dms/source_text.h"
#include "dms/yaml_reader.h"

namespace tabletheory::dms {
namespace {

constexpr std::size_t kLongestFileBytes = 64 * 1024 * 1024;

std::unexpected<Error> unreadable(std::string_view path, std::string_view why) {
  return std::unexpected(error_of(
      {{std::string(path), 0, 0, fmt::format("cannot read the file: {}", why), "check the path and its permissions"}}));
}

}  // namespace

Error error_of(std::vector<Diagnostic> diagnostics) {
  std::string message = diagnostics.front().to_string();
  if (diagnostics.size() > 1) message += fmt::format(" (and {} more)", diagnostics.size() - 1);
  return Error(ErrorCode::kInvalidModel, std::move(message)).with_diagnostics(std::move(diagnostics));
}

Result<std::string> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return unreadable(path, std::strerror(errno));
  std::string text;
  std::array<char, 65536> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    text.append(buffer.data(), count);
    if (text.size() > kLongestFileBytes) return unreadable(path, "it is longer than 64 MB");
  }
  if (std::ferror(file.get()) != 0) return unreadable(path, std::strerror(errno));
  return text;
}

std::expected<value::JsonNode, std::vector<Diagnostic>> read_tree(std::string_view text, std::string_view file_name) {
  if (!file_name.ends_with(".json")) return read_yaml(text, file_name);
  auto tree = value::parse_json_text(without_byte_order_mark(text));
  if (tree) return std::move(*tree);
  tree.error().file = file_name;
  return std::unexpected(std::vector{std::move(tree).error()});
}

}  // namespace tabletheory::dms
