// Unsealed values: what is to be encrypted in a write whose text is written before its keys have come. In that text
// each one is a placeholder: typed JSON whose text is not UTF-8, which no value of a caller can be. Internal to ops.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/item_source.h"
#include "model/model.h"

namespace tabletheory::ops {

struct UnsealedValue {
  std::size_t slot;      // of the encrypted attribute
  std::string wire;      // its stored form in the clear, typed JSON
  std::string envelope;  // the same, encrypted; empty until its key has come
};

class UnsealedValues {
 public:
  bool empty() const { return values_.empty(); }
  std::vector<UnsealedValue>& all() { return values_; }

  // Takes a value; returns its placeholder, typed JSON that stands for it, or the literal that is written as such.
  std::string add(std::size_t slot, std::string wire);
  Value add_literal(std::size_t slot, std::string wire);

  // A text with placeholders, with envelopes in their place: empty ones where there are none yet.
  std::string sealed(std::string_view text) const;
  // The same with the values as they are.
  std::string in_the_clear(std::string_view text) const;

 private:
  template <class Write>
  static std::string replaced(std::string_view text, Write write);
  std::vector<UnsealedValue> values_;
};

// One encrypted attribute's value of an item to be written, in the clear; errors do not show it.
Result<std::string> write_in_the_clear(const model::Attribute& attribute, const model::ItemSource& source,
                                       std::size_t slot, model::Presence presence);

}  // namespace tabletheory::ops
