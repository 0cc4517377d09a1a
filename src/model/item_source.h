// ItemSource: one item to be written, seen through a model's slots — whether it lies in a native struct, in a map bound
// to a model, or (later) in a tape that another language handed over. Operations read items only through it, so the
// rules are written once and the typed path builds no attribute-value tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "tabletheory/error.h"

namespace tabletheory::model {

enum class Presence : std::uint8_t {
  kAbsent,       // no value (docs/spec/dms.md, "Emptiness")
  kEmpty,        // "", 0, false, empty list, map or set, zero timestamp…
  kBlankRecord,  // a structured value with declared fields, all of them empty: empty in 0.1 and for patch, a value in
                 // 0.2
  kPresent,
};

class ItemSource {
 public:
  virtual ~ItemSource() = default;

  // A slot is an attribute's position in Model::attributes().
  virtual Presence presence(std::size_t slot) const = 0;

  // Appends the stored form, e.g. {"S":"open"}, with format, json and set rules applied (an empty set is
  // {"NULL":true}). Not called for kAbsent. ErrInvalidModel, naming the attribute, when the value does not fit.
  virtual Result<void> write(std::size_t slot, std::string& out) const = 0;

  // ErrInvalidModel naming the first attribute that the model does not have.
  virtual Result<void> check_names() const = 0;
};

}  // namespace tabletheory::model
