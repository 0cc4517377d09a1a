#include "ops/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "crypto/primitives.h"
#include "value/base64.h"
#include "value/json_text.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

using value::JsonNode;

// Keys take at most 2048 + 1024 bytes for the table and as much for an index; escaped and in base64 that stays below.
constexpr std::size_t kMaxText = 128 * 1024;

std::unexpected<Error> undecodable(std::string_view why) {
  return fail(ErrorCode::kInvalidModel,
              fmt::format("the cursor cannot be read: {}; pass on exactly the text that an earlier page gave", why));
}

std::unexpected<Error> mismatch(std::string why) {
  return fail(ErrorCode::kInvalidOperator,
              fmt::format("the cursor belongs to another query: {}; start again without a cursor", why));
}

// One key value: {"S":"…"}, {"N":"…"} or {"B":"…"}.
Result<Value> read_key_value(const JsonNode& node) {
  if (node.kind != JsonNode::Kind::kObject || node.members.size() != 1)
    return undecodable("a key is not a typed value");
  const auto& [type, content, line, column] = node.members.front();
  if (content.kind != JsonNode::Kind::kString) return undecodable("a key value is not text");
  if (type == "S") return Value(content.text);
  if (type == "N") {
    auto number = Number::parse(content.text);
    if (!number) return undecodable("a key is not a number of the service's range");
    return Value(*number);
  }
  if (type == "B") {
    auto bytes = value::decode_base64(content.text);
    if (!bytes) return undecodable("a binary key is not padded base64");
    return Value(std::move(*bytes));
  }
  return undecodable("keys are of type S, N or B");
}

Result<Item> read_last_key(const JsonNode& node) {
  if (node.kind != JsonNode::Kind::kObject) return undecodable("lastKey is not an object");
  std::vector<Map::Entry> entries;
  for (const auto& member : node.members) {
    TT_TRY(Value key, read_key_value(member.value));
    entries.emplace_back(member.name, std::move(key));
  }
  Item last_key;
  if (!Map::from_entries(std::move(entries), last_key)) return undecodable("lastKey names a key twice");
  return last_key;
}

std::string_view describe(std::string_view index) {
  return index.empty() ? "the table itself" : index;
}

}  // namespace

Result<Cursor> Cursor::decode(std::string_view text) {
  if (text.size() > kMaxText) return undecodable("it is longer than any cursor");
  const auto json = value::decode_base64url(text);
  if (!json) return undecodable("it is not padded base64url");
  const auto root = value::parse_json_text(*json);
  if (!root) return undecodable("it does not hold JSON");
  if (root->kind != JsonNode::Kind::kObject) return undecodable("it does not hold an object");

  Cursor cursor;
  bool has_key = false;
  for (const auto& member : root->members) {
    const bool is_text = member.value.kind == JsonNode::Kind::kString;
    if (member.name == "lastKey") {
      TT_TRY(cursor.last_key, read_last_key(member.value));
      has_key = true;
    } else if (member.name == "index" && is_text && !member.value.text.empty()) {
      cursor.index = member.value.text;
    } else if (member.name == "sort" && (member.value.text == "ASC" || member.value.text == "DESC") && is_text) {
      cursor.sort = member.value.text;
    } else {
      return undecodable("it has a member that no cursor has");
    }
  }
  if (!has_key || cursor.last_key.empty()) return undecodable("it has no lastKey");
  return cursor;
}

std::string Cursor::encode() const {
  std::string json = R"({"lastKey":)";
  value::WireWriter writer(json);
  writer.item(last_key);
  if (!index.empty()) {
    writer.raw(R"(,"index":)");
    writer.string(index);
  }
  if (!sort.empty()) {
    writer.raw(R"(,"sort":)");
    writer.string(sort);
  }
  writer.raw('}');
  return value::base64url(json);
}

std::string sign_cursor(std::string_view cursor, std::string_view key) {
  const crypto::Digest tag = crypto::hmac_sha256(crypto::as_bytes(key), crypto::as_bytes(cursor));
  std::string out(cursor);
  out += '.';
  return out + value::base64url({reinterpret_cast<const char*>(tag.data()), tag.size()});
}

Result<std::string> open_signed_cursor(std::string_view text, std::string_view key) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || text.size() > kMaxText) return undecodable("it is not signed");
  const std::string_view cursor = text.substr(0, dot);
  if (!crypto::equal_in_constant_time(crypto::as_bytes(sign_cursor(cursor, key)), crypto::as_bytes(text))) {
    return undecodable("its signature is not ours");
  }
  return std::string(cursor);
}

Result<void> Cursor::check_resumes(std::string_view wanted_index, std::string_view wanted_sort,
                                   std::span<const dms::KeyAttribute> keys) const {
  if (index != wanted_index) {
    return mismatch(fmt::format("it is of {}, the query reads {}", describe(index), describe(wanted_index)));
  }
  if (sort != wanted_sort) {
    const auto order = [](std::string_view name) { return name.empty() ? "no order (a scan)" : name; };
    return mismatch(fmt::format("it was made in {}, the query asks for {}", order(sort), order(wanted_sort)));
  }
  std::size_t found = 0;
  for (const dms::KeyAttribute& key : keys) {
    const Value* value = last_key.find(key.attribute);
    if (value == nullptr) return mismatch(fmt::format("it lacks the key attribute \"{}\"", key.attribute));
    if (value->type() != key.type) {
      return mismatch(fmt::format("its key attribute \"{}\" is {}, the model declares {}", key.attribute,
                                  type_name(value->type()), type_name(key.type)));
    }
    ++found;
  }
  // `keys` are distinct, so any further attribute shows in the count.
  if (found != last_key.size()) return mismatch("it holds attributes that are no keys of this query");
  return {};
}

}  // namespace tabletheory::ops
