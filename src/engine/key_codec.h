// Key encoding shared by all storage backends (docs/spec/engine.md, "Storage").
//
// An item lies at: table id (4 bytes, big-endian) | hash of the partition key (8 bytes) | escaped partition key |
// order-preserving sort key. An index entry lies at the same with the index's id and keys, then the table key's
// partition and sort encoding. Byte order of the result is the order of Query; the hash makes the order of Scan.
#pragma once

#include <string>
#include <string_view>

#include "engine/table.h"
#include "tabletheory/value.h"

namespace tabletheory::engine {

// Order-preserving and self-delimiting: S and B with 0x00 → 0x00FF and a 0x0000 end; N as sign, biased exponent and
// base-100 mantissa, complemented when negative. `value` is S, N or B.
void append_key_component(const Value& value, std::string& out);

// A stable 64-bit hash of the encoded partition key; Scan's order and the boundaries of segments.
std::uint64_t partition_hash(std::string_view encoded_partition_key);

// What the keys of all entries of a table or index start with.
std::string storage_prefix(std::uint32_t storage_id);
// table id | hash | partition key components. Everything of one partition starts with it.
std::string partition_prefix(std::uint32_t storage_id, const std::vector<const Value*>& hash_values);
// The storage key of an item with these keys (a table's, with one hash and at most one range value).
std::string item_key(const Table& table, const Item& item);
// The storage key of an item's entry in an index. Precondition: the item has all the index's key attributes.
std::string index_entry_key(const Table& table, const Index& index, const Item& item);
// First byte string after all that start with `prefix`; empty when there is none.
std::string prefix_end(std::string_view prefix);

}  // namespace tabletheory::engine
