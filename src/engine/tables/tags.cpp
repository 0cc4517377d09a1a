#include "engine/tables/tags.h"

#include <fmt/format.h>

#include <charconv>
#include <mutex>
#include <set>

#include "engine/messages.h"
#include "engine/operations.h"
#include "value/limits.h"

namespace tabletheory::engine {
namespace {

constexpr std::size_t kTagsPerPage = 10;

// The name of the table that a ResourceArn names.
Served<std::string_view> tagged_table_name(const Context& context, std::string_view arn) {
  if (!arn.starts_with("arn:") || arn.find(":table/") == std::string_view::npos) {
    return refuse(fmt::format(messages::kInvalidArn, arn));
  }
  return table_name_in(context, arn);
}

Served<std::shared_ptr<const Table>> tagged_table(const Context& context, std::string_view arn) {
  TT_SERVE(const auto name, tagged_table_name(context, arn));
  auto table = context.catalog.find(name);
  if (!table) return refuse("ResourceNotFoundException", fmt::format(messages::kArnNotFound, arn));
  return table;
}

Served<std::string_view> read_resource_arn(const Request& request, ConstraintErrors& errors) {
  TT_SERVE(const auto arn, get_string(request, "ResourceArn"));
  errors.required(arn, "resourceArn");
  if (arn) errors.length(*arn, "resourceArn", 1, 1283);  // the service's limit
  return arn.value_or("");
}

Served<std::optional<std::vector<std::string_view>>> read_tag_keys(const Request& request) {
  TT_SERVE(const auto list, get_array(request, "TagKeys"));
  if (!list) return std::nullopt;
  std::vector<std::string_view> out;
  for (const value::WireElement element : *list) {
    TT_SERVE(const auto key, as_string(element));
    out.push_back(key);
  }
  return out;
}

}  // namespace

Served<void> add_tags(const std::vector<Tag>& tags, std::map<std::string, std::string>& to) {
  std::set<std::string_view> keys;
  for (const Tag& tag : tags) {
    if (!keys.insert(tag.key).second) return refuse(fmt::format(messages::kRepeatedTag, tag.key));
    to.insert_or_assign(std::string(tag.key), std::string(tag.value));
  }
  if (to.size() > limits::kTags) return refuse(fmt::format(messages::kTooManyTags, limits::kTags, to.size()));
  return {};
}

Served<std::string> tag_resource(Context& context, const Request& request) {
  ConstraintErrors errors;
  TT_SERVE(const auto arn, read_resource_arn(request, errors));
  TT_SERVE(const auto tags, read_tags(request, errors));
  errors.required(tags, "tags");
  TT_SERVE_CHECK(errors.result());
  if (tags->empty()) return refuse(std::string(messages::kNoTags));

  const std::lock_guard lock(context.writes);
  TT_SERVE(const auto found, tagged_table(context, arn));
  Table table = *found;
  TT_SERVE_CHECK(add_tags(*tags, table.tags));
  TT_SERVE_CHECK(context.catalog.put(std::move(table)));
  return "{}";
}

Served<std::string> untag_resource(Context& context, const Request& request) {
  ConstraintErrors errors;
  TT_SERVE(const auto arn, read_resource_arn(request, errors));
  TT_SERVE(const auto keys, read_tag_keys(request));
  errors.required(keys, "tagKeys");
  TT_SERVE_CHECK(errors.result());
  if (keys->empty()) return refuse(std::string(messages::kNoTagKeys));

  const std::lock_guard lock(context.writes);
  TT_SERVE(const auto found, tagged_table(context, arn));
  Table table = *found;
  for (const std::string_view key : *keys) table.tags.erase(std::string(key));
  TT_SERVE_CHECK(context.catalog.put(std::move(table)));
  return "{}";
}

// Pages go by tag key; the token is the position of the next one.
Served<std::string> list_tags_of_resource(Context& context, const Request& request) {
  ConstraintErrors errors;
  TT_SERVE(const auto arn, read_resource_arn(request, errors));
  TT_SERVE(const auto token, get_string(request, "NextToken"));
  TT_SERVE_CHECK(errors.result());
  TT_SERVE(const auto table, tagged_table(context, arn));
  std::size_t from = 0;
  if (token) {
    const auto [end, error] = std::from_chars(token->data(), token->data() + token->size(), from);
    if (error != std::errc() || end != token->data() + token->size() || from > table->tags.size()) {
      return refuse(std::string(messages::kTagToken));
    }
  }

  std::string out = R"({"Tags":[)";
  value::WireWriter writer(out);
  const std::size_t end = std::min(from + kTagsPerPage, table->tags.size());
  auto tag = std::next(table->tags.begin(), static_cast<std::ptrdiff_t>(from));
  for (std::size_t i = from; i < end; ++i, ++tag) {
    if (i > from) writer.raw(',');
    writer.raw(R"({"Key":)");
    writer.string(tag->first);
    writer.raw(R"(,"Value":)");
    writer.string(tag->second);
    writer.raw('}');
  }
  writer.raw(']');
  if (end < table->tags.size()) {
    writer.raw(R"(,"NextToken":)");
    writer.string(fmt::to_string(end));
  }
  writer.raw('}');
  return out;
}

}  // namespace tabletheory::engine
