#include "engine/items/key_range.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/items/key_check.h"
#include "engine/key_codec.h"
#include "engine/messages.h"
#include "engine/request.h"

namespace tabletheory::engine {
namespace {

using expr::KeyCondition;
using Op = KeyCondition::Op;
using Conditions = std::vector<KeyCondition>;

const KeyCondition* condition_on(const Conditions& conditions, std::string_view attribute) {
  const auto found = std::ranges::find(conditions, attribute, &KeyCondition::attribute);
  return found == conditions.end() ? nullptr : &*found;
}

std::unexpected<ServiceError> missed(const std::string& attribute) {
  return refuse(fmt::format(messages::kKeyConditionMissed, attribute));
}

Served<void> check_values(const KeyAttribute& attribute, const KeyCondition& condition, bool hash) {
  for (const Value& value : condition.values) {
    if (!value.is(attribute.type)) return refuse(std::string(messages::kKeyConditionType));
    if (condition.op == Op::kBeginsWith && attribute.type == Type::kN) {
      return refuse(std::string(messages::kKeyConditionNotSupported));
    }
    TT_SERVE_CHECK(check_key_value(attribute, &value, hash));
  }
  return {};
}

// The order of checks is the service's: attribute by attribute, hash before range.
Served<std::size_t> check_conditions(const KeySchema& schema, const Conditions& conditions) {
  const bool one_hash = schema.hash.size() == 1 && schema.range.size() <= 1;
  if (one_hash && conditions.size() > 2) return refuse(std::string(messages::kKeyConditionCount));
  if (one_hash && schema.range.empty() && conditions.size() > 1) {
    return refuse(std::string(messages::kKeyConditionNotSupported));
  }
  for (const KeyAttribute& attribute : schema.hash) {
    const KeyCondition* condition = condition_on(conditions, attribute.name);
    if (condition == nullptr) return missed(attribute.name);
    TT_SERVE_CHECK(check_values(attribute, *condition, true));
    if (condition->op != Op::kEq) return refuse(std::string(messages::kKeyConditionNotSupported));
  }
  std::size_t on_range = 0;
  const std::size_t wanted = conditions.size() - schema.hash.size();
  for (const KeyAttribute& attribute : schema.range) {
    if (on_range == wanted) break;
    const KeyCondition* condition = condition_on(conditions, attribute.name);
    if (condition == nullptr) return missed(attribute.name);
    TT_SERVE_CHECK(check_values(attribute, *condition, false));
    ++on_range;
    // Only the last range attribute named may have another operator than `=`.
    if (condition->op != Op::kEq && on_range != wanted) {
      return refuse(std::string(messages::kKeyConditionNotSupported));
    }
  }
  // A condition is left that is on no key attribute.
  if (on_range != wanted) return refuse(std::string(messages::kKeyConditionNotSupported));
  return on_range;
}

KeyRange starting_with(std::string prefix) {
  std::string end = prefix_end(prefix);
  return {std::move(prefix), std::move(end)};
}

std::string with_component(std::string_view prefix, const Value& value) {
  std::string key(prefix);
  append_key_component(value, key);
  return key;
}

KeyRange narrowed(const std::string& prefix, const KeyCondition& condition) {
  constexpr std::size_t kEndMark = 2;  // closes an encoded S or B
  std::string first = with_component(prefix, condition.values.front());
  switch (condition.op) {
    case Op::kEq:
      return starting_with(std::move(first));
    case Op::kLt:
      return {prefix, std::move(first)};
    case Op::kLe:
      return {prefix, prefix_end(first)};
    case Op::kGt:
      return {prefix_end(first), prefix_end(prefix)};
    case Op::kGe:
      return {std::move(first), prefix_end(prefix)};
    case Op::kBetween:
      return {std::move(first), prefix_end(with_component(prefix, condition.values.back()))};
    case Op::kBeginsWith:
      first.resize(first.size() - kEndMark);
      return starting_with(std::move(first));
  }
  return starting_with(prefix);
}

void append_big_endian(std::uint64_t word, int bytes, std::string& out) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>(word >> shift));
}

}  // namespace

Served<QueryRange> resolve_key_conditions(std::uint32_t storage_id, const KeySchema& schema,
                                          const Conditions& conditions) {
  TT_SERVE(const std::size_t on_range, check_conditions(schema, conditions));
  std::vector<const Value*> hash_values;
  for (const KeyAttribute& attribute : schema.hash) {
    hash_values.push_back(&condition_on(conditions, attribute.name)->values.front());
  }
  QueryRange range;
  std::string prefix = partition_prefix(storage_id, hash_values);
  range.partition = starting_with(prefix);
  range.keys = range.partition;
  range.on_range = on_range > 0;
  for (std::size_t at = 0; at < on_range; ++at) {
    const KeyCondition& condition = *condition_on(conditions, schema.range[at].name);
    range.keys = narrowed(prefix, condition);
    if (condition.op == Op::kEq) prefix = range.keys.lower;
  }
  return range;
}

KeyRange segment_range(std::uint32_t storage_id, std::int64_t segment, std::int64_t total) {
  std::string prefix;
  append_big_endian(storage_id, 4, prefix);
  KeyRange range = starting_with(prefix);
  // Segment i holds the hashes in [i·2^64/total, (i+1)·2^64/total), rounded down.
  const auto boundary = [&](std::int64_t at) {
    const Uint128 hashes = static_cast<Uint128>(1) << 64;
    std::string key = prefix;
    append_big_endian(static_cast<std::uint64_t>(hashes * static_cast<Uint128>(at) / static_cast<Uint128>(total)), 8,
                      key);
    return key;
  };
  if (segment > 0) range.lower = boundary(segment);
  if (segment + 1 < total) range.upper = boundary(segment + 1);
  return range;
}

}  // namespace tabletheory::engine
