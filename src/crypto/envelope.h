// Envelope: how an encrypted attribute is stored, versions 1 and 2 (docs/spec/byte-formats.md).
//
// Stored as M { v: N, edk: B, nonce: B, ct: B }. The value becomes compact JSON (`{"t":"S","s":"swordfish"}`), sealed
// with AES-256-GCM under a data key; the associated data binds it to its attribute (v1) or to table, attribute and item
// (v2). Pure functions; thread-safe. No message holds plaintext or key material.
#pragma once

#include <string>
#include <string_view>

#include "crypto/primitives.h"
#include "tabletheory/value.h"

namespace tabletheory::crypto {

// What an envelope is bound to. `key_json`: compact typed JSON of the item's primary key, keys sorted (v2 only).
struct Binding {
  int version = 1;
  std::string_view table;  // the DMS document's table name (v2 only)
  std::string_view attribute;
  std::string_view key_json;
};

struct Envelope {
  int version = 1;
  Bytes encrypted_data_key;
  Bytes nonce;
  Bytes ciphertext;  // with the tag

  // The stored attribute value.
  Value to_value() const;
  // ErrInvalidEncryptedEnvelope unless `stored` is an envelope of version 1 or 2 with all parts.
  static Result<Envelope> from_value(const Value& stored, std::string_view attribute);
};

// `theorydb:encrypted:v1|attr=…` or `tabletheory:encrypted:v2|table=…|attr=…|key=…`
std::string associated_data(const Binding& binding);

// The sealed form of a value, and back. ErrInvalidModel when a text cannot be encoded.
std::string plaintext_json(const Value& value);
// ErrInvalidEncryptedEnvelope naming the attribute when the text is not what plaintext_json writes.
Result<Value> value_from_plaintext(std::string_view json, std::string_view attribute);

Result<Envelope> seal(const Value& value, const Binding& binding, const Secret& data_key, Bytes encrypted_data_key,
                      Bytes nonce);
// ErrInvalidEncryptedEnvelope when it does not authenticate. `binding.version` is the envelope's own.
Result<Value> open(const Envelope& envelope, const Binding& binding, const Secret& data_key);

}  // namespace tabletheory::crypto
