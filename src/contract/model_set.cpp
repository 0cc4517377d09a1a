#include "contract/model_set.h"

#include <fmt/format.h>

#include "contract/files.h"
#include "value/closest_word.h"

namespace tabletheory::contract {

const LoadedModel* ModelSet::find(std::string_view dms_version, std::string_view name) const {
  const auto entry = by_version_and_name_.find({std::string(dms_version), std::string(name)});
  return entry == by_version_and_name_.end() ? nullptr : &entry->second;
}

std::string ModelSet::describe_absence(std::string_view dms_version, std::string_view name) const {
  std::vector<std::string_view> names;
  for (const auto& [key, entry] : by_version_and_name_) {
    if (key.first == dms_version) names.push_back(key.second);
  }
  const std::string_view close = value::closest_word(name, names);
  if (!close.empty()) return fmt::format("no model {} of DMS {}; did you mean {}?", name, dms_version, close);
  return fmt::format("no model {} of DMS {}; there are: {}", name, dms_version,
                     names.empty() ? "none of this version" : fmt::format("{}", fmt::join(names, ", ")));
}

std::string ModelSet::add(LoadedModel model) {
  std::pair key{std::string(dms::version_name(model.definition.version)), model.definition.name};
  const std::string file = model.file;
  const auto [entry, added] = by_version_and_name_.try_emplace(key, std::move(model));
  if (added) return {};
  return fmt::format("{}: model {} of DMS {} is already in {}; keep one of them", file, key.second, key.first,
                     entry->second.file);
}

namespace {

std::string describe(const Error& error, const std::string& file, const std::string& text) {
  std::string problems;
  for (const Diagnostic& problem : error.diagnostics()) problems += dms::render(problem, text);
  if (problems.empty()) return fmt::format("{}: {}", file, error.message());
  if (problems.back() == '\n') problems.pop_back();
  return problems;
}

// The problem, or empty.
std::string load_file_into(const std::string& file, ModelSet& models) {
  const auto text = read_file(file);
  if (!text) return text.error();
  auto document = dms::load_text(*text, file);
  if (!document) return describe(document.error(), file, *text);
  const auto schema = Schema::load_text(*text, file);
  if (!schema) return describe(schema.error(), file, *text);
  for (dms::Model& definition : document->models) {
    auto handle = schema->model(definition.name);
    if (!handle) return fmt::format("{}: {}", file, handle.error().message());
    auto problem = models.add({std::move(definition), std::move(*handle), file});
    if (!problem.empty()) return problem;
  }
  return {};
}

}  // namespace

std::expected<ModelSet, std::string> load_models(std::span<const std::string> directories) {
  const auto files = find_documents(directories);
  if (!files) return std::unexpected(files.error());
  ModelSet models;
  for (const std::string& file : *files) {
    if (auto problem = load_file_into(file, models); !problem.empty()) return std::unexpected(std::move(problem));
  }
  return models;
}

}  // namespace tabletheory::contract
