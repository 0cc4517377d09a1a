#include "ops/item_writer.h"

#include <fmt/format.h>

#include "model/attribute_rules.h"
#include "value/limits.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

using model::Presence;

Error missing_key(std::string_view name, std::string_view which) {
  return Error(ErrorCode::kMissingPrimaryKey,
               fmt::format("the {} key \"{}\" is missing or empty; give it a value", which, name));
}

// Zero is a key like any other; an empty S or B is none.
bool is_missing_key(const model::Attribute& attribute, Presence presence) {
  return presence == Presence::kAbsent || (presence == Presence::kEmpty && attribute.type() != Type::kN);
}

// Bytes of one key value, of which `json` is the text. The text is never shorter, so only long ones are looked into.
Result<void> check_key_size(std::string_view name, std::string_view json, std::size_t most) {
  if (json.size() <= most) return {};
  TT_TRY(const Item parsed, item_from_wire_json(fmt::format(R"({{"k":{}}})", json)));
  const std::size_t size = value_size_bytes(parsed.begin()->second);
  if (size <= most) return {};
  return fail(ErrorCode::kInvalidModel, fmt::format("attribute \"{}\": the key is {} bytes long, the service takes at "
                                                    "most {}; shorten it",
                                                    name, size, most));
}

Result<void> append_key_part(const model::Model& model, const model::ItemSource& source, std::size_t slot,
                             std::string& out) {
  const model::Attribute& attribute = model.attribute(slot);
  if (out.size() > 1) out += ',';
  out += attribute.json_key;
  const std::size_t start = out.size();
  TT_CHECK(source.write(slot, out));
  const std::size_t most = slot == model.partition_slot() ? limits::kPartitionKeyBytes : limits::kSortKeyBytes;
  return check_key_size(attribute.name(), std::string_view(out).substr(start), most);
}

// The text between the quotes of {"S":"…"} or {"N":"…"} when it needs no escapes.
std::string_view content_of(std::string_view wire) {
  constexpr std::size_t kBefore = 6, kAfter = 2;  // {"S":" and "}
  return wire.size() < kBefore + kAfter ? std::string_view() : wire.substr(kBefore, wire.size() - kBefore - kAfter);
}

}  // namespace

bool is_empty_key(const Value& value) {
  if (const auto* text = value.get_if<std::string>()) return text->empty();
  if (const auto* bytes = value.get_if<Bytes>()) return bytes->empty();
  return false;
}

bool is_empty(Presence presence, dms::Version version) {
  return presence == Presence::kAbsent || presence == Presence::kEmpty ||
         (presence == Presence::kBlankRecord && version == dms::Version::k0_1);
}

Result<std::string> write_key(const model::Model& model, const model::ItemSource& source) {
  std::size_t first = model.partition_slot(), second = model.sort_slot();
  if (is_missing_key(model.attribute(first), source.presence(first))) {
    return std::unexpected(missing_key(model.attribute(first).name(), "partition"));
  }
  if (second != model::kNoSlot && is_missing_key(model.attribute(second), source.presence(second))) {
    return std::unexpected(missing_key(model.attribute(second).name(), "sort"));
  }
  if (second != model::kNoSlot && model.attribute(second).name() < model.attribute(first).name()) {
    std::swap(first, second);
  }
  std::string out = "{";
  TT_CHECK(append_key_part(model, source, first, out));
  if (second != model::kNoSlot) TT_CHECK(append_key_part(model, source, second, out));
  out += '}';
  return out;
}

Result<std::string> write_document_key(const Item& key) {
  if (key.empty()) return fail(ErrorCode::kMissingPrimaryKey, "the key has no attributes; give the item's key");
  for (const auto& [name, value] : key) {
    if (is_empty_key(value) || value.is_null()) {
      return fail(ErrorCode::kMissingPrimaryKey, fmt::format("the key \"{}\" is empty; give it a value", name));
    }
    if (!value.is(Type::kS) && !value.is(Type::kN) && !value.is(Type::kB)) {
      return fail(ErrorCode::kInvalidModel,
                  fmt::format("attribute \"{}\": a key is of type S, N or B, not {}", name, type_name(value.type())));
    }
  }
  return write_document(key);
}

Result<std::string> key_of_document(const DocumentTable& table, const Item& item) {
  Item key;
  for (const std::string& name : table.key) {
    const Value* value = item.find(name);
    if (value == nullptr || value->is_null() || is_empty_key(*value)) {
      return std::unexpected(missing_key(name, key.empty() ? "partition" : "sort"));
    }
    key.set(name, *value);
  }
  return key.empty() ? Result<std::string>(std::string()) : write_document_key(key);
}

Result<std::string> write_document(const Item& item) {
  for (const auto& [name, value] : item) {
    if (const auto checked = value::check_value(value); !checked) {
      return fail(checked.error().code(), fmt::format("attribute \"{}\": {}", name, checked.error().message()));
    }
    if (!value::is_valid_utf8(name)) {
      return fail(ErrorCode::kInvalidModel, "an attribute's name is not valid UTF-8; names are text");
    }
  }
  return to_wire_json(item);
}

Result<void> write_value(const model::Attribute& attribute, const model::ItemSource& source, std::size_t slot,
                         Presence presence, std::string& out) {
  const std::size_t start = out.size();
  TT_CHECK(source.write(slot, out));
  if (presence != Presence::kEmpty || !attribute.keys_index) return {};
  const std::string_view written = std::string_view(out).substr(start);
  if (written != R"({"S":""})" && written != R"({"B":""})") return {};
  return model::misfit(attribute,
                       "it keys an index and the service takes no empty keys; leave it out, or declare omit_empty");
}

Error missing_required(const model::Attribute& attribute) {
  return Error(ErrorCode::kInvalidModel,
               fmt::format("attribute \"{}\": it is required and has no value{}; give it one", attribute.name(),
                           attribute.definition.omit_empty ? " (omit_empty drops an empty one)" : ""));
}

Result<std::optional<Number>> version_of(const model::Model& model, const model::ItemSource& source) {
  const std::size_t slot = model.version_slot();
  if (source.presence(slot) == Presence::kAbsent) return std::nullopt;
  std::string wire;
  TT_CHECK(source.write(slot, wire));
  TT_TRY(const Number number, Number::parse(content_of(wire)));
  return number;
}

Result<std::optional<Timestamp>> timestamp_of(const model::Model& model, std::size_t slot,
                                              const model::ItemSource& source) {
  if (is_empty(source.presence(slot), model.version())) return std::nullopt;
  std::string wire;
  TT_CHECK(source.write(slot, wire));
  TT_TRY(const Timestamp timestamp, Timestamp::parse(content_of(wire)));
  return timestamp;
}

Result<void> check_item_size(const std::string& json) {
  if (json.size() <= limits::kItemBytes) return {};  // the text is never shorter than what it stands for
  TT_TRY(const Item item, item_from_wire_json(json));
  const std::size_t size = item_size_bytes(item);
  if (size <= limits::kItemBytes) return {};
  return fail(ErrorCode::kInvalidModel,
              fmt::format("the item is {} bytes, the service stores at most {}; move large parts elsewhere", size,
                          limits::kItemBytes));
}

std::string wire_text(std::string_view text) {
  std::string out;
  value::WireWriter(out).attribute_string(text);
  return out;
}

std::string wire_number(const Number& number) {
  std::string out;
  value::WireWriter(out).attribute_number(number);
  return out;
}

}  // namespace tabletheory::ops
