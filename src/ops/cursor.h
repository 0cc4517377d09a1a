// Cursor: the opaque pagination token shared by all languages (docs/spec/byte-formats.md, "Cursor").
//
// Says where a query or scan stopped, so that another process — in any language — can go on from there. Its bytes are
// fixed; encode is deterministic.
//
//     auto cursor = Cursor::decode(text);
//     if (cursor) if (auto fits = cursor->check_resumes("by-email", "ASC", keys); !fits) return fits.error();
//
// A value; safe to share between threads once built.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dms/document.h"
#include "tabletheory/value.h"

namespace tabletheory::ops {

struct Cursor {
  Item last_key;
  std::string index;  // empty: the table
  std::string sort;   // "ASC" or "DESC" of a query; empty for a scan

  // Fails with ErrInvalidModel when `text` is not a cursor. Does not check that it fits a query.
  static Result<Cursor> decode(std::string_view text);
  std::string encode() const;

  // Whether a read of `index` in direction `sort` whose table and index keys are `keys` may go on from here:
  // ErrInvalidOperator naming the difference when not.
  Result<void> check_resumes(std::string_view index, std::string_view sort,
                             std::span<const dms::KeyAttribute> keys) const;
};

// Cursors that leave the program's hands can be signed: `<cursor>.<base64url HMAC-SHA256 of the cursor>`.
// Neither key nor cursor may be empty.
std::string sign_cursor(std::string_view cursor, std::string_view key);
// The cursor inside; ErrInvalidModel when the signature is missing or another.
Result<std::string> open_signed_cursor(std::string_view text, std::string_view key);

}  // namespace tabletheory::ops
