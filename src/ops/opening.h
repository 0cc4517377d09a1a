// Opening: the decryption of stored items (docs/spec/byte-formats.md, "Encrypted envelope").
//
//     Opening opening(environment, keys);
//     opening.add(model, stored, key);                         // number 0
//     TT_TRY(auto step, opening.next(calls));                  // a step as long as keys are being asked for
//     if (step) return step;
//     opening.item(0);                                         // the stored item with its values in the clear
//
// Each data key is asked for once, however many values it sealed, and not at all if the operation has it. An opened
// item is wire JSON like a stored one, so everything that reads stored items reads it. Either every item is opened or
// none is handed out. Internal to ops; others use ops/item_decryption.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/envelope.h"
#include "model/model.h"
#include "ops/call.h"
#include "ops/data_keys.h"
#include "ops/environment.h"
#include "value/wire.h"

namespace tabletheory::ops {

// An error of an opening, which names the model and its table, as one of an operation.
Error during(std::string_view operation, const Error& error);

class Opening {
 public:
  using Model = std::shared_ptr<const model::Model>;
  Opening(const Environment& environment, DataKeys& keys);

  // An item of `model`, or a part of one; the value is its number. `key`: its primary key as canonical JSON; empty: to
  // be read off the item. What is wrong with it is told by next(). Borrows the item until then.
  std::size_t add(Model model, value::WireElement stored, std::string key = {});
  std::size_t size() const { return items_.size(); }

  Detour next(CallGroup& calls);

  // Once next() is through. Lives as long as document(), or as the stored item where that had nothing to open.
  value::WireElement item(std::size_t number) const { return items_[number].stored; }
  const std::shared_ptr<value::WireDocument>& document() const { return document_; }

 private:
  struct OpenedItem {
    Model model;
    value::WireElement stored;
    std::string key;
    bool has_envelopes = false;
  };
  struct SealedValue {
    std::size_t item, slot;
    crypto::Envelope envelope;
    std::optional<Value> opened;
  };
  struct KeyCall {
    std::size_t value;  // one that the key sealed
    std::size_t call;
  };
  Result<void> find_envelopes();
  Result<void> find_envelopes(std::size_t number);
  crypto::KeyPurpose purpose_of(const SealedValue& value) const;
  Result<void> ask_for_keys(CallGroup& calls);
  Result<void> take_keys(CallGroup& calls);
  Result<void> open_values();
  Result<void> rewrite();

  const Environment& environment_;
  DataKeys& keys_;
  Timestamp now_;
  std::vector<OpenedItem> items_;
  std::vector<SealedValue> values_;  // by item
  std::size_t next_value_ = 0;       // whose key has not been looked for
  std::vector<KeyCall> key_calls_;   // in flight
  bool is_begun_ = false, is_opened_ = false;
  std::shared_ptr<value::WireDocument> document_;
};

}  // namespace tabletheory::ops
